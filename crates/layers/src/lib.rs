//! Layers around a backend, one file each: [`Trace`], [`Retry`], [`Timeout`].
//!
//! # Invariants
//! - A layer rewrites a request or looks at a reply; it never runs a statement of its own.
//! - A request is repeated only when its failure had no effect or its intent allows it, and only
//!   before any row of its reply was seen.
//! - Deadlines only move earlier on their way inwards. A rollback has none.
//! - Bound values are never logged. The text of statements is, literals included.
//! - `Trace` and `Retry` allocate one box for each call, `Timeout` none.

mod figures;
mod policy;
mod retry;
mod slow;
mod statement;
mod timeout;
mod trace;
mod watch;

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

pub use figures::Figures;
pub use policy::{Backoff, Budget, RetryPolicy};
pub use retry::Retry;
pub use slow::SlowStatement;
pub use timeout::Timeout;
pub use trace::Trace;

/// Reads the clock of tokio, so that a test that pauses it owns time here too.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// Answers the earlier of a deadline and some time after a moment.
fn earlier(deadline: Option<Instant>, from: Instant, after: Duration) -> Option<Instant> {
    let Some(latest) = from.checked_add(after) else { return deadline };
    Some(deadline.map_or(latest, |deadline| deadline.min(latest)))
}
