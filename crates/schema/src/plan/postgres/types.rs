//! Types, domains and sequences of PostgreSQL.

use hypostyle_core::{Error, ErrorKind, Result};

use crate::create::{comment, counting, placed};
use crate::diff::Change;
use crate::plan::Planner;
use crate::{Column, Domain, Enumeration, Sequence, SequenceOptions};

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
            note(planner, "TYPE", &name, from.comment.as_deref(), to.comment.as_deref())?;
        }
        other => {
            let message = format!("there are no words to {}", other.sentences().join(", "));
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
    }
    Ok(())
}

/// Writes a change of a domain.
fn of_domain(planner: &mut Planner<'_>, change: &Change) -> Result<()> {
    match change {
        Change::CreateDomain(it) => {
            let name = planner.place(&it.schema, &it.name)?;
            let create = domain(planner, it, &name)?;
            planner.steps.types.push(create);
            for check in it.checks.iter().filter(|check| check.not_valid) {
                let check = domain_check(planner, check)?;
                planner.steps.types.push(format!("ALTER DOMAIN {name} ADD {check}"));
            }
            note(
                planner,
                "DOMAIN",
                &planner.place(&it.schema, &it.name)?,
                None,
                it.comment.as_deref(),
            )?;
        }
        Change::DropDomain(it) => {
            let name = planner.place(&it.schema, &it.name)?;
            planner.steps.drop_types.push(format!("DROP DOMAIN {name}"));
        }
        Change::AlterDomain { from, to } => {
            let name = planner.place(&to.schema, &to.name)?;
            alter_domain(planner, from, to, &name)?;
            note(planner, "DOMAIN", &name, from.comment.as_deref(), to.comment.as_deref())?;
        }
        _ => {}
    }
    Ok(())
}

