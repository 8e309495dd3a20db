//! Rows deleted, softly or for good, and brought back.

use hypostyle_core::{Error, ErrorKind, Executor, Intent, Result, Value};

use super::update::{alive, push_alive, push_update};
use super::{Repository, moment, now, push_key};
use crate::change::{Assigned, Change};
use crate::definition::Role;
use crate::filter::{Filter, Node};
use crate::model::Model;
use crate::writer::Writer;

impl<M: Model, E: Executor> Repository<M, E> {
    /// Deletes the row of a key, softly where the model says so, and tells whether there was one.
    ///
    /// # Errors
    /// As [`Query::execute`](hypostyle_core::Query::execute).
    ///
    /// # Cancellation
    /// The row may have been deleted, as with any single statement.
    pub async fn delete(self, id: impl Into<M::Key> + Send) -> Result<bool> {
        let id = id.into();
        let mut delete = self.writer()?;
        push_delete::<M>(&mut delete)?;
        push_key(&mut delete, M::definition(), &id)?;
        push_alive(&mut delete, M::definition())?;
        self.run(&delete, "model.delete").await.map(|rows| rows > 0)
    }

    /// Deletes the rows that meet a condition, softly where the model says so, and answers how many.
    ///
    /// # Errors
    /// As [`Query::execute`](hypostyle_core::Query::execute).
    ///
    /// # Cancellation
    /// All of them may have been deleted, or none.
    pub async fn delete_many(self, filter: Filter<M>) -> Result<u64> {
        let mut delete = self.writer()?;
        push_delete::<M>(&mut delete)?;
        delete.push(" WHERE ");
        delete.push_condition(&filter.node.and(alive(M::definition())))?;
        self.run(&delete, "model.delete_many").await
    }

    /// Deletes the row of a key for good, softly deleted or not, and tells whether there was one.
    ///
    /// # Errors
    /// As [`Query::execute`](hypostyle_core::Query::execute).
    pub async fn delete_for_good(self, id: impl Into<M::Key> + Send) -> Result<bool> {
        let id = id.into();
        let mut delete = self.writer()?;
        delete.push("DELETE FROM ");
        delete.push_table(M::definition())?;
        push_key(&mut delete, M::definition(), &id)?;
        self.run(&delete, "model.delete_for_good").await.map(|rows| rows > 0)
    }

    /// Brings back a row that was softly deleted, and tells whether there was one.
    ///
    /// # Errors
    /// `Unsupported` for a model without soft deletion; as
    /// [`Query::execute`](hypostyle_core::Query::execute).
    pub async fn restore(self, id: impl Into<M::Key> + Send) -> Result<bool> {
        let id = id.into();
        let definition = M::definition();
        let Some((_, column)) = definition.with_role(Role::Deleted) else {
            let message = format!(
                "`{}` deletes rows for good: mark a field of it with `#[model(deleted)]`",
                definition.model
            );
            return Err(Error::new(ErrorKind::Unsupported, message));
        };
        let change = Change::<M>::new(column.name, Ok(Assigned::Value(Value::Null)));
        let mut update = self.writer()?;
        push_update(&mut update, definition, &[change])?;
        push_key(&mut update, definition, &id)?;
        update.push(" AND ");
        update.push_condition(&Node::Not(Box::new(Node::Null(column.name))))?;
        self.run(&update, "model.restore").await.map(|rows| rows > 0)
    }

    async fn run(mut self, statement: &Writer, tag: &str) -> Result<u64> {
        let values = statement.values();
        let query = self.request(&statement.text, tag).params(values.as_slice());
        query.intent(Intent::Write).execute().await.map(|outcome| outcome.rows_affected)
    }
}

/// Appends what deletes rows, without its condition.
pub(super) fn push_delete<M: Model>(out: &mut Writer) -> Result<()> {
    let definition = M::definition();
    match definition.with_role(Role::Deleted) {
        None => {
            out.push("DELETE FROM ");
            out.push_table(definition)
        }
        Some((_, column)) => {
            let deleted = Assigned::Value(moment(now(), column));
            push_update(out, definition, &[Change::<M>::new(column.name, Ok(deleted))])
        }
    }
}
