//! Types, domains and sequences of PostgreSQL.

use hypostyle_core::{Error, ErrorKind, Result};

use crate::diff::Change;
use crate::plan::Planner;
use crate::{Column, Domain, Enumeration, Sequence};

/// Writes a change of a type, a domain or a sequence.
pub(in crate::plan) fn types(planner: &mut Planner<'_>, change: &Change) -> Result<()> {
    let dialect = planner.dialect;
    let place = |schema: &str, name: &str| -> Result<String> {
        let name = dialect.quote_identifier(name)?;
        match schema {
            "" => Ok(name),
            schema => Ok(format!("{}.{name}", dialect.quote_identifier(schema)?)),
        }
    };
    match change {
        Change::CreateEnumeration(it) => {
            let create = enumeration(planner, it, &place(&it.schema, &it.name)?)?;
            planner.steps.types.push(create);
            note(planner, "TYPE", &place(&it.schema, &it.name)?, None, it.comment.as_deref())?;
        }
        Change::DropEnumeration(it) => {
            let name = place(&it.schema, &it.name)?;
            planner.steps.drop_types.push(format!("DROP TYPE {name}"));
        }
        Change::AlterEnumeration { from, to } => {
            let name = place(&to.schema, &to.name)?;
            let is_new = labels(planner, from, to, &name)?;
            let noted = from.comment.as_deref().filter(|_| !is_new);
            note(planner, "TYPE", &name, noted, to.comment.as_deref())?;
        }
        Change::CreateDomain(it) => {
            let create = domain(planner, it, &place(&it.schema, &it.name)?)?;
            planner.steps.types.push(create);
            note(planner, "DOMAIN", &place(&it.schema, &it.name)?, None, it.comment.as_deref())?;
        }
        Change::DropDomain(it) => {
            let name = place(&it.schema, &it.name)?;
            planner.steps.drop_types.push(format!("DROP DOMAIN {name}"));
        }
        Change::AlterDomain { from, to } => {
            let name = place(&to.schema, &to.name)?;
            alter_domain(planner, from, to, &name)?;
            note(planner, "DOMAIN", &name, from.comment.as_deref(), to.comment.as_deref())?;
        }
        Change::CreateSequence(it) => {
            let name = place(&it.schema, &it.name)?;
            planner.steps.types.push(format!("CREATE SEQUENCE {name}{}", counting(it)));
            own(planner, it, &name)?;
            note(planner, "SEQUENCE", &name, None, it.comment.as_deref())?;
        }
        Change::DropSequence(it) => {
            let name = place(&it.schema, &it.name)?;
            planner.steps.drop_types.push(format!("DROP SEQUENCE IF EXISTS {name}"));
        }
        Change::AlterSequence { from, to } => {
            let name = place(&to.schema, &to.name)?;
            if let Some(least) = to.options.minimum.filter(|_| from.options != to.options) {
                // A number below the least one is refused, that of a sequence nobody asked yet, too.
                let text = planner.dialect.quote_string(&name)?;
                planner.steps.types.push(format!(
                    "SELECT setval({text}, {least}, false) FROM {name} WHERE last_value < {least}"
                ));
            }
            if from.options != to.options {
                planner.steps.types.push(format!("ALTER SEQUENCE {name}{}", counting_anew(to)));
            }
            if from.owned_by != to.owned_by {
                // It would go with the column that it went with.
                let alone = format!("ALTER SEQUENCE {name} OWNED BY NONE");
                planner.steps.drop_references.extend(from.owned_by.as_ref().map(|_| alone));
                own(planner, to, &name)?;
            }
            note(planner, "SEQUENCE", &name, from.comment.as_deref(), to.comment.as_deref())?;
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

/// Adds labels where that is all; else the type is made anew and its columns move over. Answers
/// whether it is made anew.
fn labels(
    planner: &mut Planner<'_>,
    from: &Enumeration,
    to: &Enumeration,
    name: &str,
) -> Result<bool> {
    let kept: Vec<&String> = to.labels.iter().filter(|it| from.labels.contains(it)).collect();
    if kept.into_iter().eq(from.labels.iter()) {
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
        return Ok(false);
    }
    let old = planner.name(&format!("{}_old", to.name))?;
    planner.steps.types.push(format!("ALTER TYPE {name} RENAME TO {old}"));
    let create = enumeration(planner, to, name)?;
    planner.steps.types.push(create);
    for table in &planner.to.tables {
        for column in table.columns.iter().filter(|column| is_of(column, to)) {
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
    // Columns that go with the plan have the old type until then.
    planner.steps.drop_types.push(format!("DROP TYPE {schema}{old}"));
    Ok(true)
}

/// Tells whether a column is of the type, by its labels and the name it is declared by.
fn is_of(column: &Column, it: &Enumeration) -> bool {
    let bare = column.declared.rsplit('.').next().unwrap_or_default().trim_matches('"');
    column.labels == it.labels && bare == it.name
}

fn domain(planner: &Planner<'_>, it: &Domain, name: &str) -> Result<String> {
    let mut words = format!("CREATE DOMAIN {name} AS {}", it.declared);
    if let Some(collation) = &it.collation {
        words += &format!(" COLLATE {}", planner.name(collation)?);
    }
    if let Some(default) = &it.default {
        words += &format!("\n  DEFAULT {default}");
    }
    words += if it.not_null { "\n  NOT NULL" } else { "" };
    for check in &it.checks {
        words += &format!("\n  {}", domain_check(planner, check)?);
    }
    Ok(words)
}

fn domain_check(planner: &Planner<'_>, check: &crate::Check) -> Result<String> {
    Ok(match &check.name {
        Some(name) => format!("CONSTRAINT {} CHECK ({})", planner.name(name)?, check.expression),
        None => format!("CHECK ({})", check.expression),
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

fn counting(it: &Sequence) -> String {
    let options = &it.options;
    let mut words = String::new();
    for (word, value) in [
        ("INCREMENT BY", options.increment),
        ("MINVALUE", options.minimum),
        ("MAXVALUE", options.maximum),
        ("START WITH", options.start),
        ("CACHE", options.cache),
    ] {
        if let Some(value) = value {
            words += &format!(" {word} {value}");
        }
    }
    if let Some(kind) = &options.declared {
        words = format!(" AS {kind}{words}");
    }
    words + if options.cycle { " CYCLE" } else { "" }
}

/// How a sequence counts from now on: what is usual is said, too.
fn counting_anew(it: &Sequence) -> String {
    let options = &it.options;
    let or = |word: &str, value: Option<i64>, usual: &str| match value {
        Some(value) => format!(" {word} {value}"),
        None => format!(" {usual}"),
    };
    let mut words = format!(" AS {}", options.declared.as_deref().unwrap_or("bigint"));
    words += &or("INCREMENT BY", options.increment, "INCREMENT BY 1");
    words += &or("MINVALUE", options.minimum, "NO MINVALUE");
    words += &or("MAXVALUE", options.maximum, "NO MAXVALUE");
    let first = options.start.or(options.minimum).unwrap_or(1);
    words += &format!(" START WITH {first}");
    words += &or("CACHE", options.cache, "CACHE 1");
    words + if options.cycle { " CYCLE" } else { " NO CYCLE" }
}

/// Lets a sequence go with its column, where it has one.
fn own(planner: &mut Planner<'_>, it: &Sequence, name: &str) -> Result<()> {
    let Some((table, column)) = &it.owned_by else { return Ok(()) };
    let within = match it.schema.as_str() {
        "" => String::new(),
        schema => format!("{}.", planner.name(schema)?),
    };
    let owner = format!("{within}{}.{}", planner.name(table)?, planner.name(column)?);
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
        let comment = super::comment(planner.dialect, &format!("{kind} {name}"), to)?;
        planner.steps.comments.push(comment);
    }
    Ok(())
}
