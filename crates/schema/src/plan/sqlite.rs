//! SQLite: what its `ALTER TABLE` can, and a new table for all else.

use hypostyle_core::Result;

use super::{Planner, quoted, rebuild};
use crate::Table;
use crate::create::Words;
use crate::diff::{Part, TableChange};

pub(super) fn alter(planner: &mut Planner<'_>, change: &TableChange) -> Result<()> {
    let dropped = change.parts.iter().filter_map(|part| match part {
        Part::DropTrigger(trigger) => Some(format!("DROP TRIGGER {}", quoted(&trigger.name))),
        _ => None,
    });
    if rebuild::is_needed(change) {
        // Its triggers go with the old table.
        return planner.rebuild(change);
    }
    planner.steps.drop_triggers.extend(dropped);
    let (from, to) = (&change.from, &change.to);
    let mut name = from.sql_name(planner.dialect)?;
    for part in &change.parts {
        if let Part::DropIndex(index) = part {
            planner.steps.alter.push(format!("DROP INDEX {}", quoted(&index.name)));
        }
    }
    if change.parts.contains(&Part::Rename) {
        let bare = planner.name(to.bare_name())?;
        planner.steps.alter.push(format!("ALTER TABLE {name}\n  RENAME TO {bare}"));
        name = to.sql_name(planner.dialect)?;
    }
    for part in &change.parts {
        if let Some(clause) = column(planner, to, part)? {
            planner.steps.alter.push(format!("ALTER TABLE {name}\n  {clause}"));
        }
    }
    let words = Words { table: to, dialect: planner.dialect };
    for part in &change.parts {
        match part {
            Part::AddIndex(index) => planner.steps.alter.push(words.index(index)?),
            Part::AddTrigger(trigger) => planner.steps.triggers.push(trigger.sql.clone()),
            _ => {}
        }
    }
    Ok(())
}

fn column(planner: &Planner<'_>, table: &Table, part: &Part) -> Result<Option<String>> {
    let words = Words { table, dialect: planner.dialect };
    Ok(match part {
        Part::RenameColumn { from, to } => {
            Some(format!("RENAME COLUMN {} TO {}", planner.name(from)?, planner.name(to)?))
        }
        Part::DropColumn(column) => Some(format!("DROP COLUMN {}", planner.name(&column.name)?)),
        Part::AddColumn(column) => {
            let mut clause = format!("ADD COLUMN {}", words.column(column)?);
            for key in &table.foreign_keys {
                if key.columns == [column.name.clone()] {
                    let name = words.constraint(key.name.as_deref())?;
                    clause += &format!(" {name}{}", words.reference(key)?);
                }
            }
            Some(clause)
        }
        _ => None,
    })
}
