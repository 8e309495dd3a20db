//! What hypostyle is meant to reach.
//!
//! Ratios to `rusqlite` are limits of the engine itself; one-task ratios are judged pinned.

use bench_harness::Bound::{GrowthMaxBytes, Ratio, WallMaxNs};
use bench_harness::{Bound, Goal};

const fn goal(group: &'static str, case: &'static str, bound: Bound) -> Goal {
    Goal { group, case, bound }
}

const fn ratio(to: &'static str, min: f64) -> Bound {
    Ratio { to, min }
}

/// What hypostyle is meant to reach; goals whose cases take no part in a run are not judged.
pub(crate) const GOALS: [Goal; 14] = [
    goal("point-select-1", "hypostyle", ratio("rusqlite", 0.85)),
    goal("point-select-1", "hypostyle", ratio("sqlx", 10.0)),
    goal("point-select-16", "hypostyle", ratio("rusqlite", 0.75)),
    goal("point-select-64", "hypostyle", ratio("rusqlite", 0.75)),
    goal("point-select-64", "hypostyle", ratio("sqlx", 7.0)),
    goal("insert", "hypostyle", ratio("rusqlite", 0.90)),
    goal("insert", "hypostyle", ratio("sea-orm", 6.0)),
    goal("bulk", "hypostyle", ratio("rusqlite", 1.2)),
    goal("stream", "hypostyle", ratio("rusqlite", 1.4)),
    goal("stream", "hypostyle", ratio("sqlx", 7.0)),
    goal("stream", "hypostyle", GrowthMaxBytes(16.0 * 1024.0 * 1024.0)),
    goal("stream", "hypostyle dynamic", ratio("hypostyle", 0.8)),
    goal("acquire", "hypostyle", WallMaxNs(300.0)),
    goal("ticker", "hypostyle", WallMaxNs(20e6)),
];
