//! sqlx through its pool: as it is by default, and without the ping before each acquire.

use bench_work::{Item, Library, OneByOne, POOL_CONNECTIONS, Pooled, Totals};
use futures::TryStreamExt;
use sqlx::mysql::{MySql, MySqlArguments, MySqlConnectOptions, MySqlPool, MySqlPoolOptions};
use sqlx::{ConnectOptions, QueryBuilder};

use crate::engine::{BULK_CHUNK_ROWS, INSERT, SCAN, SELECT};

/// `TESTED` is sqlx's `test_before_acquire`, which is on by default.
pub(crate) struct Pool<const TESTED: bool> {
    pool: MySqlPool,
}

pub(crate) type SqlxPool = Pool<true>;
pub(crate) type SqlxPoolUntested = Pool<false>;

/// Opens a pool; SeaORM works on the same.
pub(crate) async fn open_pool(location: &str, tested: bool) -> MySqlPool {
    let options: MySqlConnectOptions = location.parse().expect("sqlx reads the URL");
    MySqlPoolOptions::new()
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

    async fn bulk(&mut self, items: &[Item]) {
        let mut transaction = self.pool.begin().await.expect("sqlx begins");
        for chunk in items.chunks(BULK_CHUNK_ROWS) {
            let mut many = many(chunk);
            many.build().execute(&mut *transaction).await.expect("sqlx inserts all rows");
        }
        transaction.commit().await.expect("sqlx commits");
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

fn insert(item: &Item) -> sqlx::query::Query<'_, MySql, MySqlArguments> {
    sqlx::query(INSERT).bind(&item.name).bind(item.score).bind(item.active).bind(item.ts)
}

/// One statement for so many rows.
fn many(items: &[Item]) -> QueryBuilder<MySql> {
    let mut many = QueryBuilder::new("INSERT INTO target (name, score, active, ts) ");
    many.push_values(items, |mut row, item| {
        row.push_bind(&item.name).push_bind(item.score).push_bind(item.active).push_bind(item.ts);
    });
    many
}
