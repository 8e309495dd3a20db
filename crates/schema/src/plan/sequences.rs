//! Sequences outside PostgreSQL, which has more to say of them.

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::Dialect;

use super::Planner;
use crate::SequenceOptions;
use crate::create::{comment, counting};
use crate::diff::Change;

/// How many numbers a session of MariaDB takes at once where nothing is said.
const CACHE: i64 = 1000;

/// Writes a change of a sequence; `false` for a change of something else.
pub(super) fn sequence(planner: &mut Planner<'_>, change: &Change) -> Result<bool> {
    match change {
        Change::CreateSequence(it) => {
            let name = planner.place(&it.schema, &it.name)?;
            planner.steps.types.push(format!("CREATE SEQUENCE {name}{}", counting(&it.options)));
            note(planner, &name, None, it.comment.as_deref())?;
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
                let counted = counting_anew(&to.options);
                let step = |options: &SequenceOptions| options.increment.unwrap_or(1).signum();
                // The last number of one that turns around is none of its new ones.
                let turns = step(&from.options) != step(&to.options);
                let anew = if turns { " RESTART" } else { "" };
                planner.steps.types.push(format!("ALTER SEQUENCE {name} {counted}{anew}"));
            }
            note(planner, &name, from.comment.as_deref(), to.comment.as_deref())?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn note(planner: &mut Planner<'_>, name: &str, from: Option<&str>, to: Option<&str>) -> Result<()> {
    if from != to {
        let on = format!("SEQUENCE {name}");
        planner.steps.comments.push(comment(planner.dialect, &on, to)?);
    }
    Ok(())
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
