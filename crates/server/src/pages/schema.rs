//! The section that shows what a table looks like.

use maud::{Markup, html};

use super::links::TableLink;
use crate::data::Type;
use crate::schema::{Action, Column, ForeignKey, Index, IndexedBy, Origin, Storage, Table};

/// Writes the section.
pub(super) fn section(db: &str, table: &Table) -> Markup {
    html! {
        section #schema {
            h2 { "Schema" }
            (columns(table))
            @if !table.foreign_keys.is_empty() {
                h3 { "Foreign keys" }
                ul { @for key in &table.foreign_keys { li { (foreign_key(db, key)) } } }
            }
            @if !table.indexes.is_empty() {
                h3 { "Indexes" }
                ul { @for index in &table.indexes { li { (self::index(index)) } } }
            }
            @if !table.checks.is_empty() {
                h3 { "Checks" }
                ul {
                    @for check in &table.checks {
                        li {
                            @if let Some(name) = &check.name { (name) " " }
                            code { (check.expression) }
                        }
                    }
                }
            }
            @if let Some(sql) = &table.sql {
                details { summary { "SQL" } pre { code { (sql) } } }
            }
        }
    }
}

/// Tells whether a kind of values is shown at the right.
pub(super) fn is_number(kind: Type) -> bool {
    matches!(
        kind,
        Type::I64 | Type::U64 | Type::I128 | Type::U128 | Type::F32 | Type::F64 | Type::Decimal
    )
}

fn columns(table: &Table) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label={ "Columns of " (table.name) } {
            table.list {
                thead {
                    tr {
                        th scope="col" { "Column" }
                        th scope="col" { "Type" }
                        th scope="col" { "NULL" }
                        th scope="col" { "Default" }
                        th scope="col" { "Key" }
                    }
                }
                tbody { @for column in table.visible_columns() { (self::column(column, table.primary_key.len())) } }
            }
        }
    }
}

fn column(column: &Column, key_length: usize) -> Markup {
    let declared = if column.declared.is_empty() { "any" } else { &column.declared };
    html! {
        tr {
            th scope="row" { (column.name) }
            td { code { (declared) } }
            td { @if column.nullable { "yes" } @else { "no" } }
            td {
                @if let Some(default) = &column.default { code { (default) } }
                @if let Some(generated) = &column.generated {
                    @match generated.storage { Storage::Virtual => "computed ", Storage::Stored => "stored " }
                    @if let Some(expression) = &generated.expression { code { (expression) } }
                }
            }
            td {
                @if let Some(place) = column.primary_key {
                    "primary key" @if key_length > 1 { " (" (place) ")" }
                }
            }
        }
    }
}

fn foreign_key(db: &str, key: &ForeignKey) -> Markup {
    let actions = [("on update ", key.on_update), ("on delete ", key.on_delete)];
    html! {
        code { (key.columns.join(", ")) } " → "
        a href=(TableLink::new(db, &key.referenced_table).href()) { (key.referenced_table) }
        @if !key.referenced_columns.is_empty() {
            " " code { (key.referenced_columns.join(", ")) }
        }
        @for (when, action) in actions {
            @if action != Action::NoAction { " · " (when) (action_name(action)) }
        }
    }
}

fn index(index: &Index) -> Markup {
    let made_for = match index.origin {
        Origin::PrimaryKey => "primary key",
        Origin::Unique => "unique constraint",
        Origin::Created if index.unique => "unique",
        Origin::Created => "",
    };
    html! {
        (index.name) " "
        code {
            @for (at, part) in index.parts.iter().enumerate() {
                @if at > 0 { ", " }
                @match &part.by { IndexedBy::Column(text) | IndexedBy::Expression(text) => (text) }
                @if part.descending { " DESC" }
            }
        }
        @if !made_for.is_empty() { " · " (made_for) }
        @if let Some(predicate) = &index.predicate { " · where " code { (predicate) } }
    }
}

fn action_name(action: Action) -> &'static str {
    match action {
        Action::NoAction => "no action",
        Action::Restrict => "restrict",
        Action::SetNull => "set null",
        Action::SetDefault => "set default",
        Action::Cascade => "cascade",
    }
}
