//! From an operation and an inspected table to SQL: names quoted, values bound. All pure.

mod like;
mod order;
mod upsert;
mod values;
mod write;

use hypostyle_core::{Error, Result, Type};
use hypostyle_schema::{Column, Table, TableKind};
use hypostyle_sql::Dialect;

use super::{Comparison, Filter, Is, Json, Key, Limits, Record, Refusal, Rows, Select, Test};
use crate::writer::Writer;

pub(super) use upsert::upsert;
pub use values::free_value;
pub(super) use write::{Steps, delete, insert, keys, update};

/// SQLite binds 32 766 parameters at most; the page needs two itself.
const VALUES_MAX: usize = 32_000;

/// SQLite nests expressions 1000 deep at most.
const DEPTH_MAX: usize = 900;

/// How deep filters may stand within filters, whatever the limits say.
pub(super) const FILTER_DEPTH_MAX: usize = 32;

/// What is run to read a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    /// Counts the rows that are meant.
    pub(super) count: Writer,
    /// Reads the rows of the page.
    pub(super) page: Writer,
}

/// Plans the read of so many rows from a place on.
pub(super) fn read(
    table: &Table,
    select: &Select,
    (limit, offset): (u64, u64),
    limits: &Limits,
    dialect: Dialect,
) -> Result<Plan> {
    let conditions = conditions(table, &select.rows, limits, dialect)?;
    let mut count = Writer::new(dialect);
    count.push("SELECT count(*) FROM ");
    push_table(&mut count, table)?;
    count.push_written(&conditions);
    let mut page = Writer::new(dialect);
    page.push("SELECT ");
    push_columns(&mut page, table, &select.columns)?;
    page.push(" FROM ");
    push_table(&mut page, table)?;
    page.push_written(&conditions);
    order::push(&mut page, table, &select.order_by)?;
    page.push_limit(Some(limit), offset);
    Ok(Plan { count, page })
}

/// Plans the count of rows.
pub(super) fn count(
    table: &Table,
    rows: &Rows,
    limits: &Limits,
    dialect: Dialect,
) -> Result<Writer> {
    let mut count = Writer::new(dialect);
    count.push("SELECT count(*) FROM ");
    push_table(&mut count, table)?;
    count.push_written(&conditions(table, rows, limits, dialect)?);
    Ok(count)
}

/// Plans the count of all rows of a table; `None` where counting means running a stored query, or
/// asking another server.
///
/// # Errors
/// `Query` for a name that no quotes hold.
pub fn count_all(table: &Table, dialect: Dialect) -> Result<Option<Writer>> {
    let is_elsewhere = matches!(table.kind, TableKind::View | TableKind::Foreign);
    if is_elsewhere || table.problem.is_some() {
        return Ok(None);
    }
    let mut count = Writer::new(dialect);
    count.push("SELECT count(*) FROM ");
    push_table(&mut count, table)?;
    Ok(Some(count))
}

/// Plans the read of the row with a key.
pub(super) fn one(table: &Table, key: &Key, dialect: Dialect) -> Result<Writer> {
    let mut out = select(table, dialect)?;
    out.push(" WHERE ");
    push_key(&mut out, table, key)?;
    Ok(out)
}

/// Selects what is visible of a table, yet of all rows.
fn select(table: &Table, dialect: Dialect) -> Result<Writer> {
    let mut out = Writer::new(dialect);
    out.push("SELECT ");
    push_columns(&mut out, table, &[])?;
    out.push(" FROM ");
    push_table(&mut out, table)?;
    Ok(out)
}

fn push_table(out: &mut Writer, table: &Table) -> Result<()> {
    out.push(&table.sql_name(out.dialect)?);
    Ok(())
}

