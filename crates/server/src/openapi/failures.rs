//! Failures: each operation tells those it can answer, by status, with their codes.
//!
//! Statuses and meanings are those of the table in `docs/rest.md`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::names;

const REST: &str = include_str!("../docs/rest.md");

/// Operations that fail in the same ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// Tells of the process; open to all.
    Open,
    /// Tells of the server.
    Server,
    /// Asks one database.
    Database,
    /// Asks one table.
    Table,
    Page,
    Record,
    Create,
    Update,
    Delete,
    Panel,
    Query,
    /// Runs an operation document.
    Operate,
    /// Asks for migrations.
    Migrations,
    /// Changes by migrations.
    Migrate,
}

use Family::{
    Create, Database, Delete, Migrate, Migrations, Open, Operate, Page, Panel, Query, Record,
    Server, Table, Update,
};

const ALL: [Family; 14] = [
    Open, Server, Database, Table, Page, Record, Create, Update, Delete, Panel, Query, Operate,
    Migrations, Migrate,
];

/// Each code, with the operations that answer it.
const CODES: [(&str, &[Family]); 46] = [
    ("UNAUTHORIZED", &ALL),
    ("FORBIDDEN_HOST", &ALL),
    ("FORBIDDEN_ORIGIN", &ALL),
    ("INVALID_PARAMETER", &ALL),
    ("URL_TOO_LONG", &ALL),
    ("OVERLOADED", &ALL),
    ("QUERY_TIMEOUT", &ALL),
    ("SERVER_STOPPING", &ALL),
    ("INTERNAL", &ALL),
    ("NOT_FOUND", &[]),
    ("METHOD_NOT_ALLOWED", &[]),
    ("INVALID_OPERATION", &[Operate]),
    ("UNKNOWN_OPERATION", &[Operate]),
    ("ROWS_UNEXPECTED", &[Operate]),
    (
        "DATABASE_NOT_FOUND",
        &[
            Database, Table, Page, Record, Create, Update, Delete, Query, Migrations, Migrate,
            Operate,
        ],
    ),
    (
        "DATABASE_UNAVAILABLE",
        &[
            Database, Table, Page, Record, Create, Update, Delete, Panel, Query, Migrations,
            Migrate, Operate,
        ],
    ),
    (
        "UNSUPPORTED",
        &[Database, Table, Page, Record, Create, Update, Delete, Panel, Query, Operate],
    ),
    ("TABLE_NOT_FOUND", &[Table, Page, Record, Create, Update, Delete, Operate]),
    ("TABLE_UNREADABLE", &[Table, Page, Record, Create, Update, Delete, Operate]),
    ("INVALID_PAGE", &[Page]),
    ("INVALID_FILTER", &[Page, Operate]),
    ("INVALID_VALUE", &[Page, Record, Create, Update, Delete, Operate]),
    ("LIMIT_EXCEEDED", &[Page, Create, Operate]),
    ("COLUMN_NOT_FOUND", &[Page, Create, Update, Operate]),
    ("RESPONSE_TOO_LARGE", &[Page, Create, Panel, Query, Operate]),
    ("INVALID_KEY", &[Record, Update, Delete]),
    ("NO_PRIMARY_KEY", &[Record, Update, Delete, Operate]),
    ("RECORD_NOT_FOUND", &[Record, Update, Delete]),
    ("AMBIGUOUS_KEY", &[Update, Delete]),
    ("BODY_TOO_LARGE", &[Create, Update, Query, Migrate, Operate]),
    ("UNSUPPORTED_MEDIA_TYPE", &[Create, Update, Query, Migrate, Operate]),
    ("INVALID_BODY", &[Create, Update, Query, Migrate, Operate]),
    ("COLUMN_NOT_WRITABLE", &[Create, Update, Operate]),
    ("WRITES_DISABLED", &[Create, Update, Delete, Operate]),
    ("TABLE_NOT_WRITABLE", &[Create, Update, Delete, Operate]),
    ("IDEMPOTENCY_KEY_REUSED", &[Create, Update, Delete, Operate]),
    ("CREATE_FAILED", &[Create, Operate]),
    ("UPDATE_FAILED", &[Update, Operate]),
    ("DELETE_FAILED", &[Delete, Operate]),
    ("PANEL_NOT_FOUND", &[Panel]),
    ("QUERY_FAILED", &[Panel, Query, Operate]),
    ("SQL_DISABLED", &[Query, Operate]),
    ("MIGRATIONS_NEED_KEY", &[Migrate]),
    ("NO_MIGRATIONS", &[Migrations, Migrate]),
    ("MIGRATION_RUNNING", &[Migrate]),
    ("MIGRATION_FAILED", &[Migrations, Migrate]),
];

