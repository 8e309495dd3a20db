//! What hypostyle is meant to reach.
//!
//! Ratios to `tokio-postgres` are limits of protocol and server; one-task ratios are judged with
//! client and server on one CPU.

use bench_harness::Bound::{GrowthMaxBytes, Ratio, WallMaxNs};
use bench_harness::{Bound, Goal};

const fn goal(group: &'static str, case: &'static str, bound: Bound) -> Goal {
    Goal { group, case, bound }
}

const fn ratio(to: &'static str, min: f64) -> Bound {
    Ratio { to, min }
}

/// What hypostyle is meant to reach; goals whose cases take no part in a run are not judged.
pub(crate) const GOALS: [Goal; 26] = [
    goal("point-select-1", "hypostyle", ratio("tokio-postgres", 0.95)),
    goal("point-select-64", "hypostyle", ratio("tokio-postgres", 1.7)),
    goal("point-select-64", "hypostyle on 8", ratio("tokio-postgres", 1.7)),
    goal("point-select-64", "hypostyle on 8, unshared", ratio("tokio-postgres", 0.95)),
    goal("insert", "hypostyle", ratio("tokio-postgres", 0.95)),
    goal("execute-many", "hypostyle", ratio("hypostyle one by one", 2.5)),
    goal("bulk", "hypostyle", ratio("tokio-postgres", 0.95)),
    goal("stream", "hypostyle", ratio("tokio-postgres", 0.95)),
    goal("stream", "hypostyle dynamic", ratio("tokio-postgres", 0.70)),
    goal("stream", "hypostyle", GrowthMaxBytes(16.0 * 1024.0 * 1024.0)),
    goal("acquire", "hypostyle", WallMaxNs(300.0)),
    goal("point-select-1", "hypostyle", ratio("sqlx", 1.0)),
    goal("point-select-1", "hypostyle", ratio("sea-orm", 1.0)),
    goal("point-select-1", "hypostyle", ratio("diesel-async", 1.0)),
    goal("point-select-64", "hypostyle on 8", ratio("sqlx", 1.0)),
    goal("point-select-64", "hypostyle on 8", ratio("sea-orm", 1.0)),
    goal("point-select-64", "hypostyle on 8", ratio("diesel-async", 1.0)),
    goal("insert", "hypostyle", ratio("sqlx", 1.0)),
    goal("insert", "hypostyle", ratio("sea-orm", 1.0)),
    goal("insert", "hypostyle", ratio("diesel-async", 1.0)),
    goal("bulk", "hypostyle", ratio("sqlx", 1.0)),
    goal("bulk", "hypostyle", ratio("sea-orm", 1.0)),
    goal("bulk", "hypostyle", ratio("diesel-async", 1.0)),
    goal("stream", "hypostyle", ratio("sqlx", 1.0)),
    goal("stream", "hypostyle", ratio("sea-orm", 1.0)),
    goal("stream", "hypostyle", ratio("diesel-async", 1.0)),
];
