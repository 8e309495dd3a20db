//! `GET /`: the databases with their tables.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::layout;
use super::links::TableLink;
use super::numbers::{counted, grouped};
use crate::app::{Asked, Named};
use crate::error::Error;
use crate::query;
use crate::response;
use crate::schema::{Table, TableKind};

/// How long counting the rows of one database may take.
const COUNTING_MAX: Duration = Duration::from_secs(1);

type Counted = Vec<(Table, Option<u64>)>;

pub(super) async fn get(asked: Asked) -> Response {
    let mut databases = Vec::new();
    for named in &asked.app.databases {
        let tables = query::counted_tables(&named.db, &asked.call, COUNTING_MAX).await;
        databases.push((named, tables));
    }
    let content = html! {
        h1 { "Databases" }
        p.lead { (totals(&databases)) }
        div.databases { @for (named, tables) in &databases { (database(named, tables)) } }
    };
    let config = &asked.app.config;
    response::html(StatusCode::OK, layout::page(config, &config.title, &[], content))
}

fn totals(databases: &[(&Named, Result<Counted, Error>)]) -> String {
    let all = || databases.iter().filter_map(|(_, tables)| tables.as_ref().ok()).flatten();
    let views = all().filter(|(table, _)| table.kind == TableKind::View).count() as u64;
    let rows = all().filter_map(|(_, rows)| *rows).fold(0, u64::saturating_add);
    let mut parts = vec![
        counted(databases.len() as u64, "database", "databases"),
        counted(all().count() as u64 - views, "table", "tables"),
    ];
    if views > 0 {
        parts.push(counted(views, "view", "views"));
    }
    parts.push(counted(rows, "row", "rows"));
    parts.join(" · ")
}

fn database(named: &Named, tables: &Result<Counted, Error>) -> Markup {
    html! {
        section.database id={ "db-" (named.name) } {
            div.heading {
                h2 { (named.name) }
                p.muted { code { (named.db.engine().location) } }
            }
            @match tables {
                Ok(tables) if tables.is_empty() => p.muted { "No tables yet." },
                Ok(tables) => (list(&named.name, tables)),
                Err(error) => p.problem { (error.report().message) "." },
            }
        }
    }
}

fn list(db: &str, tables: &Counted) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label={ "Tables of " (db) } {
            table.list {
                thead {
                    tr {
                        th scope="col" { "Table" }
                        th scope="col" { "Kind" }
                        th.number scope="col" { "Columns" }
                        th.number scope="col" { "Rows" }
                    }
                }
                tbody { @for (table, rows) in tables { (entry(db, table, *rows)) } }
            }
        }
    }
}

fn entry(db: &str, table: &Table, rows: Option<u64>) -> Markup {
    html! {
        tr {
            th scope="row" { a href=(TableLink::new(db, &table.name).href()) { (table.name) } }
            td {
                (kind_name(table.kind))
                @if let Some(problem) = &table.problem {
                    " " span.problem title=(problem) { "unreadable" }
                }
            }
            td.number { (table.visible_columns().count()) }
            @match rows {
                Some(rows) => td.number { (grouped(rows)) },
                None => td.number.muted title="not counted" { "–" },
            }
        }
    }
}

/// Names a kind of table.
pub(super) fn kind_name(kind: TableKind) -> &'static str {
    match kind {
        TableKind::View => "view",
        TableKind::Virtual => "virtual table",
        _ => "table",
    }
}