/// Writes which rows are meant; nothing where all are.
fn conditions(table: &Table, rows: &Rows, limits: &Limits, dialect: Dialect) -> Result<Writer> {
    let mut out = Writer::new(dialect);
    if let Some(key) = &rows.key {
        out.push(" WHERE ");
        push_key(&mut out, table, key)?;
    }
    if let Some(filter) = &rows.filter {
        check_size(table, filter, limits)?;
        let parts = match filter {
            Filter::All(parts) => parts.as_slice(),
            filter => std::slice::from_ref(filter),
        };
        for part in parts {
            out.push(if out.is_empty() { " WHERE " } else { " AND " });
            push_filter(&mut out, table, part, limits)?;
        }
    }
    if out.params.len() > VALUES_MAX {
        return Err(too_many("values in all filters", VALUES_MAX));
    }
    Ok(out)
}

/// A condition for each column is never too many; but an expression may be only so deep.
fn check_size(table: &Table, filter: &Filter, limits: &Limits) -> Result<()> {
    let columns = table.columns.len().min(DEPTH_MAX);
    let max = limits.filters_max.min(DEPTH_MAX).max(columns);
    if filter.conditions() > max {
        return Err(too_many("filters", max));
    }
    let max = limits.filter_depth_max.min(FILTER_DEPTH_MAX);
    match filter.depth() > max {
        true => Err(too_many("levels of filters", max)),
        false => Ok(()),
    }
}

fn too_many(what: &'static str, max: usize) -> Error {
    Refusal::LimitExceeded { what, max }.into()
}

/// Finds a column that may be named: one that is not hidden.
fn column<'t>(table: &'t Table, name: &str) -> Result<&'t Column> {
    let column = table.column(name).filter(|column| !column.hidden);
    Ok(column.ok_or_else(|| Refusal::ColumnNotFound {
        table: table.name.clone(),
        column: name.to_owned(),
        available: table.visible_columns().map(|column| column.name.clone()).collect(),
    })?)
}

/// Appends columns by name, or without names all that are visible.
fn push_columns(out: &mut Writer, table: &Table, names: &[String]) -> Result<()> {
    let columns: Vec<&Column> = if names.is_empty() {
        table.visible_columns().collect()
    } else {
        names.iter().map(|name| column(table, name)).collect::<Result<_>>()?
    };
    for (at, column) in columns.iter().enumerate() {
        if columns[..at].iter().any(|earlier| earlier.name == column.name) {
            return Err(Refusal::ColumnTwice { column: column.name.clone() }.into());
        }
        out.push(if at == 0 { "" } else { ", " });
        out.push_quoted(&column.name)?;
    }
    Ok(())
}

/// Finds the columns of the primary key with their values.
fn key_parts<'t, 'k>(table: &'t Table, key: &'k Key) -> Result<Vec<(&'t Column, &'k Json)>> {
    let names = &table.primary_key;
    if names.is_empty() {
        return Err(Refusal::NoPrimaryKey { table: table.name.clone() }.into());
    }
    let values: Option<Vec<&Json>> = match key {
        Key::Values(values) => Some(values.iter().collect()),
        Key::Named(Record(fields)) => {
            let value = |name: &String| {
                let same = |(given, _): &&(String, Json)| given.eq_ignore_ascii_case(name);
                fields.iter().find(same).map(|(_, json)| json)
            };
            names.iter().map(value).collect::<Option<_>>().filter(|_| fields.len() == names.len())
        }
    };
    let values = values.filter(|values| values.len() == names.len());
    let values =
        values.ok_or_else(|| Refusal::InvalidKey { key: key.to_json(), columns: names.clone() })?;
    names.iter().zip(values).map(|(name, json)| Ok((column(table, name)?, json))).collect()
}

fn push_key(out: &mut Writer, table: &Table, key: &Key) -> Result<()> {
    for (at, (column, json)) in key_parts(table, key)?.into_iter().enumerate() {
        out.push(if at == 0 { "" } else { " AND " });
        push_in(out, column, " IN ", std::slice::from_ref(json))?;
    }
    Ok(())
}

