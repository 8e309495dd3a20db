//! Keys, references and checks.

use fastrand::Rng;
use hypostyle::schema::{
    Action, Check, Column, ForeignKey, Index, IndexPart, Origin, TableKind, Timing,
};

use super::index::some_columns;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::family::{Family, is_indexed};

/// Makes other columns the primary key, or none.
pub(crate) fn primary(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    let engine = draft.engine;
    let table = &mut draft.schema.tables[at];
    let may_be = |column: &&Column| {
        column.generated.is_none() && !column.hidden && is_indexed(&column.declared, engine)
    };
    let mut names: Vec<String> =
        table.columns.iter().filter(may_be).map(|column| column.name.clone()).collect();
    rng.shuffle(&mut names);
    names.truncate(rng.usize(..3));
    table.primary_key = names;
    table.without_rowid &= !table.primary_key.is_empty();
    for column in &mut table.columns {
        column.identity = None;
        column.numbering = hypostyle::schema::SequenceOptions::default();
        // A key takes no default of NULL.
        column.nullable = column.nullable || column.primary_key.is_some();
    }
}

pub(crate) fn add_unique(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    let name = draft.name(rng, "u");
    let names = some_columns(draft, rng, at, 2);
    let table = &mut draft.schema.tables[at];
    let is_there = table.indexes.iter().any(|index| {
        index.parts.iter().filter_map(IndexPart::column).eq(names.iter().map(String::as_str))
    });
    if names.is_empty() || is_there || table.primary_key == names {
        return;
    }
    let parts = names.into_iter().map(IndexPart::of).collect();
    table.indexes.push(Index {
        name,
        unique: true,
        origin: Origin::Unique,
        parts,
        ..Index::default()
    });
}

/// Drops a unique constraint, or says of it what is not usual.
pub(crate) fn change_unique(draft: &mut Draft, rng: &mut Rng) {
    let is_unique = |index: &Index| index.origin == Origin::Unique;
    if !draft.schema.tables.iter().any(|table| table.indexes.iter().any(is_unique)) {
        add_unique(draft, rng);
    }
    let is_postgres = matches!(draft.engine, Engine::Postgres);
    for table in &mut draft.schema.tables {
        let Some(at) = table.indexes.iter().position(is_unique) else { continue };
        match rng.u8(..4) {
            0 | 1 if is_postgres => {
                table.indexes[at].timing =
                    [Timing::Immediate, Timing::Deferrable, Timing::Deferred][rng.usize(..3)];
            }
            2 if is_postgres => table.indexes[at].nulls_not_distinct ^= true,
            _ => drop(table.indexes.remove(at)),
        }
        return;
    }
}

/// Adds columns to a table that refer to the key of one.
pub(crate) fn add_foreign_key(draft: &mut Draft, rng: &mut Rng) {
    let engine = draft.engine;
    let tables = draft.schema.tables.iter();
    let keyed: Vec<(String, Vec<String>)> = tables
        .filter(|table| table.kind == TableKind::Table)
        .flat_map(|table| {
            let uniques = table.unique_constraints().filter(|index| index.timing.is_immediate());
            let uniques = uniques
                .map(|index| index.parts.iter().filter_map(IndexPart::column).map(str::to_owned));
            let keys = uniques.map(Iterator::collect).chain([table.primary_key.clone()]);
            keys.map(|key: Vec<String>| (table.name.clone(), key)).collect::<Vec<_>>()
        })
        .filter(|(_, key)| !key.is_empty())
        .collect();
    if keyed.is_empty() {
        return super::table::add(draft, rng);
    }
    let (parent, key) = keyed[rng.usize(..keyed.len())].clone();
    let at = draft.table(rng);
    let name = draft.name(rng, "f");
    let mut columns = Vec::new();
    for referenced in &key {
        let of_parent = draft.schema.tables.iter().find(|table| table.name == parent);
        let of_parent = of_parent.and_then(|table| table.column(referenced));
        let Some(like) = of_parent.cloned() else { return };
        let new = Column {
            name: draft.name(rng, "c"),
            declared: like.declared,
            collation: like.collation,
            nullable: true,
            ..Column::default()
        };
        if draft.schema.tables[at].strict
            && !["INTEGER", "INT", "TEXT", "REAL", "BLOB"].contains(&&*new.declared)
        {
            return;
        }
        columns.push(new.name.clone());
        draft.schema.tables[at].columns.push(new);
    }
    let (on_update, on_delete) = (action(rng, engine), action(rng, engine));
    draft.schema.tables[at].foreign_keys.push(ForeignKey {
        name: Some(name),
        columns,
        referenced_table: parent,
        referenced_columns: key,
        on_update,
        on_delete,
        ..ForeignKey::default()
    });
}

fn action(rng: &mut Rng, engine: Engine) -> Action {
    let actions =
        [Action::NoAction, Action::Restrict, Action::SetNull, Action::Cascade, Action::SetDefault];
    let known = match engine {
        Engine::DuckDb => 1,
        Engine::MySql(_) => 4,
        _ => 5,
    };
    actions[rng.usize(..known)]
}

