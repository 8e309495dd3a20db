//! PostgreSQL: one `ALTER TABLE` for what can go together.

mod anew;
mod casts;
mod column;
mod composite;
mod domains;
mod keys;
mod options;
mod script;
mod sequences;
mod types;
mod validate;

use hypostyle_core::Result;

use self::column::column;
use self::options::{bounds, options};
pub(super) use self::script::{definition, script, stands};
pub(super) use self::types::{only_adds, types};
use self::validate::validated;
use super::{Planner, unsupported};
use crate::create::{Words, comment, note};
use crate::diff::{Part, TableChange};
use crate::{Definition, Origin, Table, Trigger};

pub(super) fn alter(planner: &mut Planner<'_>, change: &TableChange) -> Result<()> {
    let (from, to) = (&change.from, &change.to);
    let mut name = from.sql_name(planner.dialect)?;
    before(planner, change, &name)?;
    if change.parts.contains(&Part::Rename) {
        rename(planner, from, to, &name)?;
        name = to.sql_name(planner.dialect)?;
    }
    for part in &change.parts {
        if let Part::RenameColumn { from, to } = part {
            let (from, to) = (planner.name(from)?, planner.name(to)?);
            planner.steps.alter.push(format!("ALTER TABLE {name}\n  RENAME COLUMN {from} TO {to}"));
        }
    }
    let (mut clauses, mut remarks) = (Vec::new(), Vec::new());
    // What is computed comes after what it is computed by.
    let is_computed =
        |part: &&Part| matches!(part, Part::AddColumn(column) if column.generated.is_some());
    let (last, first): (Vec<&Part>, Vec<&Part>) = change.parts.iter().partition(is_computed);
    for part in first.into_iter().chain(last) {
        clauses.extend(clauses_of(planner, change, part, &mut remarks)?);
    }
    let made_anew = anew::columns(change);
    clauses.extend(anew::clauses(planner, change, &made_anew)?);
    // A constraint goes before its column, which would take it along.
    clauses.sort_by_key(|clause| !clause.starts_with("DROP CONSTRAINT"));
    if !clauses.is_empty() {
        let (remarks, clauses) = (remarks.concat(), clauses.join(",\n  "));
        planner.steps.alter.push(format!("{remarks}ALTER TABLE {name}\n  {clauses}"));
    }
    after(planner, change, &name)?;
    anew::after(planner, change, &made_anew, &name)?;
    keys::referring(planner, change)
}

/// What goes before the columns change: what was set for constraints and indexes, triggers, references,
/// indexes.
fn before(planner: &mut Planner<'_>, change: &TableChange, name: &str) -> Result<()> {
    let from = &change.from;
    for part in &change.parts {
        match part {
            _ if validated(planner, change, part).is_some() => {}
            Part::DropDefinition(it) if !is_only_noted(change, it) => {
                planner.steps.drop_references.insert(0, it.drop.clone());
            }
            Part::DropTrigger(it) if kept_trigger(change, it).is_none() => {
                let drop = format!("DROP TRIGGER {} ON {name}", planner.name(&it.name)?);
                planner.steps.drop_triggers.push(drop);
            }
            Part::DropForeignKey(key) => {
                let key = named(from, key.name.as_deref(), "a foreign key without a name")?;
                let drop = format!("DROP CONSTRAINT {}", planner.name(key)?);
                planner.steps.drop_references.push(format!("ALTER TABLE {name}\n  {drop}"));
            }
            Part::DropIndex(index) if index.origin == Origin::Created => {
                let within = match from.schema.as_str() {
                    "" => String::new(),
                    schema => format!("{}.", planner.name(schema)?),
                };
                let drop = format!("DROP INDEX {within}{}", planner.name(&index.name)?);
                planner.steps.alter.push(drop);
            }
            _ => {}
        }
    }
    anew::attached(planner, change, name)
}

fn rename(planner: &mut Planner<'_>, from: &Table, to: &Table, name: &str) -> Result<()> {
    if from.schema != to.schema {
        let schema = planner.name(&to.schema)?;
        planner.steps.alter.push(format!("ALTER TABLE {name}\n  SET SCHEMA {schema}"));
    }
    if from.bare_name() != to.bare_name() {
        let moved = Table { schema: to.schema.clone(), ..from.clone() };
        let (old, new) = (moved.sql_name(planner.dialect)?, planner.name(to.bare_name())?);
        planner.steps.alter.push(format!("ALTER TABLE {old}\n  RENAME TO {new}"));
    }
    Ok(())
}

