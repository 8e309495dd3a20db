//! Extensions and enumerations of PostgreSQL, and the way to other changes beside the tables.

use hypostyle_core::{Error, ErrorKind, Result};

use super::domains::of_domain;
use super::sequences::of_sequence;
use crate::create::comment;
use crate::diff::Change;
use crate::plan::Planner;
use crate::{Column, Enumeration};

/// Writes a change of an extension, a type, a domain or a sequence.
pub(in crate::plan) fn types(planner: &mut Planner<'_>, change: &Change) -> Result<()> {
    match change {
        Change::CreateExtension(_) | Change::DropExtension(_) | Change::AlterExtension { .. } => {
            of_extension(planner, change)
        }
        Change::CreateDomain(_) | Change::DropDomain(_) | Change::AlterDomain { .. } => {
            of_domain(planner, change)
        }
        Change::CreateSequence(_) | Change::DropSequence(_) | Change::AlterSequence { .. } => {
            of_sequence(planner, change)
        }
        _ => of_enumeration(planner, change),
    }
}

/// Writes a change of an extension.
fn of_extension(planner: &mut Planner<'_>, change: &Change) -> Result<()> {
    match change {
        Change::CreateExtension(it) => {
            let schema = it.schema.as_ref().map(|schema| planner.name(schema)).transpose()?;
            let within = schema.map_or_else(String::new, |name| format!(" WITH SCHEMA {name}"));
            let name = planner.name(&it.name)?;
            planner.steps.schemas.push(format!("CREATE EXTENSION {name}{within}"));
        }
        Change::DropExtension(it) => {
            let name = planner.name(&it.name)?;
            planner.steps.drop_schemas.insert(0, format!("DROP EXTENSION {name}"));
        }
        Change::AlterExtension { to, .. } => {
            let name = planner.name(&to.name)?;
            let schema = planner.name(to.schema.as_deref().unwrap_or("public"))?;
            planner.steps.schemas.push(format!("ALTER EXTENSION {name} SET SCHEMA {schema}"));
        }
        _ => {}
    }
    Ok(())
}

/// Writes a change of an enumeration.
fn of_enumeration(planner: &mut Planner<'_>, change: &Change) -> Result<()> {
    match change {
        Change::CreateEnumeration(it) => {
            let create = enumeration(planner, it, &planner.place(&it.schema, &it.name)?)?;
            planner.steps.types.push(create);
            note(
                planner,
                "TYPE",
                &planner.place(&it.schema, &it.name)?,
                None,
                it.comment.as_deref(),
            )?;
        }
        Change::DropEnumeration(it) => {
            let name = planner.place(&it.schema, &it.name)?;
            planner.steps.drop_types.push(format!("DROP TYPE {name}"));
        }
        Change::AlterEnumeration { from, to } => {
            let name = planner.place(&to.schema, &to.name)?;
            labels(planner, from, to, &name)?;
            // One that is made anew has no comment yet.
            let noted = from.comment.as_deref().filter(|_| only_adds(from, to));
            note(planner, "TYPE", &name, noted, to.comment.as_deref())?;
        }
        other => {
            let message = format!("there are no words to {}", other.sentences().join(", "));
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
    }
    Ok(())
}

fn enumeration(planner: &Planner<'_>, it: &Enumeration, name: &str) -> Result<String> {
    let quote = |label: &String| planner.dialect.quote_string(label);
    let labels: Vec<String> = it.labels.iter().map(quote).collect::<Result<_, _>>()?;
    Ok(format!("CREATE TYPE {name} AS ENUM (\n  {}\n)", labels.join(",\n  ")))
}

/// Tells whether an enumeration keeps all of its labels in their order, which takes no other type.
pub(in crate::plan) fn only_adds(from: &Enumeration, to: &Enumeration) -> bool {
    to.labels.iter().filter(|it| from.labels.contains(it)).eq(from.labels.iter())
}

/// Adds labels where that is all; else the type is made anew and its columns move over.
fn labels(
    planner: &mut Planner<'_>,
    from: &Enumeration,
    to: &Enumeration,
    name: &str,
) -> Result<()> {
    if only_adds(from, to) {
        for (at, label) in to.labels.iter().enumerate() {
            if from.labels.contains(label) {
                continue;
            }
            let place = match at.checked_sub(1) {
                None if from.labels.is_empty() => String::new(),
                Some(before) => {
                    format!("AFTER {}", planner.dialect.quote_string(&to.labels[before])?)
                }
                None => format!("BEFORE {}", planner.dialect.quote_string(&from.labels[0])?),
            };
            let label = planner.dialect.quote_string(label)?;
            planner.steps.types.push(format!("ALTER TYPE {name} ADD VALUE {label} {place}"));
        }
        return Ok(());
    }
    let old = planner.name(&format!("{}_old", to.name))?;
    planner.steps.types.push(format!("ALTER TYPE {name} RENAME TO {old}"));
    let create = enumeration(planner, to, name)?;
    planner.steps.types.push(create);
    move_columns(planner, from, to, name)?;
    let schema = match to.schema.as_str() {
        "" => String::new(),
        schema => format!("{}.", planner.name(schema)?),
    };
    // Columns that go with the plan have the old type until then.
    planner.steps.drop_types.push(format!("DROP TYPE {schema}{old}"));
    Ok(())
}

/// Lets the columns of the type that stay of it have the new one, by the names of before: those change
/// later.
fn move_columns(
    planner: &mut Planner<'_>,
    from: &Enumeration,
    to: &Enumeration,
    name: &str,
) -> Result<()> {
    for table in planner.from.tables.iter().filter(|table| table.kind.takes_rows()) {
        for old in table.columns.iter().filter(|it| is_of(it, from) && !it.inherited) {
            let Some(new) = planner.column_after(table, old).filter(|it| is_of(it, to)) else {
                continue;
            };
            let (table, column) = (table.sql_name(planner.dialect)?, planner.name(&old.name)?);
            let mut clauses = Vec::new();
            if old.default.is_some() {
                clauses.push(format!("ALTER COLUMN {column} DROP DEFAULT"));
            }
            clauses.push(format!("ALTER COLUMN {column} TYPE {name} USING {column}::text::{name}"));
            if let (Some(_), Some(default)) = (&old.default, &new.default) {
                clauses.push(format!("ALTER COLUMN {column} SET DEFAULT {default}"));
            }
            let alter = format!("ALTER TABLE {table}\n  {}", clauses.join(",\n  "));
            planner.steps.types.push(alter);
        }
    }
    Ok(())
}

/// Tells whether a column is of the type, by its labels and the name it is declared by.
fn is_of(column: &Column, it: &Enumeration) -> bool {
    let bare = column.declared.rsplit('.').next().unwrap_or_default().trim_matches('"');
    column.labels == it.labels && bare == it.name
}

/// Notes a comment where it changed.
pub(super) fn note(
    planner: &mut Planner<'_>,
    kind: &str,
    name: &str,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<()> {
    if from != to {
        let comment = comment(planner.dialect, &format!("{kind} {name}"), to)?;
        planner.steps.comments.push(comment);
    }
    Ok(())
}
