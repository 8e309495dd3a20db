//! The table that rows are inserted into, of the library that has written last: each has a database
//! of its own.

use std::sync::{Arc, Mutex, PoisonError};

use bench_work::{Item, Target};

/// The table of one library.
pub(crate) trait Written: Send + Sync {
    /// Removes all rows.
    fn clear(&self);

    /// Reads all rows in the order of their ids.
    fn rows(&self) -> Vec<Item>;
}

static LAST: Mutex<Option<Arc<dyn Written>>> = Mutex::new(None);

/// Says whose table is written.
pub(crate) fn writes(table: &Arc<impl Written + 'static>) {
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(table.clone());
}

/// The table that was written last.
pub(crate) struct LastWritten;

fn last() -> Option<Arc<dyn Written>> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

impl Target for LastWritten {
    fn clear(&self) {
        if let Some(table) = last() {
            table.clear();
        }
    }

    fn check(&self, items: &[Item]) {
        let rows = last().expect("somebody has written").rows();
        assert!(rows == items, "the target holds other rows than were inserted");
    }
}
