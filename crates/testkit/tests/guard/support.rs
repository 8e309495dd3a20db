//! What the tests of guard and pool share.

use std::sync::Arc;

use hypostyle_core::{Capability, Database, Pool, PoolOptions};
use hypostyle_testkit::fault::{FaultDriver, Faults};

/// A pool of so many connections of the fault driver.
pub(crate) async fn open(connections: usize) -> (Faults, Database) {
    open_with(connections, PoolOptions::default()).await
}

pub(crate) async fn open_with(connections: usize, options: PoolOptions) -> (Faults, Database) {
    let faults = Faults::default();
    let driver = FaultDriver::new(&faults, connections);
    let pool = Pool::open(driver, options).await.expect("connecting does not fail yet");
    (faults, Database::new(Arc::new(pool)))
}

pub(crate) async fn open_able(capability: Capability) -> (Faults, Database) {
    let faults = Faults::default();
    let driver = FaultDriver::able(&faults, 1, capability);
    let pool = Pool::open(driver, PoolOptions::default()).await.expect("nothing fails yet");
    (faults, Database::new(Arc::new(pool)))
}

/// The calls since the last time, as words.
pub(crate) fn calls(faults: &Faults) -> String {
    let calls: Vec<String> = faults.take_calls().iter().map(|call| format!("{call:?}")).collect();
    calls.join(" ")
}

/// Checks that nothing is left of what went before, and what was committed.
#[track_caller]
pub(crate) fn settled<'a>(
    faults: &'a Faults,
    db: &'a Database,
    committed: &'a [u64],
) -> impl Future<Output = ()> + 'a {
    let caller = std::panic::Location::caller();
    async move {
        faults.heal();
        db.execute("probe", ()).await.expect("a call after it");
        let mut transaction = db.begin().await.expect("a transaction after it");
        transaction.execute("nothing", ()).await.expect("a statement in it");
        transaction.rollback().await.expect("a rollback");
        assert_eq!(faults.violations(), Vec::<String>::new(), "{caller}");
        assert_eq!(faults.committed(), committed, "{caller}");
        assert_eq!(db.pool().active, 0, "{caller}");
    }
}

/// Checks that nothing is left of what went before, and that one of several things was committed.
pub(crate) async fn settled_as(faults: &Faults, db: &Database, may_commit: &[&[u64]]) {
    let committed = faults.committed();
    assert!(may_commit.contains(&committed.as_slice()), "committed {committed:?}");
    settled(faults, db, &committed).await;
}
