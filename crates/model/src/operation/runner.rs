//! Operations run in a transaction of the caller, against the schema as that transaction sees it.

use std::time::Instant;

use hypostyle_core::{
    CancellationToken, Context, Database, Error, Query, Result, Row, Transaction,
};
use hypostyle_schema::{Inspector, Table};
use hypostyle_sql::Dialect;

use super::plan::{self, Statement, Steps};
use super::{
    Count, Delete, Insert, Json, Key, Limits, Record, Refusal, Rows, Select, Update, Upsert,
};

/// Runs operations in a transaction of the caller: what it answers is of one moment with the schema
/// it is planned against. The caller commits.
///
/// # Examples
/// ```
/// use hypostyle_core::{Database, Result};
/// use hypostyle_model::operation::{Runner, Limits, Operation};
///
/// async fn answer(db: &Database, document: &str) -> Result<String> {
///     let limits = Limits::default();
///     let operation = Operation::parse(document, &limits)?;
///     let mut transaction = db.begin().await?;
///     let mut runner = Runner::new(db, &mut transaction, &limits);
///     let answer = runner.run(&operation).await?;
///     transaction.commit().await?;
///     Ok(answer.to_json())
/// }
/// ```
pub struct Runner<'t, 's> {
    pub(super) db: &'t Database,
    pub(super) transaction: &'t mut Transaction<'s>,
    pub(super) limits: &'t Limits,
    pub(super) dialect: Dialect,
    sees: &'t (dyn Fn(&str) -> bool + Sync),
    writes: &'t (dyn Fn(&str) -> bool + Sync),
    deadline: Option<Instant>,
    cancel: Option<&'t CancellationToken>,
    context: Option<&'t Context>,
    tag: &'static str,
    pub(super) is_reading: bool,
    /// How many bytes have been answered.
    pub(super) answered_bytes: usize,
}

impl<'t, 's> Runner<'t, 's> {
    /// Takes a transaction of a database.
    pub fn new(db: &'t Database, transaction: &'t mut Transaction<'s>, limits: &'t Limits) -> Self {
        Self {
            db,
            transaction,
            limits,
            dialect: db.engine().dialect,
            sees: &|_| true,
            writes: &|_| true,
            deadline: None,
            cancel: None,
            context: None,
            tag: "operation",
            is_reading: false,
            answered_bytes: 0,
        }
    }

    /// Says that the transaction is one in which the engine refuses writes, so that SQL of the caller's
    /// own may read in it.
    #[must_use]
    pub fn reads_only(mut self) -> Self {
        self.is_reading = true;
        self
    }

    /// Says which tables the caller may know of, by name. Default all.
    #[must_use]
    pub fn sees(mut self, sees: &'t (dyn Fn(&str) -> bool + Sync)) -> Self {
        self.sees = sees;
        self
    }

    /// Says which tables the caller may write, by name. Default all.
    #[must_use]
    pub fn writes(mut self, writes: &'t (dyn Fn(&str) -> bool + Sync)) -> Self {
        self.writes = writes;
        self
    }

    /// Sets when to give up.
    #[must_use]
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Lets another task cancel the statements through a token.
    #[must_use]
    pub fn cancel(mut self, token: &'t CancellationToken) -> Self {
        self.cancel = Some(token);
        self
    }

    /// Says on whose behalf the statements run.
    #[must_use]
    pub fn context(mut self, context: &'t Context) -> Self {
        self.context = Some(context);
        self
    }

    /// Names the statements for logs and metrics. Default `operation`.
    #[must_use]
    pub fn tag(mut self, tag: &'static str) -> Self {
        self.tag = tag;
        self
    }

    /// Finds a table that can be read.
    ///
    /// # Errors
    /// [`Refusal::TableNotFound`], [`Refusal::TableUnreadable`]; those of the engine.
    pub async fn table(&mut self, name: &str) -> Result<Table> {
        let sees = self.sees;
        // No engine has such names, and some take no such text.
        let found = match name.contains('\0') {
            true => None,
            false => self.inspector()?.table(name).await?,
        };
        match found.filter(|table| sees(&table.name)) {
            Some(Table { name, problem: Some(problem), .. }) => {
                Err(Refusal::TableUnreadable { table: name, problem }.into())
            }
            Some(table) => Ok(table),
            None => {
                let available = self.tables().await?;
                Err(Refusal::TableNotFound { table: name.to_owned(), available }.into())
            }
        }
    }

