//! References that stand in the way of their columns: dropped before those change, and added after.

use hypostyle_core::Result;

use crate::create::Words;
use crate::diff::{Change, Part, TableChange};
use crate::plan::Planner;
use crate::{Column, ForeignKey, Index, IndexPart, Origin, Table};

/// Drops the references that stay and whose columns change at either end, and adds them again.
pub(in crate::plan) fn around(planner: &mut Planner<'_>, changes: &[Change]) -> Result<()> {
    let changed: Vec<&TableChange> = changes
        .iter()
        .filter_map(|change| match change {
            Change::AlterTable(change) => Some(&**change),
            _ => None,
        })
        .collect();
    let (from, to) = (planner.from, planner.to);
    for table in &from.tables {
        let change = changed.iter().find(|change| change.from.name == table.name);
        let name = change.map_or(&table.name, |change| &change.to.name);
        let Some(after) = to.tables.iter().find(|other| other.name == *name) else { continue };
        for key in table.foreign_keys.iter().filter(|key| is_held(table, key, &changed)) {
            let stays = !planner.drops_key(table, key);
            let same = after.foreign_keys.iter().find(|other| other.name == key.name);
            if let (true, Some(key_name), Some(same)) = (stays, &key.name, same) {
                let (old, new) =
                    (table.sql_name(planner.dialect)?, after.sql_name(planner.dialect)?);
                let drop = format!("DROP FOREIGN KEY {}", planner.name(key_name)?);
                planner.steps.drop_references.push(format!("ALTER TABLE {old}\n  {drop}"));
                let words = Words { table: after, dialect: planner.dialect };
                let mut add = format!("ADD {}", words.foreign_key(same)?);
                if let Some(index) = index_of_server(table, after, same) {
                    let drop = format!("DROP INDEX {}", planner.name(&index.name)?);
                    add = format!("{drop},\n  ADD {},\n  {add}", words.key(index)?);
                }
                planner.steps.add_references.push(format!("ALTER TABLE {new}\n  {add}"));
            }
        }
    }
    Ok(())
}

fn is_held(table: &Table, key: &ForeignKey, changed: &[&TableChange]) -> bool {
    let moves = |table: &str, columns: &[String]| {
        let parts = changed.iter().filter(|it| it.from.name == table).flat_map(|it| &it.parts);
        parts.into_iter().any(|part| match part {
            Part::AlterColumn { from, to } => columns.contains(&from.name) && is_other(from, to),
            _ => false,
        })
    };
    moves(&table.name, &key.columns) || moves(&key.referenced_table, &key.referenced_columns)
}

/// Answers the index that the server made for a reference without a name, and would make again under the
/// name that the reference then has.
fn index_of_server<'t>(from: &Table, to: &'t Table, key: &ForeignKey) -> Option<&'t Index> {
    let is_named = to.indexes.iter().any(|index| Some(&index.name) == key.name.as_ref());
    let leads = |index: &&Index| {
        let names = index.parts.iter().map(IndexPart::column);
        names.take(key.columns.len()).eq(key.columns.iter().map(|name| Some(name.as_str())))
    };
    let found = to.indexes.iter().find(leads).filter(|index| index.origin == Origin::Created);
    found.filter(|index| !is_named && from.indexes.contains(index))
}

/// Tells whether values of a column are kept otherwise, not only named, filled or noted otherwise.
fn is_other(from: &Column, to: &Column) -> bool {
    (&from.declared, &from.collation, from.nullable, from.identity)
        != (&to.declared, &to.collation, to.nullable, to.identity)
        || from.generated != to.generated
}
