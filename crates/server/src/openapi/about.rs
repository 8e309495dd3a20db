//! Schemas of what answers are about: tables, columns, modules, panels.

use serde_json::{Value, json};

use super::answers::{boolean, count, kind, list, object, or_null, state, text};
use super::names;

/// Answers the schemas with their names.
pub(super) fn schemas() -> [(&'static str, Value); 6] {
    [
        ("about.table", table()),
        ("about.column", column()),
        ("about.module", module()),
        ("about.problem", problem()),
        ("about.panel", panel()),
        ("about.pool", pool()),
    ]
}

fn table() -> Value {
    let action = || {
        json!({
            "enum": ["no_action", "restrict", "set_null", "set_default", "cascade"],
        })
    };
    let foreign_key = object(
        json!({
            "name": text(), "columns": list(text()), "referenced_table": text(),
            "referenced_columns": list(text()), "on_update": action(), "on_delete": action(),
        }),
        &["name"],
    );
    let part = object(
        json!({
            "column": text(), "expression": text(), "descending": boolean(),
            "collation": or_null(text()), "nulls": { "enum": ["first", "last"] }, "class": text(),
        }),
        &["column", "expression", "nulls", "class"],
    );
    let index = object(
        json!({
            "name": text(), "unique": boolean(),
            "origin": { "enum": ["created", "unique", "primary_key"] },
            "parts": list(part), "predicate": or_null(text()), "method": text(),
            "include": list(text()),
        }),
        &["method", "include"],
    );
    let check = object(json!({ "name": or_null(text()), "expression": text() }), &[]);
    let fields = json!({
        "schema": text(), "name": text(), "relation": text(),
        "kind": {
            "enum": ["table", "view", "virtual", "partitioned", "materialized_view", "foreign"],
        },
        "columns": list(names::schema("about.column")), "primary_key": list(text()),
        "foreign_keys": list(foreign_key), "indexes": list(index), "checks": list(check),
        "strict": boolean(), "without_rowid": boolean(), "sql": or_null(text()),
        "problem": or_null(text()), "inherited": boolean(), "comment": text(),
        "beyond": list(text()),
    });
    object(fields, &["relation", "inherited", "comment", "beyond"])
}

fn column() -> Value {
    let generated = object(
        json!({ "storage": { "enum": ["virtual", "stored"] }, "expression": or_null(text()) }),
        &[],
    );
    let fields = json!({
        "name": text(),
        "type": { "type": "string", "description": "As declared; empty where none is" },
        "kind": kind(),
        "nullable": boolean(),
        "default": or_null(text()),
        "generated": or_null(generated),
        "primary_key": or_null(json!({ "type": "integer", "minimum": 1 })),
        "hidden": boolean(),
        "identity": { "enum": ["always", "by_default"] },
        "labels": list(text()),
        "comment": text(),
    });
    object(fields, &["identity", "labels", "comment"])
}

fn module() -> Value {
    let fields = json!({
        "name": text(), "database": or_null(text()), "state": state(),
        "problem": or_null(names::schema("about.problem")),
    });
    object(fields, &[])
}

fn problem() -> Value {
    let fields = json!({
        "message": text(), "file": or_null(text()),
        "line": or_null(json!({ "type": "integer", "minimum": 1 })), "expected": or_null(text()),
    });
    object(fields, &[])
}

fn panel() -> Value {
    let fields = json!({
        "id": text(), "title": text(), "database": text(),
        "chart": { "enum": ["number", "line", "bar", "table"] }, "unit": or_null(text()),
        "sql": text(),
    });
    object(fields, &[])
}

fn pool() -> Value {
    object(json!({ "active": count(), "idle": count(), "waiting": count(), "max": count() }), &[])
}
