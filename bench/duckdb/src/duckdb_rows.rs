//! The crate `duckdb` as it is commonly used: rows, and an appender of rows.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bench_work::{Item, Library, Totals, handles_max};
use duckdb::{Connection, Row, params};

use crate::engine::{CLEAR, INSERT, SCAN, SELECT, TARGET, file_of};
use crate::target::{Written, writes};

pub(crate) struct DuckDbRows {
    connection: Connection,
    table: Arc<Table>,
}

struct Table(Mutex<Connection>);

impl Written for Table {
    fn clear(&self) {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        connection.execute_batch(CLEAR).expect("duckdb empties the target");
    }

    fn rows(&self) -> Vec<Item> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statement = connection.prepare(TARGET).expect("duckdb prepares");
        let rows = statement.query_map([], item).expect("duckdb reads the target");
        rows.collect::<duckdb::Result<_>>().expect("duckdb reads all rows")
    }
}

fn item(row: &Row<'_>) -> duckdb::Result<Item> {
    Ok(Item {
        id: row.get(0)?,
        name: row.get(1)?,
        score: row.get(2)?,
        active: row.get(3)?,
        ts: row.get(4)?,
    })
}

impl Library for DuckDbRows {
    const NAME: &'static str = "duckdb";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        static TABLE: OnceLock<Arc<Table>> = OnceLock::new();

        let file = file_of(location, Self::NAME);
        let table = TABLE.get_or_init(|| {
            let connection = Connection::open(file).expect("duckdb opens the database");
            Arc::new(Table(Mutex::new(connection)))
        });
        let first = table.0.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = || first.try_clone().expect("duckdb connects");
        let handles = (0..handles_max(tasks)).map(|_| connection());
        handles.map(|connection| Self { connection, table: table.clone() }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        let mut statement = self.connection.prepare_cached(SELECT).expect("duckdb prepares");
        statement.query_row([id], item).expect("duckdb finds the item")
    }

    async fn insert(&mut self, item: &Item) {
        writes(&self.table);
        let mut statement = self.connection.prepare_cached(INSERT).expect("duckdb prepares");
        let values = params![item.id, item.name, item.score, item.active, item.ts];
        statement.execute(values).expect("duckdb inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        writes(&self.table);
        let transaction = self.connection.transaction().expect("duckdb begins");
        let mut appender = transaction.appender("target").expect("duckdb appends");
        for item in items {
            let values = params![item.id, item.name, item.score, item.active, item.ts];
            appender.append_row(values).expect("duckdb appends a row");
        }
        drop(appender);
        transaction.commit().expect("duckdb commits");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let mut statement = self.connection.prepare(SCAN).expect("duckdb prepares");
        let mut rows = statement.query([]).expect("duckdb begins to read");
        while let Some(row) = rows.next().expect("duckdb reads all rows") {
            totals.add(&item(row).expect("duckdb reads a row"));
        }
    }
}
