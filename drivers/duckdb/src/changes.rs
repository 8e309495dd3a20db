//! Counting what changes in a database, because DuckDB plans a statement by the data there is.
//!
//! A prepared statement keeps the plan that was made by the statistics of its time: where data has
//! outgrown them since, version 1.5 answers wrong rows (`WHERE id > 20000`, prepared when there was no
//! such row, finds none for ever) or garbage (`ORDER BY` over columns that are kept compressed). So
//! statements are planned anew once anything has changed. All that can change a database is in this
//! process, and counted here.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Counts the changes of one database that others may see.
#[derive(Default)]
pub(crate) struct Changes {
    data: AtomicU64,
    schema: AtomicU64,
}

/// What a connection has seen of the changes, its own that others do not see yet included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    data: u64,
    schema: u64,
    own: u64,
}

impl Changes {
    /// Finds the counter of a file, which all who open it share.
    pub(crate) fn of_file(path: &str) -> Arc<Self> {
        static FILES: Mutex<Option<HashMap<String, Weak<Changes>>>> = Mutex::new(None);
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        let files = files.get_or_insert_default();
        if let Some(known) = files.get(path).and_then(Weak::upgrade) {
            return known;
        }
        files.retain(|_, changes| changes.strong_count() > 0);
        let made = Arc::new(Self::default());
        files.insert(path.to_owned(), Arc::downgrade(&made));
        made
    }

    /// Answers what there is to be seen now; `own` counts the changes of the connection itself.
    pub(crate) fn seen(&self, own: u64) -> Seen {
        let schema = self.schema.load(Ordering::Acquire);
        Seen { data: self.data.load(Ordering::Acquire), schema, own }
    }

    pub(crate) fn change_data(&self) {
        self.data.fetch_add(1, Ordering::Release);
    }

    pub(crate) fn change_schema(&self) {
        self.schema.fetch_add(1, Ordering::Release);
    }
}

impl Seen {
    /// Tells whether the schema is the same for a statement that reads no rows to do its work.
    pub(crate) fn has_same_schema(self, other: Self) -> bool {
        (self.schema, self.own) == (other.schema, other.own)
    }
}
