//! What hypostyle is meant to reach.
//!
//! The C interface is the limit of the engine itself.

use bench_harness::Bound::{GrowthMaxBytes, Ratio};
use bench_harness::{Bound, Goal};

const fn goal(group: &'static str, bound: Bound) -> Goal {
    Goal { group, case: "hypostyle", bound }
}

const fn ratio(to: &'static str, min: f64) -> Bound {
    Ratio { to, min }
}

/// What hypostyle is meant to reach; goals whose cases take no part in a run are not judged.
pub(crate) const GOALS: [Goal; 6] = [
    goal("point-select-1", ratio("c-interface", 0.95)),
    goal("point-select-1", ratio("duckdb", 0.95)),
    goal("insert", ratio("c-interface", 0.93)),
    goal("bulk", ratio("duckdb", 2.0)),
    goal("stream", ratio("c-interface", 0.80)),
    goal("stream", GrowthMaxBytes(64.0 * 1024.0 * 1024.0)),
];
