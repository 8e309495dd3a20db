//! The order of a page: as asked for, then by a key, so that no page repeats or skips a row.

use super::{Statement, column};
use crate::error::Error;
use crate::request::ReadRequest;
use crate::schema::{Column, Table, TableKind};
use crate::sql::Dialect;

/// Names of the row id in SQLite, of which a column may take any.
const ROW_IDS: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// Appends the order.
pub(super) fn push(out: &mut Statement, table: &Table, request: &ReadRequest) -> Result<(), Error> {
    let mut columns: Vec<(&str, bool)> = Vec::new();
    for sort in &request.sort {
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
        out.push_name(name)?;
        out.push(if descending { " DESC" } else { "" });
    }
    Ok(())
}

/// The columns that tell any two rows apart: the primary key, and the row id where the key may hold
/// NULL; all columns where there is no key, as in a view.
fn tie_breaker(table: &Table, dialect: Dialect) -> Vec<&str> {
    let key: Vec<&Column> =
        table.primary_key.iter().filter_map(|name| table.column(name)).collect();
    let is_unique = !key.is_empty() && !key.iter().any(|column| column.nullable);
    let mut names: Vec<&str> = key.into_iter().map(|column| column.name.as_str()).collect();
    if is_unique {
        return names;
    }
    match row_id(table, dialect) {
        Some(name) => names.push(name),
        None => names = table.visible_columns().map(|column| column.name.as_str()).collect(),
    }
    names
}

fn row_id(table: &Table, dialect: Dialect) -> Option<&'static str> {
    let has_row_ids =
        dialect == Dialect::Sqlite && table.kind != TableKind::View && !table.without_rowid;
    ROW_IDS.into_iter().find(|name| has_row_ids && table.column(name).is_none())
}
