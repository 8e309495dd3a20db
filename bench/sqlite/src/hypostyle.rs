//! Hypostyle as it opens by default, all its layers included.

use ::hypostyle::{Database, Intent, ValueRef, params};
use bench_work::{Dynamic, Item, Library, Pooled, Totals};

use crate::engine::{INSERT, SCAN, SELECT, Scalar};

pub(crate) struct Hypostyle {
    database: Database,
}

impl Library for Hypostyle {
    const NAME: &'static str = "hypostyle";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let url = format!("sqlite:{location}");
        let database = Database::open(&url).await.expect("hypostyle opens the database");
        (0..tasks).map(|_| Self { database: database.clone() }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        self.database.fetch_one(SELECT, (id,)).await.expect("hypostyle finds the item")
    }

    async fn insert(&mut self, item: &Item) {
        let params = (&item.name, item.score, item.active, item.ts);
        self.database.execute(INSERT, params).await.expect("hypostyle inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        let rows = items.iter().map(|item| params![&item.name, item.score, item.active, item.ts]);
        let columns = ["name", "score", "active", "ts"];
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

impl Scalar for Hypostyle {
    async fn scalar(&mut self, sql: &str) -> i64 {
        self.database.fetch_value(sql, ()).await.expect("hypostyle answers")
    }
}

impl Dynamic for Hypostyle {
    async fn stream_dynamic(&mut self, totals: &mut Totals) {
        let mut reply = self.database.stream(SCAN, ()).await.expect("hypostyle begins to read");
        while let Some(row) = reply.next().await.expect("hypostyle reads all rows") {
            match std::array::from_fn(|column| row.value(column)) {
                [
                    ValueRef::I64(id),
                    ValueRef::Text(name),
                    ValueRef::F64(score),
                    ValueRef::Bool(active),
                    ValueRef::Text(_),
                ] => totals.add_cells(id, name, score, i64::from(active)),
                other => panic!("a row of other types: {other:?}"),
            }
        }
    }
}

impl Pooled for Hypostyle {
    async fn acquire(&mut self) {
        let session = self.database.session(Intent::Read);
        drop(session.await.expect("hypostyle has a connection"));
    }
}
