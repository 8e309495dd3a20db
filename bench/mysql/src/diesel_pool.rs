//! diesel-async on mysql_async, pooled by deadpool.

use bench_work::diesel_tables::{NewRow, Row, item, large, target};
use bench_work::{Item, Library, OneByOne, POOL_CONNECTIONS, Pooled, Totals};
use diesel::QueryResult;
use diesel::prelude::QueryDsl;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncMysqlConnection, RunQueryDsl, SimpleAsyncConnection};
use futures::TryStreamExt;

use crate::engine::BULK_CHUNK_ROWS;

pub(crate) struct DieselAsync {
    pool: Pool<AsyncMysqlConnection>,
}

impl DieselAsync {
    async fn connection(&self) -> Object<AsyncMysqlConnection> {
        self.pool.get().await.expect("deadpool has a connection")
    }

    async fn write_each(&self, items: &[Item]) -> QueryResult<()> {
        let mut connection = self.connection().await;
        connection.batch_execute("BEGIN").await?;
        for item in items {
            write(&mut connection, item).await?;
        }
        connection.batch_execute("COMMIT").await
    }

    async fn bulk(&self, items: &[Item]) -> QueryResult<()> {
        let mut connection = self.connection().await;
        connection.batch_execute("BEGIN").await?;
        for chunk in items.chunks(BULK_CHUNK_ROWS) {
            let rows: Vec<_> = chunk.iter().map(NewRow::<&str>::from).collect();
            diesel::insert_into(target::table).values(rows).execute(&mut connection).await?;
        }
        connection.batch_execute("COMMIT").await
    }
}

impl Library for DieselAsync {
    const NAME: &'static str = "diesel-async";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::new_with_config(location, config);
        let connections = usize::try_from(POOL_CONNECTIONS).expect("a pool is small");
        let pool = Pool::builder(manager).max_size(connections).build().expect("deadpool starts");
        (0..tasks).map(|_| Self { pool: pool.clone() }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        let found = item::table.find(id).get_result(&mut self.connection().await).await;
        let row: Row = found.expect("diesel-async finds the item");
        row.into()
    }

    async fn insert(&mut self, item: &Item) {
        let mut connection = self.connection().await;
        write(&mut connection, item).await.expect("diesel-async inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        DieselAsync::bulk(self, items).await.expect("diesel-async inserts all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let mut connection = self.connection().await;
        let rows = large::table.load_stream::<Row>(&mut connection).await;
        let mut rows = rows.expect("diesel-async starts to read");
        while let Some(row) = rows.try_next().await.expect("diesel-async reads all rows") {
            totals.add(&row.into());
        }
    }
}

impl Pooled for DieselAsync {
    async fn acquire(&mut self) {
        drop(self.connection().await);
    }
}

impl OneByOne for DieselAsync {
    async fn execute_each(&mut self, items: &[Item]) {
        self.write_each(items).await.expect("diesel-async inserts");
    }
}

async fn write(connection: &mut AsyncMysqlConnection, item: &Item) -> QueryResult<usize> {
    let insert = diesel::insert_into(target::table).values(NewRow::<&str>::from(item));
    insert.execute(connection).await
}
