//! Reads: a page, a record, what a table looks like; each in one read-only transaction.

use std::time::{Duration, Instant};

use super::{begin, find, inspector, is_hidden, runner};
use crate::call::Call;
use crate::data::{Capability, Database, Query, Row, Transaction};
use crate::error::Error;
use crate::operation::{self, Limits, Writer};
use crate::request::{ReadRequest, key};
use crate::schema::Table;

/// What was found of a page; its rows went to a function one by one.
pub(crate) struct Found {
    pub(crate) table: Table,
    /// The rows of all pages together.
    pub(crate) total_records: u64,
}

/// Counts and reads the rows of a page in one read-only transaction, so that both are of one
/// moment, and so is the schema they are planned against.
pub(crate) async fn read(
    db: &Database,
    call: &Call,
    name: &str,
    request: &ReadRequest,
    each: impl FnMut(Row<'_>) -> Result<(), Error> + Send,
) -> Result<Found, Error> {
    let mut transaction = begin(db, call).await?;
    let mut runner = runner(db, call, &mut transaction, &request.limits);
    let table = runner.rows_of(name).await?;
    let place = (request.page_size, request.offset());
    let total = runner.select(&table, &request.select(name), place, each).await?;
    transaction.commit().await?;
    Ok(Found { table, total_records: total.unwrap_or_default() })
}

/// Reads one record by its key; it goes to a function.
pub(crate) async fn one(
    db: &Database,
    call: &Call,
    name: &str,
    key: &str,
    each: impl FnOnce(Row<'_>) + Send,
) -> Result<Table, Error> {
    let mut transaction = begin(db, call).await?;
    let limits = Limits::default();
    let mut runner = runner(db, call, &mut transaction, &limits);
    let table = runner.rows_of(name).await?;
    let named = key::of(&table, key)?;
    let each = |row: Row<'_>| {
        each(row);
        Ok::<_, Error>(())
    };
    let found = runner.one(&table, &named, each).await?;
    transaction.commit().await?;
    let key = key.to_owned();
    match found {
        0 => Err(Error::RecordNotFound { table: table.name, key }),
        1 => Ok(table),
        _ => Err(Error::AmbiguousKey { table: table.name, key }),
    }
}

/// Inspects one table.
pub(crate) async fn table(db: &Database, call: &Call, name: &str) -> Result<Table, Error> {
    let mut transaction = begin(db, call).await?;
    let table = find(db, call, &mut transaction, name).await?;
    transaction.commit().await?;
    Ok(table)
}

/// Lists the names of tables and views.
pub(crate) async fn tables(db: &Database, call: &Call) -> Result<Vec<String>, Error> {
    let mut transaction = begin(db, call).await?;
    let mut names = inspector(db, call, &mut transaction)?.tables().await?;
    names.retain(|name| !is_hidden(name));
    transaction.commit().await?;
    Ok(names)
}

/// Inspects all tables.
pub(crate) async fn all_tables(db: &Database, call: &Call) -> Result<Vec<Table>, Error> {
    let mut transaction = begin(db, call).await?;
    let mut tables = inspector(db, call, &mut transaction)?.schema().await?.tables;
    tables.retain(|table| !is_hidden(&table.name));
    transaction.commit().await?;
    Ok(tables)
}

/// Inspects all tables and counts the rows of as many as the time allows.
///
/// # Shape
/// One count for each table; `None` for a view, whose rows are not stored, and past the time.
pub(crate) async fn counted_tables(
    db: &Database,
    call: &Call,
    counting_max: Duration,
) -> Result<Vec<(Table, Option<u64>)>, Error> {
    let mut transaction = begin(db, call).await?;
    let mut tables = inspector(db, call, &mut transaction)?.schema().await?.tables;
    tables.retain(|table| !is_hidden(&table.name));
    let deadline = call.deadline.min(Instant::now() + counting_max);
    let mut counted = Vec::with_capacity(tables.len());
    for table in tables {
        let count = match operation::count_all(&table, db.engine().dialect)? {
            Some(statement) if Instant::now() < deadline => {
                count(db, &mut transaction, call, &statement, deadline).await?
            }
            _ => None,
        };
        counted.push((table, count));
    }
    transaction.commit().await?;
    Ok(counted)
}

/// Tells whether a database answers in time.
pub(crate) async fn is_ready(db: &Database, call: &Call) -> bool {
    call.limit(db.health_check()).await.unwrap_or(false)
}

/// Counts rows within a time; `None` past it. An engine may end the transaction around a statement
/// that fails: it fails in a savepoint, or where the engine has none, outside of the transaction.
async fn count(
    db: &Database,
    transaction: &mut Transaction<'static>,
    call: &Call,
    statement: &Writer,
    deadline: Instant,
) -> Result<Option<u64>, Error> {
    let run = async |query: Query<'_>| {
        let query = query.deadline(deadline).cancel(&call.stop).context(&call.context);
        query.offload().tag("server.rest").fetch_value::<i64>().await
    };
    if !db.capability().has(Capability::SAVEPOINTS) {
        let counted = run(db.request(&statement.text)).await;
        return Ok(counted.ok().and_then(|count| u64::try_from(count).ok()));
    }
    let mut savepoint = transaction.savepoint().await?;
    match run(savepoint.request(&statement.text)).await {
        Ok(count) => {
            savepoint.commit().await?;
            Ok(u64::try_from(count).ok())
        }
        Err(_) => {
            savepoint.rollback().await?;
            Ok(None)
        }
    }
}