    /// Lists the names of tables and views.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn tables(&mut self) -> Result<Vec<String>> {
        let sees = self.sees;
        let mut names = self.inspector()?.tables().await?;
        names.retain(|name| sees(name));
        Ok(names)
    }

    /// Reads rows; each goes to a function. With a page, all that are meant are counted.
    ///
    /// # Errors
    /// A [`Refusal`] of what the select asks for; that of the function; those of the engine.
    pub async fn select<E: From<Error>>(
        &mut self,
        table: &Table,
        select: &Select,
        (limit, offset): (u64, u64),
        mut each: impl FnMut(Row<'_>) -> Result<(), E> + Send,
    ) -> Result<Option<u64>, E> {
        let plan = plan::read(table, select, (limit, offset), self.limits, self.dialect)?;
        let refused = |error| E::from(of_read(error, &plan.count));
        let mut total = None;
        if select.page.is_some() {
            let count = self.query(&plan.count).fetch_value::<i64>().await.map_err(refused)?;
            total = Some(u64::try_from(count).unwrap_or_default());
        }
        let mut reply = self.query(&plan.page).stream().await.map_err(refused)?;
        while let Some(row) = reply.next().await.map_err(refused)? {
            each(row)?;
        }
        Ok(total)
    }

    /// Reads the row with a key; it goes to a function. Answers how many there are: a key of which a
    /// database holds no type may name several, and two are enough to know.
    ///
    /// # Errors
    /// As [`Runner::select`].
    pub async fn one<E: From<Error>>(
        &mut self,
        table: &Table,
        key: &Key,
        each: impl FnOnce(Row<'_>) -> Result<(), E> + Send,
    ) -> Result<usize, E> {
        let statement = plan::one(table, key, self.dialect)?;
        let refused = |error| E::from(of_read(error, &statement));
        let mut reply = self.query(&statement).stream().await.map_err(refused)?;
        match reply.next().await.map_err(refused)? {
            Some(row) => each(row)?,
            None => return Ok(0),
        }
        Ok(if reply.next().await.map_err(refused)?.is_some() { 2 } else { 1 })
    }

    /// Counts rows.
    ///
    /// # Errors
    /// As [`Runner::select`].
    pub async fn count(&mut self, table: &Table, count: &Count) -> Result<u64> {
        let statement = plan::count(table, &count.rows, self.limits, self.dialect)?;
        let counted = self.query(&statement).fetch_value::<i64>().await;
        let counted = counted.map_err(|error| of_read(error, &statement))?;
        Ok(u64::try_from(counted).unwrap_or_default())
    }

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
        if !(self.writes)(&table.name) {
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
        if let Some(before) = &steps.before {
            self.query(before).execute().await?;
        }
        let mut changed = 0;
        if steps.answers {
            let mut reply = self.query(&steps.main).stream().await?;
            while let Some(row) = reply.next().await? {
                each(row)?;
                changed += 1;
            }
        } else {
            changed = self.query(&steps.main).execute().await?.rows_affected;
        }
        if changed < steps.made as u64 {
            return Err(Error::from(Refusal::RecordIgnored { table: table.name.clone() }).into());
        }
        if let Some(after) = &steps.after {
            self.query(after).execute().await?;
        }
        Ok(changed)
    }

    /// Prepares a statement to run as the caller's others do.
    pub fn query<'q>(&'q mut self, statement: &'q Statement) -> Query<'q> {
        self.text(&statement.text).params(&statement.params)
    }

    /// Prepares a text. What can be cancelled runs on a thread of its own, so that a caller who goes
    /// away is noticed while it runs.
    pub(super) fn text<'q>(&'q mut self, text: &'q str) -> Query<'q> {
        let mut query = self.transaction.request(text).tag(self.tag);
        if let Some(deadline) = self.deadline {
            query = query.deadline(deadline);
        }
        if let Some(cancel) = self.cancel {
            query = query.cancel(cancel).offload();
        }
        if let Some(context) = self.context {
            query = query.context(context);
        }
        query
    }

    fn inspector(&mut self) -> Result<Inspector<'_, 's>> {
        let mut inspector = Inspector::new(self.db, self.transaction)?;
        if let Some(deadline) = self.deadline {
            inspector = inspector.deadline(deadline);
        }
        if let Some(cancel) = self.cancel {
            inspector = inspector.cancel(cancel);
        }
        if let Some(context) = self.context {
            inspector = inspector.context(context);
        }
        Ok(inspector)
    }
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

/// Tells what a statement of ours was refused for: PostgreSQL alone reads the values of some types,
/// and knows no order or equality for some.
fn of_read(error: Error, statement: &Statement) -> Error {
    let refusal = match error.code() {
        _ if !statement.dialect.is_postgres() => return error,
        Some("42883") => Refusal::Incomparable,
        Some(code) if OF_VALUES.contains(&code) && !statement.params.is_empty() => {
            Refusal::ValueRefused
        }
        _ => return error,
    };
    refusal.into()
}

/// Codes of PostgreSQL about how a value is written. Queries to texts and documents are languages of
/// their own, whose syntax errors have the code of those of SQL.
///
/// # Source
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const OF_VALUES: [&str; 14] = [
    "22000", "22001", "22003", "22007", "22008", "2200M", "2200N", "22021", "22023", "22026",
    "22P02", "22P03", "22P05", "42601",
];
