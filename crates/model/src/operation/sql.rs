//! SQL of the caller's own: one statement at a time, none that begins or ends a transaction.
//!
//! PostgreSQL refuses less than SQLite in a transaction that only reads: `COPY` may write files of the
//! server, `LOCK` may keep others waiting, `DO` may run either. There only statements that answer rows
//! run.

use std::borrow::Cow;
use std::sync::Arc;

use hypostyle_core::{
    Columns, Effect, Error, ErrorKind, Named, Outcome, ParamList, Result, Retry, Row, Value,
    ValueRef,
};
use hypostyle_sql::{self as sql, Dialect, Verb};

use super::plan::free_value;
use super::{CallerSql, Json, Params, Query, Record, Refusal, Runner};

/// What a statement of the caller's own answered, besides its rows.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The columns of its rows.
    pub columns: Arc<Columns>,
    /// How many rows it answered.
    pub row_count: usize,
    /// Whether there are more rows than were asked for.
    pub truncated: bool,
    /// How many rows it changed.
    pub rows_affected: u64,
}

impl Runner<'_, '_> {
    /// Runs a statement of the caller's own; each row goes to a function. Where it only reads, the
    /// transaction is one in which the engine refuses writes ([`Runner::reads_only`]).
    ///
    /// # Errors
    /// [`Refusal::SqlDisabled`]; [`Refusal::QueryFailed`] with what the engine says of it; that of the
    /// function; those of the engine that are not about the statement.
    pub async fn run_sql<E: From<Error>>(
        &mut self,
        query: &Query,
        rows_max: usize,
        mut each: impl FnMut(Row<'_>) -> Result<(), E> + Send,
    ) -> Result<Ran, E> {
        let dialect = self.dialect;
        let runs = self.check_sql(query)?;
        let values = Values::of(&query.params, dialect)?;
        let (text, prefix) = match runs {
            Runs::AsItIs => (Cow::Borrowed(&*query.sql), 0),
            Runs::Explained => (Cow::Owned(format!("{EXPLAIN}{}", query.sql)), EXPLAIN.len()),
        };
        let reads = !query.writes;
        let failed = |error| E::from(of_statement(&query.sql, prefix, (dialect, reads), error));
        let mut reply = self.text(&text).params(values.list()).stream().await.map_err(failed)?;
        if runs == Runs::Explained {
            return Err(refused().into());
        }
        let (mut row_count, mut truncated) = (0, false);
        while let Some(row) = reply.next().await.map_err(failed)? {
            if row_count == rows_max {
                truncated = true;
                break;
            }
            each(row)?;
            row_count += 1;
        }
        let columns = Arc::clone(reply.columns());
        let outcome = match truncated && reads {
            true => Outcome::default(),
            false => reply.finish().await.map_err(failed)?,
        };
        Ok(Ran { columns, row_count, truncated, rows_affected: outcome.rows_affected })
    }

    fn check_sql(&self, query: &Query) -> Result<Runs> {
        let allowed = self.limits.sql;
        // In a transaction that may write, the engine would not refuse what only claims to read.
        let needed = match query.writes || !self.is_reading {
            true => CallerSql::Writes,
            false => CallerSql::Reads,
        };
        if allowed == CallerSql::Off || (allowed == CallerSql::Reads && needed != allowed) {
            return Err(Refusal::SqlDisabled { reads: allowed == CallerSql::Reads }.into());
        }
        check(&query.sql, self.dialect, query.writes)
    }
}

/// The values of placeholders, with their names.
struct Values<'q> {
    names: Vec<&'q str>,
    values: Vec<Value>,
}

impl<'q> Values<'q> {
    fn of(params: &'q Params, dialect: Dialect) -> Result<Self> {
        let value = |json: &Json| {
            let reason = || "'params' has a value that is no number, text, true, false or null";
            let invalid = || Refusal::InvalidDocument { reason: reason().to_owned() };
            free_value(json, dialect).ok_or_else(|| Error::from(invalid()))
        };
        Ok(match params {
            Params::Positional(given) => {
                Self { names: Vec::new(), values: given.iter().map(value).collect::<Result<_>>()? }
            }
            Params::Named(Record(given)) => Self {
                names: given.iter().map(|(name, _)| name.as_str()).collect(),
                values: given.iter().map(|(_, json)| value(json)).collect::<Result<_>>()?,
            },
        })
    }

