//! Batches between two replies, their buffers kept: a few on a shelf of each thread.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

use crate::Batch;

/// Batches a thread keeps: as many as it has replies open at once, as a rule.
const BATCHES_MAX: usize = 4;

thread_local! {
    #[expect(clippy::vec_box, reason = "a reply carries the box, and moves often")]
    // A thread's own shelf needs no lock; a reply dropped on another thread serves that one.
    static SHELF: RefCell<Vec<Box<Batch>>> = const { RefCell::new(Vec::new()) };
}

/// A batch from the thread's shelf, given back when dropped.
pub struct BatchBox(Option<Box<Batch>>);

impl Default for BatchBox {
    fn default() -> Self {
        // A thread that is ending has no shelf any more.
        let kept = SHELF.try_with(|shelf| shelf.borrow_mut().pop());
        Self(Some(kept.ok().flatten().unwrap_or_default()))
    }
}

impl From<Batch> for BatchBox {
    fn from(batch: Batch) -> Self {
        Self(Some(Box::new(batch)))
    }
}

impl Deref for BatchBox {
    type Target = Batch;

    #[inline]
    #[expect(clippy::expect_used, reason = "taken only by drop")]
    fn deref(&self) -> &Batch {
        self.0.as_ref().expect("a box holds its batch until it is dropped")
    }
}

impl DerefMut for BatchBox {
    #[inline]
    #[expect(clippy::expect_used, reason = "taken only by drop")]
    fn deref_mut(&mut self) -> &mut Batch {
        self.0.as_mut().expect("a box holds its batch until it is dropped")
    }
}

impl Drop for BatchBox {
    fn drop(&mut self) {
        let Some(mut batch) = self.0.take() else { return };
        batch.shrink();
        let _ = SHELF.try_with(|shelf| {
            let mut shelf = shelf.borrow_mut();
            if shelf.len() < BATCHES_MAX {
                shelf.push(batch);
            }
        });
    }
}
