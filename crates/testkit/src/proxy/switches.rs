//! What a proxy is told, and what it counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub(super) type Predicate = dyn Fn(&[u8]) -> bool + Send + Sync;

/// What the proxy does at the moment.
#[derive(Default)]
pub(super) struct Switches {
    pub(super) delay: Duration,
    pub(super) is_blackhole: bool,
    pub(super) swallow_after: Option<Arc<Predicate>>,
    /// How often connections were reset: one that began before the last ends.
    pub(super) resets: u64,
}

impl Switches {
    /// Takes back everything that lasts.
    pub(super) fn heal(&mut self) {
        *self = Self { resets: self.resets, ..Self::default() };
    }
}

/// What the proxy counts.
#[derive(Default)]
pub(super) struct Figures {
    accepted: AtomicUsize,
    open: AtomicUsize,
    swallowed_bytes: AtomicUsize,
}

impl Figures {
    pub(super) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    pub(super) fn swallowed_bytes(&self) -> usize {
        self.swallowed_bytes.load(Ordering::SeqCst)
    }

    pub(super) fn count_opened(&self) {
        self.accepted.fetch_add(1, Ordering::SeqCst);
        self.open.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn count_closed(&self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }

    pub(super) fn count_swallowed(&self, bytes: usize) {
        self.swallowed_bytes.fetch_add(bytes, Ordering::SeqCst);
    }
}
