//! What hypostyle is meant to reach.
//!
//! Ratios to `mysql_async` are limits of protocol and server; one-task ratios are judged with client
//! and server on one CPU.

use bench_harness::Bound::{GrowthMaxBytes, Ratio};
use bench_harness::{Bound, Goal};
use bench_work::{Library, Workload};

use crate::mysql_direct::MysqlAsync;
use crate::registry::{self, Default};

const fn goal(group: &'static str, case: &'static str, bound: Bound) -> Goal {
    Goal { group, case, bound }
}

const fn ratio(to: &'static str, min: f64) -> Bound {
    Ratio { to, min }
}

/// What the engine's issue asks of single cases.
const SINGLE: [Goal; 5] = [
    goal("point-select-1", Default::NAME, ratio(MysqlAsync::NAME, 0.93)),
    goal("insert", Default::NAME, ratio(MysqlAsync::NAME, 0.93)),
    goal("bulk", Default::NAME, ratio(MysqlAsync::NAME, 1.1)),
    goal("stream", Default::NAME, ratio(MysqlAsync::NAME, 0.93)),
    goal("stream", Default::NAME, GrowthMaxBytes(16.0 * 1024.0 * 1024.0)),
];

/// The peers that hypostyle is to be ahead of in all work.
const PEERS: [&str; 3] = ["sqlx", "sea-orm", "diesel-async"];

/// What hypostyle is meant to reach; goals whose cases take no part in a run are not judged.
pub(crate) fn goals() -> Vec<Goal> {
    let groups = registry::WORKLOADS.iter().map(Workload::name);
    let ahead =
        groups.flat_map(|group| PEERS.map(|peer| goal(group, Default::NAME, ratio(peer, 1.0))));
    SINGLE.into_iter().chain(ahead).collect()
}
