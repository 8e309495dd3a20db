//! The table that rows are inserted into: emptied before a round and read back after it.

use bench_work::{Item, Target};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, Error};

use crate::tokio_direct::{connect, item};

/// The table that rows are inserted into.
pub(crate) struct PostgresTarget {
    client: Client,
    /// The connection rests while no call is under way.
    runtime: Runtime,
}

impl PostgresTarget {
    pub(crate) fn new(location: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime starts");
        let client = runtime.block_on(connect(location));
        Self { client, runtime }
    }

    async fn read(&self) -> Result<Vec<Item>, Error> {
        let sql = "SELECT id, name, score, active, ts FROM target ORDER BY id";
        Ok(self.client.query(sql, &[]).await?.iter().map(item).collect())
    }
}

impl Target for PostgresTarget {
    fn clear(&self) {
        let emptied = self.client.batch_execute("TRUNCATE target RESTART IDENTITY");
        self.runtime.block_on(emptied).expect("the target can be emptied");
    }

    fn check(&self, items: &[Item]) {
        let rows = self.runtime.block_on(self.read()).expect("the target can be read");
        assert!(rows == items, "the target holds other rows than were inserted");
    }
}
