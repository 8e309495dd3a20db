//! sqlx through its pool: as it is by default, and without the ping before each acquire.

use std::fmt::Write;

use bench_work::{Item, Library, OneByOne, POOL_CONNECTIONS, Pooled, Totals};
use futures::TryStreamExt;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolCopyExt, PgPoolOptions};

use crate::engine::{COPY, INSERT, SCAN, SELECT};

/// Rows of one message of a copy.
const COPY_CHUNK_ROWS: usize = 1_000;

/// `TESTED` is sqlx's `test_before_acquire`, which is on by default.
pub(crate) struct Pool<const TESTED: bool> {
    pool: PgPool,
}

pub(crate) type SqlxPool = Pool<true>;
pub(crate) type SqlxPoolUntested = Pool<false>;

/// Opens a pool; SeaORM works on the same.
pub(crate) async fn open_pool(location: &str, tested: bool) -> PgPool {
    let options: PgConnectOptions = location.parse().expect("sqlx reads the URL");
    PgPoolOptions::new()
        .max_connections(POOL_CONNECTIONS)
        .min_connections(POOL_CONNECTIONS)
        .test_before_acquire(tested)
        .connect_with(options.disable_statement_logging())
        .await
        .expect("sqlx connects")
}

impl<const TESTED: bool> Library for Pool<TESTED> {
    const NAME: &'static str = if TESTED { "sqlx" } else { "sqlx without ping" };

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let pool = open_pool(location, TESTED).await;
        (0..tasks).map(|_| Self { pool: pool.clone() }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        let query = sqlx::query_as(SELECT).bind(id);
        query.fetch_one(&self.pool).await.expect("sqlx finds the item")
    }

    async fn insert(&mut self, item: &Item) {
        insert(item).execute(&self.pool).await.expect("sqlx inserts");
    }

    /// By COPY in the text format, which is faster than arrays and than many rows of parameters.
    async fn bulk(&mut self, items: &[Item]) {
        let mut sink = self.pool.copy_in_raw(COPY).await.expect("sqlx begins to copy");
        for chunk in items.chunks(COPY_CHUNK_ROWS) {
            sink.send(lines(chunk).into_bytes()).await.expect("sqlx copies");
        }
        sink.finish().await.expect("sqlx copies all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let mut rows = sqlx::query_as::<_, Item>(SCAN).fetch(&self.pool);
        while let Some(item) = rows.try_next().await.expect("sqlx reads all rows") {
            totals.add(&item);
        }
    }
}

impl<const TESTED: bool> Pooled for Pool<TESTED> {
    async fn acquire(&mut self) {
        drop(self.pool.acquire().await.expect("sqlx has a connection"));
    }
}

impl<const TESTED: bool> OneByOne for Pool<TESTED> {
    async fn execute_each(&mut self, items: &[Item]) {
        let mut transaction = self.pool.begin().await.expect("sqlx begins");
        for item in items {
            insert(item).execute(&mut *transaction).await.expect("sqlx inserts");
        }
        transaction.commit().await.expect("sqlx commits");
    }
}

fn insert(item: &Item) -> sqlx::query::Query<'_, sqlx::Postgres, PgArguments> {
    sqlx::query(INSERT).bind(&item.name).bind(item.score).bind(item.active).bind(item.ts)
}

fn lines(items: &[Item]) -> String {
    let mut lines = String::with_capacity(items.len() * 80);
    for Item { name, score, active, ts, .. } in items {
        writeln!(lines, "{name}\t{score}\t{active}\t{ts}").expect("a text takes any text");
    }
    lines
}
