//! Schemas of the answers that are the same for every table.

use serde_json::{Map, Value, json};

use super::{about, failures, migrations, names};

/// Answers the schemas by name.
pub(super) fn schemas() -> Map<String, Value> {
    let all = [
        ("answer.error", error()),
        ("answer.alive", object(json!({ "status": { "const": "alive" } }), &[])),
        ("answer.ready", ready()),
        ("answer.status", status()),
        ("answer.tables", success(json!({ "tables": list(text()) }))),
        ("answer.databases", databases()),
        ("answer.catalog", catalog()),
        (
            "answer.schema",
            success(json!({
                "table": text(), "schema_definition": names::schema("about.table"),
            })),
        ),
        ("answer.panels", success(json!({ "panels": list(names::schema("about.panel")) }))),
        ("answer.rows", rows()),
        ("answer.health", health()),
    ];
    let all = all.into_iter().chain(about::schemas()).chain(migrations::schemas());
    all.map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn error() -> Value {
    let error = object(
        json!({
            "code": { "type": "string", "enum": failures::codes() },
            "message": { "type": "string", "description": "A sentence for people" },
            "module": { "type": "string", "description": "The part of the system" },
            "details": { "type": "object", "description": "Facts about the failure, by its code" },
            "correlation_id": { "type": "string", "description": "As in `X-Request-Id`" },
        }),
        &[],
    );
    let mut schema = object(json!({ "error": error }), &[]);
    schema["description"] = "A failure".into();
    schema
}

fn ready() -> Value {
    let fields = json!({
        "ready": boolean(),
        "status": { "enum": ["ready", "degraded", "not_ready"] },
        "failed": list(names::schema("about.module")),
    });
    object(fields, &["failed"])
}

fn status() -> Value {
    let initialization = object(
        json!({
            "ready": boolean(), "database": text(), "databases": list(text()),
            "pool": names::schema("about.pool"),
        }),
        &[],
    );
    let fields = json!({
        "status": { "const": "connected" },
        "engine": { "type": "string", "description": "Where the database is, without secrets" },
        "initialization": initialization,
        "tables": list(text()),
        "table_count": count(),
    });
    object(fields, &[])
}

fn databases() -> Value {
    let database = object(
        json!({
            "name": text(), "engine": text(), "location": text(), "default": boolean(),
            "module": or_null(text()), "migrations": boolean(), "state": state(),
            "problem": or_null(names::schema("about.problem")),
        }),
        &[],
    );
    success(json!({
        "title": text(), "version": text(), "environment": or_null(text()),
        "sql_editor": boolean(), "databases": list(database),
        "modules": list(names::schema("about.module")),
    }))
}

fn catalog() -> Value {
    success(json!({
        "database": text(),
        "tables": list(names::schema("about.table")),
        "row_counts": {
            "description": "Rows by table; null for a view and for what was not counted in time",
            "type": "object",
            "additionalProperties": or_null(count()),
        },
    }))
}

fn rows() -> Value {
    let column = object(json!({ "name": text(), "kind": kind() }), &[]);
    success(json!({
        "columns": list(column),
        "rows": { "type": "array", "items": { "type": "array" } },
        "row_count": count(),
        "truncated": { "type": "boolean", "description": "Whether there are more rows" },
        "execution_time_ms": number(),
    }))
}

fn health() -> Value {
    let figures = object(
        json!({
            "queries": count(), "in_flight": count(), "errors": count(), "slow": count(),
            "mean_ms": number(),
        }),
        &[],
    );
    let slow = object(
        json!({
            "sql": text(), "elapsed_ms": number(), "at": or_null(text()), "origin": text(),
            "correlation_id": or_null(text()),
        }),
        &[],
    );
    let database = object(
        json!({
            "name": text(), "engine": text(), "location": text(), "ready": boolean(),
            "pool": names::schema("about.pool"), "figures": figures,
            "slow_after_ms": or_null(number()), "slow_statements": list(slow),
        }),
        &[],
    );
    success(json!({
        "version": text(), "uptime_seconds": count(), "databases": list(database),
    }))
}

/// Answers an object whose fields are all there, but for the optional ones.
pub(super) fn object(properties: Value, optional: &[&str]) -> Value {
    let names = properties.as_object().into_iter().flat_map(Map::keys);
    let required: Vec<&String> = names.filter(|name| !optional.contains(&name.as_str())).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

pub(super) fn success(mut properties: Value) -> Value {
    properties["success"] = json!({ "const": true });
    object(properties, &[])
}

pub(super) fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

pub(super) fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

pub(super) fn kind() -> Value {
    let names: Vec<&str> = super::values::KINDS.iter().map(|kind| kind.name()).collect();
    json!({ "type": "string", "enum": names })
}

pub(super) fn state() -> Value {
    json!({ "type": "string", "enum": ["ready", "failed"] })
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

pub(super) fn boolean() -> Value {
    json!({ "type": "boolean" })
}

pub(super) fn number() -> Value {
    json!({ "type": "number", "minimum": 0 })
}

pub(super) fn count() -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": 0 })
}
