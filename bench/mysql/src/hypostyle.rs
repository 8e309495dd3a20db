//! Hypostyle as it opens by default, all its layers included; with many tasks also held to as many
//! connections as the others have.

use ::hypostyle::{Database, Intent, ValueRef, params};
use bench_work::{Dynamic, Item, Library, Many, OneByOne, POOL_CONNECTIONS, Pooled, Totals};

use crate::engine::{INSERT, SCAN, SELECT};

/// `SAME_POOL` is held to as many connections as the others have.
pub(crate) struct Hypostyle<const SAME_POOL: bool> {
    database: Database,
}

impl<const SAME_POOL: bool> Library for Hypostyle<SAME_POOL> {
    const NAME: &'static str = if SAME_POOL { "hypostyle on 8" } else { "hypostyle" };

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let mut options = Database::options();
        if SAME_POOL {
            let connections = usize::try_from(POOL_CONNECTIONS).expect("a pool is small");
            options = options.connections_max(connections);
        }
        let database = options.open(location).await.expect("hypostyle opens the database");
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

impl Dynamic for Hypostyle<false> {
    async fn stream_dynamic(&mut self, totals: &mut Totals) {
        let mut reply = self.database.stream(SCAN, ()).await.expect("hypostyle begins to read");
        while let Some(row) = reply.next().await.expect("hypostyle reads all rows") {
            match std::array::from_fn(|column| row.value(column)) {
                [
                    ValueRef::I64(id),
                    ValueRef::Text(name),
                    ValueRef::F64(score),
                    ValueRef::Bool(active),
                    ValueRef::Timestamp(moment),
                ] => {
                    totals.add_cells(id, name, score, i64::from(active));
                    let micros = moment.micros_exact().expect("MariaDB counts microseconds");
                    totals.add_micros(micros.rem_euclid(1_000_000).unsigned_abs());
                }
                other => panic!("a row of other types: {other:?}"),
            }
        }
    }
}

impl Pooled for Hypostyle<false> {
    async fn acquire(&mut self) {
        let session = self.database.session(Intent::Read);
        drop(session.await.expect("hypostyle has a connection"));
    }
}

impl OneByOne for Hypostyle<false> {
    async fn execute_each(&mut self, items: &[Item]) {
        let mut transaction = self.database.begin().await.expect("hypostyle begins");
        for item in items {
            let params = (&item.name, item.score, item.active, item.ts);
            transaction.execute(INSERT, params).await.expect("hypostyle inserts");
        }
        transaction.commit().await.expect("hypostyle commits");
    }
}

impl Many for Hypostyle<false> {
    async fn execute_many(&mut self, items: &[Item]) {
        let rows = items.iter().map(|item| params![&item.name, item.score, item.active, item.ts]);
        self.database.execute_many(INSERT, rows).await.expect("hypostyle inserts");
    }
}
