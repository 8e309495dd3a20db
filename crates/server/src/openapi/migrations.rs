//! The routes of migrations. Those that change are told only where there is an API key.

use serde_json::{Map, Value, json};

use super::answers::{boolean, count, list, number, object, or_null, success, text};
use super::failures::Family;
use super::operation::{Operation, any_database};
use super::{Scope, names, routes};

const BASE: &str = "/api/v1/db/migrations";

/// Answers the paths; none for a database without migrations.
pub(super) fn paths(scope: &Scope<'_>) -> Map<String, Value> {
    let mut paths = Map::new();
    let Some(migrations) = scope.migrations else { return paths };
    let mut add = |name: &str, method: &str, operation: Operation| {
        paths.insert(format!("{BASE}/{name}"), json!({ method: operation.done() }));
    };
    add("plan", "get", plan(scope));
    if !scope.has_key() {
        return paths;
    }
    add("run", "post", change(scope, "runMigrations", "Run migrations", run_body()));
    add("downgrade", "post", change(scope, "downgrade", "Undo migrations", downgrade_body()));
    let summary = "Go on with a run that stopped";
    add("resume", "post", change(scope, "resumeMigrations", summary, resume_body()));
    if migrations.files.is_some() {
        add("generate", "post", generate(scope));
    }
    paths
}

/// Answers the schemas by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("answer.plan", success(json!({ "plan": list(planned()) }))),
        (
            "answer.run",
            success(json!({ "applied": list(applied()), "applied_elsewhere": count() })),
        ),
        ("answer.running", success(json!({ "running": or_null(running()) }))),
        ("answer.generated", generated()),
        ("answer.migrations", status()),
    ]
}

fn begin(scope: &Scope<'_>, family: Family, id: &str, summary: &str) -> Operation {
    Operation::new(scope, family, id, routes::TAG, summary.to_owned())
}

fn plan(scope: &Scope<'_>) -> Operation {
    let version = |name: &str, description: &str| {
        json!({
            "name": name, "in": "query", "description": description,
            "schema": { "type": "string", "pattern": "^[0-9]{1,18}([._][0-9]{1,18}){0,3}$" },
        })
    };
    begin(scope, Family::Migrations, "planMigrations", "Tell what a run would run")
        .parameters(vec![any_database(scope), version("target", "The last version to apply")])
        .answers(200, "The files and their statements", names::schema("answer.plan"))
}

fn change(scope: &Scope<'_>, id: &str, summary: &str, body: Value) -> Operation {
    begin(scope, Family::Migrate, id, summary)
        .parameters(vec![any_database(scope)])
        .takes("Where it is to lead", body)
        .answers(200, "What was run", names::schema("answer.run"))
        .answers(202, "It goes on; the status tells how far", names::schema("answer.running"))
}

fn generate(scope: &Scope<'_>) -> Operation {
    let body = body(
        json!({
            "message": { "type": "string", "description": "What it does, in a few words" },
            "renames": {
                "type": "array", "items": { "type": "string" },
                "description": "What became of tables and columns, as `table.old=new`",
            },
            "dry_run": { "type": "boolean", "description": "Whether no file is written" },
        }),
        &["message"],
    );
    begin(
        scope,
        Family::Migrate,
        "generateMigration",
        "Write the migration that leads to the models",
    )
    .parameters(vec![any_database(scope)])
    .takes("What it is called", body)
    .answers(200, "The files", names::schema("answer.generated"))
}

fn body(properties: Value, required: &[&str]) -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "required": required, "properties": properties,
    })
}

fn run_body() -> Value {
    let target = json!({
        "anyOf": names::types(&["string", "integer", "null"]),
        "description": "The last version to apply; `head` or null for the newest",
    });
    body(json!({ "target": target }), &[])
}

fn downgrade_body() -> Value {
    let target = json!({
        "anyOf": names::types(&["string", "integer"]),
        "description": "The version that is to be the newest; 0 undoes all",
    });
    let confirm = json!({ "const": true, "description": "Data may go with what is undone" });
    body(json!({ "target": target, "confirm": confirm }), &["target", "confirm"])
}

fn resume_body() -> Value {
    let assume = json!({
        "enum": ["ran", "not_run", null],
        "description": "Whether the statement that was under way at a kill ran; null asks the schema",
    });
    body(json!({ "assume": assume }), &[])
}

fn planned() -> Value {
    file(json!({
        "is_transaction": boolean(), "statement_count": count(), "truncated": boolean(),
        "statements": list(text()), "warnings": list(warning()),
    }))
}

fn warning() -> Value {
    object(
        json!({
            "statement": { "type": "integer", "minimum": 1, "description": "Its number" },
            "destroys": { "enum": ["drops", "deletes_all", "truncates"] },
            "sql": { "type": "string", "description": "Its beginning" },
        }),
        &[],
    )
}

fn applied() -> Value {
    file(json!({ "statement_count": count(), "execution_time_ms": number() }))
}

fn file(mut more: Value) -> Value {
    for name in ["version", "kind", "description", "filename"] {
        more[name] = text();
    }
    object(more, &[])
}

fn running() -> Value {
    object(
        json!({
            "work": work(), "since": text(), "filename": or_null(text()), "number": count(),
            "total": count(), "done": list(done()),
        }),
        &[],
    )
}

fn done() -> Value {
    object(
        json!({
            "version": text(), "kind": text(), "filename": text(), "execution_time_ms": number(),
        }),
        &[],
    )
}

fn work() -> Value {
    json!({ "type": "string", "enum": ["run", "downgrade", "resume", "generate"] })
}

fn generated() -> Value {
    let mut schema = success(json!({
        "changed": boolean(), "files": list(object(json!({ "name": text(), "sql": text() }), &[])),
        "questions": list(text()), "changes": list(text()),
        "risks": { "type": "array" }, "adopted": list(text()), "up": text(), "undo": text(),
    }));
    schema["required"] = json!(["success", "changed", "files", "questions"]);
    schema
}

fn status() -> Value {
    let last = object(
        json!({
            "work": work(), "since": text(), "ended_at": text(), "done": list(done()),
            "error": or_null(json!({ "type": "object" })),
        }),
        &[],
    );
    success(json!({
        "configured": boolean(),
        "changeable": boolean(),
        "has_models": boolean(),
        "current": { "description": "The version of the schema" },
        "applied": list(entry()),
        "pending": list(entry()),
        "running": or_null(running()),
        "last_run": or_null(last),
    }))
}

/// One migration and how it stands; what else is told depends on its state.
fn entry() -> Value {
    file(json!({
        "state": {
            "enum": ["applied", "pending", "changed", "missing", "stopped", "out_of_order"],
        },
        "repeatable": boolean(),
        "can_undo": boolean(),
    }))
}
