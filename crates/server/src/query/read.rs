//! Reads: a page, a record, what a table looks like; each in one read-only transaction.

use std::time::{Duration, Instant};

use super::{begin, find, inspector, is_hidden, prepared};
use crate::call::Call;
use crate::data::{Database, Row};
use crate::error::Error;
use crate::plan;
use crate::request::ReadRequest;
use crate::schema::Table;
use crate::schema::migrate::{Entry, Migrator};
use crate::site::Migrations;

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
    mut each: impl FnMut(Row<'_>) -> Result<(), Error> + Send,
) -> Result<Found, Error> {
    let mut transaction = begin(db, call).await?;
    let table = find(db, call, &mut transaction, name).await?;
    let plan = plan::read(&table, request, db.engine().dialect)?;
    let total: i64 = prepared(&mut transaction, call, &plan.count).fetch_value().await?;
    let mut reply = prepared(&mut transaction, call, &plan.page).stream().await?;
    while let Some(row) = reply.next().await? {
        each(row)?;
    }
    drop(reply);
    transaction.commit().await?;
    Ok(Found { table, total_records: u64::try_from(total).unwrap_or_default() })
}

/// Reads one record by its key; it goes to a function.
pub(crate) async fn one(
    db: &Database,
    call: &Call,
    name: &str,
    key: &str,
    each: impl FnOnce(Row<'_>),
) -> Result<Table, Error> {
    let mut transaction = begin(db, call).await?;
    let table = find(db, call, &mut transaction, name).await?;
    let statement = plan::one(&table, key, db.engine().dialect)?;
    let mut reply = prepared(&mut transaction, call, &statement).stream().await?;
    let key = key.to_owned();
    match reply.next().await? {
        Some(row) => each(row),
        None => return Err(Error::RecordNotFound { table: table.name, key }),
    }
    if reply.next().await?.is_some() {
        return Err(Error::AmbiguousKey { table: table.name, key });
    }
    drop(reply);
    transaction.commit().await?;
    Ok(table)
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
        let count = match plan::count(&table, db.engine().dialect)? {
            Some(statement) => {
                let query = prepared(&mut transaction, call, &statement).deadline(deadline);
                query.fetch_value::<i64>().await.ok().and_then(|count| u64::try_from(count).ok())
            }
            None => None,
        };
        counted.push((table, count));
    }
    transaction.commit().await?;
    Ok(counted)
}

/// Compares the migrations of a database with what was applied.
pub(crate) async fn migrations(
    db: &Database,
    call: &Call,
    migrations: &Migrations,
) -> Result<Vec<Entry>, Error> {
    let mut migrator = Migrator::new(db);
    if let Some(set) = &migrations.system {
        migrator = migrator.system(set.clone());
    }
    if let Some(set) = &migrations.app {
        migrator = migrator.app(set.clone());
    }
    match call.limit(migrator.status()).await {
        Some(entries) => Ok(entries?),
        None => Err(Error::QueryTimeout),
    }
}

/// Tells whether a database answers in time.
pub(crate) async fn is_ready(db: &Database, call: &Call) -> bool {
    call.limit(db.health_check()).await.unwrap_or(false)
}
