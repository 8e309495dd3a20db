//! SeaORM on sqlx's pool with its defaults.

use bench_work::sea_tables::{bulk, item, large, new_row, target};
use bench_work::{Item, Library, Totals};
use futures::TryStreamExt;
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, SqlxSqliteConnector, Statement};

use crate::engine::Scalar;
use crate::sqlx_pool::open_pool;

/// Rows of one statement of a bulk insert.
const BULK_CHUNK_ROWS: usize = 100;

pub(crate) struct Sea {
    database: DatabaseConnection,
}

impl Library for Sea {
    const NAME: &'static str = "sea-orm";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let pool = open_pool(location, true).await;
        let database = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
        (0..tasks).map(|_| Self { database: database.clone() }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        let found = item::Entity::find_by_id(id).one(&self.database).await;
        found.expect("SeaORM selects").expect("SeaORM finds the item").into()
    }

    async fn insert(&mut self, item: &Item) {
        let insert = target::Entity::insert(new_row(item));
        insert.exec(&self.database).await.expect("SeaORM inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        bulk(&self.database, items, BULK_CHUNK_ROWS).await.expect("SeaORM inserts all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let rows = large::Entity::find().stream(&self.database).await;
        let mut rows = rows.expect("SeaORM starts to read");
        while let Some(row) = rows.try_next().await.expect("SeaORM reads all rows") {
            totals.add(&row.into());
        }
    }
}

impl Scalar for Sea {
    async fn scalar(&mut self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.database.get_database_backend(), sql);
        let row = self.database.query_one_raw(statement).await.expect("SeaORM answers");
        row.expect("SeaORM has a row").try_get_by_index(0).expect("SeaORM decodes the integer")
    }
}
