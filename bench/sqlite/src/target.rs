//! The table that rows are inserted into: emptied before a round and read back after it.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bench_work::{Item, Target};
use rusqlite::Connection;

use crate::rusqlite_direct::{item, open_connection};

/// The table that rows are inserted into.
pub(crate) struct SqliteTarget {
    connection: Mutex<Connection>,
}

impl SqliteTarget {
    pub(crate) fn new(database: &Path) -> Self {
        Self { connection: Mutex::new(open_connection(database)) }
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> T) -> T {
        work(&self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Target for SqliteTarget {
    /// Removes all rows and restarts the write-ahead log.
    ///
    /// The log keeps its size: growing a truncated file would cost the first inserts of each round.
    fn clear(&self) {
        let sql = "DELETE FROM target; PRAGMA wal_checkpoint(RESTART)";
        self.with(|connection| connection.execute_batch(sql)).expect("the target can be emptied");
    }

    fn check(&self, items: &[Item]) {
        let rows = self.with(read).expect("the target can be read");
        assert!(rows == items, "the target holds other rows than were inserted");
    }
}

fn read(connection: &Connection) -> rusqlite::Result<Vec<Item>> {
    let mut statement =
        connection.prepare("SELECT id, name, score, active, ts FROM target ORDER BY id")?;
    statement.query_map([], item)?.collect()
}
