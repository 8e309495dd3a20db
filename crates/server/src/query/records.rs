//! Changes of records of one table.

use super::write::{Written, refusal};
use super::{begin, runner};
use crate::call::Call;
use crate::data::{self, Row};
use crate::error::{Action, Error};
use crate::operation::{Delete, Insert, Limits, Record, Rows, Runner, Update};
use crate::request::{NewRecords, key};
use crate::schema::Table;
use crate::site::Mount;

/// A change of records, and how it is answered: with the table, the records and the key of the last.
pub(crate) struct Records<'a> {
    pub(crate) table: &'a str,
    pub(crate) change: Change<'a>,
    pub(crate) answer: &'a Answer<'a>,
}

type Answer<'a> =
    dyn Fn(&Table, Vec<String>, Option<String>) -> Result<Written, Error> + Send + Sync + 'a;

/// What is done to records of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change<'r> {
    Create(&'r NewRecords),
    Update { key: &'r str, record: &'r Record },
    Delete { key: &'r str },
}

impl Records<'_> {
    pub(super) async fn run(
        &self,
        mount: &Mount,
        mut runner: Runner<'_, 'static>,
    ) -> Result<Written, Error> {
        let table = runner.rows_of(self.table).await?;
        let refused = |error| refusal(mount, self.change.action(), &table.name, error);
        runner.check_writes(&table).map_err(refused)?;
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
        run(&mut runner, &table, self.change, each).await?.map_err(refused)?;
        check_one(&table, self.change, records.len())?;
        (self.answer)(&table, records, key)
    }

    /// Tells why the commit was refused.
    pub(super) fn refused(&self, mount: &Mount, error: data::Error) -> Error {
        refusal(mount, self.change.action(), self.table, error)
    }
}

/// Runs a change; what is wrong with the key of the request is the outer error.
async fn run(
    runner: &mut Runner<'_, 'static>,
    table: &Table,
    change: Change<'_>,
    each: impl FnMut(Row<'_>) -> data::Result<()> + Send,
) -> Result<data::Result<u64>, Error> {
    let (name, returning) = (table.name.clone(), true);
    let rows = |key| Ok::<_, Error>(Rows { key: Some(key::of(table, key)?), filter: None });
    Ok(match change {
        Change::Create(new) => {
            let insert = Insert { table: name, records: new.records.clone(), returning };
            runner.insert(table, &insert, each).await
        }
        Change::Update { key, record } => {
            let (rows, record) = (rows(key)?, record.clone());
            let update = Update { table: name, rows, record, returning, ..Update::default() };
            runner.update(table, &update, each).await
        }
        Change::Delete { key } => {
            let rows = rows(key)?;
            let delete = Delete { table: name, rows, returning, ..Delete::default() };
            runner.delete(table, &delete, each).await
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
    let mut transaction = begin(db, call).await?;
    let (limits, is_writable) = (Limits::default(), |table: &str| mount.writable.allows(table));
    let mut runner = runner(db, call, &mut transaction, &limits).writes(&is_writable);
    let table = runner.rows_of(table).await?;
    let checked = runner.check_writes(&table);
    transaction.commit().await?;
    checked.map_err(|error| refusal(mount, Action::Update, &table.name, error))
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
