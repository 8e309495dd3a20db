//! The routes that are there whatever the tables are.

use serde_json::{Map, Value, json};

use super::failures::Family;
use super::operation::{Operation, any_database, response};
use super::{Scope, names};

/// The tag of these routes.
pub(super) const TAG: &str = "Server";

/// A route that answers one thing: path, operation, family, summary, schema of the answer.
const ROUTES: [(&str, &str, Family, &str, &str); 9] = [
    ("/healthz", "alive", Family::Open, "Tell that the process lives", "answer.alive"),
    ("/api/v1/db/status", "status", Family::Database, "Tell of a database", "answer.status"),
    ("/api/v1/db/tables", "tables", Family::Database, "List tables and views", "answer.tables"),
    (
        "/api/v1/db/catalog",
        "catalog",
        Family::Database,
        "List tables with their columns, keys and counts",
        "answer.catalog",
    ),
    (
        "/api/v1/db/migrations/status",
        "migrations",
        Family::Database,
        "Tell which migrations ran",
        "answer.migrations",
    ),
    (
        "/api/v1/db/databases",
        "databases",
        Family::Server,
        "List databases and modules",
        "answer.databases",
    ),
    ("/api/v1/db/panels", "panels", Family::Server, "List panels", "answer.panels"),
    (
        "/api/v1/db/health",
        "health",
        Family::Server,
        "Tell of pools, figures and slow statements",
        "answer.health",
    ),
    ("/openapi.json", "openapi", Family::Database, "Answer this document", "answer.openapi"),
];

/// Answers the paths.
pub(super) fn paths(scope: &Scope<'_>) -> Map<String, Value> {
    let mut paths = Map::new();
    for (path, id, family, summary, schema) in ROUTES {
        let operation = begin(scope, family, id, summary);
        let schema = match schema {
            "answer.openapi" => json!({ "type": "object" }),
            schema => names::schema(schema),
        };
        let operation = operation.answers(200, "The answer", schema);
        paths.insert(path.to_owned(), json!({ "get": operation.done() }));
    }
    for (path, id, family) in
        [("/readyz", "ready", Family::Open), ("/api/v1/db/is-ready", "isReady", Family::Database)]
    {
        paths.insert(path.to_owned(), json!({ "get": readiness(scope, family, id) }));
    }
    if !scope.panels.is_empty() {
        paths.insert("/api/v1/db/panels/{panel}".to_owned(), json!({ "get": panel(scope) }));
    }
    paths
}

/// Answers the route that runs SQL.
pub(super) fn query(scope: &Scope<'_>) -> Value {
    let body = json!({
        "type": "object",
        "required": ["sql"],
        "additionalProperties": false,
        "properties": {
            "sql": { "type": "string", "description": "One statement that only reads" },
            "params": {
                "type": "array",
                "description": "Values of its placeholders",
                "items": { "anyOf": names::types(&["boolean", "number", "string", "null"]) },
            },
            "limit": {
                "description": "The most rows",
                "anyOf": [
                    { "type": "integer", "minimum": 1, "maximum": crate::rest::SQL_ROWS_MAX },
                    { "type": "null" },
                ],
                "default": crate::rest::SQL_ROWS_DEFAULT,
            },
        },
        "examples": [{ "sql": "SELECT 1" }],
    });
    let operation = begin(scope, Family::Query, "query", "Run SQL that only reads")
        .parameters(vec![any_database(scope)])
        .takes("The statement", body)
        .answers(200, "The rows", names::schema("answer.rows"));
    json!({ "description": "`/api/v1/db/query`", "post": operation.done() })
}

fn begin(scope: &Scope<'_>, family: Family, id: &str, summary: &str) -> Operation {
    let operation = Operation::new(scope, family, id, TAG, summary.to_owned());
    match family {
        Family::Database => operation.parameters(vec![any_database(scope)]),
        _ => operation,
    }
}

/// Not to be ready is answered in the same form, a failure on the way in that of failures.
fn readiness(scope: &Scope<'_>, family: Family, id: &str) -> Value {
    let either = json!({ "anyOf": [names::schema("answer.ready"), names::schema("answer.error")] });
    begin(scope, family, id, "Tell whether databases answer")
        .answers(200, "They do", names::schema("answer.ready"))
        .responds(503, response("They do not, or the server is busy", either))
        .done()
}

fn panel(scope: &Scope<'_>) -> Value {
    let ids: Vec<&str> = scope.panels.iter().map(|panel| panel.id.as_str()).collect();
    let parameter = json!({
        "name": "panel", "in": "path", "required": true, "description": "The panel",
        "schema": { "type": "string", "enum": ids },
    });
    begin(scope, Family::Panel, "panel", "Answer a panel")
        .parameters(vec![parameter])
        .answers(200, "The rows", names::schema("answer.rows"))
        .done()
}
