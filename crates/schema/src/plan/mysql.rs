//! MySQL and MariaDB: references apart, all else in one `ALTER TABLE`.

mod anew;
pub(super) mod references;
mod triggers;

use hypostyle_core::Result;

use super::{Planner, unsupported};
use crate::create::Words;
use crate::diff::{Part, TableChange};
use crate::{Column, Index, TableOption};

/// The option that says how a table is cut into partitions.
const PARTITIONS: &str = "PARTITION BY";

pub(super) fn alter(planner: &mut Planner<'_>, change: &TableChange) -> Result<()> {
    if let Some(first) = anew::stored_first(change) {
        alter_once(planner, &first)?;
    }
    alter_once(planner, change)
}

fn alter_once(planner: &mut Planner<'_>, change: &TableChange) -> Result<()> {
    let mut name = change.from.sql_name(planner.dialect)?;
    for part in &change.parts {
        match part {
            Part::DropTrigger(it) => {
                let drop = format!("DROP TRIGGER {}", planner.name(&it.name)?);
                planner.steps.drop_triggers.push(drop);
            }
            Part::DropForeignKey(key) => {
                let Some(key) = &key.name else {
                    return Err(unsupported(&change.from, "a foreign key without a name"));
                };
                let drop = format!("DROP FOREIGN KEY {}", planner.name(key)?);
                planner.steps.drop_references.push(format!("ALTER TABLE {name}\n  {drop}"));
            }
            _ => {}
        }
    }
    if change.parts.contains(&Part::Rename) {
        let new = change.to.sql_name(planner.dialect)?;
        planner.steps.alter.push(format!("RENAME TABLE {name} TO {new}"));
        name = new;
    }
    // Alone: with a change that copies the rows, a column of a reference is not renamed.
    let (early, late) = anew::parts(change);
    // Alone: with a change that copies the rows, a column of a reference is not renamed.
    let (mut renames, mut clauses) = (Vec::new(), Vec::new());
    for part in &late {
        match part {
            Part::RenameColumn { from, to } => {
                let (from, to) = (planner.name(from)?, planner.name(to)?);
                renames.push(format!("RENAME COLUMN {from} TO {to}"));
            }
            part => clauses.extend(clause(planner, change, part)?),
        }
    }
    let mut first = Vec::new();
    for part in &early {
        first.extend(clause(planner, change, part)?);
    }
    if renames.is_empty() {
        clauses.append(&mut first);
    } else {
        if !first.is_empty() {
            planner.steps.alter.push(format!("ALTER TABLE {name}\n  {}", first.join(",\n  ")));
        }
        planner.steps.alter.push(format!("ALTER TABLE {name}\n  {}", renames.join(",\n  ")));
    }
    // What goes makes room for what comes under the same name.
    clauses.sort_by_key(|clause| !clause.starts_with("DROP"));
    if !clauses.is_empty() {
        planner.steps.alter.push(format!("ALTER TABLE {name}\n  {}", clauses.join(",\n  ")));
    }
    planner.steps.alter.extend(cut(change).map(|cut| format!("ALTER TABLE {name}\n  {cut}")));
    let words = Words { table: &change.to, dialect: planner.dialect };
    for part in &change.parts {
        if let Part::AddForeignKey(key) = part {
            let key = words.foreign_key(key)?;
            planner.steps.add_references.push(format!("ALTER TABLE {name}\n  ADD {key}"));
        }
    }
    triggers::add(planner, change)
}

