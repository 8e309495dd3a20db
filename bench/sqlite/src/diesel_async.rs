//! diesel-async: Diesel's blocking connection on the runtime's blocking threads, pooled by deadpool.

use bench_work::diesel_tables::{NewRow, Row, item, large, target};
use bench_work::{Item, Library, POOL_CONNECTIONS, Pooled, Totals};
use diesel::dsl::sql;
use diesel::prelude::{QueryDsl, SqliteConnection};
use diesel::sql_types::BigInt;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use futures::{FutureExt, TryStreamExt};

use crate::diesel_sync::bulk;
use crate::engine::{PRAGMAS, Scalar};

type Connection = SyncConnectionWrapper<SqliteConnection>;

pub(crate) struct DieselAsync {
    pool: Pool<Connection>,
}

impl DieselAsync {
    async fn connection(&self) -> Object<Connection> {
        self.pool.get().await.expect("deadpool has a connection")
    }
}

impl Library for DieselAsync {
    const NAME: &'static str = "diesel-async";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let pool = open_pool(location);
        (0..tasks).map(|_| Self { pool: pool.clone() }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        let found = item::table.find(id).get_result(&mut self.connection().await).await;
        let row: Row = found.expect("diesel-async finds the item");
        row.into()
    }

    async fn insert(&mut self, item: &Item) {
        let insert = diesel::insert_into(target::table).values(NewRow::<String>::from(item));
        insert.execute(&mut self.connection().await).await.expect("diesel-async inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        let items = items.to_vec();
        let mut connection = self.connection().await;
        let writing = connection.spawn_blocking(move |connection| bulk(connection, &items));
        writing.await.expect("diesel-async inserts all rows");
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

impl Scalar for DieselAsync {
    async fn scalar(&mut self, query: &str) -> i64 {
        let answer = diesel::select(sql::<BigInt>(&format!("({query})")));
        answer.get_result(&mut self.connection().await).await.expect("diesel-async answers")
    }
}

impl Pooled for DieselAsync {
    async fn acquire(&mut self) {
        drop(self.connection().await);
    }
}

fn open_pool(path: &str) -> Pool<Connection> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(|path| connect(path.to_owned()).boxed());
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    let connections = usize::try_from(POOL_CONNECTIONS).expect("a pool is small");
    Pool::builder(manager).max_size(connections).build().expect("deadpool starts")
}

async fn connect(path: String) -> diesel::ConnectionResult<Connection> {
    let mut connection = Connection::establish(&path).await?;
    let pragmas = connection.batch_execute(PRAGMAS).await;
    pragmas.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
