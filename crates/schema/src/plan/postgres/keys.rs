//! References to a key that is replaced: they go before it and come back after.

use hypostyle_core::Result;

use crate::create::Words;
use crate::diff::{Part, TableChange};
use crate::plan::Planner;
use crate::{ForeignKey, Origin, Table};

/// Drops the references that need a key of the table which goes, and adds those again that stay.
pub(super) fn referring(planner: &mut Planner<'_>, change: &TableChange) -> Result<()> {
    let gone: Vec<Vec<&str>> = change.parts.iter().filter_map(gone_key).collect();
    if gone.is_empty() {
        return Ok(());
    }
    for table in &planner.from.tables {
        let after = planner.to.tables.iter().find(|other| other.name == renamed(table, change));
        for key in &table.foreign_keys {
            let mut columns: Vec<&str> = key.referenced_columns.iter().map(|it| &**it).collect();
            columns.sort_unstable();
            if key.referenced_table != change.from.name || !gone.contains(&columns) {
                continue;
            }
            // What changed itself is dropped and added as such.
            if planner.drops_key(table, key) {
                continue;
            }
            let stays = after.and_then(|after| same_name(after, key));
            let Some(name) = &key.name else { continue };
            let (old, name) = (table.sql_name(planner.dialect)?, planner.name(name)?);
            let drop = format!("ALTER TABLE {old}\n  DROP CONSTRAINT {name}");
            planner.steps.drop_references.push(drop);
            if let (Some(after), Some(stays)) = (after, stays) {
                let words = Words { table: after, dialect: planner.dialect };
                let (table, key) = (after.sql_name(planner.dialect)?, words.foreign_key(stays)?);
                planner.steps.add_references.push(format!("ALTER TABLE {table}\n  ADD {key}"));
            }
        }
    }
    Ok(())
}

/// The columns of a key that a difference takes away, in an order of no matter.
fn gone_key(part: &Part) -> Option<Vec<&str>> {
    let mut columns: Vec<&str> = match part {
        Part::PrimaryKey { from, .. } if !from.is_empty() => {
            from.iter().map(String::as_str).collect()
        }
        Part::DropIndex(index) if index.unique && index.origin != Origin::PrimaryKey => {
            index.parts.iter().filter_map(|part| part.column()).collect()
        }
        _ => return None,
    };
    columns.sort_unstable();
    Some(columns)
}

/// The name of a table after the change, where the change is its own.
fn renamed<'t>(table: &'t Table, change: &'t TableChange) -> &'t str {
    if table.name == change.from.name { &change.to.name } else { &table.name }
}

fn same_name<'t>(table: &'t Table, key: &ForeignKey) -> Option<&'t ForeignKey> {
    table.foreign_keys.iter().find(|other| other.name == key.name)
}
