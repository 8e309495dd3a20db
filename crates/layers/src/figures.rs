//! What a database did so far, counted without locks.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

/// The figures of a database at one moment.
///
/// # Shape
/// Counts since the layer was made. A request counts from its call to the end of its reply; the
/// steps of transactions are requests too. Figures read while requests end may differ by these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Requests begun.
    pub queries: u64,
    /// Requests under way: running, waiting for a connection, or with rows still to be read.
    pub active: u64,
    /// Requests that failed.
    pub errors: u64,
    /// Requests that took as long as the slow-statement log asks for, or longer.
    pub slow: u64,
    /// The time all ended requests took together.
    pub total: Duration,
}

impl Figures {
    /// Answers the mean time of an ended request; zero before the first.
    pub fn mean(&self) -> Duration {
        self.total.div_f64(self.ended().max(1.0))
    }

    /// Answers which part of the ended requests failed, from 0 to 1.
    pub fn error_rate(&self) -> f64 {
        as_float(self.errors) / self.ended().max(1.0)
    }

    fn ended(&self) -> f64 {
        as_float(self.queries.saturating_sub(self.active))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate needs no exact count")]
fn as_float(count: u64) -> f64 {
    count as f64
}

/// Counts requests, each thread in a shard of its own: a line of cache that all cores write costs
/// more than the rest of a layer.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    shards: [Shard; SHARDS],
}

const SHARDS: usize = 16;

#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard {
    begun: AtomicU64,
    ended: AtomicU64,
    errors: AtomicU64,
    slow: AtomicU64,
    nanos: AtomicU64,
}

static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static SHARD: usize = THREADS.fetch_add(1, Relaxed) % SHARDS;
}

impl Meter {
    fn shard(&self) -> &Shard {
        // A thread that is ending counts where the first one does.
        &self.shards[SHARD.try_with(|at| *at).unwrap_or_default()]
    }

    pub(crate) fn begin(&self) {
        self.shard().begun.fetch_add(1, Relaxed);
    }

    pub(crate) fn end(&self, took: Duration, failed: bool, slow: bool) {
        let shard = self.shard();
        shard.ended.fetch_add(1, Relaxed);
        shard.nanos.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Relaxed);
        if failed {
            shard.errors.fetch_add(1, Relaxed);
        }
        if slow {
            shard.slow.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn figures(&self) -> Figures {
        let sum = |count: fn(&Shard) -> &AtomicU64| {
            self.shards.iter().map(|shard| count(shard).load(Relaxed)).sum::<u64>()
        };
        let ended = sum(|shard| &shard.ended);
        let queries = sum(|shard| &shard.begun);
        Figures {
            queries,
            active: queries.saturating_sub(ended),
            errors: sum(|shard| &shard.errors),
            slow: sum(|shard| &shard.slow),
            total: Duration::from_nanos(sum(|shard| &shard.nanos)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_rates_are_of_ended_requests() {
        let meter = Meter::default();
        assert_eq!((meter.figures().mean(), meter.figures().error_rate()), (Duration::ZERO, 0.0));
        (0..5).for_each(|_| meter.begin());
        meter.end(Duration::from_millis(30), false, true);
        (0..3).for_each(|_| meter.end(Duration::from_millis(10), true, false));
        let expect =
            Figures { queries: 5, active: 1, errors: 3, slow: 1, total: Duration::from_millis(60) };
        assert_eq!(meter.figures(), expect);
        assert_eq!((expect.mean(), expect.error_rate()), (Duration::from_millis(15), 0.75));
    }
}
