//! The table that rows are inserted into: emptied before a round and read back after it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bench_work::{Item, Target};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Result};
use tokio::runtime::{Builder, Runtime};

use crate::mysql_direct::{connect, item};

/// The table that rows are inserted into.
pub(crate) struct MySqlTarget {
    connection: Mutex<Conn>,
    /// The connection rests while no call is under way.
    runtime: Runtime,
}

impl MySqlTarget {
    pub(crate) fn new(location: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime starts");
        let connection = Mutex::new(runtime.block_on(connect(location)));
        Self { connection, runtime }
    }

    /// Reads all rows, their ids without the gaps that the server leaves after statements of many
    /// rows.
    fn read(&self) -> Result<Vec<Item>> {
        let sql = "SELECT row_number() OVER (ORDER BY id), name, score, active, ts FROM target \
                   ORDER BY id";
        let mut connection = self.lock();
        self.runtime.block_on(connection.exec_map(sql, (), item))
    }

    fn lock(&self) -> MutexGuard<'_, Conn> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Target for MySqlTarget {
    fn clear(&self) {
        let mut connection = self.lock();
        let emptied = connection.query_drop("TRUNCATE target");
        self.runtime.block_on(emptied).expect("the target can be emptied");
    }

    fn check(&self, items: &[Item]) {
        let rows = self.read().expect("the target can be read");
        assert!(rows == items, "the target holds other rows than were inserted");
    }
}
