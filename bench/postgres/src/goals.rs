//! What hypostyle is meant to reach.
//!
//! Ratios to `tokio-postgres` are limits of protocol and server; one-task ratios are judged with
//! client and server on one CPU.

use bench_harness::Bound::{GrowthMaxBytes, Ratio, WallMaxNs};
use bench_harness::{Bound, Goal};
use bench_work::{Library, Workload};

use crate::registry::{self, Default};

const fn goal(group: &'static str, case: &'static str, bound: Bound) -> Goal {
    Goal { group, case, bound }
}

const fn ratio(to: &'static str, min: f64) -> Bound {
    Ratio { to, min }
}

/// What the engine's issue asks of single cases.
const SINGLE: [Goal; 11] = [
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
