//! Rows read and counted.

use hypostyle_core::{Error, Result, Row};
use hypostyle_schema::Table;

use super::{Count, Key, Refusal, Runner, Select, plan};
use crate::writer::Writer;

impl Runner<'_, '_> {
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
}

/// Tells what a statement of ours was refused for: PostgreSQL alone reads the values of some types,
/// and knows no order or equality for some.
fn of_read(error: Error, statement: &Writer) -> Error {
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
