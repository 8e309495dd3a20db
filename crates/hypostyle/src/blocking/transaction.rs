//! Transactions and savepoints: undone when dropped.

use std::time::Duration;

use hypostyle_core as core;

use super::runtime::{Entered, wait, wait_for_result};
use super::{Database, Query, Rows};
use crate::{
    AsError, Begin, Error, FromRow, FromValue, IntoParams, Outcome, QueryResult, Result,
    TransactRetry,
};

/// An open transaction, or a savepoint inside one. Dropping it without
/// [`Transaction::commit`] rolls it back.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Transaction<'s> {
    pub(super) inner: Entered<core::Transaction<'s>>,
}

impl<'s> Transaction<'s> {
    pub(super) fn new(inner: core::Transaction<'s>) -> Self {
        Self { inner: Entered::new(inner) }
    }

    /// Sets a savepoint: a transaction inside this one.
    ///
    /// # Errors
    /// As [`core::Transaction::savepoint`].
    #[track_caller]
    pub fn savepoint(&mut self) -> Result<Transaction<'_>> {
        wait(self.inner.savepoint()).map(Transaction::new)
    }

    /// Commits, or releases the savepoint.
    ///
    /// # Errors
    /// As [`core::Transaction::commit`].
    pub fn commit(self) -> Result<()> {
        wait(self.inner.into_inner().commit())
    }

    /// Rolls back, or back to the savepoint.
    ///
    /// # Errors
    /// As [`core::Transaction::rollback`].
    pub fn rollback(self) -> Result<()> {
        wait(self.inner.into_inner().rollback())
    }

    /// Begins a query inside the transaction.
    #[track_caller]
    pub fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        Query::new(self.inner.request(text))
    }

    /// Runs a query and answers its result as one value, failure included.
    #[track_caller]
    pub fn query<'a>(&'a mut self, text: &'a str, params: impl IntoParams<'a>) -> QueryResult {
        wait_for_result(self.inner.query(text, params))
    }

    /// Runs a statement, or several, and answers what they did.
    ///
    /// # Errors
    /// As [`Query::execute`].
    #[track_caller]
    pub fn execute<'a>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> Result<Outcome> {
        self.request(text).params(params).execute()
    }

    /// Reads the only row into a type.
    ///
    /// # Errors
    /// As [`Query::fetch_one`].
    #[track_caller]
    pub fn fetch_one<'a, T: FromRow>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> Result<T> {
        self.request(text).params(params).fetch_one()
    }

    /// Reads the only row into a type, if there is one.
    ///
    /// # Errors
    /// As [`Query::fetch_optional`].
    #[track_caller]
    pub fn fetch_optional<'a, T: FromRow>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> Result<Option<T>> {
        self.request(text).params(params).fetch_optional()
    }

    /// Reads all rows into a type, up to a limit.
    ///
    /// # Errors
    /// As [`Query::fetch_all`].
    #[track_caller]
    pub fn fetch_all<'a, T: FromRow + Send>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> Result<Vec<T>> {
        self.request(text).params(params).fetch_all()
    }

    /// Reads the only value of the only row.
    ///
    /// # Errors
    /// As [`Query::fetch_value`].
    #[track_caller]
    pub fn fetch_value<'a, T: for<'v> FromValue<'v>>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> Result<T> {
        self.request(text).params(params).fetch_value()
    }

    /// Runs a query and streams its rows.
    ///
    /// # Errors
    /// As [`Query::stream`].
    #[track_caller]
    pub fn stream<'a>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> Result<Rows<'a>> {
        self.request(text).params(params).stream()
    }
}

impl Database {
    /// Runs a body in a transaction and commits it; repeats the whole body when another
    /// transaction was in its way, also where that shows only at the commit.
    ///
    /// # Errors
    /// As [`core::Database::transact`].
    #[track_caller]
    pub fn transact<T, E: From<Error> + AsError>(
        &self,
        body: impl FnMut(&mut Transaction<'static>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact_with(Begin::default(), TransactRetry::default(), body)
    }

    /// As [`Database::transact`], with a choice of isolation, access and patience.
    ///
    /// # Errors
    /// As [`core::Database::transact`].
    #[track_caller]
    pub fn transact_with<T, E: From<Error> + AsError>(
        &self,
        begin: Begin,
        retry: TransactRetry,
        mut body: impl FnMut(&mut Transaction<'static>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut attempt = 1;
        loop {
            let error = match self.attempt(begin, &mut body) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let Some(pause_time) = retry.wait_after(error.as_error(), attempt) else {
                return Err(error);
            };
            wait(pause(pause_time))?;
            attempt += 1;
        }
    }

    #[track_caller]
    fn attempt<T, E: From<Error>>(
        &self,
        begin: Begin,
        body: &mut impl FnMut(&mut Transaction<'static>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut transaction = self.begin_with(begin)?;
        match body(&mut transaction) {
            Ok(done) => {
                transaction.commit()?;
                Ok(done)
            }
            Err(error) => {
                // The body's own error says more than a failure to roll back.
                let _ = transaction.rollback();
                Err(error)
            }
        }
    }
}

async fn pause(time: Duration) -> Result<()> {
    tokio::time::sleep(time).await;
    Ok(())
}
