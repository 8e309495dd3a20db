//! `GET /t/{db}/{table}`: the rows of a table, page by page, and its schema.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::cells::Cell;
use super::home::kind_name;
use super::links::{self, TableLink};
use super::numbers::{counted, grouped};
use super::{layout, schema};
use crate::app::Asked;
use crate::error::Error;
use crate::query::{self, Found};
use crate::request::ReadRequest;
use crate::response;
use crate::rest::PathNames;
use crate::schema::{Column, Table};

/// The sizes of a page to choose from.
const PAGE_SIZES: [u64; 3] = [20, 50, 100];

pub(super) async fn get(asked: Asked, path: PathNames) -> Result<Response, Error> {
    let config = &asked.app.config;
    let named = asked.app.database(Some(path.get("db")))?;
    let request = ReadRequest::read(&asked.parameters, config)?;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let found = query::read(&named.db, &asked.call, path.get("table"), &request, |row| {
        rows.push(row.values().map(Cell::of).collect());
        Ok(())
    });
    let found = found.await?;
    let name = &found.table.name;
    let view = View {
        db: &named.name,
        found: &found,
        request: &request,
        columns: shown_columns(&found.table, &request),
        link: TableLink::of(&named.name, name, &asked.parameters),
    };
    let way = [(named.name.as_str(), Some(links::database(&named.name))), (name, None)];
    let page = layout::page(config, name, &way, view.markup(&rows));
    Ok(response::html(StatusCode::OK, page))
}

/// The columns of the rows, in the order asked for.
fn shown_columns<'t>(table: &'t Table, request: &ReadRequest) -> Vec<&'t Column> {
    if request.select.is_empty() {
        return table.visible_columns().collect();
    }
    request.select.iter().filter_map(|name| table.column(name)).collect()
}

/// Everything the page shows besides the rows.
struct View<'a> {
    db: &'a str,
    found: &'a Found,
    request: &'a ReadRequest,
    columns: Vec<&'a Column>,
    link: TableLink,
}

