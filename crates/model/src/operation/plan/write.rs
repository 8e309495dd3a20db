//! From records to statements that write them. All pure.

mod again;

use hypostyle_core::{Result, Type, Value};
use hypostyle_schema::{Column, Identity, Table};
use hypostyle_sql::Dialect;

use super::{VALUES_MAX, column, conditions, push_columns, push_table, select, values};
use crate::operation::{Delete, Insert, Json, Limits, Record, Refusal, Rows, Update};
use crate::writer::Writer;

/// The most rows of one statement.
const ROWS_MAX: usize = 500;

/// The statements of one step of a change.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::operation) struct Steps {
    /// Runs before.
    pub(in crate::operation) before: Option<Writer>,
    /// Runs in the place of a statement that would make a row with the key of another.
    pub(in crate::operation) instead: Option<Writer>,
    /// Changes rows, and answers them as it leaves them (triggers that run afterwards may change them
    /// once more), or says how many they are.
    pub(in crate::operation) main: Writer,
    /// Whether `main` answers the rows.
    pub(in crate::operation) answers: bool,
    /// Runs after.
    pub(in crate::operation) after: Option<Writer>,
    /// The columns by which a row is found to be there already.
    pub(in crate::operation) key: Vec<String>,
    /// How many rows are made; 0 where rows that are there are changed.
    pub(in crate::operation) made: usize,
}

impl Steps {
    pub(super) fn answering(main: Writer) -> Self {
        Self {
            before: None,
            instead: None,
            main,
            answers: true,
            after: None,
            key: Vec::new(),
            made: 0,
        }
    }

    pub(super) fn counting(main: Writer) -> Self {
        Self { answers: false, ..Self::answering(main) }
    }

    pub(super) fn making(self, made: usize) -> Self {
        Self { made, ..self }
    }
}

/// Plans new rows: one step for each that is answered, else one for many.
pub(in crate::operation) fn insert(
    table: &Table,
    insert: &Insert,
    dialect: Dialect,
) -> Result<Vec<Steps>> {
    let records = &insert.records;
    if !insert.returning {
        return insert_many(table, records, dialect);
    }
    let one = |record| match dialect {
        Dialect::Mysql => again::create(table, record),
        _ => Ok(Steps::answering(returning(insert_one(table, record, dialect)?, table)?)),
    };
    records.iter().map(|record| Ok(one(record)?.making(1))).collect()
}

/// Plans rows that nobody asks to see: those that name the same columns in one statement.
fn insert_many(table: &Table, records: &[Record], dialect: Dialect) -> Result<Vec<Steps>> {
    let same =
        |one: &Record, other: &Record| one.0.iter().map(|f| &f.0).eq(other.0.iter().map(|f| &f.0));
    let mut steps = Vec::new();
    for group in records.chunk_by(|one, other| same(one, other) && !one.0.is_empty()) {
        let columns = group.first().map_or(1, |record| record.0.len().max(1));
        for chunk in group.chunks((VALUES_MAX / columns).clamp(1, ROWS_MAX)) {
            let [first, more @ ..] = chunk else { continue };
            let mut out = insert_one(table, first, dialect)?;
            for record in more {
                out.push(", ");
                push_values(&mut out, &fields(table, record)?)?;
            }
            steps.push(Steps::counting(out).making(chunk.len()));
        }
    }
    Ok(steps)
}

pub(super) fn insert_one(table: &Table, record: &Record, dialect: Dialect) -> Result<Writer> {
    let fields = fields(table, record)?;
    let mut out = Writer::new(dialect);
    out.push("INSERT INTO ");
    push_table(&mut out, table)?;
    if fields.is_empty() {
        out.push(if dialect == Dialect::Mysql { " () VALUES ()" } else { " DEFAULT VALUES" });
        return Ok(out);
    }
    for (at, (column, _)) in fields.iter().enumerate() {
        out.push(if at == 0 { " (" } else { ", " });
        out.push_quoted(&column.name)?;
    }
    out.push(") VALUES ");
    push_values(&mut out, &fields)?;
    Ok(out)
}

fn push_values(out: &mut Writer, fields: &[(&Column, &Json)]) -> Result<()> {
    let values = fields.iter().map(|(column, json)| values::stored(column, json, out.dialect));
    out.push_values(values.collect::<Result<Vec<_>>>()?, Writer::bind);
    Ok(())
}

/// Plans the change of rows. On an engine that answers none, [`keys`] come first where it is not one
/// key that says which.
pub(in crate::operation) fn update(
    table: &Table,
    update: &Update,
    limits: &Limits,
    dialect: Dialect,
) -> Result<Steps> {
    let changed = update_rows(table, &update.rows, &update.record, limits, dialect)?;
    match (update.returning, dialect) {
        (false, _) => Ok(Steps::counting(changed)),
        (true, Dialect::Mysql) => again::update(table, update, changed),
        (true, _) => Ok(Steps::answering(returning(changed, table)?)),
    }
}

