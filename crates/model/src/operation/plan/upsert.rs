//! Records that are made, or take the place of those with the same key. All pure.

use hypostyle_core::Result;
use hypostyle_schema::{Column, Table};
use hypostyle_sql::Dialect;

use super::write::{Steps, fields, insert_one, returning};
use super::{column, select, values};
use crate::operation::{Json, Record, Refusal, Upsert};
use crate::writer::Writer;

/// Plans a step for each record.
pub(in crate::operation) fn upsert(
    table: &Table,
    upsert: &Upsert,
    dialect: Dialect,
) -> Result<Vec<Steps>> {
    let names = match upsert.conflict.as_slice() {
        [] => &table.primary_key,
        names => names,
    };
    let key = names.iter().map(|name| column(table, name)).collect::<Result<Vec<_>>>()?;
    if !keys_of(table).any(|unique| is_same(&unique, &key)) {
        let columns = names.to_vec();
        return Err(Refusal::NotUnique { table: table.name.clone(), columns }.into());
    }
    upsert
        .records
        .iter()
        .map(|record| one(table, &key, record, upsert.returning, dialect))
        .collect()
}

fn one(
    table: &Table,
    key: &[&Column],
    record: &Record,
    answers: bool,
    dialect: Dialect,
) -> Result<Steps> {
    let given = fields(table, record)?;
    check_meant(table, key, &given, dialect)?;
    let is_key = |column: &Column| key.iter().any(|part| part.name == column.name);
    let changed: Vec<&Column> =
        given.iter().map(|(column, _)| *column).filter(|column| !is_key(column)).collect();
    let mut out = insert_one(table, record, dialect)?;
    push_conflict(&mut out, key, &changed)?;
    if !answers {
        return Ok(Steps::counting(out));
    }
    if dialect != Dialect::Mysql && !changed.is_empty() {
        return Ok(Steps::answering(returning(out, table)?).making(1));
    }
    let mut main = select(table, dialect)?;
    for (at, part) in key.iter().enumerate() {
        main.push(if at == 0 { " WHERE " } else { " AND " });
        main.push_quoted(&part.name)?;
        main.push(" = ");
        main.bind_compared(values::of_json(part, value_of(&given, part)?, dialect)?);
    }
    Ok(Steps { before: Some(out), ..Steps::answering(main).making(1) })
}

/// Says what to do where a record with the key is there already.
fn push_conflict(out: &mut Writer, key: &[&Column], changed: &[&Column]) -> Result<()> {
    let is_mysql = out.dialect == Dialect::Mysql;
    if is_mysql {
        out.push(" ON DUPLICATE KEY UPDATE ");
    } else {
        for (at, part) in key.iter().enumerate() {
            out.push(if at == 0 { " ON CONFLICT (" } else { ", " });
            out.push_quoted(&part.name)?;
        }
        out.push(if changed.is_empty() { ") DO NOTHING" } else { ") DO UPDATE SET " });
    }
    if let (true, true, Some(part)) = (is_mysql, changed.is_empty(), key.first()) {
        out.push_quoted(&part.name)?;
        out.push(" = ");
        out.push_quoted(&part.name)?;
    }
    for (at, column) in changed.iter().enumerate() {
        out.push(if at == 0 { "" } else { ", " });
        out.push_quoted(&column.name)?;
        out.push(if is_mysql { " = VALUES(" } else { " = excluded." });
        out.push_quoted(&column.name)?;
        out.push(if is_mysql { ")" } else { "" });
    }
    Ok(())
}

/// Checks that the record gives the key, and on an engine that takes a conflict with any key for the
/// one that is meant, that it gives no other.
fn check_meant(
    table: &Table,
    key: &[&Column],
    given: &[(&Column, &Json)],
    dialect: Dialect,
) -> Result<()> {
    for part in key {
        value_of(given, part)?;
    }
    let gives = |unique: &[&Column]| unique.iter().all(|part| value_of(given, part).is_ok());
    let other = keys_of(table).find(|unique| !is_same(unique, key) && gives(unique));
    match other {
        Some(other) if dialect == Dialect::Mysql => {
            let names: Vec<&str> = other.iter().map(|column| &*column.name).collect();
            let message = format!(
                "The engine would also take a record with the same ({}) for the one that is meant; \
                 leave it out",
                names.join(", ")
            );
            Err(Refusal::Unsupported { message }.into())
        }
        _ => Ok(()),
    }
}

fn value_of<'r>(given: &[(&Column, &'r Json)], part: &Column) -> Result<&'r Json> {
    let found = given.iter().find(|(column, _)| column.name == part.name);
    let json = found.map(|(_, json)| *json).filter(|json| !matches!(json, Json::Null));
    let reason = || format!("gives no '{}', by which it is known", part.name);
    Ok(json.ok_or_else(|| Refusal::InvalidRecord { reason: reason() })?)
}

/// Lists the keys of which no two rows have the same.
fn keys_of(table: &Table) -> impl Iterator<Item = Vec<&Column>> {
    let of_indexes = table.indexes.iter().filter(|index| index.unique && index.predicate.is_none());
    let of_indexes = of_indexes.filter_map(|index| {
        let parts = index.parts.iter().filter(|part| part.prefix.is_none());
        let columns = parts.filter_map(|part| table.column(part.column()?)).collect::<Vec<_>>();
        (columns.len() == index.parts.len()).then_some(columns)
    });
    let primary = table.primary_key.iter().filter_map(|name| table.column(name)).collect();
    std::iter::once(primary).filter(|key: &Vec<_>| !key.is_empty()).chain(of_indexes)
}

fn is_same(one: &[&Column], other: &[&Column]) -> bool {
    let within = |part: &&Column| other.iter().any(|column| column.name == part.name);
    one.len() == other.len() && one.iter().all(within)
}
