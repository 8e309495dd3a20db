//! Columns: what of a column a record tells, and what it takes.

use serde_json::{Value, json};

use super::{names, values};
use crate::schema::{Column, Identity, Origin, Table, TableKind};
use crate::sql::Dialect;

/// Answers the schema of a column as it is answered.
pub(super) fn answered(table: &Table, column: &Column, dialect: Dialect) -> Value {
    let may_be_null = column.nullable && !makes_keys(table, column, dialect);
    let mut schema = or_null(values::value(column), may_be_null);
    schema["description"] = description(table, column, dialect).into();
    if is_computed(column) {
        schema["readOnly"] = true.into();
    }
    schema
}

/// Answers the schema of a column as it is written; `None` where it takes no value.
pub(super) fn written(
    table: &Table,
    column: &Column,
    dialect: Dialect,
    creates: bool,
) -> Option<Value> {
    if column.hidden || is_computed(column) {
        return None;
    }
    let may_be_null = if makes_keys(table, column, dialect) { creates } else { column.nullable };
    let mut schema = match (values::input(column, dialect), may_be_null) {
        (Some(input), may_be_null) => or_null(input, may_be_null),
        (None, true) => json!({ "type": "null" }),
        (None, false) => return None,
    };
    schema["description"] = description(table, column, dialect).into();
    if creates && let Some(default) = column.default.as_deref().and_then(literal) {
        schema["default"] = default;
    }
    Some(schema)
}

/// Tells whether a new record must name the column.
pub(super) fn is_required(table: &Table, column: &Column, dialect: Dialect) -> bool {
    let has_value = column.default.is_some() || column.identity.is_some();
    !column.nullable && !has_value && !makes_keys(table, column, dialect)
}

/// Tells whether the engine alone makes the values of the column.
fn is_computed(column: &Column) -> bool {
    column.generated.is_some() || column.identity == Some(Identity::Always)
}

/// Tells whether the engine makes the values of the column where none, or NULL, is given.
fn makes_keys(table: &Table, column: &Column, dialect: Dialect) -> bool {
    dialect == Dialect::Sqlite
        && table.kind == TableKind::Table
        && !table.without_rowid
        && table.primary_key.len() == 1
        && column.primary_key == Some(1)
        && column.declared.eq_ignore_ascii_case("integer")
}

fn or_null(schema: Value, may_be_null: bool) -> Value {
    match may_be_null {
        true => json!({ "anyOf": [schema, { "type": "null" }] }),
        false => schema,
    }
}

fn description(table: &Table, column: &Column, dialect: Dialect) -> String {
    let mut facts = vec![match column.declared.as_str() {
        "" => "Without a type".to_owned(),
        declared => names::code(declared),
    }];
    if makes_keys(table, column, dialect) {
        facts.push("primary key; made by the database where none is given".to_owned());
    } else if column.primary_key.is_some() {
        facts.push("primary key".to_owned());
    }
    let is_unique = table.unique_constraints().any(|index| {
        index.origin == Origin::Unique
            && matches!(index.parts.as_slice(), [part] if part.column() == Some(&column.name))
    });
    if is_unique {
        facts.push("unique".to_owned());
    }
    for key in table.foreign_keys.iter().filter(|key| key.columns.contains(&column.name)) {
        let at = key.columns.iter().position(|name| *name == column.name).unwrap_or_default();
        let to = match key.referenced_columns.get(at) {
            Some(to) => format!("{}.{to}", key.referenced_table),
            None => key.referenced_table.clone(),
        };
        facts.push(format!("refers to {}", names::code(&to)));
    }
    if let Some(default) = &column.default {
        facts.push(format!("default {}", names::code(default)));
    }
    if let Some(generated) = &column.generated {
        let by = generated.expression.as_deref().map(|sql| format!(" as {}", names::code(sql)));
        facts.push(format!("computed by the database{}", by.unwrap_or_default()));
    }
    facts.extend(column.identity.map(|when| match when {
        Identity::Always => "numbered by the database".to_owned(),
        Identity::ByDefault | Identity::Autoincrement => {
            "numbered by the database where no value is given".to_owned()
        }
    }));
    facts.extend(column.comment.clone());
    facts.join("; ")
}

/// Reads a default that is a plain number or truth value.
fn literal(default: &str) -> Option<Value> {
    match default.to_ascii_lowercase().as_str() {
        "true" => Some(json!(true)),
        "false" => Some(json!(false)),
        _ => default.parse::<i64>().ok().map(Value::from),
    }
}
