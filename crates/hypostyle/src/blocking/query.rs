//! One query being prepared.

use std::time::{Duration, Instant};

use hypostyle_core as core;

use super::Rows;
use super::runtime::{wait, wait_for_result};
use crate::{
    CancellationToken, Context, FromRow, FromValue, Intent, IntoParams, Outcome, QueryResult,
    Result, Row,
};

/// A text with parameters and options, run by one of its last methods.
///
/// # Cancellation
/// Another thread ends the call through the token of [`Query::cancel`].
#[must_use = "a query does nothing until it is run"]
pub struct Query<'a> {
    inner: core::Query<'a>,
}

impl<'a> Query<'a> {
    pub(super) fn new(inner: core::Query<'a>) -> Self {
        Self { inner }
    }

    /// Sets the parameters: a tuple, an array, [`params!`](crate::params!) or
    /// [`named!`](crate::named!).
    pub fn params(self, params: impl IntoParams<'a>) -> Self {
        Self::new(self.inner.params(params))
    }

    /// Says what the text may do, where the classifier cannot know.
    pub fn intent(self, intent: Intent) -> Self {
        Self::new(self.inner.intent(intent))
    }

    /// Sets when to give up.
    pub fn deadline(self, deadline: Instant) -> Self {
        Self::new(self.inner.deadline(deadline))
    }

    /// Sets how long it may take from now.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self::new(self.inner.timeout(timeout))
    }

    /// Lets another thread cancel the statement through a token.
    pub fn cancel(self, token: &'a CancellationToken) -> Self {
        Self::new(self.inner.cancel(token))
    }

    /// Names the statement for logs and metrics.
    pub fn tag(self, tag: &'a str) -> Self {
        Self::new(self.inner.tag(tag))
    }

    /// Says on whose behalf it runs.
    pub fn context(self, context: &'a Context) -> Self {
        Self::new(self.inner.context(context))
    }

    /// Sets how many rows a collecting method may collect.
    pub fn rows_max(self, rows_max: usize) -> Self {
        Self::new(self.inner.rows_max(rows_max))
    }

    /// Runs the text and streams its rows.
    ///
    /// # Errors
    /// As [`core::Query::stream`].
    pub fn stream(self) -> Result<Rows<'a>> {
        wait(self.inner.stream()).map(Rows::new)
    }

    /// Runs the text to its end and answers what it did; rows are passed over.
    ///
    /// # Errors
    /// As [`core::Query::execute`].
    pub fn execute(self) -> Result<Outcome> {
        wait(self.inner.execute())
    }

    /// Reads the only row.
    ///
    /// # Errors
    /// As [`core::Query::fetch_one`].
    pub fn fetch_one<T: FromRow>(self) -> Result<T> {
        wait(self.inner.fetch_one())
    }

    /// Reads the only row, if there is one.
    ///
    /// # Errors
    /// As [`core::Query::fetch_optional`].
    pub fn fetch_optional<T: FromRow>(self) -> Result<Option<T>> {
        wait(self.inner.fetch_optional())
    }

    /// Reads the only value of the only row.
    ///
    /// # Errors
    /// As [`core::Query::fetch_value`].
    pub fn fetch_value<T: for<'v> FromValue<'v>>(self) -> Result<T> {
        wait(self.inner.fetch_value())
    }

    /// Reads all rows of the first result.
    ///
    /// # Errors
    /// As [`core::Query::fetch_all`].
    pub fn fetch_all<T: FromRow + Send>(self) -> Result<Vec<T>> {
        wait(self.inner.fetch_all())
    }

    /// Runs the text and answers its first result as one value, failure included.
    pub fn run(self) -> QueryResult {
        wait_for_result(self.inner.run())
    }

    /// Runs the text and hands each row to a function, so that rows are read without being kept.
    ///
    /// # Errors
    /// As [`core::Query::for_each_row`].
    pub fn for_each_row(self, each: impl FnMut(Row<'_>) -> Result<()> + Send) -> Result<()> {
        wait(self.inner.for_each_row(each))
    }
}
