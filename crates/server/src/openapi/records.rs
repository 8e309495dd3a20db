//! Records: what a table answers, and what it takes.

use serde_json::{Map, Value, json};

use super::{columns, names, values};
use crate::schema::{Column, Table};
use crate::sql::Dialect;

/// Answers a record with all its columns, or those that were asked for.
pub(super) fn answered(table: &Table, dialect: Dialect, all: bool) -> Value {
    let properties: Map<String, Value> = table
        .visible_columns()
        .map(|column| (column.name.clone(), columns::answered(table, column, dialect)))
        .collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if all {
        schema["description"] = format!("A record of {}", names::code(&table.name)).into();
        schema["required"] = properties.keys().cloned().collect::<Vec<_>>().into();
    } else {
        let of = names::code(&table.name);
        schema["description"] = format!("A record of {of}, with the columns asked for").into();
    }
    schema
}

/// Answers a record to create.
pub(super) fn created(table: &Table, dialect: Dialect) -> Value {
    let mut schema = written(table, dialect, true);
    let required: Vec<&Column> = table
        .visible_columns()
        .filter(|column| columns::is_required(table, column, dialect))
        .filter(|column| columns::written(table, column, dialect, true).is_some())
        .collect();
    let names: Vec<&str> = required.iter().map(|column| column.name.as_str()).collect();
    let example: Map<String, Value> =
        required.iter().map(|column| (column.name.clone(), values::example_of(column))).collect();
    schema["description"] = "A record to create; a column that is left out has its default".into();
    schema["examples"] = json!([example]);
    if !names.is_empty() {
        schema["required"] = names.into();
    }
    schema
}

/// Answers columns to change.
pub(super) fn changed(table: &Table, dialect: Dialect) -> Value {
    let mut schema = written(table, dialect, false);
    schema["description"] = "Columns to change, with their new values".into();
    schema["minProperties"] = 1.into();
    schema
}

/// Tells whether a record has a column that takes values.
pub(super) fn can_change(table: &Table, dialect: Dialect) -> bool {
    let mut columns = table.visible_columns();
    columns.any(|column| columns::written(table, column, dialect, false).is_some())
}

/// Answers a page of records.
pub(super) fn page(table: &Table, record: &str) -> Value {
    let count = |least: u64| json!({ "type": "integer", "format": "int64", "minimum": least });
    json!({
        "type": "object",
        "required": [
            "success", "table", "page", "page_size", "total_records", "total_pages", "has_next",
            "records",
        ],
        "properties": {
            "success": { "const": true },
            "table": { "const": table.name },
            "page": count(1),
            "page_size": count(1),
            "total_records": count(0),
            "total_pages": count(0),
            "has_next": { "type": "boolean" },
            "records": { "type": "array", "items": names::schema(record) },
        },
    })
}

/// Answers one record, or several that were created at once.
pub(super) fn answer(table: &Table, record: &str, is_one: bool) -> Value {
    let (field, schema) = match is_one {
        true => ("record", names::schema(record)),
        false => ("records", json!({ "type": "array", "items": names::schema(record) })),
    };
    json!({
        "type": "object",
        "required": ["success", "table", field],
        "properties": {
            "success": { "const": true }, "table": { "const": table.name }, field: schema,
        },
    })
}

fn written(table: &Table, dialect: Dialect, creates: bool) -> Value {
    let properties: Map<String, Value> = table
        .visible_columns()
        .filter_map(|column| {
            let schema = columns::written(table, column, dialect, creates)?;
            Some((column.name.clone(), schema))
        })
        .collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}
