//! Changes of rows.

use hypostyle_core::{Capability, Error, ErrorKind, Executor, Intent, Result, Retry, Value};

use super::{Repository, moment, now, push_key, request};
use crate::change::{Assigned, Change, Changes};
use crate::column::ColumnName;
use crate::definition::{Definition, Role};
use crate::field::{Bound, Key};
use crate::filter::{Filter, Node};
use crate::model::{InOrder, Model, not_found};
use crate::scope::Scope;
use crate::writer::Writer;

impl<M: Model, E: Executor> Repository<M, E> {
    /// Changes the row of a key, and answers it as the database has it.
    ///
    /// # Shape
    /// The time of the last change and the version are kept along. `Item::stock.minus(3)` is computed by
    /// the statement itself, so that two of them at once both count.
    ///
    /// # Errors
    /// `RowNotFound` where it is not there; `Validation` for no change at all, for one of the key, and for what
    /// the model's
    /// checks refuse, which see the row as it would be; as
    /// [`Query::fetch_one`](hypostyle_core::Query::fetch_one).
    ///
    /// # Cancellation
    /// The row may have been changed, as with any single statement.
    ///
    /// # Capability
    /// One statement with `RETURNING`; on MySQL and MariaDB, and for models with checks, two in a
    /// transaction.
    pub async fn update(self, id: impl Into<M::Key> + Send, changes: impl Changes<M>) -> Result<M> {
        let (id, changes) = (id.into(), changes.changes());
        self.write_one(&id, changes, None).await
    }

    /// Writes all fields of a model to its row, and answers it as the database has it.
    ///
    /// # Errors
    /// `Conflict` where the row has another version than the model: somebody changed it in between;
    /// as [`Repository::update`].
    ///
    /// # Cancellation
    /// As [`Repository::update`].
    pub async fn save(self, model: &M) -> Result<M> {
        model.check()?;
        let definition = M::definition();
        let mut changes = Vec::with_capacity(definition.columns.len());
        let mut version = None;
        for (at, column) in definition.columns.iter().enumerate() {
            match column.role {
                Role::Plain if !column.is_key && column.generated.is_none() => {}
                Role::Version => {
                    version = Some((column.name, model.bind(at)?.into_value()));
                    continue;
                }
                _ => continue,
            }
            let value = model.bind(at).map(|bound| Assigned::Value(bound.into_value()));
            changes.push(Change::new(column.name, value));
        }
        self.write_one(&model.key(), changes, version).await
    }

    /// Changes the rows that meet a condition, and answers how many.
    ///
    /// # Errors
    /// `Validation` for no change at all; as [`Query::execute`](hypostyle_core::Query::execute).
    ///
    /// # Cancellation
    /// All of them may have been changed, or none.
    pub async fn update_many(mut self, filter: Filter<M>, changes: impl Changes<M>) -> Result<u64> {
        let changes = changes.changes();
        let mut update = self.writer()?;
        push_update(&mut update, M::definition(), &changes)?;
        update.push(" WHERE ");
        update.push_condition(&filter.node.and(alive(M::definition())))?;
        let values = update.values();
        let query = self.request(&update.text, "model.update_many").params(values.as_slice());
        query.intent(Intent::Write).execute().await.map(|outcome| outcome.rows_affected)
    }

    async fn write_one(
        mut self,
        id: &M::Key,
        changes: Vec<Change<M>>,
        version: Option<(ColumnName, Value)>,
    ) -> Result<M> {
        let definition = M::definition();
        if let Some(key) = definition.key_columns().find(|key| sets(&changes, key.name)) {
            let message =
                format!("`{}` is the key that the row is found by: make a new row", key.name);
            let error = Error::new(ErrorKind::Validation, message);
            return Err(error.on(definition.table, vec![key.name.to_string()]));
        }
        let mut update = self.writer()?;
        push_update(&mut update, definition, &changes)?;
        push_key(&mut update, definition, id)?;
        if let Some((column, value)) = &version {
            update.push(" AND ");
            update.push_column(*column)?;
            update.push(" = ");
            update.bind(value.clone());
        }
        push_alive(&mut update, definition)?;
        let returns = Capability::RETURNING | Capability::UPDATE_RETURNING;
        let answers = !M::CHECKED && self.executor.database().capability().has(returns);
        let found = if answers {
            update.push(" RETURNING ");
            update.push(&self.texts()?.columns);
            let values = update.values();
            let query = self.request(&update.text, "model.update").params(values.as_slice());
            query.intent(Intent::Write).fetch_optional::<InOrder<M>>().await?
        } else {
            self.update_and_read(&update, id).await?
        };
        match (found, version) {
            (Some(found), _) => Ok(found.0),
            (None, None) => Err(not_found::<M>()),
            (None, Some(_)) => self.tell_missed(id).await,
        }
    }

