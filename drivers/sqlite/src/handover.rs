//! Handing a runtime worker over: a statement that runs inline on it keeps its thread, and another
//! thread takes the worker's queue.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};

/// How long to wait for another thread before going on with the statement all the same.
const PATIENCE: Duration = Duration::from_millis(50);

/// Hands the worker this thread runs over to another thread, where it runs one.
///
/// `block_in_place` alone only allows another thread to take the worker; the statement could be
/// back before one wakes. So a probe task is put into the worker's queue, and this thread waits
/// until it has run: then another thread has the queue.
pub(crate) fn hand_over() {
    let Ok(runtime) = Handle::try_current() else { return };
    if runtime.runtime_flavor() != RuntimeFlavor::MultiThread {
        return;
    }
    let has_run = Arc::new(AtomicBool::new(false));
    let probe = has_run.clone();
    let began = Instant::now();
    // `block_in_place` panics inside a `LocalSet`, which cannot be asked for; the statement then
    // simply stays where it is. Unwinding into SQLite would be undefined, so it ends here.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        tokio::task::block_in_place(|| {
            runtime.spawn(async move { probe.store(true, Ordering::Release) });
            while !has_run.load(Ordering::Acquire) && began.elapsed() < PATIENCE {
                #[expect(clippy::disallowed_methods, reason = "the worker is being handed over")]
                std::thread::sleep(Duration::from_micros(50));
            }
        });
    }));
}
