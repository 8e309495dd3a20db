//! Writes: all statements of a request in one transaction, once for each idempotency key.

use super::operate::Operate;
use super::records::Records;
use super::{prepared, runner};
use crate::call::Call;
use crate::data::{self, Begin, Capability, Database, ErrorKind, Transaction};
use crate::error::{Action, Error, WriteFailure};
use crate::operation::{Limits, Refusal, Writer};
use crate::plan::idempotency;
use crate::site::Mount;
use crate::sql::Dialect;

/// What is to be written.
pub(crate) struct Write<'a> {
    pub(crate) work: Work<'a>,
    pub(crate) limits: Limits,
    pub(crate) idempotency: Option<Idempotency>,
}

/// What a request asks for.
pub(crate) enum Work<'a> {
    Records(Records<'a>),
    Operate(Operate<'a>),
}

/// What makes a repeated request known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Idempotency {
    pub(crate) key: String,
    /// A digest of all that the request asks for.
    pub(crate) fingerprint: String,
}

/// The answer to a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
    /// Whether it is the answer of an earlier request with the same key.
    pub(crate) replayed: bool,
}

/// How often a write is tried that others stand in the way of.
const TRIES_MAX: usize = 5;

/// Writes in one transaction, and keeps the answer in it where there is an idempotency key. Where the
/// engine undoes it for the sake of others, it is begun anew.
///
/// # Cancellation
/// A dropped call leaves nothing changed, or all of it: only the commit cannot be taken back.
pub(crate) async fn write(mount: &Mount, call: &Call, write: &Write<'_>) -> Result<Written, Error> {
    for _ in 1..TRIES_MAX {
        match write_once(mount, call, write).await {
            Err(Error::Conflict) => {}
            written => return written,
        }
    }
    write_once(mount, call, write).await
}

async fn write_once(mount: &Mount, call: &Call, write: &Write<'_>) -> Result<Written, Error> {
    let db: &Database = &mount.db;
    if write.idempotency.is_some() && !db.capability().has(Capability::TRANSACTIONAL_DDL) {
        prepare_keys(db).await?;
    }
    let mut transaction = begin(db, call).await?;
    if let Some(idempotency) = &write.idempotency
        && let Some(earlier) = earlier(db, call, &mut transaction, idempotency).await?
    {
        return Ok(earlier);
    }
    let is_writable = |table: &str| mount.writable.allows(table);
    let runner = runner(db, call, &mut transaction, &write.limits).writes(&is_writable);
    let written = match &write.work {
        Work::Records(records) => records.run(mount, runner).await?,
        Work::Operate(operate) => operate.run(mount, runner).await?,
    };
    if let Some(idempotency) = &write.idempotency {
        let keep = idempotency::keep(db.engine().dialect, idempotency, &written);
        prepared(&mut transaction, call, &keep).execute().await?;
    }
    transaction.commit().await.map_err(|error| match &write.work {
        Work::Records(records) => records.refused(mount, error),
        Work::Operate(operate) => operate.refused(mount, error),
    })?;
    Ok(written)
}

/// Begins to write; waits for whoever writes now.
async fn begin(db: &Database, call: &Call) -> Result<Transaction<'static>, Error> {
    match call.limit(db.begin_with(Begin::default())).await {
        Some(begun) => Ok(begun?),
        None => Err(Error::DatabaseUnavailable),
    }
}

/// Makes the table of keys, and forgets old ones, where that cannot be a part of the transaction.
async fn prepare_keys(db: &Database) -> Result<(), Error> {
    let dialect = db.engine().dialect;
    if !db.table_exists(idempotency::TABLE).await? {
        for statement in idempotency::table(dialect) {
            let made = db.execute(&statement.text, ()).await;
            made.map_err(|error| of_table(error, dialect))?;
        }
    }
    db.execute(&idempotency::forget(dialect).text, ()).await?;
    Ok(())
}

/// Answers what an earlier request with the same key was answered.
async fn earlier(
    db: &Database,
    call: &Call,
    transaction: &mut Transaction<'static>,
    idempotency: &Idempotency,
) -> Result<Option<Written>, Error> {
    let dialect = db.engine().dialect;
    let mut before: Vec<Writer> =
        idempotency::lock_key(dialect, &idempotency.key).into_iter().collect();
    if db.capability().has(Capability::TRANSACTIONAL_DDL) {
        if !has_table(call, transaction, dialect).await? {
            before.extend(idempotency::table(dialect));
        }
        before.push(idempotency::forget(dialect));
    }
    for statement in before {
        let done = prepared(transaction, call, &statement).execute().await;
        done.map_err(|error| of_table(error, dialect))?;
    }
    let find = idempotency::find(dialect, &idempotency.key);
    let found: Option<(String, i64, Option<String>, String)> =
        prepared(transaction, call, &find).fetch_optional().await?;
    match found {
        None => Ok(None),
        Some((fingerprint, ..)) if fingerprint != idempotency.fingerprint => {
            Err(Error::IdempotencyKeyReused { key: idempotency.key.clone() })
        }
        Some((_, status, location, body)) => {
            let status = u16::try_from(status).map_err(|_| Error::Internal)?;
            Ok(Some(Written { status, location, body, replayed: true }))
        }
    }
}

async fn has_table(
    call: &Call,
    transaction: &mut Transaction<'static>,
    dialect: Dialect,
) -> Result<bool, Error> {
    match idempotency::exists(dialect) {
        Some(exists) => Ok(prepared(transaction, call, &exists).fetch_value::<i64>().await? != 0),
        None => Ok(false),
    }
}

/// Says what idempotency keys need where the role of the connection may not make it.
fn of_table(error: data::Error, dialect: Dialect) -> Error {
    match error.kind() {
        ErrorKind::Permission if dialect != Dialect::Sqlite => {
            let message = format!(
                "Idempotency keys are kept in the table {}, which the role of the server may \
                 neither make nor write",
                idempotency::TABLE
            );
            Error::Unsupported { message }
        }
        _ => error.into(),
    }
}

/// Tells why a change was refused, by the engine or before it.
pub(super) fn refusal(mount: &Mount, action: Action, table: &str, error: data::Error) -> Error {
    match Refusal::of(&error) {
        Some(Refusal::WritesDisabled { table }) => {
            let (database, table) = (mount.name.clone(), table.clone());
            return Error::WritesDisabled { database, table };
        }
        Some(Refusal::RecordIgnored { table }) => {
            return Error::WriteFailed(WriteFailure::ignored(table));
        }
        Some(_) => return error.into(),
        None => {}
    }
    match WriteFailure::of(action, table, &error) {
        Some(failure) => Error::WriteFailed(failure),
        None => error.into(),
    }
}
