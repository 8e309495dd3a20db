//! The last slow statements, kept for whoever asks.

use std::collections::VecDeque;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::watch::Facts;

/// How many slow statements are kept; the oldest goes first.
const KEPT_MAX: usize = 50;

/// A request that took as long as the slow-statement log asks for, or longer.
#[derive(Clone, Debug)]
pub struct SlowStatement {
    /// The text in one line, cut after 1 000 bytes, without bound values.
    pub statement: String,
    /// The name of the statement, where the caller gave one.
    pub tag: Option<String>,
    /// The id that joins the log lines of one piece of work, where the caller gave one.
    pub correlation_id: Option<String>,
    /// The line of code that asked.
    pub origin: &'static Location<'static>,
    /// The time from the call to the end of the reply.
    pub elapsed: Duration,
    /// When it ended.
    pub ended: Instant,
}

/// Keeps slow statements.
#[derive(Debug, Default)]
pub(crate) struct SlowLog(Mutex<VecDeque<SlowStatement>>);

impl SlowLog {
    pub(crate) fn keep(&self, facts: Facts<'_>, elapsed: Duration, ended: Instant) {
        let slow = SlowStatement {
            statement: facts.statement.to_string(),
            tag: facts.tag.map(str::to_owned),
            correlation_id: facts.correlation_id.map(str::to_owned),
            origin: facts.origin,
            elapsed,
            ended,
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(KEPT_MAX - 1);
        kept.push_front(slow);
    }

    /// Lists them, the newest first.
    pub(crate) fn list(&self) -> Vec<SlowStatement> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_come_first_and_the_oldest_go() {
        let log = SlowLog::default();
        for number in 0..KEPT_MAX + 2 {
            let statement = &number;
            let origin = Location::caller();
            let facts = Facts { statement, tag: None, correlation_id: None, origin };
            log.keep(facts, Duration::ZERO, crate::now());
        }
        let kept: Vec<String> = log.list().into_iter().map(|slow| slow.statement).collect();
        assert_eq!(kept.len(), KEPT_MAX);
        assert_eq!((&*kept[0], &*kept[KEPT_MAX - 1]), ("51", "2"));
    }
}
