//! A row made, or changed where it is there already.

use hypostyle_core::{Capability, Executor, Intent, Result, Value};
use hypostyle_sql::Dialect;

use super::create::{push_insert, values_of};
use super::{Repository, request};
use crate::column::ColumnName;
use crate::definition::{Definition, Role};
use crate::field::Field;
use crate::filter::{Comparison, Node};
use crate::model::{InOrder, Model, NewRow, not_found};
use crate::scope::Scope;
use crate::writer::Writer;

/// The columns by which a row is found to be there already: those of the key, or of a unique index.
pub trait Unique<M> {
    /// Answers their names.
    fn names(self) -> Vec<ColumnName>;
}

impl<M, T: Field> Unique<M> for crate::Column<M, T> {
    fn names(self) -> Vec<ColumnName> {
        vec![self.name()]
    }
}

impl<M, A: Field, B: Field> Unique<M> for (crate::Column<M, A>, crate::Column<M, B>) {
    fn names(self) -> Vec<ColumnName> {
        vec![self.0.name(), self.1.name()]
    }
}

impl<M, A: Field, B: Field, C: Field> Unique<M>
    for (crate::Column<M, A>, crate::Column<M, B>, crate::Column<M, C>)
{
    fn names(self) -> Vec<ColumnName> {
        vec![self.0.name(), self.1.name(), self.2.name()]
    }
}

impl<M: Model, E: Executor> Repository<M, E> {
    /// Makes a row, or changes the one that has the same values in unique columns, and answers it.
    ///
    /// # Shape
    /// What the new row gives is written; what it leaves out stays as it was. When the row was made stays
    /// too. A row that was softly deleted is changed, and stays deleted.
    ///
    /// # Errors
    /// As [`Repository::create`]; `Query` where the columns are not unique.
    ///
    /// # Cancellation
    /// The row may have been written, as with any single statement.
    ///
    /// # Capability
    /// `ON CONFLICT`; on MySQL and MariaDB `ON DUPLICATE KEY UPDATE`, which any unique index of the table
    /// sets off.
    pub async fn upsert<N: NewRow<Model = M>>(mut self, row: N, by: impl Unique<M>) -> Result<M> {
        let (definition, by) = (M::definition(), by.names());
        let values = values_of(&row)?;
        let mut upsert = self.writer()?;
        push_insert(&mut upsert, definition, &values)?;
        push_conflict(&mut upsert, definition, &values, &by)?;
        let engine = self.executor.database().engine();
        let answers = engine.dialect != Dialect::Mysql
            && self.executor.database().capability().has(Capability::RETURNING);
        if answers {
            upsert.push(" RETURNING ");
            upsert.push(&self.texts()?.columns);
            let values = upsert.values();
            let query = self.request(&upsert.text, "model.upsert").params(values.as_slice());
            return query.intent(Intent::Write).fetch_one::<InOrder<M>>().await.map(|row| row.0);
        }
        self.upsert_and_read(&upsert, &values, &by).await
    }

    async fn upsert_and_read(
        mut self,
        upsert: &Writer,
        given: &[(usize, Value)],
        by: &[ColumnName],
    ) -> Result<M> {
        let (definition, dialect, origin) = (M::definition(), self.dialect(), self.origin);
        let mut transaction = Scope::begin(&mut self.executor).await?;
        let values = upsert.values();
        let query = request(&mut transaction, &upsert.text, "model.upsert", origin)
            .params(values.as_slice())
            .execute();
        query.await?;
        let mut read = Writer::about(definition, dialect)?;
        read.push(&definition.texts(dialect)?.select);
        read.push(" WHERE ");
        let same = by.iter().map(|name| {
            let place = definition.find(*name).map(|(at, _)| at);
            let value = given.iter().find(|(at, _)| Some(*at) == place);
            let (_, value) = value.ok_or_else(not_found::<M>)?;
            Ok(Node::Compare(*name, Comparison::Equal, value.clone()))
        });
        read.push_condition(&Node::All(same.collect::<Result<_>>()?))?;
        let values = read.values();
        let query = request(&mut transaction, &read.text, "model.upsert", origin)
            .params(values.as_slice())
            .intent(Intent::Read)
            .fetch_one::<InOrder<M>>();
        let row = query.await?;
        transaction.commit().await?;
        Ok(row.0)
    }
}

/// Appends what is done with a row that is there already.
fn push_conflict(
    out: &mut Writer,
    definition: &Definition,
    values: &[(usize, Value)],
    by: &[ColumnName],
) -> Result<()> {
    let of_mysql = out.dialect == Dialect::Mysql;
    if of_mysql {
        out.push(" ON DUPLICATE KEY UPDATE ");
    } else {
        for (at, name) in by.iter().enumerate() {
            out.push(if at == 0 { " ON CONFLICT (" } else { ", " });
            out.push_bare(*name)?;
        }
        out.push(") DO UPDATE SET ");
    }
    let mut count = 0;
    for column in values.iter().map(|(at, _)| &definition.columns[*at]) {
        let stays = by.contains(&column.name)
            || column.is_key
            || matches!(column.role, Role::Created | Role::Version);
        if stays {
            continue;
        }
        out.push(if count == 0 { "" } else { ", " });
        out.push_bare(column.name)?;
        out.push(if of_mysql { " = VALUES(" } else { " = excluded." });
        out.push_bare(column.name)?;
        out.push(if of_mysql { ")" } else { "" });
        count += 1;
    }
    if let Some((_, version)) = definition.with_role(Role::Version) {
        out.push(if count == 0 { "" } else { ", " });
        out.push_bare(version.name)?;
        out.push(" = ");
        out.push_table(definition)?;
        out.push(".");
        out.push_bare(version.name)?;
        out.push(" + 1");
        count += 1;
    }
    if count == 0
        && let Some(name) = by.first()
    {
        // Nothing to change; the row is to be answered all the same.
        out.push_bare(*name)?;
        out.push(if of_mysql { " = VALUES(" } else { " = excluded." });
        out.push_bare(*name)?;
        out.push(if of_mysql { ")" } else { "" });
    }
    Ok(())
}
