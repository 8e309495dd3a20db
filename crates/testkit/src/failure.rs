//! Why a case failed, and the checks that answer it.

use std::fmt::{self, Debug, Display};
use std::panic::Location;

use hypostyle_core::{Database, Error, ErrorKind, Result};

/// What a case answers.
pub type Outcome<T = ()> = std::result::Result<T, Failure>;

/// Why a case failed.
#[derive(Debug)]
pub enum Failure {
    /// A call failed that the case does not expect to fail.
    Error(Error, &'static Location<'static>),
    /// What was found is not what was expected.
    Check(String, &'static Location<'static>),
}

impl Failure {
    /// Answers the unexpected error, where that is what happened.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Error(error, _) => Some(error),
            Self::Check(..) => None,
        }
    }
}

impl From<Error> for Failure {
    #[track_caller]
    fn from(error: Error) -> Self {
        Self::Error(error, Location::caller())
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error, at) => write!(f, "{at}: unexpected {error:?}"),
            Self::Check(what, at) => write!(f, "{at}: {what}"),
        }
    }
}

impl std::error::Error for Failure {}

/// Checks that two values are equal.
///
/// # Errors
/// A [`Failure`] that shows both.
#[track_caller]
pub fn equal<T: PartialEq<U> + Debug, U: Debug>(found: T, expect: U) -> Outcome {
    if found == expect {
        return Ok(());
    }
    Err(Failure::Check(format!("found {found:?}, expected {expect:?}"), Location::caller()))
}

/// Checks that something holds.
///
/// # Errors
/// A [`Failure`] that says what does not.
#[track_caller]
pub fn holds(holds: bool, what: impl Display) -> Outcome {
    if holds { Ok(()) } else { Err(Failure::Check(what.to_string(), Location::caller())) }
}

/// Checks that a call fails with an error of a kind, and answers the error.
///
/// # Errors
/// A [`Failure`] when it succeeds or fails otherwise.
#[track_caller]
pub fn fails<T: Debug>(result: Result<T>, kind: ErrorKind) -> Outcome<Error> {
    match result {
        Err(error) if error.kind() == kind => Ok(error),
        other => Err(Failure::Check(
            format!("found {other:?}, expected an error of kind {kind:?}"),
            Location::caller(),
        )),
    }
}

/// Checks that a call fails with an error of a kind whose message contains a text.
///
/// # Errors
/// As [`fails`], and a [`Failure`] when the message is another.
#[track_caller]
pub fn fails_with<T: Debug>(result: Result<T>, kind: ErrorKind, text: &str) -> Outcome<Error> {
    let error = fails(result, kind)?;
    let shown = error.to_string();
    holds(shown.contains(text), format!("{shown:?} does not contain {text:?}"))?;
    Ok(error)
}

/// Checks that a call is refused for want of a capability, by name.
///
/// # Errors
/// A [`Failure`] when it succeeds or fails otherwise.
#[track_caller]
pub fn refused<T: Debug>(result: Result<T>, capability: &str) -> Outcome {
    match result {
        Err(error) if error.context("capability") == Some(capability) => Ok(()),
        other => Err(Failure::Check(
            format!("found {other:?}, expected a refusal that names `{capability}`"),
            Location::caller(),
        )),
    }
}

/// Checks which ids are in the table `t`.
///
/// # Errors
/// A [`Failure`] that shows those there are.
pub async fn ids_are(db: &Database, expect: &[i64]) -> Outcome {
    let rows = db.fetch_all::<(i64,)>("SELECT id FROM t ORDER BY id", ()).await?;
    equal(rows.into_iter().map(|(id,)| id).collect::<Vec<_>>(), expect)
}
