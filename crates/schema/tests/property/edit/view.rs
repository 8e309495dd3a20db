//! Views, those with rows, and tables that an extension makes.

use fastrand::Rng;
use hypostyle::schema::{Index, IndexPart, Table, TableKind};

use super::table::words;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::family::{Family, family};

pub(crate) fn add(draft: &mut Draft, rng: &mut Rng) {
    let name = draft.name(rng, "v");
    push(draft, rng, &name, TableKind::View);
}

/// Adds a view of some columns of a table, or of a view.
fn push(draft: &mut Draft, rng: &mut Rng, name: &str, kind: TableKind) {
    draft.table(rng);
    let readable = |table: &&Table| {
        let is_read = matches!(table.kind, TableKind::Table | TableKind::View);
        is_read && table.relation.is_none() && table.name != name
    };
    let sources: Vec<&Table> = draft.schema.tables.iter().filter(readable).collect();
    if sources.is_empty() {
        return;
    }
    let source = sources[rng.usize(..sources.len())];
    let of = draft.quoted(&source.name);
    let seen: Vec<_> = source.columns.iter().filter(|column| !column.hidden).collect();
    let many = rng.usize(1..=seen.len().max(1));
    let columns: Vec<_> = seen.into_iter().take(many).cloned().collect();
    let list: Vec<String> = columns.iter().map(|column| draft.quoted(&column.name)).collect();
    if list.is_empty() {
        return;
    }
    let numbers = columns.iter().find(|column| family(&column.declared) == Family::Int);
    let condition = match numbers {
        Some(column) if rng.bool() => format!(" WHERE {} > 1", draft.quoted(&column.name)),
        _ => String::new(),
    };
    let words = kind.words().to_uppercase();
    let quoted = draft.quoted(name);
    let sql = format!("CREATE {words} {quoted} AS SELECT {} FROM {of}{condition}", list.join(", "));
    let schema = if matches!(draft.engine, Engine::Postgres) { "public" } else { "" };
    draft.schema.tables.push(Table {
        schema: schema.to_owned(),
        name: name.to_owned(),
        kind,
        columns,
        sql: Some(sql),
        ..Table::default()
    });
}

/// Drops a view, or puts another in its place.
pub(crate) fn change(draft: &mut Draft, rng: &mut Rng) {
    let is_view = |table: &Table| table.kind == TableKind::View;
    let Some(at) = draft.schema.tables.iter().position(is_view) else { return add(draft, rng) };
    let old = draft.schema.tables.remove(at);
    let quoted = draft.quoted(&old.name);
    // Those that read it may miss a column of the other.
    draft.schema.tables.retain(|it| !it.sql.as_deref().is_some_and(|sql| sql.contains(&quoted)));
    if rng.u8(..3) > 0 {
        push(draft, rng, &old.name, TableKind::View);
    }
}

pub(crate) fn comment(draft: &mut Draft, rng: &mut Rng) {
    let is_view = |table: &Table| table.kind == TableKind::View;
    if !draft.schema.tables.iter().any(is_view) {
        add(draft, rng);
    }
    let found = draft.schema.tables.iter_mut().find(|table| is_view(table));
    if let Some(view) = found {
        view.comment = words(rng);
    }
}

pub(crate) fn materialized(draft: &mut Draft, rng: &mut Rng) {
    let is_one = |table: &Table| table.kind == TableKind::MaterializedView;
    let had = draft.schema.tables.iter().position(is_one);
    if let Some(at) = had.filter(|_| rng.bool()) {
        draft.schema.tables.remove(at);
        return;
    }
    let name = draft.name(rng, "m");
    push(draft, rng, &name, TableKind::MaterializedView);
    let index = draft.name(rng, "i");
    let last = draft.schema.tables.last_mut().filter(|table| table.name == name);
    let Some(view) = last else { return };
    let indexed = view.columns.iter().find(|column| family(&column.declared) == Family::Int);
    let parts = indexed.map(|column| IndexPart::of(&column.name)).into_iter().collect::<Vec<_>>();
    if !parts.is_empty() {
        view.indexes.push(Index { name: index, parts, ..Index::default() });
    }
}

pub(crate) fn virtual_table(draft: &mut Draft, rng: &mut Rng) {
    let is_one = |table: &Table| table.kind == TableKind::Virtual;
    let had = draft.schema.tables.iter().position(is_one);
    if let Some(at) = had.filter(|_| rng.bool()) {
        draft.schema.tables.remove(at);
        return;
    }
    let name = draft.name(rng, "w");
    let columns = ["title", "title, body"][rng.usize(..2)];
    let sql = format!("CREATE VIRTUAL TABLE {} USING fts5({columns})", draft.quoted(&name));
    let kind = TableKind::Virtual;
    draft.schema.tables.push(Table { name, kind, sql: Some(sql), ..Table::default() });
}
