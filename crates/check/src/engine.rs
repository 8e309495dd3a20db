//! Statements prepared by the engine itself, and its refusals in terms of the text.

use hypostyle::sql::{Dialect, translate};
use hypostyle::{Error, ErrorKind, HeldSession, Result, Transaction};

use crate::meant::Words;
use crate::names::Names;
use crate::offline::Catalog;
use crate::parameters::{marker, nulls};

/// What is wrong with a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    /// Where in the statement, from and to which byte.
    pub(crate) range: Option<(usize, usize)>,
    pub(crate) help: Vec<String>,
}

impl Fault {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), range: None, help: Vec::new() }
    }

    pub(crate) fn at(self, begin: usize, end: usize) -> Self {
        Self { range: Some((begin, end)), ..self }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// What an engine, or what stands for it, makes of a statement.
pub(crate) enum Verdict {
    Right,
    Wrong(Fault),
    Unchecked(String),
}

/// Where statements are prepared.
pub(crate) enum Engine {
    /// SQLite and DuckDB, on one connection, so that what is temporary stays.
    Session(HeldSession),
    /// PostgreSQL, in a transaction that is never committed.
    Postgres(Transaction<'static>),
    /// MySQL and MariaDB.
    Mysql(HeldSession),
    /// PostgreSQL and MySQL without a server.
    Offline(Catalog),
}

const EXPLAIN: &str = "EXPLAIN ";

/// A statement in a variable, for MySQL prepares what a variable holds without running it.
const SET: &str = "SET @hypostyle_check = ?";
const PREPARE: &str = "PREPARE hypostyle_check FROM @hypostyle_check";
const DEALLOCATE: &str = "DEALLOCATE PREPARE hypostyle_check";

impl Engine {
    /// Prepares a statement without running it.
    ///
    /// # Errors
    /// What keeps the engine from answering at all.
    pub(crate) async fn judge(&mut self, text: &str, names: &Names) -> Result<Verdict> {
        let dialect = match self {
            Self::Session(session) => session.database().engine().dialect,
            Self::Postgres(_) => Dialect::Postgres,
            Self::Mysql(_) => Dialect::Mysql,
            Self::Offline(catalog) => return Ok(catalog.judge(text)),
        };
        let Ok(translated) = translate(text, dialect, marker(dialect)) else {
            return Ok(Verdict::Unchecked("its parameters are counted over several".to_owned()));
        };
        let explained = format!("{EXPLAIN}{text}");
        let prepared = match self {
            Self::Session(session) => {
                let query = session.request(&explained).params(nulls(&translated.slots));
                query.execute().await.map(drop)
            }
            Self::Postgres(transaction) => {
                let mut inner = transaction.savepoint().await?;
                let query = inner.request(&explained).params(nulls(&translated.slots));
                let prepared = query.execute().await.map(drop);
                inner.rollback().await?;
                prepared
            }
            Self::Mysql(session) => {
                session.execute(SET, (translated.text.as_ref(),)).await?;
                let prepared = session.execute(PREPARE, ()).await.map(drop);
                if prepared.is_ok() {
                    session.execute(DEALLOCATE, ()).await?;
                }
                prepared
            }
            Self::Offline(catalog) => return Ok(catalog.judge(text)),
        };
        match prepared {
            Ok(()) => Ok(Verdict::Right),
            Err(error) => refused(error, text, dialect, names),
        }
    }
}

/// Tells a statement that is wrong from an engine that does not answer.
fn refused(error: Error, text: &str, dialect: Dialect, names: &Names) -> Result<Verdict> {
    match error.kind() {
        ErrorKind::Query | ErrorKind::Data | ErrorKind::Validation | ErrorKind::Parameter => {
            Ok(Verdict::Wrong(fault(&error, text, dialect, names)))
        }
        ErrorKind::Unsupported | ErrorKind::Permission | ErrorKind::ReadOnly => {
            Ok(Verdict::Unchecked(error.message().to_owned()))
        }
        _ => Err(error),
    }
}

/// Says what the engine said, where, and what was probably meant.
fn fault(error: &Error, text: &str, dialect: Dialect, names: &Names) -> Fault {
    // Engines that add where it stands and what was meant do so on further lines.
    let message = error.message().lines().next().unwrap_or_default();
    let fault = Fault::new(message);
    let position = error.position().and_then(|at| at.checked_sub(EXPLAIN.len()));
    let words = Words::of(text, dialect);
    match words.meant(message, position, names) {
        Some(index) => {
            let (begin, end) = words.range(index);
            words.help(index, names).into_iter().fold(fault.at(begin, end), Fault::help)
        }
        None => match position {
            Some(at) => fault.at(at, at + 1),
            None => fault,
        },
    }
}