/// Lists all codes.
pub(super) fn codes() -> Vec<&'static str> {
    CODES.iter().map(|(code, _)| *code).collect()
}

/// Answers the responses of all families, as components.
pub(super) fn responses(has_key: bool) -> Map<String, Value> {
    let mut responses = Map::new();
    for family in ALL {
        for (status, codes) in by_status(family, has_key) {
            responses.insert(name(family, status), response(status, &codes));
        }
    }
    responses
}

/// Refers to the responses of a family.
pub(super) fn of(family: Family, has_key: bool) -> Map<String, Value> {
    let statuses = by_status(family, has_key).into_keys();
    let refer =
        |status| json!({ "$ref": format!("#/components/responses/{}", name(family, status)) });
    statuses.map(|status| (status.to_string(), refer(status))).collect()
}

fn name(family: Family, status: u16) -> String {
    format!("{}.{status}", format!("{family:?}").to_ascii_lowercase())
}

fn by_status(family: Family, has_key: bool) -> BTreeMap<u16, Vec<&'static str>> {
    let mut statuses: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for (code, families) in CODES {
        let is_told = code != "UNAUTHORIZED" || (has_key && family != Open);
        if families.contains(&family) && is_told {
            for status in [Some(meaning(code).0), full(code)].into_iter().flatten() {
                statuses.entry(status).or_default().push(code);
            }
        }
    }
    statuses
}

/// A write also fails because the disk is full.
fn full(code: &str) -> Option<u16> {
    matches!(code, "CREATE_FAILED" | "UPDATE_FAILED" | "DELETE_FAILED").then_some(507)
}

fn response(status: u16, codes: &[&str]) -> Value {
    let told: Vec<String> =
        codes.iter().map(|code| format!("- `{code}`: {}", meaning(code).1)).collect();
    let mut headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" } });
    let more = match status {
        401 => Some("WWW-Authenticate"),
        405 => Some("Allow"),
        503 => Some("Retry-After"),
        _ => None,
    };
    if let Some(more) = more {
        headers[more] = json!({ "$ref": format!("#/components/headers/{more}") });
    }
    json!({
        "description": told.join("\n"),
        "headers": headers,
        "content": { "application/json": { "schema": {
            "allOf": [
                names::schema("answer.error"),
                { "properties": { "error": { "properties": { "code": { "enum": codes } } } } },
            ],
        } } },
    })
}

/// Answers status and meaning of a code, as the documentation has them.
fn meaning(code: &str) -> (u16, &'static str) {
    let row = format!("| `{code}` | ");
    let cells = REST.lines().find_map(|line| line.strip_prefix(&row)?.split_once(" | "));
    let (status, when) = cells.unwrap_or(("500", ""));
    (status.parse().unwrap_or(500), when.trim_end_matches(" |"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_documentation_is_told_with_its_status() {
        let rows = REST.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
        let documented: Vec<&str> = rows
            .filter(|(code, _)| code.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
            .map(|(code, _)| code)
            .collect();
        let (mut told, mut expect) = (codes(), documented);
        told.sort_unstable();
        expect.sort_unstable();
        assert_eq!(told, expect);
        assert_eq!(meaning("TABLE_NOT_FOUND"), (404, "no such table"));
        assert_eq!(by_status(Create, false)[&507], ["CREATE_FAILED"]);
        assert!(!by_status(Page, false).contains_key(&401));
        assert!(by_status(Page, true).contains_key(&401));
    }
}
