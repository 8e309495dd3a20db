//! Writes: all statements of a request in one transaction, once for each idempotency key.

use super::{executor, prepared};
use crate::call::Call;
use crate::data::{self, Begin, Capability, Database, ErrorKind, Row, Transaction};
use crate::error::{Action, Error, WriteFailure};
use crate::operation::{
    Delete, Executor, Insert, Limits, Record, Refusal, Rows, Statement, Update,
};
use crate::plan::idempotency;
use crate::request::{NewRecords, key};
use crate::schema::Table;
use crate::site::Mount;
use crate::sql::Dialect;

/// What is done to records of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change<'r> {
    Create(&'r NewRecords),
    Update { key: &'r str, record: &'r Record },
    Delete { key: &'r str },
}

/// What is to be written.
pub(crate) struct Write<'a> {
    pub(crate) table: &'a str,
    pub(crate) change: Change<'a>,
    pub(crate) limits: Limits,
    pub(crate) idempotency: Option<Idempotency>,
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

/// Writes records in one transaction, and keeps the answer in it where there is an idempotency key.
/// Where the engine undoes it for the sake of others, it is begun anew.
///
/// # Cancellation
/// A dropped call leaves nothing changed, or all of it: only the commit cannot be taken back.
pub(crate) async fn write(
    mount: &Mount,
    call: &Call,
    write: &Write<'_>,
    answer: impl Fn(&Table, Vec<String>, Option<String>) -> Result<Written, Error>,
) -> Result<Written, Error> {
    for _ in 1..TRIES_MAX {
        match write_once(mount, call, write, &answer).await {
            Err(Error::Conflict) => {}
            written => return written,
        }
    }
    write_once(mount, call, write, &answer).await
}

async fn write_once(
    mount: &Mount,
    call: &Call,
    write: &Write<'_>,
    answer: impl Fn(&Table, Vec<String>, Option<String>) -> Result<Written, Error>,
) -> Result<Written, Error> {
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
    let limits = &write.limits;
    let is_writable = |table: &str| mount.writable.allows(table);
    let mut executor = executor(db, call, &mut transaction, limits).writes(&is_writable);
    let table = executor.table(write.table).await?;
    let refused = |error| refusal(mount, write.change.action(), &table.name, error);
    executor.check_writes(&table).map_err(refused)?;
    let mut records = Vec::new();
    let mut key = None;
    let each = |row: Row<'_>| {
        let mut record = String::new();
        // Writing to a string does not fail.
        let _ = row.write_json(&mut record);
        records.push(record);
        key = key_of(&table, row);
        Ok(())
    };
    run(&mut executor, &table, write.change, each).await?.map_err(refused)?;
    check_one(&table, write.change, records.len())?;
    let written = answer(&table, records, key)?;
    if let Some(idempotency) = &write.idempotency {
        let keep = idempotency::keep(db.engine().dialect, idempotency, &written);
        prepared(&mut transaction, call, &keep).execute().await?;
    }
    transaction.commit().await.map_err(refused)?;
    Ok(written)
}

/// Runs a change; what is wrong with the key of the request is the outer error.
async fn run(
    executor: &mut Executor<'_, 'static>,
    table: &Table,
    change: Change<'_>,
    each: impl FnMut(Row<'_>) -> data::Result<()> + Send,
) -> Result<data::Result<u64>, Error> {
    let (name, returning) = (table.name.clone(), true);
    let rows = |key| Ok::<_, Error>(Rows { key: Some(key::of(table, key)?), filter: None });
    Ok(match change {
        Change::Create(new) => {
            let insert = Insert { table: name, records: new.records.clone(), returning };
            executor.insert(table, &insert, each).await
        }
        Change::Update { key, record } => {
            let (rows, record) = (rows(key)?, record.clone());
            let update = Update { table: name, rows, record, returning, ..Update::default() };
            executor.update(table, &update, each).await
        }
        Change::Delete { key } => {
            let rows = rows(key)?;
            let delete = Delete { table: name, rows, returning, ..Delete::default() };
            executor.delete(table, &delete, each).await
        }
    })
}

/// Checks that a table is there and takes writes.
pub(crate) async fn check_takes_writes(
    mount: &Mount,
    call: &Call,
    table: &str,
) -> Result<(), Error> {
    let db = &mount.db;
    let mut transaction = super::begin(db, call).await?;
    let (limits, is_writable) = (Limits::default(), |table: &str| mount.writable.allows(table));
    let mut executor = executor(db, call, &mut transaction, &limits).writes(&is_writable);
    let table = executor.table(table).await?;
    let checked = executor.check_writes(&table);
    transaction.commit().await?;
    checked.map_err(|error| refusal(mount, Action::Update, &table.name, error))
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
    let mut before: Vec<Statement> =
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

/// A key names one record: none is not found, several are not touched.
fn check_one(table: &Table, change: Change<'_>, written: usize) -> Result<(), Error> {
    let (Change::Update { key, .. } | Change::Delete { key }) = change else { return Ok(()) };
    let (table, key) = (table.name.clone(), key.to_owned());
    match written {
        0 => Err(Error::RecordNotFound { table, key }),
        1 => Ok(()),
        _ => Err(Error::AmbiguousKey { table, key }),
    }
}

impl Change<'_> {
    fn action(self) -> Action {
        match self {
            Self::Create(_) => Action::Create,
            Self::Update { .. } => Action::Update,
            Self::Delete { .. } => Action::Delete,
        }
    }
}

/// Tells why a change was refused, by the engine or before it.
fn refusal(mount: &Mount, action: Action, table: &str, error: data::Error) -> Error {
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

/// Answers the key of a record as the last part of its path, before it is encoded.
fn key_of(table: &Table, row: Row<'_>) -> Option<String> {
    let mut parts = Vec::with_capacity(table.primary_key.len());
    for name in &table.primary_key {
        let value = row.value(row.columns().find(name)?);
        let mut json = String::new();
        // Writing to a string does not fail.
        let _ = data::write_json(value, &mut json);
        let text = serde_json::from_str::<String>(&json).unwrap_or(json);
        parts.push(text);
    }
    key::text(&parts)
}
