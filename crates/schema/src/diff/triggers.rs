//! The order in which triggers fire.

use std::collections::HashMap;

use crate::Trigger;
use crate::words::firing;

/// Finds the triggers of MySQL that stay as they were and fire before others that they fired after;
/// answers each as it was and is.
pub(super) fn moved<'t>(old: &'t [Trigger], new: &'t [Trigger]) -> Vec<(&'t Trigger, &'t Trigger)> {
    let mut latest: HashMap<String, usize> = HashMap::new();
    let mut moved = Vec::new();
    for trigger in new {
        let place = old.iter().position(|other| other == trigger);
        let (Some(place), Some((event, _))) = (place, firing(&trigger.sql)) else { continue };
        let latest = latest.entry(event).or_default();
        match place < *latest {
            true => moved.push((&old[place], trigger)),
            false => *latest = place,
        }
    }
    moved
}
