//! SQL of the caller's own: one statement, in a transaction in which the engine itself refuses
//! writes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{begin, runner};
use crate::call::Call;
use crate::data::{Columns, Database, Row};
use crate::error::Error;
use crate::operation::{CallerSql, Limits, Params, Query};

/// What a caller asks in SQL.
pub(crate) struct Ask<'a> {
    pub(crate) sql: &'a str,
    pub(crate) params: Params,
    pub(crate) rows_max: usize,
}

/// What was answered; its rows went to a function one by one.
pub(crate) struct Rows {
    pub(crate) columns: Arc<Columns>,
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
    each: impl FnMut(Row<'_>) -> Result<(), Error> + Send,
) -> Result<Rows, Error> {
    let limits = Limits { sql: CallerSql::Reads, ..Limits::default() };
    let mut transaction = begin(db, call).await?;
    let mut runner = runner(db, call, &mut transaction, &limits).reads_only().tag("server.sql");
    let query = Query { sql: ask.sql.to_owned(), params: ask.params, ..Query::default() };
    let began = Instant::now();
    let ran = runner.run_sql(&query, ask.rows_max, each).await.map_err(|error| match error {
        Error::InvalidOperation { .. } => Error::InvalidBody {
            reason: "has a parameter that is neither a number, text, true, false nor null".into(),
        },
        error => error,
    });
    let ran = ran?;
    let took = began.elapsed();
    Ok(Rows { columns: ran.columns, row_count: ran.row_count, truncated: ran.truncated, took })
}
