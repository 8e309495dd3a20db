//! DuckDB's errors: by the type of exception it names, and by what was being done.
//!
//! A connection is opened with `errors_as_json`, so that type, subtype and place are told apart from
//! the message. What a broken constraint is, DuckDB says by the message alone; `broken` is the one
//! place that reads it.

use std::time::Duration;

use hypostyle_core::{Effect, Error, ErrorKind, Retry};

use crate::raw::{Failure, Kind};

/// Why a statement was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Its deadline passed, so long after it began.
    Deadline(Duration),
    /// Its token was cancelled.
    Cancelled,
    /// Its future was dropped.
    Dropped,
}

/// Where a failure happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Circumstances {
    /// A transaction was open around the statement.
    pub(crate) in_transaction: bool,
    /// That transaction had failed before.
    pub(crate) had_failed: bool,
    /// Database or transaction are read-only.
    pub(crate) is_read_only: bool,
    /// What kind of statement it was, where it could be read.
    pub(crate) kind: Option<Kind>,
    /// Why the statement was interrupted.
    pub(crate) stop: Option<Stop>,
    /// Where the statement begins in the caller's text, where that is what DuckDB read.
    pub(crate) start: Option<usize>,
}

/// What DuckDB said, in its parts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// The type of the exception, as `Catalog`.
    pub(crate) exception: String,
    pub(crate) message: String,
    position: Option<usize>,
}

impl Said {
    pub(crate) fn of(failure: &Failure) -> Self {
        let whole = failure.0.as_str();
        let (exception, rest) = whole.split_once(" Error: ").unwrap_or(("", whole));
        // An appender puts words of its own before what it was told.
        let json = whole
            .find("{\"exception_type\"")
            .and_then(|at| serde_json::from_str(&whole[at..]).ok());
        let json: serde_json::Value = match json {
            Some(json) => json,
            None => {
                let (exception, message) = (exception.to_owned(), rest.to_owned());
                return Self { exception, message, position: None };
            }
        };
        let part = |key: &str| json.get(key).and_then(serde_json::Value::as_str);
        Self {
            exception: part("exception_type").unwrap_or(exception).to_owned(),
            message: part("exception_message").unwrap_or(rest).to_owned(),
            position: part("position").and_then(|at| at.parse().ok()),
        }
    }

    /// Tells whether the whole database is of no more use.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self.exception.as_str(), "FATAL" | "INTERNAL")
    }
}

/// Makes the error of what DuckDB said.
pub(crate) fn error_of(said: Said, circumstances: Circumstances) -> Error {
    let Circumstances { in_transaction, start, .. } = circumstances;
    if said.exception == "INTERRUPT" {
        return stopped(circumstances.stop);
    }
    let kind = kind_of(&said, circumstances);
    let retry = match kind {
        ErrorKind::Conflict | ErrorKind::Aborted => Retry::Transaction,
        ErrorKind::Locked if in_transaction => Retry::Transaction,
        ErrorKind::Locked => Retry::Request,
        _ => Retry::Never,
    };
    // A failed statement leaves nothing; of a failed write to the disk nobody knows.
    let effect = match kind {
        ErrorKind::Io if !reads(circumstances.kind) => Effect::Unknown,
        _ => Effect::None,
    };
    let error = Error::new(kind, message(kind, &said.message))
        .coded(said.exception)
        .retry_by(retry)
        .effect_of(effect);
    let error = match (said.position, start) {
        (Some(position), Some(start)) => error.at_byte(start + position),
        _ => error,
    };
    match kind {
        ErrorKind::NotNullViolation => match null_column(&said.message) {
            Some((table, column)) => error.on(table, vec![column.to_owned()]),
            None => error,
        },
        _ => error,
    }
}

/// Makes the error of a value that the library does not take.
pub(crate) fn of_value(failure: Failure) -> Error {
    let said = Said::of(&failure);
    Error::new(ErrorKind::Parameter, said.message).coded(said.exception)
}

pub(crate) fn stopped(stop: Option<Stop>) -> Error {
    match stop {
        Some(Stop::Deadline(after)) => Error::timeout(Some(after)),
        Some(Stop::Cancelled) => Error::cancelled(),
        Some(Stop::Dropped) | None => Error::new(ErrorKind::Cancelled, "the call was dropped"),
    }
}

fn reads(kind: Option<Kind>) -> bool {
    kind.is_none_or(|kind| matches!(kind, Kind::SELECT | Kind::EXPLAIN))
}

