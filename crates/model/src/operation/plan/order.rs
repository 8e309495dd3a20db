//! The order of a page: as asked for, then by a key, so that no page repeats or skips a row.

use hypostyle_core::{Result, Type};
use hypostyle_schema::{Column, Table, TableKind};
use hypostyle_sql::Dialect;

use super::column;
use crate::operation::Sort;
use crate::writer::Writer;

/// Names of the row id in SQLite, of which a column may take any.
const ROW_IDS: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// Types of PostgreSQL whose values have no order, and no equality either.
const UNORDERED: [&str; 15] = [
    "aclitem",
    "box",
    "cid",
    "circle",
    "json",
    "jsonpath",
    "line",
    "lseg",
    "path",
    "pg_snapshot",
    "point",
    "polygon",
    "txid_snapshot",
    "xid",
    "xml",
];

/// Appends the order.
pub(super) fn push(out: &mut Writer, table: &Table, order_by: &[Sort]) -> Result<()> {
    let mut columns: Vec<(&str, bool)> = Vec::new();
    for sort in order_by {
        let name = column(table, &sort.column)?.name.as_str();
        if !columns.iter().any(|(earlier, _)| *earlier == name) {
            columns.push((name, sort.descending));
        }
    }
    for name in tie_breaker(table, out.dialect) {
        if !columns.iter().any(|(earlier, _)| *earlier == name) {
            columns.push((name, false));
        }
    }
    for (at, (name, descending)) in columns.into_iter().enumerate() {
        out.push(if at == 0 { " ORDER BY " } else { ", " });
        out.push_quoted(name)?;
        let is_unordered = table.column(name).is_some_and(is_unordered);
        out.push(if out.dialect.is_postgres() && is_unordered { "::text" } else { "" });
        out.push(if descending { " DESC" } else { "" });
    }
    Ok(())
}

/// Tells whether PostgreSQL has no order for the values of a column, but for that of their texts.
fn is_unordered(column: &Column) -> bool {
    let element = column.declared.trim_end_matches("[]");
    match column.kind {
        Type::Map => true,
        // A domain over JSON has a name of its own.
        Type::Json => column.declared != "jsonb",
        _ => UNORDERED.contains(&element),
    }
}

/// The columns that tell any two rows apart: the primary key, and where rows are stored where the
/// key may hold NULL or is missing; all columns where that is unknown, as in a view.
fn tie_breaker(table: &Table, dialect: Dialect) -> Vec<&str> {
    let key: Vec<&Column> =
        table.primary_key.iter().filter_map(|name| table.column(name)).collect();
    let is_unique =
        !key.is_empty() && !key.iter().any(|column| column.nullable) && !table.inherited;
    let mut names: Vec<&str> = key.into_iter().map(|column| column.name.as_str()).collect();
    if is_unique {
        return names;
    }
    match row_id(table, dialect).as_slice() {
        [] => table.visible_columns().map(|column| column.name.as_str()).collect(),
        row_id => {
            names.extend(row_id);
            names
        }
    }
}

/// What tells where a row is stored; nothing where nobody knows.
fn row_id(table: &Table, dialect: Dialect) -> Vec<&'static str> {
    match (dialect, table.kind) {
        (Dialect::Sqlite, TableKind::Table | TableKind::Virtual) if !table.without_rowid => {
            ROW_IDS.into_iter().find(|name| table.column(name).is_none()).into_iter().collect()
        }
        // The place of a row is one of its own table.
        (Dialect::Postgres, TableKind::Partitioned) => vec!["tableoid", "ctid"],
        (Dialect::Postgres, TableKind::Table) if table.inherited => vec!["tableoid", "ctid"],
        (Dialect::Postgres, TableKind::Table | TableKind::MaterializedView) => vec!["ctid"],
        (Dialect::DuckDb, TableKind::Table) => vec!["rowid"],
        _ => Vec::new(),
    }
}
