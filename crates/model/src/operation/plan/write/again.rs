//! Changes on an engine that answers no rows to a write: the row is read again, by its key, in the
//! same transaction.

use hypostyle_core::Result;
use hypostyle_schema::{Column, Table};
use hypostyle_sql::Dialect;

use super::{Steps, fields, insert_one};
use crate::operation::plan::{column, key_parts, push_in, select, values};
use crate::operation::{Json, Record, Refusal, Update};
use crate::writer::Writer;

const DIALECT: Dialect = Dialect::Mysql;

pub(super) fn create(table: &Table, record: &Record) -> Result<Steps> {
    let given = fields(table, record)?;
    let mut main = select(table, DIALECT)?;
    for (at, name) in key_of(table)?.iter().enumerate() {
        main.push(if at == 0 { " WHERE " } else { " AND " });
        let key = column(table, name)?;
        match value_of(&given, key) {
            Some(json) => push_equal(&mut main, key, json)?,
            None if key.identity.is_some() => {
                main.push_quoted(&key.name)?;
                main.push(" = last_insert_id()");
            }
            // The engine refuses the record for want of it.
            None if key.default.is_none() => {
                main.push_quoted(&key.name)?;
                main.push(" IS NULL");
            }
            None => {
                let message = format!(
                    "The engine does not tell which '{}' it gave the record; give one",
                    key.name
                );
                return Err(Refusal::Unsupported { message }.into());
            }
        }
    }
    let before = Some(insert_one(table, record, DIALECT)?);
    Ok(Steps { before, ..Steps::answering(main) })
}

/// Reads the row with a key again after a change, which may have been one of its key.
pub(super) fn update(table: &Table, update: &Update, changed: Writer) -> Result<Steps> {
    let Some(key) = &update.rows.key else {
        let message = "Rows are changed by their keys here".to_owned();
        return Err(Refusal::Unsupported { message }.into());
    };
    let given = fields(table, &update.record)?;
    let mut main = select(table, DIALECT)?;
    for (at, (key, part)) in key_parts(table, key)?.into_iter().enumerate() {
        main.push(if at == 0 { " WHERE " } else { " AND " });
        match value_of(&given, key) {
            Some(json) => push_equal(&mut main, key, json)?,
            None => push_in(&mut main, key, " IN ", std::slice::from_ref(part))?,
        }
    }
    Ok(Steps { before: Some(changed), ..Steps::answering(main) })
}

fn key_of(table: &Table) -> Result<&[String]> {
    match table.primary_key.as_slice() {
        [] => Err(Refusal::NoPrimaryKey { table: table.name.clone() }.into()),
        key => Ok(key),
    }
}

/// The value that a record gives a column; NULL is none.
fn value_of<'r>(fields: &[(&Column, &'r Json)], key: &Column) -> Option<&'r Json> {
    let (_, json) = fields.iter().find(|(column, _)| column.name == key.name)?;
    (!matches!(json, Json::Null)).then_some(json)
}

fn push_equal(out: &mut Writer, key: &Column, json: &Json) -> Result<()> {
    out.push_quoted(&key.name)?;
    out.push(" = ");
    out.bind(values::of_json(key, json, DIALECT)?);
    Ok(())
}
