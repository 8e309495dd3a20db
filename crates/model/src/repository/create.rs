//! New rows, one at a time.

use std::panic::Location;

use hypostyle_core::{Capability, Error, ErrorKind, Executor, Intent, Result, Uuid, Value};
use hypostyle_sql::Dialect;

use super::{Repository, moment, now, request};
use crate::definition::{Definition, Role};
use crate::field::{Bound, FieldKind};
use crate::model::{InOrder, Model, NewRow, not_found};
use crate::scope::Scope;
use crate::writer::Writer;

impl<M: Model, E: Executor> Repository<M, E> {
    /// Makes a row, and answers it as the database has it.
    ///
    /// # Shape
    /// What the row leaves out is filled: a number by the engine, a UUID (version 7) and the times of
    /// making and changing here, the rest by the defaults of the table.
    ///
    /// # Errors
    /// `Validation` for what the model's checks refuse, `UniqueViolation` and the like for what the
    /// database does; as [`Query::fetch_one`](hypostyle_core::Query::fetch_one).
    ///
    /// # Cancellation
    /// The row may have been made, as with any single statement.
    ///
    /// # Capability
    /// One statement with `RETURNING`; on MySQL two in a transaction.
    pub async fn create<N: NewRow<Model = M>>(mut self, row: N) -> Result<M> {
        let values = values_of(&row)?;
        let returns = self.executor.database().capability().has(Capability::RETURNING);
        if !returns {
            let origin = self.origin;
            return create_and_read(&mut self.executor, &values, origin).await;
        }
        let mut insert = self.writer()?;
        push_insert(&mut insert, M::definition(), &values)?;
        insert.push(" RETURNING ");
        insert.push(&self.texts()?.columns);
        let values = insert.values();
        let query = self.request(&insert.text, "model.create").params(values.as_slice());
        query.intent(Intent::Write).fetch_one::<InOrder<M>>().await.map(|row| row.0)
    }
}

/// Makes a row and reads it, on an engine that does not answer it.
pub(super) async fn create_and_read<M: Model>(
    executor: &mut impl Executor,
    given: &Values,
    origin: &'static Location<'static>,
) -> Result<M> {
    let definition = M::definition();
    let dialect = executor.database().engine().dialect;
    let mut insert = Writer::about(definition, dialect)?;
    push_insert(&mut insert, definition, given)?;
    let mut transaction = Scope::begin(executor).await?;
    let values = insert.values();
    let query = request(&mut transaction, &insert.text, "model.create", origin)
        .params(values.as_slice())
        .execute();
    let outcome = query.await?;
    let mut read = Writer::about(definition, dialect)?;
    read.push(&definition.texts(dialect)?.select);
    for (at, (place, column)) in definition.key.iter().zip(definition.key_columns()).enumerate() {
        read.push(if at == 0 { " WHERE " } else { " AND " });
        read.push_column(column.name)?;
        read.push(" = ");
        let given = given.iter().find(|(at, _)| at == place).map(|(_, value)| value.clone());
        let value = given.or_else(|| outcome.last_insert_id.map(Value::I64));
        read.bind(value.ok_or_else(not_found::<M>)?);
    }
    let values = read.values();
    let query = request(&mut transaction, &read.text, "model.create", origin)
        .params(values.as_slice())
        .intent(Intent::Read)
        .fetch_one::<InOrder<M>>();
    let row = query.await?;
    transaction.commit().await?;
    Ok(row.0)
}

/// Values, each with its place among the columns.
pub(super) type Values = Vec<(usize, Value)>;

/// The values of a new row, as its own.
///
/// # Errors
/// As [`lent_by`].
pub(super) fn values_of<N: NewRow>(row: &N) -> Result<Values> {
    Ok(lent_by(row)?.into_iter().map(|(at, bound)| (at, bound.into_value())).collect())
}

/// The values of a new row: those given, which it lends, and those that are filled here.
///
/// # Errors
/// What the model's checks refuse; `Validation` for a column that neither is given nor fills itself.
pub(super) fn lent_by<N: NewRow>(row: &N) -> Result<Vec<(usize, Bound<'_>)>> {
    row.check()?;
    let definition = N::Model::definition();
    let mut values = Vec::with_capacity(definition.columns.len());
    row.assign(&mut values)?;
    let mut made = None;
    for (at, column) in definition.columns.iter().enumerate() {
        if values.iter().any(|(given, _)| *given == at) {
            continue;
        }
        let filled = match column.role {
            Role::Created | Role::Updated => moment(*made.get_or_insert_with(now), column),
            Role::Version => Value::I64(1),
            _ if column.is_key && column.kind == FieldKind::Uuid && column.default.is_none() => {
                Value::Uuid(Uuid::now_v7())
            }
            _ if column.fills_itself() => continue,
            _ => {
                let message = format!("a new {} needs `{}`", definition.model, column.name);
                let error = Error::new(ErrorKind::Validation, message);
                return Err(error.on(definition.table, vec![column.name.to_string()]));
            }
        };
        values.push((at, Bound::Made(filled)));
    }
    Ok(values)
}

pub(super) fn push_insert(
    out: &mut Writer,
    definition: &Definition,
    values: &[(usize, Value)],
) -> Result<()> {
    out.push("INSERT INTO ");
    out.push_table(definition)?;
    if values.is_empty() {
        out.push(if out.dialect == Dialect::Mysql { " () VALUES ()" } else { " DEFAULT VALUES" });
        return Ok(());
    }
    for (at, (place, _)) in values.iter().enumerate() {
        out.push(if at == 0 { " (" } else { ", " });
        out.push_bare(definition.columns[*place].name)?;
    }
    for (at, (_, value)) in values.iter().enumerate() {
        out.push(if at == 0 { ") VALUES (" } else { ", " });
        out.bind(value.clone());
    }
    out.push(")");
    Ok(())
}