/// The clauses of one difference, in the order of a table's own passes: what goes, what changes,
/// what comes.
fn clauses_of(
    planner: &Planner<'_>,
    change: &TableChange,
    part: &Part,
    remarks: &mut Vec<String>,
) -> Result<Vec<String>> {
    let words = Words { table: &change.to, dialect: planner.dialect };
    let drop = |name: &str| Ok(vec![format!("DROP CONSTRAINT {}", planner.name(name)?)]);
    match part {
        _ if validated(planner, change, part).is_some() => Ok(Vec::new()),
        Part::DropIndex(index) if index.origin == Origin::Unique => drop(&index.name),
        Part::DropCheck(check) => {
            drop(named(&change.from, check.name.as_deref(), "a check without a name")?)
        }
        Part::PrimaryKey { from, to } => {
            let mut clauses = Vec::new();
            if !from.is_empty() {
                let index = change.from.indexes.iter().find(|it| it.origin == Origin::PrimaryKey);
                let name = index.map(|index| index.name.as_str());
                clauses = drop(named(&change.from, name, "a primary key without a name")?)?;
            }
            if !to.is_empty() {
                clauses.push(format!("ADD {}", words.primary_key(to)?));
            }
            Ok(clauses)
        }
        // What a table inherits goes and comes with its parent's.
        Part::DropColumn(it) | Part::AddColumn(it) if it.inherited => Ok(Vec::new()),
        Part::DropColumn(column) => {
            Ok(vec![format!("DROP COLUMN {}", planner.name(&column.name)?)])
        }
        Part::AlterColumn { from, to } => column(planner, &change.to, from, to, remarks),
        Part::AddColumn(column) => Ok(vec![format!("ADD COLUMN {}", words.column(column)?)]),
        Part::AddIndex(index) if index.origin == Origin::Unique => {
            Ok(vec![format!("ADD {}", words.unique(index)?)])
        }
        Part::AddCheck(check) => Ok(vec![format!("ADD {}", words.check(check)?)]),
        Part::Options { from, to } => options(&change.to, from, to),
        Part::Storage => Err(unsupported(&change.to, "another kind of storage")),
        _ => Ok(Vec::new()),
    }
}

/// What comes once the columns stand: indexes, references, triggers, comments.
fn after(planner: &mut Planner<'_>, change: &TableChange, name: &str) -> Result<()> {
    let dialect = planner.dialect;
    let words = Words { table: &change.to, dialect };
    for part in &change.parts {
        let held = validated(planner, change, part);
        if let (Part::AddCheck(_) | Part::AddForeignKey(_), Some(held)) = (part, held) {
            let validate = format!("VALIDATE CONSTRAINT {}", planner.name(held)?);
            planner.steps.add_references.push(format!("ALTER TABLE {name}\n  {validate}"));
        }
        match part {
            _ if held.is_some() => {}
            Part::AddIndex(index) if index.origin == Origin::Created => {
                planner.steps.alter.push(words.index(index)?);
                planner.steps.comments.extend(words.index_comment(index)?);
            }
            Part::AddForeignKey(key) => {
                let key = words.foreign_key(key)?;
                planner.steps.add_references.push(format!("ALTER TABLE {name}\n  ADD {key}"));
            }
            Part::Options { from, to } => bounds(planner, &change.to, from, to)?,
            Part::AddTrigger(it) => match kept_trigger(change, it) {
                None => planner.steps.triggers.extend(words.trigger(it)?),
                Some(old) => alter_trigger(planner, old, it, name)?,
            },
            Part::AddDefinition(it) => {
                let step = match it.is_late() {
                    true => &mut planner.steps.triggers,
                    false => &mut planner.steps.alter,
                };
                if !is_only_noted(change, it) {
                    step.push(it.sql.clone());
                }
                let noted = change.from.definitions.iter().find(|old| old.name == it.name);
                let noted = noted.filter(|_| is_only_noted(change, it));
                let noted = noted.and_then(|old| old.comment.as_deref());
                step.extend(note(it, noted, dialect)?);
            }
            Part::NoteIndex { to, .. } => {
                let name = planner.place(&change.to.schema, &to.name)?;
                let note = comment(dialect, &format!("INDEX {name}"), to.comment.as_deref())?;
                planner.steps.comments.push(note);
            }
            Part::Comment { to, .. } => {
                planner.steps.comments.push(comment(
                    dialect,
                    &format!("{} {name}", change.to.kind.sql()),
                    to.as_deref(),
                )?);
            }
            Part::AlterColumn { from, to } if from.comment != to.comment => {
                let on = format!("COLUMN {name}.{}", planner.name(&to.name)?);
                planner.steps.comments.push(comment(dialect, &on, to.comment.as_deref())?);
            }
            Part::AddColumn(column) if column.comment.is_some() => {
                let on = format!("COLUMN {name}.{}", planner.name(&column.name)?);
                planner.steps.comments.push(comment(dialect, &on, column.comment.as_deref())?);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Tells whether a definition stays and only what is noted about it changes.
fn is_only_noted(change: &TableChange, it: &Definition) -> bool {
    let plain = |it: &Definition| Definition { comment: None, ..it.clone() };
    let has = |all: &[Definition]| all.iter().any(|other| plain(other) == plain(it));
    has(&change.from.definitions) && has(&change.to.definitions)
}

/// Answers what a trigger was that stays, while it is only switched or noted otherwise.
fn kept_trigger<'c>(change: &'c TableChange, it: &Trigger) -> Option<&'c Trigger> {
    let is = |other: &&Trigger| other.name == it.name && other.sql == it.sql;
    change.to.triggers.iter().find(is).and(change.from.triggers.iter().find(is))
}

fn alter_trigger(
    planner: &mut Planner<'_>,
    from: &Trigger,
    to: &Trigger,
    table: &str,
) -> Result<()> {
    let name = planner.name(&to.name)?;
    if from.enabled != to.enabled {
        let enabled = to.enabled.as_deref().unwrap_or("ENABLE");
        planner.steps.triggers.push(format!("ALTER TABLE {table}\n  {enabled} TRIGGER {name}"));
    }
    if from.comment != to.comment {
        let on = format!("TRIGGER {name} ON {table}");
        planner.steps.comments.push(comment(planner.dialect, &on, to.comment.as_deref())?);
    }
    Ok(())
}

fn named<'n>(table: &Table, name: Option<&'n str>, what: &str) -> Result<&'n str> {
    name.ok_or_else(|| unsupported(table, what))
}