fn push_filter(out: &mut Writer, table: &Table, filter: &Filter, limits: &Limits) -> Result<()> {
    match filter {
        Filter::Not(filter) => {
            out.push("NOT ");
            return push_filter(out, table, filter, limits);
        }
        Filter::Column { column: name, test } => {
            out.push("(");
            push_test(out, column(table, name)?, test, limits)?;
        }
        Filter::All(filters) => push_joined(out, table, (filters, " AND ", "1 = 1"), limits)?,
        Filter::Any(filters) => push_joined(out, table, (filters, " OR ", "1 = 0"), limits)?,
    }
    out.push(")");
    Ok(())
}

/// Appends filters with a word between them, or what stands for none.
fn push_joined(
    out: &mut Writer,
    table: &Table,
    (filters, between, none): (&[Filter], &str, &str),
    limits: &Limits,
) -> Result<()> {
    out.push("(");
    out.push(if filters.is_empty() { none } else { "" });
    for (at, filter) in filters.iter().enumerate() {
        out.push(if at == 0 { "" } else { between });
        push_filter(out, table, filter, limits)?;
    }
    Ok(())
}

fn push_test(out: &mut Writer, column: &Column, test: &Test, limits: &Limits) -> Result<()> {
    match test {
        Test::Is(is) => push_is(out, column, *is),
        Test::Like { pattern, fold_case } => like::push(out, &column.name, pattern, *fold_case),
        Test::In(values) if values.len() > limits.in_values_max => {
            Err(too_many("values in a list", limits.in_values_max))
        }
        Test::In(values) => push_in(out, column, " IN ", values),
        Test::Compare(Comparison::Equal, value) => {
            push_in(out, column, " IN ", std::slice::from_ref(value))
        }
        Test::Compare(Comparison::NotEqual, value) => {
            push_in(out, column, " NOT IN ", std::slice::from_ref(value))
        }
        Test::Compare(comparison, value) => {
            let operator = match comparison {
                Comparison::Greater => " > ",
                Comparison::GreaterOrEqual => " >= ",
                Comparison::Less => " < ",
                _ => " <= ",
            };
            push_ordered(out, column, operator, value)
        }
        Test::Between(from, to) => {
            push_ordered(out, column, " >= ", from)?;
            out.push(" AND ");
            push_ordered(out, column, " <= ", to)
        }
    }
}

fn push_ordered(out: &mut Writer, column: &Column, operator: &str, value: &Json) -> Result<()> {
    out.push_quoted(&column.name)?;
    out.push(operator);
    out.bind_compared(values::ordered(column, value, out.dialect)?);
    Ok(())
}

/// Tests what a value is. PostgreSQL takes no number for a truth value.
fn push_is(out: &mut Writer, column: &Column, is: Is) -> Result<()> {
    let test = match is {
        Is::Null => " IS NULL",
        Is::NotNull => " IS NOT NULL",
        Is::True => " IS TRUE",
        Is::False => " IS FALSE",
    };
    let is_of_truth = matches!(is, Is::True | Is::False) && out.dialect.is_postgres();
    match column.kind {
        kind if is_of_truth && values::is_number(kind) => {
            out.push("(");
            out.push_quoted(&column.name)?;
            out.push(" <> 0)");
        }
        kind if is_of_truth && kind != Type::Bool => {
            return Err(Refusal::InvalidFilter {
                column: column.name.clone(),
                filter: test.trim().to_ascii_lowercase().replace(' ', "."),
                reason: "asks for a truth value, which the column has none of".to_owned(),
            }
            .into());
        }
        _ => out.push_quoted(&column.name)?,
    }
    out.push(test);
    Ok(())
}

/// Compares with every form in which the engine may have stored one of the values.
fn push_in(out: &mut Writer, column: &Column, operator: &str, given: &[Json]) -> Result<()> {
    if given.is_empty() {
        // Nothing is in an empty list, which only SQLite can write.
        out.push("1 = 0");
        return Ok(());
    }
    let forms = given.iter().map(|json| values::equal(column, json, out.dialect));
    let forms = forms.collect::<Result<Vec<_>>>()?;
    out.push_quoted(&column.name)?;
    out.push(operator);
    out.push_values(forms.into_iter().flatten(), Writer::bind_compared);
    Ok(())
}

#[cfg(test)]
mod tests;
