//! mysql_async through its pool, which does not reset what is put back, with its cache of
//! statements.

use bench_work::{Item, Library, OneByOne, POOL_CONNECTIONS, Pooled, Totals};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, PoolConstraints, PoolOpts};

use crate::engine::{INSERT, SELECT};
use crate::mysql_direct::{item, load, params, scan, write_each};

pub(crate) struct MysqlAsyncPool {
    pool: mysql_async::Pool,
}

impl MysqlAsyncPool {
    async fn connection(&self) -> Conn {
        self.pool.get_conn().await.expect("mysql_async has a connection")
    }
}

impl Library for MysqlAsyncPool {
    const NAME: &'static str = "mysql_async pool";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let connections = usize::try_from(POOL_CONNECTIONS).expect("a pool is small");
        let constraints = PoolConstraints::new(connections, connections);
        let pool_options = PoolOpts::default()
            .with_constraints(constraints.expect("a pool has connections"))
            .with_reset_connection(false);
        let options = Opts::from_url(location).expect("mysql_async reads the URL");
        let options = OptsBuilder::from_opts(options).pool_opts(pool_options);
        let pool = mysql_async::Pool::new(options);
        (0..tasks).map(|_| Self { pool: pool.clone() }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        let row = self.connection().await.exec_first(SELECT, (id,)).await;
        item(row.expect("mysql_async selects").expect("mysql_async finds the item"))
    }

    async fn insert(&mut self, item: &Item) {
        let mut connection = self.connection().await;
        connection.exec_drop(INSERT, params(item)).await.expect("mysql_async inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        let mut connection = self.connection().await;
        load(&mut connection, items).await.expect("mysql_async loads all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let mut connection = self.connection().await;
        scan(&mut connection, totals).await.expect("mysql_async reads all rows");
    }
}

impl Pooled for MysqlAsyncPool {
    async fn acquire(&mut self) {
        drop(self.connection().await);
    }
}

impl OneByOne for MysqlAsyncPool {
    async fn execute_each(&mut self, items: &[Item]) {
        let mut connection = self.connection().await;
        write_each(&mut connection, items).await.expect("mysql_async inserts");
    }
}
