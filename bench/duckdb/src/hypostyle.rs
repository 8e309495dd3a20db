//! Hypostyle as it opens by default, all its layers included.

use std::sync::{Arc, OnceLock};

use ::hypostyle::{Database, Intent, params};
use bench_work::{Item, Library, Pooled, Totals};
use tokio::runtime::Runtime;

use crate::engine::{CLEAR, INSERT, SCAN, SELECT, TARGET, file_of};
use crate::target::{Written, writes};

pub(crate) struct Hypostyle {
    database: Database,
    table: Arc<Table>,
}

/// The table of the target, read and emptied on a runtime of its own.
struct Table {
    database: Database,
    runtime: Runtime,
}

impl Written for Table {
    fn clear(&self) {
        let clear = self.database.execute(CLEAR, ());
        self.runtime.block_on(clear).expect("hypostyle empties the target");
    }

    fn rows(&self) -> Vec<Item> {
        let rows = self.database.fetch_all(TARGET, ());
        self.runtime.block_on(rows).expect("hypostyle reads the target")
    }
}

impl Library for Hypostyle {
    const NAME: &'static str = "hypostyle";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        static TABLE: OnceLock<Arc<Table>> = OnceLock::new();

        let url = format!("duckdb:{}", file_of(location, Self::NAME).display());
        let database = Database::open(&url).await.expect("hypostyle opens the database");
        let table = TABLE.get_or_init(|| {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            let runtime = builder.worker_threads(1).enable_all().build().expect("a runtime");
            Arc::new(Table { database: database.clone(), runtime })
        });
        (0..tasks).map(|_| Self { database: database.clone(), table: table.clone() }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        self.database.fetch_one(SELECT, (id,)).await.expect("hypostyle finds the item")
    }

    async fn insert(&mut self, item: &Item) {
        writes(&self.table);
        let params = (item.id, &item.name, item.score, item.active, item.ts);
        self.database.execute(INSERT, params).await.expect("hypostyle inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        writes(&self.table);
        let rows =
            items.iter().map(|item| params![item.id, &item.name, item.score, item.active, item.ts]);
        let columns = ["id", "name", "score", "active", "ts"];
        let insert = self.database.insert_many("target", &columns, rows);
        insert.await.expect("hypostyle inserts all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let mut reply = self.database.stream(SCAN, ()).await.expect("hypostyle begins to read");
        let add = |item: Item| {
            totals.add(&item);
            Ok(())
        };
        reply.for_each(add).await.expect("hypostyle reads all rows");
    }
}

impl Pooled for Hypostyle {
    async fn acquire(&mut self) {
        let session = self.database.session(Intent::Read);
        drop(session.await.expect("hypostyle has a connection"));
    }
}
