//! Changes on an engine that answers no rows to a write: the record is read again, by its key, in the
//! same transaction.

use super::{Statement, Steps, column, fields, insert, one, push_in, select, values};
use crate::error::Error;
use crate::request::{Json, Record, key};
use crate::schema::{Column, Table};
use crate::sql::Dialect;

const DIALECT: Dialect = Dialect::Mysql;

pub(super) fn create(table: &Table, record: &Record) -> Result<Steps, Error> {
    let given = fields(table, record)?;
    let mut answering = select(table, DIALECT)?;
    for (at, name) in key_of(table)?.iter().enumerate() {
        answering.push(if at == 0 { " WHERE " } else { " AND " });
        let key = column(table, name)?;
        match value_of(&given, key) {
            Some(json) => push_equal(&mut answering, key, json)?,
            None if key.identity.is_some() => {
                answering.push_name(&key.name)?;
                answering.push(" = last_insert_id()");
            }
            // The engine refuses the record for want of it.
            None if key.default.is_none() => {
                answering.push_name(&key.name)?;
                answering.push(" IS NULL");
            }
            None => {
                let message = format!(
                    "The engine does not tell which '{}' it gave the record; give one",
                    key.name
                );
                return Err(Error::Unsupported { message });
            }
        }
    }
    Ok(Steps { before: Some(insert(table, record, DIALECT)?), answering, after: None })
}

pub(super) fn update(table: &Table, text: &str, record: &Record) -> Result<Steps, Error> {
    let changed = fields(table, record)?;
    let parts = key::parts(table, text)?;
    let mut answering = select(table, DIALECT)?;
    for (at, (name, part)) in key_of(table)?.iter().zip(&parts).enumerate() {
        answering.push(if at == 0 { " WHERE " } else { " AND " });
        let key = column(table, name)?;
        match value_of(&changed, key) {
            Some(json) => push_equal(&mut answering, key, json)?,
            None => push_in(&mut answering, key, " IN (", std::slice::from_ref(part))?,
        }
    }
    let before = super::update(table, text, record, DIALECT)?;
    Ok(Steps { before: Some(before), answering, after: None })
}

pub(super) fn delete(table: &Table, key: &str) -> Result<Steps, Error> {
    let mut answering = one(table, key, DIALECT)?;
    answering.push(" FOR UPDATE");
    Ok(Steps { before: None, answering, after: Some(super::delete(table, key, DIALECT)?) })
}

fn key_of(table: &Table) -> Result<&[String], Error> {
    match table.primary_key.as_slice() {
        [] => Err(Error::NoPrimaryKey { table: table.name.clone() }),
        key => Ok(key),
    }
}

/// The value that a record gives a column; NULL is none.
fn value_of<'r>(fields: &[(&Column, &'r Json)], key: &Column) -> Option<&'r Json> {
    let (_, json) = fields.iter().find(|(column, _)| column.name == key.name)?;
    (!matches!(json, Json::Null)).then_some(json)
}

fn push_equal(out: &mut Statement, key: &Column, json: &Json) -> Result<(), Error> {
    out.push_name(&key.name)?;
    out.push(" = ");
    out.bind(values::of_json(key, json, DIALECT)?);
    Ok(())
}