impl View<'_> {
    fn markup(&self, rows: &[Vec<Cell>]) -> Markup {
        let table = &self.found.table;
        html! {
            div.heading {
                h1 { (table.name) }
                p.lead {
                    (kind_name(table.kind)) " · "
                    (counted(table.visible_columns().count() as u64, "column", "columns")) " · "
                    (counted(self.found.total_records, "row", "rows"))
                    @if !self.request.filters.is_empty() { " found" }
                }
                nav.actions aria-label="This table" {
                    a href="#schema" { "Schema" }
                    a href=(self.link.rest(self.db, &table.name)) { "JSON" }
                }
            }
            (self.filters())
            @if rows.is_empty() {
                p.empty { (self.nothing()) }
            } @else {
                (self.rows(rows))
            }
            (self.pager(rows.len()))
            (self.help())
            (schema::section(self.db, table))
        }
    }

    fn nothing(&self) -> Markup {
        let first = self.link.clone().without("page").href();
        html! {
            @if self.found.total_records > 0 {
                "This page is past the last row. " a href=(first) { "Go to the first page" }
            } @else if self.request.filters.is_empty() {
                "No rows yet."
            } @else {
                "No row meets these filters."
            }
        }
    }

    fn filters(&self) -> Markup {
        html! {
            @if !self.request.filters.is_empty() {
                ul.filters aria-label="Filters" {
                    @for (text, rest) in self.link.filters() {
                        li {
                            code { (text) }
                            a href=(rest.href()) aria-label={ "Remove filter " (text) } { "✕" }
                        }
                    }
                }
            }
        }
    }

    fn rows(&self, rows: &[Vec<Cell>]) -> Markup {
        let label = format!("Rows of {}", self.found.table.name);
        html! {
            div.scroll tabindex="0" role="region" aria-label=(label) {
                table.rows {
                    thead { tr { @for column in &self.columns { (self.header(column)) } } }
                    tbody {
                        @for row in rows {
                            tr {
                                @for (cell, column) in row.iter().zip(&self.columns) {
                                    @let href = self.reference(column, cell);
                                    (cell.markup(href.as_deref(), schema::is_number(column.kind)))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The head of a column: a link that sorts by it, and the other way when it already does.
    fn header(&self, column: &Column) -> Markup {
        let first = self.request.sort.first();
        let sorted = first.filter(|sort| sort.column.eq_ignore_ascii_case(&column.name));
        let (order, arrow) = match sorted.map(|sort| sort.descending) {
            Some(true) => (Some("descending"), "↓"),
            Some(false) => (Some("ascending"), "↑"),
            None => (None, ""),
        };
        let minus = if order == Some("ascending") { "-" } else { "" };
        let sort = format!("{minus}{}", quoted(&column.name));
        let href = self.link.clone().without("page").with("sort", &sort).href();
        let class = if schema::is_number(column.kind) { "number" } else { "text" };
        html! {
            th scope="col" class=(class) aria-sort=[order] {
                a href=(href) title={ "Sort by " (column.name) } {
                    (column.name)
                    @if !arrow.is_empty() { span.arrow aria-hidden="true" { (arrow) } }
                }
            }
        }
    }

    /// The row that a value of a foreign key refers to.
    fn reference(&self, column: &Column, cell: &Cell) -> Option<String> {
        let value = cell.key()?;
        let key = self.found.table.foreign_keys.iter().find(|key| {
            key.columns == [column.name.as_str()] && key.referenced_columns.len() == 1
        })?;
        let link = TableLink::new(self.db, &key.referenced_table);
        Some(link.where_equal(&key.referenced_columns[0], value).href())
    }

    fn pager(&self, rows: usize) -> Markup {
        let (page, size) = (self.request.page, self.request.page_size);
        let total = self.found.total_records;
        let last = total.div_ceil(size).max(1);
        let before = (page - 1).saturating_mul(size);
        let to = |page: u64| self.link.clone().with("page", &page.to_string()).href();
        html! {
            nav.pager aria-label="Pages" {
                p {
                    @if rows > 0 {
                        "Rows " (grouped(before + 1)) "–" (grouped(before + rows as u64)) " of "
                        (grouped(total)) " · "
                    }
                    "page " (grouped(page)) " of " (grouped(last))
                }
                @if last > 1 || page > 1 {
                    ul.pages {
                        li { (step("« First", (page > 1).then(|| to(1)))) }
                        li { (step("‹ Previous", (page > 1).then(|| to((page - 1).min(last))))) }
                        li { (step("Next ›", (page < last).then(|| to(page + 1)))) }
                        li { (step("Last »", (page < last).then(|| to(last)))) }
                    }
                }
                ul.sizes aria-label="Rows on a page" {
                    @for choice in PAGE_SIZES { li { (self.size(choice)) } }
                }
            }
        }
    }

    fn size(&self, choice: u64) -> Markup {
        let href = self.link.clone().without("page").with("page_size", &choice.to_string()).href();
        html! {
            @if choice == self.request.page_size {
                span aria-current="true" { (choice) }
            } @else {
                a href=(href) aria-label={ (choice) " rows on a page" } { (choice) }
            }
        }
    }

    fn help(&self) -> Markup {
        let example = self.columns.first().map_or("column", |column| column.name.as_str());
        html! {
            details.help {
                summary { "Filter and sort by the address" }
                p {
                    "Add " code { (example) "=eq.value" } " to the address, with "
                    code { "eq" } ", " code { "neq" } ", " code { "gt" } ", " code { "gte" } ", "
                    code { "lt" } ", " code { "lte" } ", " code { "like.A*" } ", "
                    code { "ilike.*a*" } ", " code { "in.(1,2)" } " or " code { "is.null" }
                    ", each negated by " code { "not." } " before it. "
                    code { "sort=a,-b" } " sorts by several columns, "
                    code { "select=a,b" } " chooses columns."
                }
            }
        }
    }
}

/// A step of the pager, dead where there is nothing to step to.
fn step(text: &str, href: Option<String>) -> Markup {
    html! {
        @match href {
            Some(href) => a href=(href) { (text) },
            None => span.dead aria-disabled="true" { (text) },
        }
    }
}

/// A name as an item of a list, quoted where its own letters would be read as the list's.
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\\']) || name.starts_with('-') {
        return format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    }
    name.to_owned()
}
