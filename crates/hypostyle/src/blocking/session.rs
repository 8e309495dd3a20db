//! A connection held for several calls outside any transaction.

use hypostyle_core as core;

use super::runtime::{Entered, wait};
use super::{Database, Query, Transaction};
use crate::{Intent, IntoParams, Outcome, Result};

/// A connection held for several calls. Dropping it gives the connection back, with everything it
/// left open undone and its settings restored.
pub struct HeldSession {
    pub(super) inner: Entered<core::HeldSession>,
}

impl Database {
    /// Takes a connection out of the pool until the answer is dropped.
    ///
    /// # Errors
    /// As [`core::Database::session`].
    #[track_caller]
    pub fn session(&self, intent: Intent) -> Result<HeldSession> {
        let inner = Entered::new(wait(self.inner.session(intent))?);
        Ok(HeldSession { inner })
    }
}

impl HeldSession {
    /// Begins a query on this connection.
    #[track_caller]
    pub fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        Query::new(self.inner.request(text))
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

    /// Begins a transaction on this connection.
    ///
    /// # Errors
    /// As [`core::HeldSession::begin`].
    #[track_caller]
    pub fn begin(&mut self) -> Result<Transaction<'_>> {
        wait(self.inner.begin()).map(Transaction::new)
    }
}
