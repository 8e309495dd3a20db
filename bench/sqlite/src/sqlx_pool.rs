//! sqlx through its pool: as it is by default, and without the ping before each acquire.

use std::time::Duration;

use bench_work::{Item, Library, POOL_CONNECTIONS, Pooled, Totals};
use futures::TryStreamExt;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, QueryBuilder, Sqlite};

use crate::engine::{INSERT, SCAN, SELECT, Scalar};

/// Rows of one statement of a bulk insert.
const BULK_CHUNK_ROWS: usize = 100;

/// `TESTED` is sqlx's `test_before_acquire`, which is on by default.
pub(crate) struct Pool<const TESTED: bool> {
    pool: SqlitePool,
}

pub(crate) type SqlxPool = Pool<true>;
pub(crate) type SqlxPoolUntested = Pool<false>;

/// Opens a pool; SeaORM works on the same.
pub(crate) async fn open_pool(database: &str, tested: bool) -> SqlitePool {
    let connection = SqliteConnectOptions::new()
        .filename(database)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging();
    SqlitePoolOptions::new()
        .max_connections(POOL_CONNECTIONS)
        .min_connections(POOL_CONNECTIONS)
        .test_before_acquire(tested)
        .connect_with(connection)
        .await
        .expect("sqlx opens the database")
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
        let query = sqlx::query(INSERT).bind(&item.name).bind(item.score);
        let query = query.bind(item.active).bind(item.ts);
        query.execute(&self.pool).await.expect("sqlx inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        bulk(&self.pool, items).await.expect("sqlx inserts all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let mut rows = sqlx::query_as::<_, Item>(SCAN).fetch(&self.pool);
        while let Some(item) = rows.try_next().await.expect("sqlx reads all rows") {
            totals.add(&item);
        }
    }
}

impl<const TESTED: bool> Scalar for Pool<TESTED> {
    async fn scalar(&mut self, sql: &str) -> i64 {
        let query = sqlx::query_scalar(AssertSqlSafe(sql));
        query.fetch_one(&self.pool).await.expect("sqlx answers")
    }
}

impl<const TESTED: bool> Pooled for Pool<TESTED> {
    async fn acquire(&mut self) {
        drop(self.pool.acquire().await.expect("sqlx has a connection"));
    }
}

async fn bulk(pool: &SqlitePool, items: &[Item]) -> sqlx::Result<()> {
    let mut transaction = pool.begin().await?;
    for chunk in items.chunks(BULK_CHUNK_ROWS) {
        let mut insert =
            QueryBuilder::<Sqlite>::new("INSERT INTO target (name, score, active, ts) ");
        insert.push_values(chunk, |mut row, item| {
            row.push_bind(&item.name);
            row.push_bind(item.score);
            row.push_bind(item.active);
            row.push_bind(item.ts);
        });
        insert.build().execute(&mut *transaction).await?;
    }
    transaction.commit().await
}