fn clause(planner: &Planner<'_>, change: &TableChange, part: &Part) -> Result<Option<String>> {
    let words = Words { table: &change.to, dialect: planner.dialect };
    Ok(match part {
        Part::DropIndex(index) if is_switched(change, index) => None,
        Part::DropIndex(index) => Some(format!("DROP INDEX {}", planner.name(&index.name)?)),
        // The server keeps one that goes and comes alike, and the use that was made of it.
        Part::AddIndex(index) if is_switched(change, index) => {
            let switch = match index.unused {
                true => "/*!80000 INVISIBLE */ /*M!100600 IGNORED */",
                false => "/*!80000 VISIBLE */ /*M!100600 NOT IGNORED */",
            };
            Some(format!("ALTER INDEX {} {switch}", planner.name(&index.name)?))
        }
        Part::DropCheck(check) => match &check.name {
            Some(name) => Some(format!("DROP CONSTRAINT {}", planner.name(name)?)),
            None => return Err(unsupported(&change.from, "a check without a name")),
        },
        Part::DropColumn(column) => Some(format!("DROP COLUMN {}", planner.name(&column.name)?)),
        Part::AlterColumn { to, .. } => Some(format!("MODIFY COLUMN {}", words.column(to)?)),
        Part::AddColumn(column) => {
            Some(format!("ADD COLUMN {}{}", words.column(column)?, place(planner, change, column)?))
        }
        Part::PrimaryKey { from, to } => {
            let drop = if from.is_empty() { "" } else { "DROP PRIMARY KEY" };
            let add = match to.is_empty() {
                true => String::new(),
                false => format!("ADD PRIMARY KEY ({})", words.names(to)?),
            };
            let both = [drop, &add].into_iter().filter(|it| !it.is_empty());
            Some(both.collect::<Vec<_>>().join(",\n  "))
        }
        Part::AddIndex(index) => Some(format!("ADD {}", words.key(index)?)),
        Part::AddCheck(check) => Some(format!("ADD {}", words.check(check)?)),
        Part::Comment { to, .. } => {
            let text = to.as_deref().unwrap_or_default();
            Some(format!("COMMENT = {}", planner.dialect.quote_string(text)?))
        }
        Part::Options { from, to } => options(change, from, to)?,
        Part::Storage => return Err(unsupported(&change.to, "another kind of storage")),
        _ => None,
    })
}

/// Where a new column stands, unless it comes last.
fn place(planner: &Planner<'_>, change: &TableChange, column: &Column) -> Result<String> {
    let columns = &change.to.columns;
    let Some(at) = columns.iter().position(|other| other.name == column.name) else {
        return Ok(String::new());
    };
    match at.checked_sub(1) {
        _ if at + 1 == columns.len() => Ok(String::new()),
        None => Ok(" FIRST".to_owned()),
        Some(before) => Ok(format!(" AFTER {}", planner.name(&columns[before].name)?)),
    }
}

/// Tells whether an index is only taken out of plans, or back.
fn is_switched(change: &TableChange, index: &Index) -> bool {
    let other = Index { unused: !index.unused, ..index.clone() };
    let has = |index: &Index| {
        let both = [Part::DropIndex(index.clone()), Part::AddIndex(index.clone())];
        both.iter().any(|part| change.parts.contains(part))
    };
    has(index) && has(&other)
}

/// How a table is cut into partitions from now on, which stands alone.
fn cut(change: &TableChange) -> Option<String> {
    let cut = |options: &[TableOption]| options.iter().find(|it| it.name == PARTITIONS).cloned();
    change.parts.iter().find_map(|part| match part {
        Part::Options { from, to } => match (cut(from), cut(to)) {
            (from, to) if from == to => None,
            (_, Some(to)) => Some(format!("{PARTITIONS} {}", to.value)),
            (_, None) => Some("REMOVE PARTITIONING".to_owned()),
        },
        _ => None,
    })
}

/// What an option is set to where nothing is said of it.
fn usual(name: &str) -> Option<&'static str> {
    match name {
        "ENGINE" => Some("InnoDB"),
        "ROW_FORMAT" | "PACK_KEYS" | "STATS_PERSISTENT" | "STATS_AUTO_RECALC"
        | "STATS_SAMPLE_PAGES" => Some("DEFAULT"),
        "KEY_BLOCK_SIZE" | "CHECKSUM" | "DELAY_KEY_WRITE" | "MAX_ROWS" | "MIN_ROWS"
        | "AVG_ROW_LENGTH" => Some("0"),
        _ => None,
    }
}

fn options(
    change: &TableChange,
    from: &[TableOption],
    to: &[TableOption],
) -> Result<Option<String>> {
    let others = |options: &[TableOption]| -> Vec<TableOption> {
        options.iter().filter(|option| option.name != PARTITIONS).cloned().collect()
    };
    let (from, to) = (others(from), others(to));
    let is_gone = |option: &TableOption| !to.iter().any(|other| other.name == option.name);
    let mut set = Vec::new();
    for option in from.iter().filter(|option| is_gone(option)) {
        let Some(usual) = usual(&option.name) else {
            return Err(unsupported(&change.to, &format!("taking {} away", option.name)));
        };
        set.push(format!("{}={usual}", option.name));
    }
    let new = to.iter().filter(|option| !from.contains(option)).map(|option| {
        match option.value.as_str() {
            "" => option.name.clone(),
            value if value.starts_with('(') || option.name.contains(' ') => {
                format!("{} {value}", option.name)
            }
            value => format!("{}={value}", option.name),
        }
    });
    set.extend(new);
    Ok((!set.is_empty()).then(|| set.join(" ")))
}