fn update_rows(
    table: &Table,
    rows: &Rows,
    record: &Record,
    limits: &Limits,
    dialect: Dialect,
) -> Result<Writer> {
    let fields = fields(table, record)?;
    if fields.is_empty() {
        return Err(Refusal::InvalidRecord { reason: "changes no column".to_owned() }.into());
    }
    let mut out = Writer::new(dialect);
    out.push("UPDATE ");
    push_table(&mut out, table)?;
    for (at, (column, json)) in fields.into_iter().enumerate() {
        out.push(if at == 0 { " SET " } else { ", " });
        out.push_quoted(&column.name)?;
        out.push(" = ");
        match step_of(column, json)? {
            Some((operator, number)) => push_step(&mut out, column, operator, &number)?,
            None => out.bind(values::stored(column, json, dialect)?),
        }
    }
    out.push_written(&conditions(table, rows, limits, dialect)?);
    Ok(out)
}

/// Reads `{"increment": 5}`, which a column of numbers takes and no other would.
fn step_of(column: &Column, json: &Json) -> Result<Option<(&'static str, Json)>> {
    let Json::Document(document) = json else { return Ok(None) };
    let is_number = values::is_number(column.kind);
    let Ok(Record(fields)) = serde_json::from_str(document) else { return Ok(None) };
    match fields.as_slice() {
        [(name, number @ (Json::Number(_) | Json::Text(_)))] if is_number => Ok(match &**name {
            "increment" => Some((" + ", number.clone())),
            "decrement" => Some((" - ", number.clone())),
            _ => None,
        }),
        _ => Ok(None),
    }
}

fn push_step(out: &mut Writer, column: &Column, operator: &str, number: &Json) -> Result<()> {
    let value = values::ordered(column, number, out.dialect)?;
    match (out.dialect, column.kind) {
        // SQLite counts on in a float, and would answer one near the sum.
        (Dialect::Sqlite, Type::Decimal) => {
            let message = format!(
                "SQLite keeps no digits of a sum of decimals; count '{}' in whole units",
                column.name
            );
            return Err(Refusal::Unsupported { message }.into());
        }
        // Past 64 bits SQLite goes on with a float; the smallest number has no absolute value.
        (Dialect::Sqlite, Type::I64) => {
            out.push("CASE typeof(");
            push_sum(out, column, operator, value.clone())?;
            out.push(") WHEN 'real' THEN abs(-9223372036854775807 - 1) ELSE ");
            push_sum(out, column, operator, value)?;
            out.push(" END");
        }
        _ => push_sum(out, column, operator, value)?,
    }
    Ok(())
}

fn push_sum(out: &mut Writer, column: &Column, operator: &str, value: Value) -> Result<()> {
    // MySQL adds a text to a decimal as a float.
    let is_cast = out.dialect == Dialect::Mysql && matches!(value, Value::Decimal(_));
    out.push_quoted(&column.name)?;
    out.push(operator);
    out.push(if is_cast { "CAST(" } else { "" });
    out.bind_compared(value);
    out.push(if is_cast { " AS DECIMAL(65,30))" } else { "" });
    Ok(())
}

/// Plans the end of rows.
pub(in crate::operation) fn delete(
    table: &Table,
    delete: &Delete,
    limits: &Limits,
    dialect: Dialect,
) -> Result<Steps> {
    let conditions = conditions(table, &delete.rows, limits, dialect)?;
    let mut out = Writer::new(dialect);
    out.push("DELETE FROM ");
    push_table(&mut out, table)?;
    out.push_written(&conditions);
    match (delete.returning, dialect) {
        (false, _) => Ok(Steps::counting(out)),
        (true, Dialect::Mysql) => {
            let mut main = select(table, dialect)?;
            main.push_written(&conditions);
            main.push(" FOR UPDATE");
            Ok(Steps { after: Some(out), ..Steps::answering(main) })
        }
        (true, _) => Ok(Steps::answering(returning(out, table)?)),
    }
}

/// Plans the read of the keys of rows, which are held until the transaction ends.
pub(in crate::operation) fn keys(
    table: &Table,
    rows: &Rows,
    limits: &Limits,
    dialect: Dialect,
) -> Result<Writer> {
    if table.primary_key.is_empty() {
        return Err(Refusal::NoPrimaryKey { table: table.name.clone() }.into());
    }
    let mut out = Writer::new(dialect);
    out.push("SELECT ");
    push_columns(&mut out, table, &table.primary_key)?;
    out.push(" FROM ");
    push_table(&mut out, table)?;
    out.push_written(&conditions(table, rows, limits, dialect)?);
    out.push(" FOR UPDATE");
    Ok(out)
}

/// Finds the columns of a record; each may be named once and must take values.
pub(super) fn fields<'t, 'r>(
    table: &'t Table,
    record: &'r Record,
) -> Result<Vec<(&'t Column, &'r Json)>> {
    let mut fields: Vec<(&Column, &Json)> = Vec::with_capacity(record.0.len());
    for (name, json) in &record.0 {
        let column = column(table, name)?;
        if column.generated.is_some() || column.identity == Some(Identity::Always) {
            let (table, column) = (table.name.clone(), column.name.clone());
            return Err(Refusal::ColumnNotWritable { table, column }.into());
        }
        if fields.iter().any(|(earlier, _)| earlier.name == column.name) {
            let reason = format!("names the column `{}` twice", column.name);
            return Err(Refusal::InvalidRecord { reason }.into());
        }
        fields.push((column, json));
    }
    Ok(fields)
}

/// Lets a change answer its rows.
pub(super) fn returning(mut out: Writer, table: &Table) -> Result<Writer> {
    out.push(" RETURNING ");
    push_columns(&mut out, table, &[])?;
    Ok(out)
}

#[cfg(test)]
mod tests;
