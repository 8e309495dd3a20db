//! The gate before new connections: open while they succeed, a turnstile while they fail.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time between two attempts while they fail: a server that comes back is not run down.
const SPACING: Duration = Duration::from_millis(60);

/// Lets attempts to connect through at once, or one after another once one has failed.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<Turns>);

#[derive(Debug, Default)]
struct Turns {
    is_failing: bool,
    next: Option<Instant>,
}

impl Gate {
    /// Waits for a turn.
    pub(crate) async fn pass(&self) {
        let turn = self.turn(Instant::now());
        if let Some(turn) = turn {
            tokio::time::sleep_until(turn.into()).await;
        }
    }

    /// Learns how the last attempt ended.
    pub(crate) fn learn(&self, has_succeeded: bool) {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.is_failing = !has_succeeded;
    }

    fn turn(&self, now: Instant) -> Option<Instant> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !turns.is_failing {
            turns.next = None;
            return None;
        }
        let turn = turns.next.map_or(now, |next| next.max(now));
        turns.next = Some(turn + SPACING);
        Some(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_spaced_only_while_they_fail() {
        let (gate, now) = (Gate::default(), Instant::now());
        assert_eq!((gate.turn(now), gate.turn(now)), (None, None));
        gate.learn(false);
        let turns: Vec<_> = (0..3).map(|_| gate.turn(now).unwrap() - now).collect();
        assert_eq!(turns, [Duration::ZERO, SPACING, SPACING * 2]);
        gate.learn(true);
        assert_eq!(gate.turn(now), None);
    }
}
