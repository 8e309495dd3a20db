//! rusqlite without a pool or a runtime: the limit that the other libraries are measured by.

use std::path::Path;

use bench_work::{Dynamic, Item, Library, Totals, handles_max};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params};

use crate::engine::{INSERT, PRAGMAS, SCAN, SELECT, Scalar};

pub(crate) struct RusqliteDirect {
    connection: Connection,
}

/// Opens a connection as every library sets its own up.
pub(crate) fn open_connection(database: &Path) -> Connection {
    let connection = Connection::open(database).expect("rusqlite opens the database");
    connection.execute_batch(PRAGMAS).expect("rusqlite sets the pragmas");
    connection
}

/// Decodes a row the usual way, the timestamp by rusqlite's `chrono` feature.
pub(crate) fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        id: row.get(0)?,
        name: row.get(1)?,
        score: row.get(2)?,
        active: row.get(3)?,
        ts: row.get(4)?,
    })
}

impl Library for RusqliteDirect {
    const NAME: &'static str = "rusqlite";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let connections = (0..handles_max(tasks)).map(|_| open_connection(Path::new(location)));
        connections.map(|connection| Self { connection }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        let mut statement = self.connection.prepare_cached(SELECT).expect("rusqlite prepares");
        statement.query_row([id], item).expect("rusqlite finds the item")
    }

    async fn insert(&mut self, item: &Item) {
        insert(&self.connection, item).expect("rusqlite inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        bulk(&mut self.connection, items).expect("rusqlite inserts all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let each = |row: &Row<'_>| item(row).map(|item| totals.add(&item));
        scan(&self.connection, each).expect("rusqlite reads all rows");
    }
}

impl Scalar for RusqliteDirect {
    async fn scalar(&mut self, sql: &str) -> i64 {
        self.connection.query_row(sql, [], |row| row.get(0)).expect("rusqlite answers")
    }
}

impl Dynamic for RusqliteDirect {
    async fn stream_dynamic(&mut self, totals: &mut Totals) {
        scan(&self.connection, |row| add_values(totals, row)).expect("rusqlite reads all rows");
    }
}

fn insert(connection: &Connection, item: &Item) -> rusqlite::Result<usize> {
    let mut statement = connection.prepare_cached(INSERT)?;
    statement.execute(params![item.name, item.score, item.active, item.ts])
}

fn bulk(connection: &mut Connection, items: &[Item]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let mut statement = transaction.prepare_cached(INSERT)?;
    for item in items {
        statement.execute(params![item.name, item.score, item.active, item.ts])?;
    }
    drop(statement);
    transaction.commit()
}

fn scan(
    connection: &Connection,
    mut each: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(SCAN)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(row)?;
    }
    Ok(())
}

fn add_values(totals: &mut Totals, row: &Row<'_>) -> rusqlite::Result<()> {
    let values = (0..5).map(|column| row.get(column)).collect::<rusqlite::Result<Vec<Value>>>()?;
    match values.as_slice() {
        [
            Value::Integer(id),
            Value::Text(name),
            Value::Real(score),
            Value::Integer(active),
            Value::Text(_),
        ] => totals.add_cells(*id, name, *score, *active),
        other => panic!("a row of other types: {other:?}"),
    }
    Ok(())
}