/// Writes a change of a sequence.
fn of_sequence(planner: &mut Planner<'_>, change: &Change) -> Result<()> {
    match change {
        Change::CreateSequence(it) => {
            let name = planner.place(&it.schema, &it.name)?;
            planner.steps.types.push(format!("CREATE SEQUENCE {name}{}", counting(&it.options)));
            if it.owned_by.is_some() {
                own(planner, it, &name)?;
            }
            note(planner, "SEQUENCE", &name, None, it.comment.as_deref())?;
        }
        Change::DropSequence(it) => {
            let name = planner.place(&it.schema, &it.name)?;
            planner.steps.drop_types.push(format!("DROP SEQUENCE IF EXISTS {name}"));
        }
        Change::AlterSequence { from, to } => {
            let name = planner.place(&to.schema, &to.name)?;
            let is_renamed = from.name != to.name;
            if is_renamed {
                let (old, new) = (planner.place(&to.schema, &from.name)?, planner.name(&to.name)?);
                planner.steps.types.push(format!("ALTER SEQUENCE {old} RENAME TO {new}"));
            }
            if from.options != to.options {
                let kind = to.options.declared.as_deref().unwrap_or("bigint");
                let is_retyped = from.options.declared != to.options.declared;
                let kind = if is_retyped { format!(" AS {kind}") } else { String::new() };
                let counted = counting_anew(&to.options).join(" ");
                let anew = if turns(&from.options, &to.options) { " RESTART" } else { "" };
                let alter = format!("ALTER SEQUENCE {name}{kind} {counted}{anew}");
                planner.steps.types.push(alter);
            }
            // One that follows a new name goes with the same column.
            if from.owned_by != to.owned_by && !is_renamed {
                own(planner, to, &name)?;
            }
            note(planner, "SEQUENCE", &name, from.comment.as_deref(), to.comment.as_deref())?;
        }
        _ => {}
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
    for table in planner.to.tables.iter().filter(|table| table.kind.takes_rows()) {
        for column in table.columns.iter().filter(|it| is_of(it, to) && !it.inherited) {
            let stood = planner.from.tables.iter().find(|old| old.name == table.name);
            if stood.and_then(|old| old.column(&column.name)).is_none_or(|old| !is_of(old, from)) {
                continue;
            }
            let (table, column_name) =
                (table.sql_name(planner.dialect)?, planner.name(&column.name)?);
            let mut clauses = Vec::new();
            if column.default.is_some() {
                clauses.push(format!("ALTER COLUMN {column_name} DROP DEFAULT"));
            }
            clauses.push(format!(
                "ALTER COLUMN {column_name} TYPE {name} USING {column_name}::text::{name}"
            ));
            if let Some(default) = &column.default {
                clauses.push(format!("ALTER COLUMN {column_name} SET DEFAULT {default}"));
            }
            let alter = format!("ALTER TABLE {table}\n  {}", clauses.join(",\n  "));
            planner.steps.types.push(alter);
        }
    }
    let schema = match to.schema.as_str() {
        "" => String::new(),
        schema => format!("{}.", planner.name(schema)?),
    };
    planner.steps.types.push(format!("DROP TYPE {schema}{old}"));
    Ok(())
}

/// Tells whether a column is of the type, by its labels and the name it is declared by.
fn is_of(column: &Column, it: &Enumeration) -> bool {
    let bare = column.declared.rsplit('.').next().unwrap_or_default().trim_matches('"');
    column.labels == it.labels && bare == it.name
}

fn domain(planner: &Planner<'_>, it: &Domain, name: &str) -> Result<String> {
    let mut words = format!("CREATE DOMAIN {name} AS {}", it.declared);
    if let Some(collation) = &it.collation {
        words += &format!(" COLLATE {}", placed(collation, planner.dialect)?);
    }
    if let Some(default) = &it.default {
        words += &format!("\n  DEFAULT {default}");
    }
    words += if it.not_null { "\n  NOT NULL" } else { "" };
    for check in it.checks.iter().filter(|check| !check.not_valid) {
        words += &format!("\n  {}", domain_check(planner, check)?);
    }
    Ok(words)
}

fn domain_check(planner: &Planner<'_>, check: &crate::Check) -> Result<String> {
    let late = if check.not_valid { " NOT VALID" } else { "" };
    Ok(match &check.name {
        Some(name) => {
            format!("CONSTRAINT {} CHECK ({}){late}", planner.name(name)?, check.expression)
        }
        None => format!("CHECK ({}){late}", check.expression),
    })
}

fn alter_domain(planner: &mut Planner<'_>, from: &Domain, to: &Domain, name: &str) -> Result<()> {
    if from.declared != to.declared || from.collation != to.collation {
        let message = format!("the type below the domain `{}` cannot change", to.name);
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    let mut clauses = Vec::new();
    for check in from.checks.iter().filter(|check| !to.checks.contains(check)) {
        let Some(check) = &check.name else { continue };
        clauses.push(format!("DROP CONSTRAINT {}", planner.name(check)?));
    }
    match (&from.default, &to.default) {
        (from, Some(to)) if from.as_ref() != Some(to) => clauses.push(format!("SET DEFAULT {to}")),
        (Some(_), None) => clauses.push("DROP DEFAULT".to_owned()),
        _ => {}
    }
    match (from.not_null, to.not_null) {
        (false, true) => clauses.push("SET NOT NULL".to_owned()),
        (true, false) => clauses.push("DROP NOT NULL".to_owned()),
        _ => {}
    }
    for check in to.checks.iter().filter(|check| !from.checks.contains(check)) {
        clauses.push(format!("ADD {}", domain_check(planner, check)?));
    }
    planner.steps.types.extend(clauses.into_iter().map(|it| format!("ALTER DOMAIN {name} {it}")));
    Ok(())
}

/// How a sequence counts from now on: what is usual is said, too. The limit that the type does not give is
/// said by its number, for a change of the type moves it.
pub(super) fn counting_anew(options: &SequenceOptions) -> Vec<String> {
    let is_down = options.increment.is_some_and(|step| step < 0);
    let limit = |word: &str, value: Option<i64>| match value {
        Some(value) => format!("{word} {value}"),
        None => format!("NO {word}"),
    };
    let (minimum, maximum) = match is_down {
        true => (options.minimum, options.maximum.or(Some(-1))),
        false => (options.minimum.or(Some(1)), options.maximum),
    };
    let first = options.start.or(if is_down { maximum } else { minimum }).unwrap_or(1);
    vec![
        format!("INCREMENT BY {}", options.increment.unwrap_or(1)),
        limit("MINVALUE", minimum),
        limit("MAXVALUE", maximum),
        format!("START WITH {first}"),
        format!("CACHE {}", options.cache.unwrap_or(1)),
        if options.cycle { "CYCLE" } else { "NO CYCLE" }.to_owned(),
    ]
}

/// Tells whether a sequence turns around: its last number is then none of the new ones.
pub(super) fn turns(from: &SequenceOptions, to: &SequenceOptions) -> bool {
    from.increment.unwrap_or(1).signum() != to.increment.unwrap_or(1).signum()
}

/// Lets a sequence go with a column, or with none.
fn own(planner: &mut Planner<'_>, it: &Sequence, name: &str) -> Result<()> {
    let owner = match &it.owned_by {
        None => "NONE".to_owned(),
        Some((table, column)) => {
            let table = planner.name(table)?;
            let within = match it.schema.as_str() {
                "" => String::new(),
                schema => format!("{}.", planner.name(schema)?),
            };
            format!("{within}{table}.{}", planner.name(column)?)
        }
    };
    planner.steps.add_references.push(format!("ALTER SEQUENCE {name} OWNED BY {owner}"));
    Ok(())
}

/// Notes a comment where it changed.
fn note(
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
