//! SeaORM on sqlx's pool with its defaults.

use bench_work::sea_tables::{bulk, item, large, new_row, target};
use bench_work::{Item, Library, OneByOne, Totals};
use futures::TryStreamExt;
use sea_orm::{DatabaseConnection, EntityTrait, SqlxMySqlConnector, TransactionTrait};

use crate::engine::BULK_CHUNK_ROWS;
use crate::sqlx_pool::open_pool;

pub(crate) struct Sea {
    database: DatabaseConnection,
}

impl Library for Sea {
    const NAME: &'static str = "sea-orm";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let pool = open_pool(location, true).await;
        let database = SqlxMySqlConnector::from_sqlx_mysql_pool(pool);
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
        let inserting = bulk(&self.database, items, BULK_CHUNK_ROWS);
        inserting.await.expect("SeaORM inserts all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let rows = large::Entity::find().stream(&self.database).await;
        let mut rows = rows.expect("SeaORM starts to read");
        while let Some(row) = rows.try_next().await.expect("SeaORM reads all rows") {
            totals.add(&row.into());
        }
    }
}

impl OneByOne for Sea {
    async fn execute_each(&mut self, items: &[Item]) {
        let transaction = self.database.begin().await.expect("SeaORM begins");
        for item in items {
            let insert = target::Entity::insert(new_row(item));
            insert.exec(&transaction).await.expect("SeaORM inserts");
        }
        transaction.commit().await.expect("SeaORM commits");
    }
}
