//! Many rows at once.

use hypostyle_core as core;

use super::Database;
use super::runtime::{Entered, wait};
use crate::{IntoRow, Name, Outcome, Result};

/// Rows being inserted in one transaction. Dropping it before [`BulkInsert::finish`] leaves
/// nothing in the table.
#[must_use = "rows not finished are rolled back"]
pub struct BulkInsert<'a> {
    inner: Entered<core::BulkInsert<'a>>,
}

impl Database {
    /// Runs one statement for each row of parameters, all or nothing.
    ///
    /// # Errors
    /// As [`core::Database::execute_many`].
    #[track_caller]
    pub fn execute_many<R: IntoRow>(
        &self,
        text: &str,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Outcome> {
        wait(self.inner.execute_many(text, rows))
    }

    /// Inserts rows into a table by the fastest way of the engine, all or nothing.
    ///
    /// # Errors
    /// As [`core::Database::insert_many`].
    #[track_caller]
    pub fn insert_many<'a, R: IntoRow>(
        &'a self,
        table: impl Into<Name<'a>>,
        columns: &'a [&'a str],
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Outcome> {
        wait(self.inner.insert_many(table, columns, rows))
    }

    /// Begins to insert rows into a table one by one as they come, all or nothing.
    ///
    /// # Errors
    /// As [`core::Database::bulk_insert`].
    #[track_caller]
    pub fn bulk_insert<'a>(
        &self,
        table: impl Into<Name<'a>>,
        columns: &'a [&'a str],
    ) -> Result<BulkInsert<'a>> {
        let inner = Entered::new(wait(self.inner.bulk_insert(table, columns))?);
        Ok(BulkInsert { inner })
    }
}

impl BulkInsert<'_> {
    /// Adds a row; sends those gathered when they are many.
    ///
    /// # Errors
    /// As [`core::BulkInsert::push`].
    pub fn push(&mut self, row: impl IntoRow + Send) -> Result<()> {
        wait(self.inner.push(row))
    }

    /// Sends the rest and commits.
    ///
    /// # Errors
    /// As [`core::BulkInsert::finish`].
    pub fn finish(self) -> Result<Outcome> {
        wait(self.inner.into_inner().finish())
    }
}
