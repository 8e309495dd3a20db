//! The route of operation documents. Which tables and columns they may name no schema can say.

use serde_json::{Map, Value, json};

use super::answers::{boolean, count, list, text};
use super::failures::Family;
use super::operation::{Operation, any_database, idempotency_key};
use super::{Scope, names, routes};

/// Answers the route.
pub(super) fn operations(scope: &Scope<'_>) -> Value {
    let operation =
        Operation::new(scope, Family::Operate, "operate", routes::TAG, "Run an operation".into());
    let operation = operation
        .parameters(vec![any_database(scope), idempotency_key()])
        .takes("What is to be done", names::schema("document"))
        .answers(200, "What it answers, by its operation", names::schema("answer.operation"));
    json!({ "description": "`/api/v1/db/operations`", "post": operation.done() })
}

/// Answers the schemas by name.
pub(super) fn schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    schemas.insert("document".into(), document());
    schemas.insert("answer.operation".into(), answer());
    schemas
}

fn document() -> Value {
    let whole = |least: u64| json!({ "type": "integer", "minimum": least });
    let records = json!({ "anyOf": [{ "type": "object" }, list(json!({ "type": "object" }))] });
    json!({
        "type": "object",
        "description": "An operation; which keys it takes is its own matter",
        "additionalProperties": false,
        "properties": {
            "operation": {
                "type": "string", "default": "select",
                "enum": [
                    "select", "count", "insert", "upsert", "update", "delete", "query",
                    "transaction", "tables", "schema",
                ],
            },
            "table": text(),
            "columns": list(text()),
            "id": { "description": "The primary key: a value, an array or an object" },
            "filter": {
                "type": "object",
                "description": "Conditions by column, and `any`, `all` and `not`",
            },
            "order_by": { "type": "array" },
            "limit": whole(1),
            "offset": whole(0),
            "page": whole(1),
            "record": records,
            "conflict": list(text()),
            "all": boolean(),
            "expect": whole(0),
            "returning": boolean(),
            "query": text(),
            "params": { "type": ["array", "object"] },
            "operations": list(names::schema("document")),
            "queries": { "type": "array" },
        },
        "examples": [{ "operation": "tables" }],
    })
}

fn answer() -> Value {
    json!({
        "type": "object",
        "properties": {
            "data": list(json!({ "type": "object" })),
            "has_more": boolean(),
            "page": count(),
            "page_size": count(),
            "total_records": count(),
            "total_pages": count(),
            "has_next": boolean(),
            "success": { "const": true },
            "rowcount": count(),
            "count": count(),
            "results": list(names::schema("answer.operation")),
            "tables": list(text()),
            "table": text(),
            "schema": names::schema("about.table"),
        },
    })
}
