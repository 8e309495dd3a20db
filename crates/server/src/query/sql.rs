//! SQL of the caller's own: one statement, in a transaction in which the engine itself refuses
//! writes.
//!
//! PostgreSQL refuses less than SQLite in such a transaction: `COPY` may write files of the server,
//! `LOCK` may keep others waiting, `DO` may run either. There only statements that answer rows run.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use super::begin;
use crate::call::Call;
use crate::data::{self, Column, Database, Effect, Retry, Row, Value};
use crate::error::Error;
use crate::sql;

/// What a caller asks in SQL.
pub(crate) struct Ask<'a> {
    pub(crate) sql: &'a str,
    pub(crate) params: &'a [Value],
    pub(crate) rows_max: usize,
}

/// What was answered; its rows went to a function one by one.
pub(crate) struct Rows {
    pub(crate) columns: Vec<Column>,
    pub(crate) row_count: usize,
    /// Whether there are more rows than were asked for.
    pub(crate) truncated: bool,
    pub(crate) took: Duration,
}

/// Runs one statement that only reads. Dropping the call interrupts it.
pub(crate) async fn run(
    db: &Database,
    call: &Call,
    ask: Ask<'_>,
    mut each: impl FnMut(Row<'_>) -> Result<(), Error> + Send,
) -> Result<Rows, Error> {
    let dialect = db.engine().dialect;
    let runs = check(ask.sql, dialect)?;
    let mut transaction = begin(db, call).await?;
    let (text, prefix) = match runs {
        Runs::AsItIs => (Cow::Borrowed(ask.sql), 0),
        Runs::Explained => (Cow::Owned(format!("{EXPLAIN}{}", ask.sql)), EXPLAIN.len()),
    };
    let failed = |error: data::Error| of_statement(ask.sql, prefix, dialect, error);
    let began = Instant::now();
    let query = transaction.request(&text).params(ask.params).tag("server.sql");
    // On a thread of its own, so that a caller who goes away is noticed while it runs.
    let query = query.deadline(call.deadline).cancel(&call.stop).context(&call.context).offload();
    let mut reply = query.stream().await.map_err(failed)?;
    if runs == Runs::Explained {
        return Err(refused());
    }
    let (mut row_count, mut truncated) = (0, false);
    while let Some(row) = reply.next().await.map_err(failed)? {
        if row_count == ask.rows_max {
            truncated = true;
            break;
        }
        each(row)?;
        row_count += 1;
    }
    let columns = reply.columns().to_vec();
    Ok(Rows { columns, row_count, truncated, took: began.elapsed() })
}

/// How a statement is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runs {
    AsItIs,
    /// Not at all: the engine is to say what is wrong with it. What it finds nothing wrong with is
    /// refused.
    Explained,
}

/// What stands before a statement that must not run; a line of it would move the caller's lines.
const EXPLAIN: &str = "EXPLAIN ";

/// Checks that a text is one statement, and one that may run.
fn check(text: &str, dialect: sql::Dialect) -> Result<Runs, Error> {
    check_single(text, dialect)?;
    if dialect.is_postgres() {
        // A session in which a backslash escapes would cut the text elsewhere.
        check_single(text, sql::Dialect::PostgresBackslash)?;
    }
    use sql::Verb::{
        Begin, Commit, Explain, Other, Release, Rollback, Savepoint, Select, Show, Values,
    };
    match sql::classify(text, dialect).verb {
        Select | Values | Explain | Show if dialect.is_postgres() => Ok(Runs::AsItIs),
        Other if dialect.is_postgres() => Ok(Runs::Explained),
        _ if dialect.is_postgres() => Err(refused()),
        Begin | Commit | Release | Rollback | Savepoint => Err(refused()),
        _ => Ok(Runs::AsItIs),
    }
}

fn check_single(text: &str, dialect: sql::Dialect) -> Result<(), Error> {
    let mut statements = sql::split(text, dialect);
    let (first, second) = (statements.next(), statements.next());
    match (first, second) {
        (Some(_), None) => Ok(()),
        (None, _) => {
            Err(Error::QueryFailed { message: "There is no statement".to_owned(), place: None })
        }
        (_, Some(second)) => Err(Error::QueryFailed {
            message: "There are several statements; run one at a time".to_owned(),
            place: Some(place(text, second.start)),
        }),
    }
}

fn refused() -> Error {
    let message = "The statement would change something; here it may only read".to_owned();
    Error::QueryFailed { message, place: None }
}

/// Tells the engine's message to whoever wrote the statement, which stood behind a prefix. What is
/// not about the statement is told as everywhere else.
fn of_statement(text: &str, prefix: usize, dialect: sql::Dialect, error: data::Error) -> Error {
    use data::ErrorKind::{
        Cancelled, Closed, Connection, Corrupt, Io, Locked, Permission, PoolTimeout, ReadOnly,
        Timeout,
    };
    let of_place = matches!(
        error.kind(),
        Cancelled | Closed | Connection | Corrupt | Io | Locked | PoolTimeout | Timeout
    );
    if of_place || error.retry() != Retry::Never || error.effect() != Effect::None {
        return error.into();
    }
    // On SQLite a statement is denied for writing; on PostgreSQL to the role of the connection.
    if error.kind() == ReadOnly || (error.kind() == Permission && !dialect.is_postgres()) {
        return refused();
    }
    let position = error.position().and_then(|position| position.checked_sub(prefix));
    let place = position.map(|position| place(text, position));
    Error::QueryFailed { message: error.message().to_owned(), place }
}

/// Answers line and column of a byte, both from 1; columns are letters.
fn place(text: &str, position: usize) -> (usize, usize) {
    let before = text.get(..position).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_lines_and_letters() {
        let check = |text: &str, position: usize, expect: (usize, usize)| {
            assert_eq!(place(text, position), expect, "{text:?} {position}");
        };
        check("SELECT x", 0, (1, 1));
        check("SELECT\n  é, x", 13, (2, 6));
        check("a", 99, (1, 2));
    }
}
