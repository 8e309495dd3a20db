//! How often requests are repeated: tries, waits and a budget.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use hypostyle_core::jitter;

/// How often and how patiently requests are repeated, by why they failed.
///
/// A request is repeated when its error says that the same request may succeed, and either it had
/// no effect or its intent is to read or to be idempotent. Nothing is repeated inside a
/// transaction, nor once a reply has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// For `ErrorKind::Locked`. Default 5 tries, 0.1 s doubled each time.
    pub locked: Backoff,
    /// For `ErrorKind::Connection`. Default 3 tries, 1 s doubled each time.
    pub connection: Backoff,
    /// For `ErrorKind::PoolTimeout`. Default 1 try: more calls do not help a pool that is full.
    pub pool_timeout: Backoff,
    /// How many of all calls may be repeated.
    pub budget: Budget,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        let backoff = |attempts_max, first_ms| Backoff {
            attempts_max,
            first: Duration::from_millis(first_ms),
            longest: Duration::from_secs(10),
        };
        Self {
            locked: backoff(5, 100),
            connection: backoff(3, 1_000),
            pool_timeout: backoff(1, 100),
            budget: Budget::default(),
        }
    }
}

/// How often a request is tried, and how long the waits between are.
///
/// # Shape
/// The wait after failure n is anything from 0 to `first · 2ⁿ⁻¹`, at most `longest`: full jitter
/// keeps those that failed together from meeting again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// How often the request is tried in all; 0 and 1 are once.
    pub attempts_max: u32,
    /// The longest wait after the first failure.
    pub first: Duration,
    /// The longest wait of all.
    pub longest: Duration,
}

impl Backoff {
    /// Draws the wait after a failure, counted from 1; `None` after the last try.
    pub(crate) fn wait(self, failure: u32) -> Option<Duration> {
        if failure >= self.attempts_max {
            return None;
        }
        let longest = self.first.saturating_mul(1 << (failure - 1).min(30)).min(self.longest);
        Some(longest.mul_f64(jitter::fraction()))
    }
}

/// How many calls may be repeated, so that repeating does not make an outage worse.
///
/// # Shape
/// A bucket of tokens, full at first: a repetition takes one, a call gives back `percent`
/// hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The repetitions for every hundred calls, in the long run. Default 20.
    pub percent: u32,
    /// The repetitions possible at once. Default 100.
    pub reserve: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { percent: 20, reserve: 100 }
    }
}

/// The tokens of a [`Budget`], in hundredths.
pub(crate) struct Bucket {
    hundredths: AtomicU32,
    full: u32,
    percent: u32,
}

impl Bucket {
    pub(crate) fn new(budget: Budget) -> Self {
        let full = budget.reserve.saturating_mul(100);
        Self { hundredths: AtomicU32::new(full), full, percent: budget.percent }
    }

    pub(crate) fn give(&self) {
        // A full bucket, as nearly always, is only read: the calls of all cores share its line.
        if self.hundredths.load(Relaxed) < self.full {
            let fill = |held: u32| Some(held.saturating_add(self.percent).min(self.full));
            let _ = self.hundredths.fetch_update(Relaxed, Relaxed, fill);
        }
    }

    pub(crate) fn take(&self) -> bool {
        self.hundredths.fetch_update(Relaxed, Relaxed, |held| held.checked_sub(100)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn waits_are_spread_up_to_a_bound() {
        let backoff = Backoff { attempts_max: 9, first: SECOND, longest: Duration::MAX };
        let waits: Vec<_> = (0..50).filter_map(|_| backoff.wait(1)).collect();
        assert!(waits.iter().all(|wait| *wait <= SECOND));
        let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
        assert!(*most - *least > SECOND / 4, "{least:?} to {most:?}");
    }

    #[test]
    fn waits_have_a_longest_and_a_last() {
        let backoff = Backoff { attempts_max: 40, first: SECOND, longest: SECOND * 2 };
        for failure in 1..40 {
            assert!(backoff.wait(failure).unwrap() <= SECOND * 2);
        }
        assert_eq!(backoff.wait(40), None);
    }

    #[test]
    fn a_bucket_fills_with_calls_and_empties_with_repetitions() {
        let bucket = Bucket::new(Budget { percent: 50, reserve: 1 });
        assert_eq!([bucket.take(), bucket.take()], [true, false]);
        bucket.give();
        assert!(!bucket.take());
        (0..9).for_each(|_| bucket.give());
        assert_eq!([bucket.take(), bucket.take()], [true, false]);
    }
}