/// Picks a foreign key and changes it; adds one where there is none.
fn with_key(draft: &mut Draft, rng: &mut Rng, change: impl FnOnce(&mut ForeignKey)) {
    for _ in 0..2 {
        let keys = draft.schema.tables.iter_mut().flat_map(|table| &mut table.foreign_keys);
        let mut keys: Vec<&mut ForeignKey> = keys.collect();
        if !keys.is_empty() {
            let at = rng.usize(..keys.len());
            return change(keys[at]);
        }
        add_foreign_key(draft, rng);
        add_foreign_key(draft, rng);
    }
}

/// Drops a foreign key, and one of two times adds another.
pub(crate) fn drop_foreign_key(draft: &mut Draft, rng: &mut Rng) {
    let has = |table: &&mut hypostyle::schema::Table| !table.foreign_keys.is_empty();
    if let Some(table) = draft.schema.tables.iter_mut().find(has) {
        let at = rng.usize(..table.foreign_keys.len());
        table.foreign_keys.remove(at);
        if rng.bool() {
            add_foreign_key(draft, rng);
        }
    }
}

pub(crate) fn actions(draft: &mut Draft, rng: &mut Rng) {
    let (on_update, on_delete) = (action(rng, draft.engine), action(rng, draft.engine));
    with_key(draft, rng, |key| (key.on_update, key.on_delete) = (on_update, on_delete));
}

pub(crate) fn on_delete_columns(draft: &mut Draft, rng: &mut Rng) {
    let is_set = rng.u8(..4) > 0;
    with_key(draft, rng, |key| {
        key.on_delete = Action::SetNull;
        key.on_delete_columns = key.columns.iter().take(1).filter(|_| is_set).cloned().collect();
    });
}

pub(crate) fn timing(draft: &mut Draft, rng: &mut Rng) {
    // SQLite knows of a key only whether it waits.
    let timings = match draft.engine {
        Engine::Sqlite => vec![Timing::Immediate, Timing::Deferred],
        _ => vec![Timing::Immediate, Timing::Deferrable, Timing::Deferred],
    };
    let timing = timings[rng.usize(..timings.len())];
    with_key(draft, rng, |key| key.timing = timing);
}

pub(crate) fn match_full(draft: &mut Draft, rng: &mut Rng) {
    with_key(draft, rng, |key| key.match_full ^= true);
}

pub(crate) fn foreign_key_not_valid(draft: &mut Draft, rng: &mut Rng) {
    with_key(draft, rng, |key| key.not_valid ^= true);
}

pub(crate) fn rename_foreign_key(draft: &mut Draft, rng: &mut Rng) {
    let name = draft.name(rng, "f");
    with_key(draft, rng, |key| key.name = Some(name));
}

pub(crate) fn add_check(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = draft.column(rng, Family::Int);
    let name = draft.name(rng, "k");
    let expression = condition(draft, rng, at, place);
    let check = Check { name: Some(name), expression, ..Check::default() };
    draft.schema.tables[at].checks.push(check);
}

/// A condition that all values hold which the tests and the defaults have.
fn condition(draft: &Draft, rng: &mut Rng, at: usize, place: usize) -> String {
    let column = draft.quoted(&draft.schema.tables[at].columns[place].name);
    match rng.u8(..4) {
        0 => format!("{column} > -100"),
        1 => format!("{column} BETWEEN -50 AND 1000"),
        2 => format!("{column} <> 999 OR {column} IS NULL"),
        _ => format!("{column} + 1 < 5000 AND NOT {column} IN (500, 501)"),
    }
}

/// Changes a check; adds one where there is none.
fn with_check(draft: &mut Draft, rng: &mut Rng, change: impl FnOnce(&mut Check)) {
    let has = |table: &hypostyle::schema::Table| !table.checks.is_empty();
    if !draft.schema.tables.iter().any(has) {
        add_check(draft, rng);
    }
    let checks = draft.schema.tables.iter_mut().flat_map(|table| &mut table.checks);
    let mut checks: Vec<&mut Check> = checks.collect();
    let at = rng.usize(..checks.len());
    change(checks[at]);
}

pub(crate) fn change_check(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = draft.column(rng, Family::Int);
    let new = condition(draft, rng, at, place);
    let is_dropped = rng.u8(..3) == 0;
    let checks = &mut draft.schema.tables[at].checks;
    match checks.first_mut() {
        Some(_) if is_dropped => drop(checks.remove(0)),
        Some(check) => check.expression = new,
        None => add_check(draft, rng),
    }
}

pub(crate) fn rename_check(draft: &mut Draft, rng: &mut Rng) {
    let name = draft.name(rng, "k");
    with_check(draft, rng, |check| check.name = Some(name));
}

/// A check that is not inherited or not yet held; on MySQL one that is not held at all.
pub(crate) fn flag_check(draft: &mut Draft, rng: &mut Rng) {
    let (is_postgres, is_first) = (matches!(draft.engine, Engine::Postgres), rng.bool());
    with_check(draft, rng, |check| match (is_postgres, is_first) {
        (true, true) => check.no_inherit ^= true,
        (true, false) => check.not_valid ^= true,
        (false, _) => check.not_enforced ^= true,
    });
}