    async fn update_and_read(
        &mut self,
        update: &Writer,
        id: &M::Key,
    ) -> Result<Option<InOrder<M>>> {
        let (text, origin) = (&self.texts()?.by_key, self.origin);
        let mut transaction = Scope::begin(&mut self.executor).await?;
        let values = update.values();
        let query = request(&mut transaction, &update.text, "model.update", origin)
            .params(values.as_slice())
            .execute();
        if query.await?.rows_affected == 0 {
            return Ok(None);
        }
        let key = id.bind()?;
        let key: Vec<_> = key.iter().map(Bound::as_ref).collect();
        let query = request(&mut transaction, text, "model.update", origin)
            .params(key.as_slice())
            .intent(Intent::Read)
            .fetch_optional::<InOrder<M>>();
        let found = query.await?;
        // A row that would be wrong goes back with the transaction.
        found.as_ref().map_or(Ok(()), |found| found.0.check())?;
        transaction.commit().await?;
        Ok(found)
    }

    /// Tells a row that is gone from one that somebody else changed.
    async fn tell_missed(self, id: &M::Key) -> Result<M> {
        let found = self.find_by_id(id.clone()).await?;
        let missing = found.ok_or_else(not_found::<M>).map(|_| {
            let table = M::definition().table;
            let message = format!(
                "the row of `{table}` was changed since it was read; read it again and decide anew"
            );
            Error::new(ErrorKind::Conflict, message).on(table, Vec::new()).retry_by(Retry::Never)
        });
        Err(missing.unwrap_or_else(|error| error))
    }
}

/// Appends the update without its condition.
pub(super) fn push_update<M>(
    out: &mut Writer,
    definition: &Definition,
    changes: &[Change<M>],
) -> Result<()> {
    if changes.is_empty() {
        let message = format!("the update of `{}` changes no column", definition.table);
        return Err(Error::new(ErrorKind::Validation, message));
    }
    out.push("UPDATE ");
    out.push_table(definition)?;
    for (at, change) in changes.iter().enumerate() {
        out.push(if at == 0 { " SET " } else { ", " });
        out.push_bare(change.column)?;
        out.push(" = ");
        match &change.assigned {
            Ok(Assigned::Value(value)) => out.bind(value.clone()),
            Ok(Assigned::Add(column, value)) => push_computed(out, *column, " + ", value)?,
            Ok(Assigned::Sub(column, value)) => push_computed(out, *column, " - ", value)?,
            Err(refusal) => return Err(refusal.error()),
        }
    }
    if let Some((_, column)) = definition.with_role(Role::Updated)
        && !sets(changes, column.name)
    {
        out.push(", ");
        out.push_bare(column.name)?;
        out.push(" = ");
        out.bind(moment(now(), column));
    }
    if let Some((_, column)) = definition.with_role(Role::Version)
        && !sets(changes, column.name)
    {
        out.push(", ");
        out.push_bare(column.name)?;
        out.push(" = ");
        push_computed(out, column.name, " + ", &Value::I64(1))?;
    }
    Ok(())
}

fn sets<M>(changes: &[Change<M>], column: ColumnName) -> bool {
    changes.iter().any(|change| change.column == column)
}

fn push_computed(
    out: &mut Writer,
    column: ColumnName,
    operator: &str,
    value: &Value,
) -> Result<()> {
    out.push_bare(column)?;
    out.push(operator);
    out.bind(value.clone());
    Ok(())
}

/// The condition that a row is not softly deleted.
pub(crate) fn alive(definition: &Definition) -> Node {
    let deleted = definition.with_role(Role::Deleted);
    deleted.map_or(Node::All(Vec::new()), |(_, column)| Node::Null(column.name))
}

pub(super) fn push_alive(out: &mut Writer, definition: &Definition) -> Result<()> {
    if definition.with_role(Role::Deleted).is_some() {
        out.push(" AND ");
        out.push_condition(&alive(definition))?;
    }
    Ok(())
}
