//! What the models of hypostyle are meant to reach.

use bench_harness::{Bound, Goal};

/// The work of both engines.
const GROUPS: [&str; 14] = [
    "sqlite-find-by-id",
    "sqlite-find-many",
    "sqlite-include",
    "sqlite-create",
    "sqlite-create-many",
    "sqlite-update",
    "sqlite-walk",
    "postgres-find-by-id",
    "postgres-find-many",
    "postgres-include",
    "postgres-create",
    "postgres-create-many",
    "postgres-update",
    "postgres-walk",
];

/// The peers that the models are to be ahead of in all work. Diesel, which blocks, is a limit.
const PEERS: [&str; 6] = ["sqlx", "sea-orm", "diesel-async", "toasty", "sqlalchemy", "drizzle"];

/// What is meant to be reached: a tenth at most over the same by hand, and ahead of the peers.
pub(crate) fn of_all() -> Vec<Goal> {
    GROUPS.into_iter().flat_map(of).collect()
}

fn of(group: &'static str) -> impl Iterator<Item = Goal> {
    let goal = move |to, min| Goal { group, case: "hypostyle", bound: Bound::Ratio { to, min } };
    let ahead = PEERS.into_iter().map(move |peer| goal(peer, 1.0));
    std::iter::once(goal("hypostyle untyped", 1.0 / 1.1)).chain(ahead)
}
