//! What stands beside the tables, outside PostgreSQL, which has more to say of it.

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::Dialect;

use super::Planner;
use crate::SequenceOptions;
use crate::create::{comment, counting};
use crate::diff::Change;

/// How many numbers a session of MariaDB takes at once where nothing is said.
const CACHE: i64 = 1000;

/// Writes a change of a sequence or an enumeration; `false` for a change of something else.
pub(super) fn beside(planner: &mut Planner<'_>, change: &Change) -> Result<bool> {
    match change {
        Change::CreateSequence(it) => {
            let name = planner.place(&it.schema, &it.name)?;
            planner.steps.types.push(format!("CREATE SEQUENCE {name}{}", counting(&it.options)));
            note(planner, &format!("SEQUENCE {name}"), None, it.comment.as_deref())?;
        }
        Change::DropSequence(it) => {
            let name = planner.place(&it.schema, &it.name)?;
            planner.steps.drop_types.push(format!("DROP SEQUENCE {name}"));
        }
        Change::AlterSequence { from, to } => {
            let name = planner.place(&to.schema, &to.name)?;
            if from.options != to.options {
                if planner.dialect == Dialect::DuckDb {
                    let message = format!("the engine cannot change how `{}` counts", to.name);
                    return Err(Error::new(ErrorKind::Unsupported, message));
                }
                planner.steps.types.extend(moved_on(&name, &from.options, &to.options));
                let counted = counting_anew(&to.options);
                let step = |options: &SequenceOptions| options.increment.unwrap_or(1).signum();
                // The last number of one that turns around is none of its new ones.
                let turns = step(&from.options) != step(&to.options);
                let anew = if turns { " RESTART" } else { "" };
                planner.steps.types.push(format!("ALTER SEQUENCE {name} {counted}{anew}"));
            }
            let on = format!("SEQUENCE {name}");
            note(planner, &on, from.comment.as_deref(), to.comment.as_deref())?;
        }
        other => return enumeration(planner, other),
    }
    Ok(true)
}

/// No column refers to an enumeration of DuckDB: each has labels of its own.
fn enumeration(planner: &mut Planner<'_>, change: &Change) -> Result<bool> {
    if planner.dialect != Dialect::DuckDb {
        return Ok(false);
    }
    let (gone, new) = match change {
        Change::CreateEnumeration(it) => (None, Some(it)),
        Change::DropEnumeration(it) => (Some(it), None),
        Change::AlterEnumeration { from, to } if from.labels == to.labels => {
            let on = format!("TYPE {}", planner.place(&to.schema, &to.name)?);
            note(planner, &on, from.comment.as_deref(), to.comment.as_deref())?;
            return Ok(true);
        }
        Change::AlterEnumeration { from, to } => (Some(from), Some(to)),
        _ => return Ok(false),
    };
    if let Some(it) = gone {
        let name = planner.place(&it.schema, &it.name)?;
        planner.steps.types.push(format!("DROP TYPE {name}"));
    }
    if let Some(it) = new {
        let name = planner.place(&it.schema, &it.name)?;
        let labels = it.labels.iter().map(|label| planner.dialect.quote_string(label));
        let labels = labels.collect::<std::result::Result<Vec<_>, _>>()?.join(", ");
        planner.steps.types.push(format!("CREATE TYPE {name} AS ENUM ({labels})"));
        note(planner, &format!("TYPE {name}"), None, it.comment.as_deref())?;
    }
    Ok(true)
}

fn note(planner: &mut Planner<'_>, on: &str, from: Option<&str>, to: Option<&str>) -> Result<()> {
    if from != to {
        planner.steps.comments.push(comment(planner.dialect, on, to)?);
    }
    Ok(())
}

/// Moves a sequence of MariaDB on to its new bounds where it stands before them: `SETVAL` never goes back.
fn moved_on(name: &str, from: &SequenceOptions, to: &SequenceOptions) -> Option<String> {
    let is_up = |options: &SequenceOptions| options.increment.unwrap_or(1) > 0;
    if !is_up(from) || !is_up(to) {
        return None;
    }
    let (old, new) = (from.minimum.unwrap_or(1), to.minimum.unwrap_or(1));
    (new > old).then(|| format!("DO SETVAL({name}, {})", new - 1))
}

/// How a sequence of MariaDB counts from now on: what is usual is said, too, and its limits by their
/// numbers, for `NO MINVALUE` is that of the way it counted.
fn counting_anew(options: &SequenceOptions) -> String {
    let step = options.increment.unwrap_or(1);
    let (least, greatest) = if step < 0 { (i64::MIN + 1, -1) } else { (1, i64::MAX - 1) };
    let (minimum, maximum) =
        (options.minimum.unwrap_or(least), options.maximum.unwrap_or(greatest));
    let first = options.start.unwrap_or(if step < 0 { maximum } else { minimum });
    let cache = options.cache.unwrap_or(CACHE);
    let cycle = if options.cycle { "CYCLE" } else { "NOCYCLE" };
    format!(
        "INCREMENT BY {step} MINVALUE {minimum} MAXVALUE {maximum} START WITH {first} \
         CACHE {cache} {cycle}"
    )
}
