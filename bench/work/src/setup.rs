//! What all cases of a run share.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::item::Item;
use crate::library::handles_max;

/// Rows of `item`, which point selects read.
pub const ITEM_ROWS: i64 = 10_000;
/// Rows of `large`, which streams read.
pub const LARGE_ROWS: i64 = 1_000_000;
/// Rows that a bulk insert writes to `target`.
pub const BULK_ROWS: i64 = 100_000;

/// What all cases of a run share.
pub struct Setup {
    /// Where the database is: a path or a URL.
    pub location: String,
    /// How long a round of repeated calls takes.
    pub round: Duration,
    /// The CPUs this process may use.
    pub cores: usize,
    /// One worker for each core, as the default runtime of an application.
    pub runtime: Arc<Runtime>,
    /// The rows to insert.
    pub items: Arc<[Item]>,
    /// The table they are inserted into.
    pub target: Arc<dyn Target>,
}

/// The table that rows are inserted into: emptied before a round and read back after it.
pub trait Target {
    /// Removes all rows, so that every round starts alike.
    fn clear(&self);

    /// Panics unless the table holds exactly these items.
    fn check(&self, items: &[Item]);
}

impl Setup {
    /// Prepares a run on a database that is filled.
    pub fn new(location: String, round: Duration, target: Arc<dyn Target>) -> Self {
        let cores = handles_max(usize::MAX);
        Self {
            location,
            round,
            cores,
            runtime: Arc::new(runtime(cores)),
            items: (1..=BULK_ROWS).map(Item::numbered).collect(),
            target,
        }
    }
}

/// A multi-threaded runtime with so many workers.
pub fn runtime(workers: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers).enable_all().build().expect("a runtime starts")
}
