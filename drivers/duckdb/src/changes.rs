//! Counting what changes in a database, because DuckDB plans a statement by the data there is.
//!
//! A prepared statement keeps the plan that was made by the statistics of its time: where data has
//! outgrown them since, version 1.5 answers wrong rows (`WHERE id > 20000`, prepared when there was no
//! such row, finds none for ever) or garbage (`ORDER BY` over columns that are kept compressed). So
//! statements are planned anew once anything has changed. All that can change a database is in this
//! process, and counted here.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use hypostyle_core::{Error, ErrorKind, Result};

/// Counts the changes of one database that others may see.
#[derive(Default)]
pub(crate) struct Changes {
    /// The folder that its statements may reach, the same for all who have it open.
    files: Option<PathBuf>,
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
    /// Finds the counter of a file, which all who open it share; whoever opens it first says which
    /// folder its statements may reach.
    ///
    /// # Errors
    /// `Config` when somebody has it open with another folder.
    pub(crate) fn of_file(path: &str, folder: Option<&Path>) -> Result<Arc<Self>> {
        static FILES: Mutex<Option<HashMap<String, Weak<Changes>>>> = Mutex::new(None);
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        let files = files.get_or_insert_default();
        if let Some(known) = files.get(path).and_then(Weak::upgrade) {
            if known.files.as_deref() == folder {
                return Ok(known);
            }
            let message = "this process has the database open with another folder for `files`";
            return Err(Error::new(ErrorKind::Config, message));
        }
        files.retain(|_, changes| changes.strong_count() > 0);
        let files_of_it = folder.map(Path::to_owned);
        let made = Arc::new(Self { files: files_of_it, ..Self::default() });
        files.insert(path.to_owned(), Arc::downgrade(&made));
        Ok(made)
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
