//! DuckDB: one action for each `ALTER TABLE`, with its indexes out of the way; a new table for
//! constraints.

mod remake;

use hypostyle_core::Result;

pub(super) use self::remake::remade;
use super::{Planner, unsupported};
use crate::create::Words;
use crate::diff::{Part, TableChange};
use crate::{Column, Index, Origin};

pub(super) fn alter(planner: &mut Planner<'_>, change: &TableChange) -> Result<()> {
    let (from, to) = (&change.from, &change.to);
    let created = |index: &&Index| index.origin == Origin::Created;
    let is_plain = change.parts.iter().all(|part| match part {
        Part::AddIndex(index) | Part::DropIndex(index) => index.origin == Origin::Created,
        _ => false,
    });
    // An index keeps its table from being altered.
    for index in from.indexes.iter().filter(created) {
        if !is_plain || change.parts.contains(&Part::DropIndex(index.clone())) {
            let name = planner.place(&from.schema, &index.name)?;
            planner.steps.alter.push(format!("DROP INDEX {name}"));
            planner.steps.without_transaction |= change.parts.len() > 1 || !is_plain;
        }
    }
    if change.parts.iter().any(|part| needs_rebuild(change, part)) {
        return planner.rebuild(change);
    }
    let mut name = from.sql_name(planner.dialect)?;
    if change.parts.contains(&Part::Rename) {
        let bare = planner.name(to.bare_name())?;
        planner.steps.alter.push(format!("ALTER TABLE {name}\n  RENAME TO {bare}"));
        name = to.sql_name(planner.dialect)?;
    }
    for part in &change.parts {
        for clause in clauses(planner, change, part)? {
            planner.steps.alter.push(format!("ALTER TABLE {name}\n  {clause}"));
        }
    }
    let words = Words { table: to, dialect: planner.dialect };
    for index in to.indexes.iter().filter(created) {
        if !is_plain || change.parts.contains(&Part::AddIndex(index.clone())) {
            planner.steps.alter.push(words.index(index)?);
            planner.steps.alter.extend(words.index_comment(index)?);
        }
    }
    comments(planner, change, &name)
}

fn needs_rebuild(change: &TableChange, part: &Part) -> bool {
    match part {
        Part::AddColumn(column) => {
            let is_computed = column.default.as_deref().is_some_and(is_computed);
            let has_value = column.default.is_some() && !is_computed;
            column.generated.is_some() || !column.nullable && !has_value
        }
        Part::DropColumn(column) => {
            let is_last = change.from.columns.last().is_some_and(|last| last.name == column.name);
            let constrained = !change.from.primary_key.is_empty()
                || !change.from.checks.is_empty()
                || change.from.unique_constraints().next().is_some()
                || !change.from.foreign_keys.is_empty();
            // What holds for columns by their places is in the way of moving them.
            constrained && !is_last || column.primary_key.is_some()
        }
        Part::AddIndex(index) | Part::DropIndex(index) => index.origin != Origin::Created,
        Part::AlterColumn { from, to } => {
            let of_index = |index: &Index| {
                index.unique && index.parts.iter().any(|it| it.column() == Some(&*from.name))
            };
            let in_key = from.primary_key.is_some() || change.from.indexes.iter().any(of_index);
            from.generated != to.generated
                || from.collation != to.collation
                || in_key && from.declared != to.declared
        }
        Part::AddForeignKey(_)
        | Part::DropForeignKey(_)
        | Part::AddCheck(_)
        | Part::DropCheck(_)
        | Part::PrimaryKey { .. } => true,
        _ => false,
    }
}

/// Tells a default that is computed for each row from a literal.
fn is_computed(default: &str) -> bool {
    let begins =
        |word: &str| default.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word));
    default.contains('(') || begins("current_")
}

fn clauses(planner: &Planner<'_>, change: &TableChange, part: &Part) -> Result<Vec<String>> {
    let words = Words { table: &change.to, dialect: planner.dialect };
    Ok(match part {
        Part::RenameColumn { from, to } => {
            vec![format!("RENAME COLUMN {} TO {}", planner.name(from)?, planner.name(to)?)]
        }
        Part::DropColumn(column) => vec![format!("DROP COLUMN {}", planner.name(&column.name)?)],
        Part::AddColumn(column) => {
            let name = planner.name(&column.name)?;
            // Computed defaults would be several statements in one, which nothing prepares.
            let computed = column.default.as_ref().filter(|default| is_computed(default));
            let plain = Column {
                nullable: true,
                default: column.default.clone().filter(|_| computed.is_none()),
                ..column.clone()
            };
            let mut clauses = vec![format!("ADD COLUMN {}", words.column(&plain)?)];
            if let Some(default) = computed {
                clauses.push(format!("ALTER COLUMN {name} SET DEFAULT {default}"));
            }
            if !column.nullable {
                clauses.push(format!("ALTER COLUMN {name} SET NOT NULL"));
            }
            clauses
        }
        Part::AlterColumn { from, to } => {
            let name = planner.name(&to.name)?;
            let mut clauses = Vec::new();
            if from.declared != to.declared {
                let kind = words.kind(to)?;
                clauses.push(format!("ALTER COLUMN {name} SET DATA TYPE {kind}"));
            }
            match (&from.default, &to.default) {
                (from, Some(to)) if from.as_ref() != Some(to) => {
                    clauses.push(format!("ALTER COLUMN {name} SET DEFAULT {to}"));
                }
                (Some(_), None) => clauses.push(format!("ALTER COLUMN {name} DROP DEFAULT")),
                _ => {}
            }
            match (from.nullable, to.nullable) {
                (true, false) => clauses.push(format!("ALTER COLUMN {name} SET NOT NULL")),
                (false, true) => clauses.push(format!("ALTER COLUMN {name} DROP NOT NULL")),
                _ => {}
            }
            clauses
        }
        Part::Storage | Part::Options { .. } => {
            return Err(unsupported(&change.to, "another kind of storage"));
        }
        _ => Vec::new(),
    })
}

fn comments(planner: &mut Planner<'_>, change: &TableChange, name: &str) -> Result<()> {
    let dialect = planner.dialect;
    let words = |on: &str, text: Option<&str>| -> Result<String> {
        let text = text.map(|text| dialect.quote_string(text)).transpose()?;
        Ok(format!("COMMENT ON {on} IS {}", text.unwrap_or_else(|| "NULL".to_owned())))
    };
    for part in &change.parts {
        let told = match part {
            Part::Comment { to, .. } => words(&format!("TABLE {name}"), to.as_deref())?,
            Part::AlterColumn { from, to } if from.comment != to.comment => {
                let on = format!("COLUMN {name}.{}", planner.name(&to.name)?);
                words(&on, to.comment.as_deref())?
            }
            Part::AddColumn(column) if column.comment.is_some() => {
                let on = format!("COLUMN {name}.{}", planner.name(&column.name)?);
                words(&on, column.comment.as_deref())?
            }
            _ => continue,
        };
        planner.steps.comments.push(told);
    }
    Ok(())
}
