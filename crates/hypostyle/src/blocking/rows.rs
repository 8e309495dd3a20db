//! Rows lent one by one.

use std::sync::Arc;

use super::runtime::{Entered, wait};
use crate::{Columns, FromRow, Outcome, Reply, Result, Row};

/// The rows of a result, read as they are asked for.
///
/// # Cancellation
/// Dropping it ends its statement.
pub struct Rows<'s> {
    reply: Entered<Reply<'s>>,
}

impl<'s> Rows<'s> {
    pub(super) fn new(reply: Reply<'s>) -> Self {
        Self { reply: Entered::new(reply) }
    }

    /// Answers the columns of the present result; none for a statement that returns no rows.
    pub fn columns(&self) -> &Arc<Columns> {
        self.reply.columns()
    }

    /// Answers what the statement did, once its rows have been read.
    pub fn outcome(&self) -> Outcome {
        self.reply.outcome()
    }

    /// Lends the next row of the present result; [`Rows::for_each`] is faster for many.
    ///
    /// # Errors
    /// As [`Reply::next`].
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot lend what it holds")]
    pub fn next(&mut self) -> Result<Option<Row<'_>>> {
        wait(self.reply.next())
    }

    /// Reads the next row of the present result into a type.
    ///
    /// # Errors
    /// As [`Reply::next_as`].
    pub fn next_as<T: FromRow>(&mut self) -> Result<Option<T>> {
        wait(self.reply.next_as())
    }

    /// Reads rows of the present result into a type and hands each to `each`, until the end or
    /// until `each` answers an error.
    ///
    /// # Errors
    /// As [`Reply::for_each`].
    pub fn for_each<T: FromRow>(&mut self, each: impl FnMut(T) -> Result<()> + Send) -> Result<()> {
        wait(self.reply.for_each(each))
    }

    /// Collects the rest of the present result.
    ///
    /// # Errors
    /// As [`Reply::read_all`].
    pub fn read_all<T: FromRow + Send>(&mut self, rows_max: usize) -> Result<Vec<T>> {
        wait(self.reply.read_all(rows_max))
    }

    /// Goes on to the next result of a text with several statements, past rows not read.
    ///
    /// # Errors
    /// As [`Reply::next_result`].
    pub fn next_result(&mut self) -> Result<bool> {
        wait(self.reply.next_result())
    }

    /// Runs the text to its end and answers what all its statements did together.
    ///
    /// # Errors
    /// As [`Reply::finish`].
    pub fn finish(self) -> Result<Outcome> {
        wait(self.reply.into_inner().finish())
    }
}
