//! The only place that waits for a database.

mod migrations;
mod operate;
mod read;
mod records;
mod sql;
mod write;

use crate::call::Call;
use crate::data::{Database, Query, Transaction};
use crate::error::Error;
use crate::operation::{Limits, Runner, Writer};
use crate::plan::idempotency::TABLE as IDEMPOTENCY_TABLE;
use crate::schema::{Inspector, Table};

pub(crate) use migrations::{
    Ask as MigrationAsk, Sets, failed as migration_failed, generated, within, write_generated,
};
pub(crate) use operate::{Operate, read as read_operation};
pub(crate) use read::{Found, all_tables, counted_tables, is_ready, one, read, table, tables};
pub(crate) use records::{Change, Records, check_takes_writes};
pub(crate) use sql::{Ask, Rows, run};
pub(crate) use write::{Idempotency, Work, Write, Written, write};

/// Begins to read what stood in the database at one moment.
async fn begin(db: &Database, call: &Call) -> Result<Transaction<'static>, Error> {
    match call.limit(db.begin_snapshot()).await {
        Some(begun) => Ok(begun?),
        None => Err(Error::DatabaseUnavailable),
    }
}

/// Tells whether a table is kept from callers: it holds answers that were given to others.
fn is_hidden(table: &str) -> bool {
    // A schema may stand before the name.
    let name = table.rsplit('.').next().unwrap_or(table);
    name.eq_ignore_ascii_case(IDEMPOTENCY_TABLE)
}

fn inspector<'t>(
    db: &Database,
    call: &'t Call,
    transaction: &'t mut Transaction<'static>,
) -> Result<Inspector<'t, 'static>, Error> {
    let inspector = Inspector::new(db, transaction)?;
    Ok(inspector.deadline(call.deadline).cancel(&call.stop).context(&call.context))
}

/// Runs operations on behalf of a call.
fn runner<'t>(
    db: &'t Database,
    call: &'t Call,
    transaction: &'t mut Transaction<'static>,
    limits: &'t Limits,
) -> Runner<'t, 'static> {
    let runner = Runner::new(db, transaction, limits).sees(&|table| !is_hidden(table));
    runner.deadline(call.deadline).cancel(&call.stop).context(&call.context).tag("server.rest")
}

async fn find(
    db: &Database,
    call: &Call,
    transaction: &mut Transaction<'static>,
    name: &str,
) -> Result<Table, Error> {
    let limits = Limits::default();
    Ok(runner(db, call, transaction, &limits).table(name).await?)
}

fn prepared<'q>(
    transaction: &'q mut Transaction<'static>,
    call: &'q Call,
    statement: &'q Writer,
) -> Query<'q> {
    transaction
        .request(&statement.text)
        .params(&statement.params)
        .deadline(call.deadline)
        .cancel(&call.stop)
        .context(&call.context)
        // On a thread of its own, so that a client that goes away is noticed while it runs.
        .offload()
        .tag("server.rest")
}
