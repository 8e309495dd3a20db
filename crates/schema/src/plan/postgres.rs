//! PostgreSQL: one `ALTER TABLE` for what can go together.

mod types;

use hypostyle_core::Result;

pub(super) use self::types::types;
use super::{Planner, unsupported};
use crate::create::Words;
use crate::diff::{Part, TableChange};
use crate::{Column, ForeignKey, Identity, Index, Origin, Table, TableOption};

pub(super) fn alter(planner: &mut Planner<'_>, change: &TableChange) -> Result<()> {
    let (from, to) = (&change.from, &change.to);
    let mut name = from.sql_name(planner.dialect)?;
    for part in &change.parts {
        match part {
            Part::DropTrigger(it) => {
                let drop = format!("DROP TRIGGER {} ON {name}", planner.name(&it.name)?);
                planner.steps.drop_triggers.push(drop);
            }
            Part::DropForeignKey(key) => {
                let key = named(from, key.name.as_deref(), "a foreign key without a name")?;
                let drop = format!("DROP CONSTRAINT {}", planner.name(key)?);
                planner.steps.drop_references.push(format!("ALTER TABLE {name}\n  {drop}"));
            }
            Part::DropIndex(index) if index.origin == Origin::Unique => {
                let columns = index.parts.iter().filter_map(|part| part.column());
                references_again(planner, change, &columns.collect::<Vec<_>>())?;
            }
            Part::PrimaryKey { from, .. } => {
                let columns = from.iter().map(String::as_str).collect::<Vec<_>>();
                references_again(planner, change, &columns)?;
            }
            Part::DropDefinition(it) => planner.steps.drop_references.push(it.drop.clone()),
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
    // What is computed goes before what it is computed by, and comes after.
    let rank = |part: &&Part| match part {
        Part::DropColumn(column) if column.generated.is_some() => 0,
        Part::AddColumn(column) if column.generated.is_some() => 2,
        _ => 1,
    };
    let mut parts: Vec<&Part> = change.parts.iter().collect();
    parts.sort_by_key(rank);
    let mut clauses = Vec::new();
    for part in parts {
        clauses.extend(clauses_of(planner, change, part)?);
    }
    // A column of a key can neither go nor hold NULL before the key is gone.
    clauses.sort_by_key(|clause| !clause.starts_with("DROP CONSTRAINT"));
    if !clauses.is_empty() {
        planner.steps.alter.push(format!("ALTER TABLE {name}\n  {}", clauses.join(",\n  ")));
    }
    after(planner, change, &name)
}

/// Sets aside the references to a key that goes, those that stay.
fn references_again(
    planner: &mut Planner<'_>,
    change: &TableChange,
    columns: &[&str],
) -> Result<()> {
    let dialect = planner.dialect;
    for table in &planner.to.tables {
        let Some(old) = planner.from.tables.iter().find(|old| old.name == table.name) else {
            continue;
        };
        let refers = |key: &&ForeignKey| {
            key.referenced_table == change.from.name
                && key.referenced_columns.iter().eq(columns)
                && old.foreign_keys.contains(key)
        };
        for key in table.foreign_keys.iter().filter(refers) {
            let name = table.sql_name(dialect)?;
            let told = named(table, key.name.as_deref(), "a foreign key without a name")?;
            let drop = format!("DROP CONSTRAINT {}", planner.name(told)?);
            planner.steps.drop_references.push(format!("ALTER TABLE {name}\n  {drop}"));
            let key = Words { table, dialect }.foreign_key(key)?;
            planner.steps.add_references.push(format!("ALTER TABLE {name}\n  ADD {key}"));
        }
    }
    Ok(())
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
fn clauses_of(planner: &Planner<'_>, change: &TableChange, part: &Part) -> Result<Vec<String>> {
    let words = Words { table: &change.to, dialect: planner.dialect };
    let drop = |name: &str| Ok(vec![format!("DROP CONSTRAINT {}", planner.name(name)?)]);
    match part {
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
                clauses.push(format!("ADD {}", words.primary_key()?));
            }
            Ok(clauses)
        }
        Part::DropColumn(column) => {
            Ok(vec![format!("DROP COLUMN {}", planner.name(&column.name)?)])
        }
        Part::AlterColumn { from, to } => column(planner, &change.to, from, to),
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

fn column(planner: &Planner<'_>, table: &Table, from: &Column, to: &Column) -> Result<Vec<String>> {
    let words = Words { table, dialect: planner.dialect };
    let name = planner.name(&to.name)?;
    if from.generated != to.generated {
        return generated(planner, table, from, to);
    }
    let mut clauses = Vec::new();
    let is_retyped = from.declared != to.declared || from.collation != to.collation;
    // A default of the old type may be none of the new one.
    if from.default.is_some() && (is_retyped || to.default.is_none()) {
        clauses.push(format!("ALTER COLUMN {name} DROP DEFAULT"));
    }
    if from.identity.is_some() && to.identity.is_none() {
        clauses.push(format!("ALTER COLUMN {name} DROP IDENTITY"));
    }
    if is_retyped {
        let kind = words.kind(to)?;
        let collation = match &to.collation {
            Some(collation) => format!(" COLLATE {}", planner.name(collation)?),
            None => String::new(),
        };
        clauses.push(format!("ALTER COLUMN {name} TYPE {kind}{collation} USING {name}::{kind}"));
    }
    match (from.nullable, to.nullable) {
        (true, false) => clauses.push(format!("ALTER COLUMN {name} SET NOT NULL")),
        (false, true) => clauses.push(format!("ALTER COLUMN {name} DROP NOT NULL")),
        _ => {}
    }
    if let Some(default) = &to.default
        && (is_retyped || from.default != to.default)
    {
        clauses.push(format!("ALTER COLUMN {name} SET DEFAULT {default}"));
    }
    match (from.identity, to.identity) {
        (None, Some(identity)) => {
            let identity = words.identity(to, identity)?;
            clauses.push(format!("ALTER COLUMN {name} ADD{identity}"));
        }
        (Some(from), Some(to)) if from != to => {
            let how = if to == Identity::Always { "ALWAYS" } else { "BY DEFAULT" };
            clauses.push(format!("ALTER COLUMN {name} SET GENERATED {how}"));
        }
        _ => {}
    }
    Ok(clauses)
}

/// An expression cannot be given to a column that stores values, nor be changed before version 17.
fn generated(
    planner: &Planner<'_>,
    table: &Table,
    from: &Column,
    to: &Column,
) -> Result<Vec<String>> {
    let words = Words { table, dialect: planner.dialect };
    let name = planner.name(&to.name)?;
    if from.generated.is_some() && to.generated.is_none() {
        return Ok(vec![format!("ALTER COLUMN {name} DROP EXPRESSION")]);
    }
    Ok(vec![format!("DROP COLUMN {name}"), format!("ADD COLUMN {}", words.column(to)?)])
}

/// The switch and the settings that a table may change.
fn options(table: &Table, from: &[TableOption], to: &[TableOption]) -> Result<Vec<String>> {
    let find = |options: &[TableOption], name: &str| {
        options.iter().find(|option| option.name == name).map(|option| option.value.clone())
    };
    let others = |options: &[TableOption]| {
        let is_other = |option: &&TableOption| !["UNLOGGED", "WITH"].contains(&&*option.name);
        options.iter().filter(is_other).cloned().collect::<Vec<_>>()
    };
    if others(from) != others(to) {
        return Err(unsupported(table, "other partitions, parents or access methods"));
    }
    let mut clauses = Vec::new();
    match (find(from, "UNLOGGED"), find(to, "UNLOGGED")) {
        (None, Some(_)) => clauses.push("SET UNLOGGED".to_owned()),
        (Some(_), None) => clauses.push("SET LOGGED".to_owned()),
        _ => {}
    }
    let (old, new) = (find(from, "WITH"), find(to, "WITH"));
    if old != new {
        if let Some(old) = old {
            let names = old.trim_matches(['(', ')']).split(',');
            let names = names.filter_map(|pair| pair.split('=').next());
            let names: Vec<&str> = names.map(str::trim).collect();
            clauses.push(format!("RESET ({})", names.join(", ")));
        }
        clauses.extend(new.map(|new| format!("SET {new}")));
    }
    Ok(clauses)
}

/// What comes once the columns stand: indexes, references, triggers, comments.
fn after(planner: &mut Planner<'_>, change: &TableChange, name: &str) -> Result<()> {
    let dialect = planner.dialect;
    let words = Words { table: &change.to, dialect };
    for part in &change.parts {
        match part {
            Part::AddIndex(index) if index.origin == Origin::Created => {
                planner.steps.alter.push(words.index(index)?);
                planner.steps.comments.extend(index_comment(planner, &change.to, index)?);
            }
            Part::AddForeignKey(key) => {
                let key = words.foreign_key(key)?;
                planner.steps.add_references.push(format!("ALTER TABLE {name}\n  ADD {key}"));
            }
            Part::AlterColumn { from, to } if is_made_anew(from, to) => {
                indexes_again(planner, change, &to.name, name)?;
            }
            Part::AddTrigger(it) => planner.steps.triggers.push(it.sql.clone()),
            Part::AddDefinition(it) => planner.steps.triggers.insert(0, it.sql.clone()),
            Part::Comment { to, .. } => {
                planner.steps.comments.push(comment(
                    dialect,
                    &format!("TABLE {name}"),
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

fn index_comment(planner: &Planner<'_>, table: &Table, index: &Index) -> Result<Option<String>> {
    let Some(text) = &index.comment else { return Ok(None) };
    let name = planner.name(&index.name)?;
    let within = match table.schema.as_str() {
        "" => String::new(),
        schema => format!("{}.", planner.name(schema)?),
    };
    comment(planner.dialect, &format!("INDEX {within}{name}"), Some(text)).map(Some)
}

fn comment(dialect: hypostyle_sql::Dialect, on: &str, text: Option<&str>) -> Result<String> {
    let text = match text {
        Some(text) => dialect.quote_string(text)?,
        None => "NULL".to_owned(),
    };
    Ok(format!("COMMENT ON {on} IS {text}"))
}

fn named<'n>(table: &Table, name: Option<&'n str>, what: &str) -> Result<&'n str> {
    name.ok_or_else(|| unsupported(table, what))
}

/// Tells whether a column is dropped and added: an expression cannot be given to one that stores
/// values.
fn is_made_anew(from: &Column, to: &Column) -> bool {
    from.generated != to.generated && to.generated.is_some()
}

/// Makes the indexes again that went with a column.
fn indexes_again(
    planner: &mut Planner<'_>,
    change: &TableChange,
    column: &str,
    name: &str,
) -> Result<()> {
    let words = Words { table: &change.to, dialect: planner.dialect };
    let has_column = |index: &&Index| index.parts.iter().any(|part| part.column() == Some(column));
    for index in change.to.indexes.iter().filter(has_column) {
        if change.parts.contains(&Part::AddIndex(index.clone())) {
            continue;
        }
        match index.origin {
            Origin::Created => planner.steps.alter.push(words.index(index)?),
            Origin::Unique => {
                let unique = words.unique(index)?;
                planner.steps.alter.push(format!("ALTER TABLE {name}\n  ADD {unique}"));
            }
            Origin::PrimaryKey => {}
        }
    }
    Ok(())
}
