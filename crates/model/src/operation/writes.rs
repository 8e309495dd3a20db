//! Rows made, changed and deleted.

use hypostyle_core::{Error, ErrorKind, Result, Retry, Row};
use hypostyle_schema::Table;
use hypostyle_sql::Dialect;

use super::plan::{self, Steps};
use super::{Delete, Insert, Json, Key, Record, Refusal, Rows, Runner, Update, Upsert};
use crate::writer::Writer;

impl Runner<'_, '_> {
    /// Makes rows; each that is to be answered goes to a function. Answers how many.
    ///
    /// # Errors
    /// A [`Refusal`] of what cannot be written; that of the function; those of the engine.
    pub async fn insert<E: From<Error>>(
        &mut self,
        table: &Table,
        insert: &Insert,
        mut each: impl FnMut(Row<'_>) -> Result<(), E> + Send,
    ) -> Result<u64, E> {
        self.check_records(table, insert.records.len())?;
        let mut made = 0;
        for steps in plan::insert(table, insert, self.dialect)? {
            made += self.run_steps(table, &steps, &mut each).await?;
        }
        Ok(made)
    }

    /// Makes rows, or changes those with the same key; each that is to be answered goes to a function.
    /// Answers how many.
    ///
    /// # Errors
    /// As [`Runner::insert`].
    pub async fn upsert<E: From<Error>>(
        &mut self,
        table: &Table,
        upsert: &Upsert,
        mut each: impl FnMut(Row<'_>) -> Result<(), E> + Send,
    ) -> Result<u64, E> {
        self.check_records(table, upsert.records.len())?;
        for steps in plan::upsert(table, upsert, self.dialect)? {
            self.run_steps(table, &steps, &mut each).await?;
        }
        Ok(upsert.records.len() as u64)
    }

    /// Changes rows; each that is to be answered goes to a function. Answers how many.
    ///
    /// # Errors
    /// As [`Runner::insert`]; [`Refusal::RowsUnexpected`] after the change, which the caller undoes.
    pub async fn update<E: From<Error>>(
        &mut self,
        table: &Table,
        update: &Update,
        mut each: impl FnMut(Row<'_>) -> Result<(), E> + Send,
    ) -> Result<u64, E> {
        self.check_writes(table)?;
        check_meant(&update.rows, update.all)?;
        let by_keys = update.returning && self.dialect == Dialect::Mysql;
        let changed = match by_keys && (update.rows.filter.is_some() || update.all) {
            true => self.update_by_keys(table, update, &mut each).await?,
            false => {
                let steps = plan::update(table, update, self.limits, self.dialect)?;
                self.run_steps(table, &steps, &mut each).await?
            }
        };
        check_expected(table, update.expect, changed)?;
        Ok(changed)
    }

    /// Deletes rows; each that is to be answered goes to a function. Answers how many.
    ///
    /// # Errors
    /// As [`Runner::update`].
    pub async fn delete<E: From<Error>>(
        &mut self,
        table: &Table,
        delete: &Delete,
        mut each: impl FnMut(Row<'_>) -> Result<(), E> + Send,
    ) -> Result<u64, E> {
        self.check_writes(table)?;
        check_meant(&delete.rows, delete.all)?;
        let steps = plan::delete(table, delete, self.limits, self.dialect)?;
        let deleted = self.run_steps(table, &steps, &mut each).await?;
        check_expected(table, delete.expect, deleted)?;
        Ok(deleted)
    }

    /// Checks that a table takes rows, and takes them from the caller.
    ///
    /// # Errors
    /// [`Refusal::WritesDisabled`], [`Refusal::TableNotWritable`].
    pub fn check_writes(&self, table: &Table) -> Result<()> {
        let name = || table.name.clone();
        if !(self.may_write)(&table.name) {
            return Err(Refusal::WritesDisabled { table: name() }.into());
        }
        match table.kind.takes_rows() {
            true => Ok(()),
            false => {
                let kind = table.kind.words();
                Err(Refusal::TableNotWritable { table: name(), kind }.into())
            }
        }
    }

    fn check_records(&self, table: &Table, records: usize) -> Result<()> {
        self.check_writes(table)?;
        let max = self.limits.records_max;
        match records > max {
            true => Err(Refusal::LimitExceeded { what: "records", max }.into()),
            false => Ok(()),
        }
    }

    /// Changes one row after another, on an engine that does not answer those that it changed.
    async fn update_by_keys<E: From<Error>>(
        &mut self,
        table: &Table,
        update: &Update,
        each: &mut (impl FnMut(Row<'_>) -> Result<(), E> + Send),
    ) -> Result<u64, E> {
        let mut changed = 0;
        for key in self.keys(table, &update.rows).await? {
            let rows = Rows { key: Some(key), filter: None };
            let one = Update { rows, ..update.clone() };
            let steps = plan::update(table, &one, self.limits, self.dialect)?;
            changed += self.run_steps(table, &steps, each).await?;
        }
        Ok(changed)
    }

    /// Reads the keys of rows, and holds them until the transaction ends.
    async fn keys(&mut self, table: &Table, rows: &Rows) -> Result<Vec<Key>> {
        let statement = plan::keys(table, rows, self.limits, self.dialect)?;
        let rows_max = usize::try_from(self.limits.rows_max).unwrap_or(usize::MAX);
        let mut reply = self.query(&statement).stream().await?;
        let (mut keys, mut json) = (Vec::new(), String::new());
        while let Some(row) = reply.next().await? {
            if keys.len() == rows_max {
                return Err(Refusal::LimitExceeded { what: "rows", max: rows_max }.into());
            }
            json.clear();
            // Writing to a string does not fail, and what was written can be read.
            let _ = row.write_json(&mut json);
            let Record(fields) = serde_json::from_str(&json).unwrap_or_default();
            let values: Vec<Json> = fields.into_iter().map(|(_, json)| json).collect();
            keys.push(Key::Values(values));
        }
        Ok(keys)
    }

    async fn run_steps<E: From<Error>>(
        &mut self,
        table: &Table,
        steps: &Steps,
        each: &mut (impl FnMut(Row<'_>) -> Result<(), E> + Send),
    ) -> Result<u64, E> {
        let met = |error| of_other(error, &steps.key);
        let mut instead = steps.instead.as_ref();
        if let Some(before) = &steps.before {
            self.execute(before, instead.take()).await.map_err(met)?;
        }
        let mut changed = 0;
        if steps.answers {
            let mut reply = self.query(&steps.main).stream().await.map_err(met)?;
            while let Some(row) = reply.next().await.map_err(met)? {
                each(row)?;
                changed += 1;
            }
        } else {
            changed = self.execute(&steps.main, instead).await.map_err(met)?;
        }
        if changed < steps.made as u64 {
            return Err(Error::from(Refusal::RecordIgnored { table: table.name.clone() }).into());
        }
        if let Some(after) = &steps.after {
            self.query(after).execute().await?;
        }
        Ok(changed)
    }

    /// Runs a change, or the one in its place where a row with the same key is there already. Where that
    /// finds none, it was another key that both have, which the engine named.
    async fn execute(&mut self, change: &Writer, instead: Option<&Writer>) -> Result<u64> {
        match (self.query(change).execute().await, instead) {
            (Err(error), Some(instead)) if error.kind() == ErrorKind::UniqueViolation => {
                let changed = self.query(instead).execute().await?.rows_affected;
                if changed > 0 { Ok(changed) } else { Err(error) }
            }
            (done, _) => Ok(done?.rows_affected),
        }
    }
}

/// A row with the very key by which rows are found is one that this transaction could not see: another
/// made it meanwhile.
fn of_other(error: Error, key: &[String]) -> Error {
    let is_met = error.kind() == ErrorKind::UniqueViolation
        && !key.is_empty()
        && error.columns().iter().eq(key);
    if is_met { error.retry_by(Retry::Transaction) } else { error }
}

/// Checks that the whole table is not meant by accident.
fn check_meant(rows: &Rows, all: bool) -> Result<()> {
    if rows.is_all() == all {
        return Ok(());
    }
    let reason = match all {
        true => "'all' stands beside the rows that are meant",
        false => "says no rows: give 'id' or 'filter', or 'all' to mean every row",
    };
    Err(Refusal::InvalidDocument { reason: reason.to_owned() }.into())
}

fn check_expected(table: &Table, expected: Option<u64>, found: u64) -> Result<()> {
    match expected {
        Some(expected) if expected != found => {
            Err(Refusal::RowsUnexpected { table: table.name.clone(), expected, found }.into())
        }
        _ => Ok(()),
    }
}