    fn list(&self) -> ParamList<'_> {
        let values = self.values.iter().map(ValueRef::from);
        match self.names.is_empty() {
            true => ParamList::Many(values.collect()),
            false => {
                use hypostyle_core::IntoParams;
                Named(self.names.iter().copied().zip(values).collect()).into_params()
            }
        }
    }
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
fn check(text: &str, dialect: Dialect, writes: bool) -> Result<Runs> {
    use Verb::{Begin, Commit, Explain, Other, Release, Rollback, Savepoint, Select, Show, Values};
    check_single(text, dialect)?;
    if dialect.is_postgres() {
        // A session in which a backslash escapes would cut the text elsewhere.
        check_single(text, Dialect::PostgresBackslash)?;
    }
    match sql::classify(text, dialect).verb {
        Begin | Commit | Release | Rollback | Savepoint if writes => Err(ends_nothing()),
        _ if writes => Ok(Runs::AsItIs),
        Select | Values | Explain | Show if dialect.is_postgres() => Ok(Runs::AsItIs),
        Other if dialect.is_postgres() => Ok(Runs::Explained),
        _ if dialect.is_postgres() => Err(refused()),
        Begin | Commit | Release | Rollback | Savepoint => Err(refused()),
        _ => Ok(Runs::AsItIs),
    }
}

fn check_single(text: &str, dialect: Dialect) -> Result<()> {
    let mut statements = sql::split(text, dialect);
    let (message, place) = match (statements.next(), statements.next()) {
        (Some(_), None) => return Ok(()),
        (None, _) => ("There is no statement", None),
        (_, Some(second)) => {
            ("There are several statements; run one at a time", Some(place(text, second.start)))
        }
    };
    Err(Refusal::QueryFailed { message: message.to_owned(), place }.into())
}

fn refused() -> Error {
    let message = "The statement would change something; here it may only read".to_owned();
    Refusal::QueryFailed { message, place: None }.into()
}

fn ends_nothing() -> Error {
    let message = "A statement may neither begin nor end a transaction here".to_owned();
    Refusal::QueryFailed { message, place: None }.into()
}

/// Tells the engine's message to whoever wrote the statement, which stood behind a prefix. What is
/// not about the statement is told as everywhere else.
fn of_statement(
    text: &str,
    prefix: usize,
    (dialect, reads): (Dialect, bool),
    error: Error,
) -> Error {
    use ErrorKind::{
        Cancelled, Closed, Connection, Corrupt, Io, Locked, Permission, PoolTimeout, ReadOnly,
        Timeout,
    };
    let of_place = matches!(
        error.kind(),
        Cancelled | Closed | Connection | Corrupt | Io | Locked | PoolTimeout | Timeout
    );
    if of_place || error.retry() != Retry::Never || error.effect() != Effect::None || !reads {
        return error;
    }
    // On SQLite a statement is denied for writing; on PostgreSQL to the role of the connection.
    if error.kind() == ReadOnly || (error.kind() == Permission && !dialect.is_postgres()) {
        return refused();
    }
    let position = error.position().and_then(|position| position.checked_sub(prefix));
    let place = position.map(|position| place(text, position));
    Refusal::QueryFailed { message: error.message().to_owned(), place }.into()
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

    #[test]
    fn a_text_is_one_statement_that_ends_no_transaction() {
        let check = |text: &str, writes: bool, expect: &str| {
            let shown = match check(text, Dialect::Sqlite, writes) {
                Ok(runs) => format!("{runs:?}"),
                Err(error) => error.message().to_owned(),
            };
            assert_eq!(shown, expect, "{text}");
        };
        check("SELECT 1", false, "AsItIs");
        check("UPDATE t SET a = 1", true, "AsItIs");
        check("", true, "There is no statement");
        check("SELECT 1; DROP TABLE t", true, "There are several statements; run one at a time");
        check("COMMIT", true, "A statement may neither begin nor end a transaction here");
        check("/* */ rollback", true, "A statement may neither begin nor end a transaction here");
        check("COMMIT", false, "The statement would change something; here it may only read");
    }
}
