//! Columns that are dropped and added, with what went along; and what is in the way of a column's new
//! type.

use std::collections::HashSet;

use hypostyle_core::Result;

use super::column::is_retyped;
use crate::create::{Words, comment};
use crate::diff::{Part, TableChange};
use crate::plan::Planner;
use crate::plan::dependents::mentions;
use crate::{Column, DefinitionKind, IndexedBy, Origin};

/// Finds the columns that are made anew: an expression cannot be given to a column that stores values, nor
/// be changed before version 17, nor stand while the type of what it reads changes.
pub(super) fn columns(change: &TableChange) -> Vec<&Column> {
    let retyped = moved(change);
    let is_anew = |column: &&Column| {
        let Some(generated) = &column.generated else { return false };
        let expression = generated.expression.as_deref().unwrap_or_default();
        let is_other = change.parts.iter().any(|part| match part {
            Part::AlterColumn { from, to } => {
                to.name == column.name && from.generated != to.generated
            }
            _ => false,
        });
        let stands =
            change.from.columns.iter().any(|old| {
                old.generated.is_some() && change.new_name(&old.name) == Some(&column.name)
            });
        is_other || stands && reads(expression, &retyped)
    };
    change.to.columns.iter().filter(|column| !column.inherited).filter(is_anew).collect()
}

/// The columns of before and after, in lower case, whose type changes or that go.
fn moved(change: &TableChange) -> HashSet<String> {
    let names = change.parts.iter().flat_map(|part| match part {
        Part::AlterColumn { from, to } if is_retyped(from, to) => {
            vec![from.name.to_ascii_lowercase(), to.name.to_ascii_lowercase()]
        }
        Part::DropColumn(column) => vec![column.name.to_ascii_lowercase()],
        _ => Vec::new(),
    });
    names.collect()
}

fn reads(sql: &str, names: &HashSet<String>) -> bool {
    mentions(sql, names, hypostyle_sql::Dialect::Postgres)
}

/// Writes the clauses that drop and add them.
pub(super) fn clauses(
    planner: &Planner<'_>,
    change: &TableChange,
    anew: &[&Column],
) -> Result<Vec<String>> {
    let words = Words { table: &change.to, dialect: planner.dialect };
    let mut clauses = Vec::new();
    for column in anew {
        clauses.push(format!("DROP COLUMN {}", planner.name(&column.name)?));
        clauses.push(format!("ADD COLUMN {}", words.column(column)?));
    }
    Ok(clauses)
}

/// Makes what went with them again: indexes, checks, comments.
pub(super) fn after(
    planner: &mut Planner<'_>,
    change: &TableChange,
    anew: &[&Column],
    name: &str,
) -> Result<()> {
    if anew.is_empty() {
        return Ok(());
    }
    let words = Words { table: &change.to, dialect: planner.dialect };
    let names: HashSet<String> = anew.iter().map(|it| it.name.to_ascii_lowercase()).collect();
    let stands = |part: &Part| !change.parts.contains(part);
    for index in &change.to.indexes {
        let has = index.parts.iter().any(|part| match &part.by {
            IndexedBy::Column(name) => names.contains(&name.to_ascii_lowercase()),
            IndexedBy::Expression(text) => reads(text, &names),
        });
        let has = has
            || index.include.iter().any(|it| names.contains(&it.to_ascii_lowercase()))
            || index.predicate.as_ref().is_some_and(|text| reads(text, &names));
        if !has || !stands(&Part::AddIndex(index.clone())) {
            continue;
        }
        match index.origin {
            Origin::Created => {
                planner.steps.alter.push(words.index(index)?);
                planner.steps.comments.extend(words.index_comment(index)?);
            }
            Origin::Unique => {
                let unique = words.unique(index)?;
                planner.steps.alter.push(format!("ALTER TABLE {name}\n  ADD {unique}"));
            }
            Origin::PrimaryKey => {}
        }
    }
    for check in &change.to.checks {
        if reads(&check.expression, &names) && stands(&Part::AddCheck(check.clone())) {
            let check = words.check(check)?;
            planner.steps.alter.push(format!("ALTER TABLE {name}\n  ADD {check}"));
        }
    }
    for column in anew.iter().filter(|column| column.comment.is_some()) {
        let on = format!("COLUMN {name}.{}", planner.name(&column.name)?);
        let note = comment(planner.dialect, &on, column.comment.as_deref())?;
        planner.steps.comments.push(note);
    }
    Ok(())
}

/// Drops the triggers, rules and policies of the table that read a column whose type changes, and makes
/// them again.
pub(super) fn attached(planner: &mut Planner<'_>, change: &TableChange, name: &str) -> Result<()> {
    let retyped = moved(change);
    if retyped.is_empty() {
        return Ok(());
    }
    let words = Words { table: &change.to, dialect: planner.dialect };
    for trigger in &change.to.triggers {
        if change.from.triggers.contains(trigger) && reads(&trigger.sql, &retyped) {
            let drop = format!("DROP TRIGGER {} ON {name}", planner.name(&trigger.name)?);
            planner.steps.drop_triggers.push(drop);
            planner.steps.triggers.extend(words.trigger(trigger)?);
        }
    }
    for it in &change.to.definitions {
        let has_columns = matches!(it.kind, DefinitionKind::Rule | DefinitionKind::Policy);
        if has_columns && change.from.definitions.contains(it) && reads(&it.sql, &retyped) {
            planner.steps.drop_references.insert(0, it.drop.clone());
            planner.steps.triggers.push(it.sql.clone());
            planner.steps.triggers.extend(crate::create::note(it, None, planner.dialect)?);
        }
    }
    Ok(())
}
