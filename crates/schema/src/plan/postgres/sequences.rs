//! Sequences, those of identity columns included.

use hypostyle_core::Result;

use super::types::note;
use crate::create::counting;
use crate::diff::Change;
use crate::plan::Planner;
use crate::{Sequence, SequenceOptions};

/// Writes a change of a sequence.
pub(super) fn of_sequence(planner: &mut Planner<'_>, change: &Change) -> Result<()> {
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
            if it.owned_by.is_some() {
                // Else it goes with its table, where that moves to another schema.
                planner.steps.types.push(format!("ALTER SEQUENCE {name} OWNED BY NONE"));
            }
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
                let late = late_bound(&from.options, &to.options);
                planner.steps.types.push(match late.filter(|_| anew.is_empty()) {
                    Some(late) => entering(&name, &alter, &late),
                    None => alter,
                });
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

/// The condition under which a sequence has not yet come as far as its new bounds reach, where they begin
/// later than those of before.
fn late_bound(from: &SequenceOptions, to: &SequenceOptions) -> Option<String> {
    let first = |options: &SequenceOptions| match options.increment.is_some_and(|step| step < 0) {
        true => (true, options.maximum.unwrap_or(-1)),
        false => (false, options.minimum.unwrap_or(1)),
    };
    match (first(from), first(to)) {
        ((false, from), (false, to)) if from < to => Some(format!("last_value < {to}")),
        ((true, from), (true, to)) if from > to => Some(format!("last_value > {to}")),
        _ => None,
    }
}

/// Lets a sequence go on from its start where its number lies before its new bounds: those after are all
/// new. One whose number lies behind them is left to the server, which refuses it.
fn entering(name: &str, alter: &str, late: &str) -> String {
    // The first statement keeps others from counting meanwhile.
    format!(
        "DO $plan$ BEGIN\n  ALTER SEQUENCE {name} NO CYCLE;\n  \
         IF (SELECT {late} FROM {name}) THEN\n    {alter} RESTART;\n  \
         ELSE\n    {alter};\n  END IF;\nEND $plan$"
    )
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
