//! What all cases of a run share.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::item::Item;
use crate::library::handles_max;
use crate::seed::BULK_ROWS;
use crate::target::Target;

/// What all cases of a run share.
pub(crate) struct Setup {
    pub(crate) database: PathBuf,
    /// How long a round of repeated calls takes.
    pub(crate) round: Duration,
    /// The CPUs this process may use.
    pub(crate) cores: usize,
    /// One worker for each core, as the default runtime of an application.
    pub(crate) runtime: Arc<Runtime>,
    /// The rows to insert.
    pub(crate) items: Arc<[Item]>,
    /// The table they are inserted into.
    pub(crate) target: Arc<Target>,
}

impl Setup {
    pub(crate) fn new(database: &Path, round: Duration) -> Self {
        let cores = handles_max(usize::MAX);
        Self {
            database: database.to_owned(),
            round,
            cores,
            runtime: Arc::new(runtime(cores)),
            items: (1..=BULK_ROWS).map(Item::numbered).collect(),
            target: Arc::new(Target::new(database)),
        }
    }
}

/// A multi-threaded runtime with so many workers.
pub(crate) fn runtime(workers: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers).enable_all().build().expect("a runtime starts")
}
