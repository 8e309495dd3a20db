//! Records that are made, or take the place of those with the same key. All pure.

use hypostyle_core::Result;
use hypostyle_schema::{Column, Index, Table};
use hypostyle_sql::Dialect;

use super::write::{Steps, fields, insert_one, returning};
use super::{column, push_table, select, values};
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
    let names: Vec<String> = key.iter().map(|column| column.name.clone()).collect();
    let one = |record| {
        let steps = one(table, &key, record, upsert.returning, dialect)?;
        Ok(Steps { key: names.clone(), ..steps })
    };
    upsert.records.iter().map(one).collect()
}

fn one(
    table: &Table,
    key: &[&Column],
    record: &Record,
    answers: bool,
    dialect: Dialect,
) -> Result<Steps> {
    let given = fields(table, record)?;
    let mut same = Writer::new(dialect);
    for (at, part) in key.iter().enumerate() {
        same.push(if at == 0 { " WHERE " } else { " AND " });
        same.push_quoted(&part.name)?;
        same.push(" = ");
        same.bind_compared(values::of_json(part, value_of(&given, part)?, dialect)?);
    }
    let is_key = |column: &Column| key.iter().any(|part| part.name == column.name);
    let changed: Vec<(&Column, &Json)> =
        given.iter().filter(|(column, _)| !is_key(column)).copied().collect();
    let (mut out, mut instead) = (insert_one(table, record, dialect)?, None);
    match dialect == Dialect::Mysql && has_other(table, key, &given) {
        true => instead = Some(update_one(table, key, &changed, &same)?),
        false => push_conflict(&mut out, key, &changed)?,
    }
    if !answers {
        return Ok(Steps { instead, ..Steps::counting(out) });
    }
    if dialect != Dialect::Mysql && !changed.is_empty() {
        return Ok(Steps::answering(returning(out, table)?).making(1));
    }
    let mut main = select(table, dialect)?;
    main.push_written(&same);
    Ok(Steps { before: Some(out), instead, ..Steps::answering(main).making(1) })
}

/// Changes the record with the key, where it is there.
fn update_one(
    table: &Table,
    key: &[&Column],
    changed: &[(&Column, &Json)],
    same: &Writer,
) -> Result<Writer> {
    let mut out = Writer::new(same.dialect);
    out.push("UPDATE ");
    push_table(&mut out, table)?;
    out.push(" SET ");
    for (at, (column, json)) in changed.iter().enumerate() {
        out.push(if at == 0 { "" } else { ", " });
        out.push_quoted(&column.name)?;
        out.push(" = ");
        out.bind(values::stored(column, json, same.dialect)?);
    }
    if let (true, Some(part)) = (changed.is_empty(), key.first()) {
        push_itself(&mut out, part)?;
    }
    out.push_written(same);
    Ok(out)
}

/// Changes nothing of a column, where a change must be of some column.
fn push_itself(out: &mut Writer, part: &Column) -> Result<()> {
    out.push_quoted(&part.name)?;
    out.push(" = ");
    out.push_quoted(&part.name)
}

/// Says what to do where a record with the key is there already.
fn push_conflict(out: &mut Writer, key: &[&Column], changed: &[(&Column, &Json)]) -> Result<()> {
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
        push_itself(out, part)?;
    }
    for (at, (column, _)) in changed.iter().enumerate() {
        out.push(if at == 0 { "" } else { ", " });
        out.push_quoted(&column.name)?;
        out.push(if is_mysql { " = VALUES(" } else { " = excluded." });
        out.push_quoted(&column.name)?;
        out.push(if is_mysql { ")" } else { "" });
    }
    Ok(())
}

/// Tells whether the record could be taken for one with another key than the one that is meant, on an
/// engine that takes a conflict with any key for it.
fn has_other(table: &Table, key: &[&Column], given: &[(&Column, &Json)]) -> bool {
    let is_given = |part: &Column| given.iter().any(|(column, _)| column.name == part.name);
    // What the engine counts on is new, and NULL is not the same as another.
    let is_new = |part: &&Column| {
        let is_null = part.nullable && part.default.is_none() && part.generated.is_none();
        !is_given(part) && (part.identity.is_some() || is_null)
    };
    let is_other = |unique: &[&Column]| !is_same(unique, key) && !unique.iter().any(is_new);
    let primary: Vec<&Column> = columns_of(table, &table.primary_key);
    let mut unique = table.indexes.iter().filter(|index| index.unique);
    (!primary.is_empty() && is_other(&primary))
        || unique.any(|index| plain_columns(table, index).is_none_or(|columns| is_other(&columns)))
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
    let of_indexes = of_indexes.filter_map(|index| plain_columns(table, index));
    let primary = columns_of(table, &table.primary_key);
    std::iter::once(primary).filter(|key| !key.is_empty()).chain(of_indexes)
}

/// The columns of an index; `None` for one of expressions, or of the beginnings of columns.
fn plain_columns<'t>(table: &'t Table, index: &'t Index) -> Option<Vec<&'t Column>> {
    let parts = index.parts.iter().filter(|part| part.prefix.is_none());
    let columns: Vec<&Column> = parts.filter_map(|part| table.column(part.column()?)).collect();
    (columns.len() == index.parts.len()).then_some(columns)
}

fn columns_of<'t>(table: &'t Table, names: &[String]) -> Vec<&'t Column> {
    names.iter().filter_map(|name| table.column(name)).collect()
}

fn is_same(one: &[&Column], other: &[&Column]) -> bool {
    let within = |part: &&Column| other.iter().any(|column| column.name == part.name);
    one.len() == other.len() && one.iter().all(within)
}
