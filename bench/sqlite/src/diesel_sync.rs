//! Diesel on a held connection, blocking as rusqlite does; its pool is r2d2.

use bench_work::diesel_tables::{NewRow, Row, item, large, target};
use bench_work::{Item, Library, Pooled, Totals, handles_max};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool, PooledConnection};
use diesel::sql_types::BigInt;

use crate::engine::{PRAGMAS, Scalar};

/// Rows of one statement of a bulk insert.
const BULK_CHUNK_ROWS: usize = 100;

type Manager = ConnectionManager<SqliteConnection>;

pub(crate) struct DieselSync {
    pool: Pool<Manager>,
    connection: PooledConnection<Manager>,
}

impl Library for DieselSync {
    const NAME: &'static str = "diesel";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let handles = handles_max(tasks);
        let pool = open_pool(location, handles + 1);
        let handle =
            |_| Self { pool: pool.clone(), connection: pool.get().expect("r2d2 has a connection") };
        (0..handles).map(handle).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        let row: Row = item::table.find(id).get_result(&mut self.connection).expect("Diesel finds");
        row.into()
    }

    async fn insert(&mut self, item: &Item) {
        let insert = diesel::insert_into(target::table).values(NewRow::<&str>::from(item));
        insert.execute(&mut self.connection).expect("Diesel inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        bulk(&mut self.connection, items).expect("Diesel inserts all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let rows = large::table.load_iter::<Row, _>(&mut self.connection);
        for row in rows.expect("Diesel starts to read") {
            totals.add(&row.expect("Diesel reads all rows").into());
        }
    }
}

impl Scalar for DieselSync {
    async fn scalar(&mut self, sql: &str) -> i64 {
        let answer = diesel::dsl::sql::<BigInt>(&format!("({sql})"));
        diesel::select(answer).get_result(&mut self.connection).expect("Diesel answers")
    }
}

impl Pooled for DieselSync {
    async fn acquire(&mut self) {
        drop(self.pool.get().expect("r2d2 has a connection"));
    }
}

#[derive(Debug)]
struct Pragmas;

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Pragmas {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        connection.batch_execute(PRAGMAS).map_err(diesel::r2d2::Error::QueryError)
    }
}

fn open_pool(path: &str, connections: usize) -> Pool<Manager> {
    Pool::builder()
        .max_size(u32::try_from(connections).expect("a pool is small"))
        .test_on_check_out(false)
        .connection_customizer(Box::new(Pragmas))
        .build(Manager::new(path))
        .expect("Diesel opens the database")
}

/// Writes all rows to `target` in one transaction.
pub(crate) fn bulk(connection: &mut SqliteConnection, items: &[Item]) -> QueryResult<()> {
    connection.transaction(|connection| {
        for chunk in items.chunks(BULK_CHUNK_ROWS) {
            let rows: Vec<NewRow<&str>> = chunk.iter().map(NewRow::from).collect();
            diesel::insert_into(target::table).values(rows).execute(connection)?;
        }
        Ok(())
    })
}
