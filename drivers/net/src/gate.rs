//! The gate before new connections: open while they succeed, a turnstile once one was lost or
//! could not be made.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Time between two attempts while they fail: a server that comes back is not run down.
const SPACING: Duration = Duration::from_millis(60);
/// Attempts in a second while they fail, those counted that were made at once before.
const ATTEMPTS_MAX: usize = 16;
const SECOND: Duration = Duration::from_secs(1);

/// Lets attempts to connect through at once, or one after another while they fail.
#[derive(Debug, Default)]
pub struct Gate {
    is_narrow: AtomicBool,
    /// It is locked by the one whose turn is next, so that one that gives up takes no turn from
    /// those behind it.
    turn: tokio::sync::Mutex<()>,
    /// When the last ones were let through.
    recent: Mutex<VecDeque<Instant>>,
}

impl Gate {
    /// Waits for a turn.
    pub async fn pass(&self) {
        if !self.is_narrow() {
            return self.count();
        }
        let _turn = self.turn.lock().await;
        if let Some(next) = self.next()
            && self.is_narrow()
        {
            tokio::time::sleep_until(next).await;
        }
        self.count();
    }

    /// When the next may pass.
    fn next(&self) -> Option<Instant> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let spaced = recent.back().map(|last| *last + SPACING);
        let counted = recent.front().filter(|_| recent.len() == ATTEMPTS_MAX);
        spaced.max(counted.map(|first| *first + SECOND))
    }

    fn count(&self) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() == ATTEMPTS_MAX {
            recent.pop_front();
        }
        recent.push_back(Instant::now());
    }

    /// Learns how an attempt ended.
    pub fn learn(&self, has_succeeded: bool) {
        self.is_narrow.store(!has_succeeded, Ordering::Relaxed);
    }

    /// Learns that a connection was lost: all the others may be, and all want to come back.
    pub fn lose(&self) {
        self.learn(false);
    }

    fn is_narrow(&self) -> bool {
        self.is_narrow.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn attempts_are_spaced_only_while_they_fail() {
        let (gate, began) = (Gate::default(), Instant::now());
        gate.lose();
        for _ in 0..3 {
            gate.pass().await;
        }
        assert!(began.elapsed() >= SPACING * 2, "{:?}", began.elapsed());
        gate.learn(true);
        let began = Instant::now();
        for _ in 0..100 {
            gate.pass().await;
        }
        assert!(began.elapsed() < SPACING * 10, "{:?}", began.elapsed());
        gate.lose();
        gate.pass().await;
        assert!(began.elapsed() >= SECOND, "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn an_attempt_that_gives_up_takes_no_turn() {
        let gate = Gate::default();
        gate.lose();
        gate.pass().await;
        let mut waiting: Vec<_> = (0..100).map(|_| Box::pin(gate.pass())).collect();
        for turn in &mut waiting {
            assert!(tokio::time::timeout(Duration::ZERO, turn).await.is_err());
        }
        drop(waiting);
        let began = Instant::now();
        gate.pass().await;
        assert!(began.elapsed() < SPACING * 10, "{:?}", began.elapsed());
    }
}
