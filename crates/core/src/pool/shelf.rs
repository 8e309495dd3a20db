//! The shelf: batches between two replies, with their buffers kept.

use std::sync::{Arc, Mutex, PoisonError};

use crate::Batch;

const BATCHES_MAX: usize = 32;

#[derive(Debug, Default)]
pub(crate) struct Shelf {
    batches: Mutex<Vec<Batch>>,
}

impl Shelf {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn take(&self) -> Batch {
        self.batches.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    pub(crate) fn give(&self, mut batch: Batch) {
        batch.shrink();
        let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        if batches.len() < BATCHES_MAX {
            batches.push(batch);
        }
    }
}