fn kind_of(said: &Said, circumstances: Circumstances) -> ErrorKind {
    let Circumstances { in_transaction, had_failed, is_read_only, kind, .. } = circumstances;
    match said.exception.as_str() {
        "Constraint" => broken(&said.message),
        "TransactionContext" if had_failed => ErrorKind::Aborted,
        "TransactionContext" | "Invalid Input" if is_read_only && !reads(kind) => {
            ErrorKind::ReadOnly
        }
        // There is none to end, or one already.
        "TransactionContext" if kind == Some(Kind::TRANSACTION) && !in_transaction => {
            ErrorKind::Query
        }
        "TransactionContext" if in_transaction => ErrorKind::Conflict,
        "TransactionContext" => ErrorKind::Locked,
        "Parser"
        | "syntax"
        | "Binder"
        | "Catalog"
        | "Dependency"
        | "Not implemented"
        | "Settings"
        | "Planner"
        | "Expression"
        | "Missing Extension"
        | "Extension Autoloading" => ErrorKind::Query,
        // A setting that configuration has locked.
        "Invalid Input" if kind == Some(Kind::SET) => ErrorKind::Permission,
        "Conversion" | "Out of Range" | "Mismatch Type" | "Invalid type" | "Decimal"
        | "Divide by Zero" | "Invalid Input" | "Sequence" | "Object Size" | "Unknown Type" => {
            ErrorKind::Data
        }
        "Parameter Not Resolved" | "Parameter Not Allowed" => ErrorKind::Parameter,
        "Permission" => ErrorKind::Permission,
        "Out of Memory" => ErrorKind::Limit,
        "IO" | "HTTP" | "Network" => ErrorKind::Io,
        "Connection" | "Library" => ErrorKind::Connection,
        "Serialization" => ErrorKind::Corrupt,
        _ => ErrorKind::Other,
    }
}

/// Tells by DuckDB's message which constraint is broken.
fn broken(message: &str) -> ErrorKind {
    if message.starts_with("NOT NULL") {
        ErrorKind::NotNullViolation
    } else if message.starts_with("CHECK") {
        ErrorKind::CheckViolation
    } else if message.starts_with("Violates foreign key") {
        ErrorKind::ForeignKeyViolation
    } else {
        ErrorKind::UniqueViolation
    }
}

fn message(kind: ErrorKind, said: &str) -> String {
    match kind {
        ErrorKind::UniqueViolation => format!("Record already exists: {said}"),
        ErrorKind::Conflict | ErrorKind::Locked => {
            format!("{said} Another transaction has changed the same rows or tables.")
        }
        ErrorKind::ReadOnly => {
            format!("{said}: the database, the transaction or the request is read-only")
        }
        _ => said.to_owned(),
    }
}

/// Reads the table and the column out of the message of a missing value.
fn null_column(message: &str) -> Option<(&str, &str)> {
    let (_, place) = message.split_once("NOT NULL constraint failed: ")?;
    place.rsplit_once('.')
}

/// The key that exists already, out of the message: columns with their values, as `a: 1, b: 2`.
pub(crate) fn duplicate_key(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("uplicate key \"")?;
    rest.rsplit_once('"').map(|(key, _)| key)
}

/// The expression of a check that does not hold, out of the message.
pub(crate) fn failed_check(message: &str) -> Option<(&str, &str)> {
    let (_, rest) = message.split_once("CHECK constraint failed on table ")?;
    rest.split_once(" with expression ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: (&str, &str, Option<usize>)) {
        let said = Said::of(&Failure(text.to_owned()));
        assert_eq!((said.exception.as_str(), said.message.as_str(), said.position), expect);
    }

    #[test]
    fn type_message_and_place_are_told_apart() {
        check(
            r#"Binder Error: {"exception_type":"Binder","exception_message":"no","position":"7"}"#,
            ("Binder", "no", Some(7)),
        );
        check("IO Error: Cannot open file", ("IO", "Cannot open file", None));
        check("no error at all", ("", "no error at all", None));
    }

    #[test]
    fn the_parts_of_a_broken_constraint_are_read_out_of_its_message() {
        let key = duplicate_key("Duplicate key \"a: x\"\", b: 1\" violates unique constraint.");
        assert_eq!(key, Some("a: x\"\", b: 1"));
        let check =
            failed_check("CHECK constraint failed on table t with expression CHECK((v > 0))");
        assert_eq!(check, Some(("t", "CHECK((v > 0))")));
        assert_eq!(null_column("NOT NULL constraint failed: t.v"), Some(("t", "v")));
    }
}
