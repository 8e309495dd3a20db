//! deadpool-postgres: tokio-postgres in a pool, with its cache of statements.

use bench_work::{Item, Library, OneByOne, POOL_CONNECTIONS, Pooled, Totals};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio_postgres::{Error, NoTls};

use crate::engine::{INSERT, SELECT};
use crate::tokio_direct::{copy, item, scan};

pub(crate) struct Deadpool {
    pool: Pool,
}

impl Deadpool {
    async fn connection(&self) -> Object {
        self.pool.get().await.expect("deadpool has a connection")
    }

    async fn select(&self, id: i64) -> Result<Item, Error> {
        let connection = self.connection().await;
        let select = connection.prepare_cached(SELECT).await?;
        Ok(item(&connection.query_one(&select, &[&id]).await?))
    }

    async fn write(&self, item: &Item) -> Result<u64, Error> {
        let connection = self.connection().await;
        let insert = connection.prepare_cached(INSERT).await?;
        connection.execute(&insert, &[&item.name, &item.score, &item.active, &item.ts]).await
    }

    async fn write_each(&self, items: &[Item]) -> Result<(), Error> {
        let mut connection = self.connection().await;
        let transaction = connection.transaction().await?;
        let insert = transaction.prepare_cached(INSERT).await?;
        for item in items {
            let params: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
                [&item.name, &item.score, &item.active, &item.ts];
            transaction.execute(&insert, &params).await?;
        }
        transaction.commit().await
    }
}

impl Library for Deadpool {
    const NAME: &'static str = "deadpool";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let config = location.parse().expect("tokio-postgres reads the URL");
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config, NoTls, recycling);
        let connections = usize::try_from(POOL_CONNECTIONS).expect("a pool is small");
        let pool = Pool::builder(manager).max_size(connections).build().expect("deadpool starts");
        (0..tasks).map(|_| Self { pool: pool.clone() }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        self.select(id).await.expect("deadpool finds the item")
    }

    async fn insert(&mut self, item: &Item) {
        self.write(item).await.expect("deadpool inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        let connection = self.connection().await;
        copy(&connection, items).await.expect("deadpool copies all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let connection = self.connection().await;
        scan(&connection, totals).await.expect("deadpool reads all rows");
    }
}

impl Pooled for Deadpool {
    async fn acquire(&mut self) {
        drop(self.connection().await);
    }
}

impl OneByOne for Deadpool {
    async fn execute_each(&mut self, items: &[Item]) {
        self.write_each(items).await.expect("deadpool inserts");
    }
}
