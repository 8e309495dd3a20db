//! Triggers in the order in which they fire.

use hypostyle_core::Result;

use crate::Trigger;
use crate::diff::{Part, TableChange};
use crate::plan::Planner;
use crate::words::firing;

/// Makes the new triggers of a table, each before the one that it is to fire before.
pub(super) fn add(planner: &mut Planner<'_>, change: &TableChange) -> Result<()> {
    let is_new = |trigger: &Trigger| change.parts.contains(&Part::AddTrigger(trigger.clone()));
    for (at, trigger) in change.to.triggers.iter().enumerate() {
        if !is_new(trigger) {
            continue;
        }
        let fires = firing(&trigger.sql);
        let follows = |other: &&Trigger| {
            let both = fires.as_ref().zip(firing(&other.sql));
            !is_new(other) && both.is_some_and(|((event, _), (other, _))| *event == other)
        };
        let next = change.to.triggers[at + 1..].iter().find(follows);
        let sql = match (next, &fires) {
            (Some(next), Some((_, body))) => {
                let (head, body) = trigger.sql.split_at(*body);
                format!("{head} PRECEDES {}{body}", planner.name(&next.name)?)
            }
            _ => trigger.sql.clone(),
        };
        planner.steps.triggers.push(sql);
    }
    Ok(())
}
