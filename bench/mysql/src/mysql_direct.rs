//! mysql_async with prepared statements: the limit that the other libraries are measured by.

use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use bench_work::{Dynamic, Item, Library, Many, OneByOne, POOL_CONNECTIONS, Totals};
use bytes::{Bytes, BytesMut};
use chrono::NaiveDateTime;
use futures::{StreamExt, stream};
use mysql_async::consts::ColumnType;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, Result, Row, Statement, TxOpts, Value, from_row, from_value};
use tokio::sync::Semaphore;

use crate::engine::{INSERT, LOAD, SCAN, SELECT};

/// Rows of one packet of a load.
const LOAD_CHUNK_ROWS: usize = 1_000;

/// A connection for one task, or eight for many tasks in turn.
pub(crate) struct MysqlAsync {
    access: Access,
}

enum Access {
    Held(Box<Connection>),
    Leased(Arc<Lane>),
}

struct Connection {
    conn: Conn,
    select: Statement,
    insert: Statement,
}

/// Connections for more tasks than there are connections: the least that a pool has to do.
struct Lane {
    permits: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

/// Opens a connection.
pub(crate) async fn connect(location: &str) -> Conn {
    let options = Opts::from_url(location).expect("mysql_async reads the URL");
    Conn::new(options).await.expect("mysql_async connects")
}

/// The columns of an item as they are read.
pub(crate) type Columns = (i64, String, f64, bool, NaiveDateTime);

/// Decodes a row the usual way.
pub(crate) fn item((id, name, score, active, ts): Columns) -> Item {
    Item { id, name, score, active, ts }
}

/// What a row is inserted by.
pub(crate) fn params(item: &Item) -> (&str, f64, bool, NaiveDateTime) {
    (&item.name, item.score, item.active, item.ts)
}

/// Loads rows from lines in memory.
pub(crate) async fn load(conn: &mut Conn, items: &[Item]) -> Result<()> {
    let chunks: Vec<Bytes> = items.chunks(LOAD_CHUNK_ROWS).map(lines).collect();
    conn.set_infile_handler(async move { Ok(stream::iter(chunks).map(Ok).boxed()) });
    conn.query_drop(LOAD).await
}

/// Adds up all rows of the large table.
pub(crate) async fn scan(conn: &mut Conn, totals: &mut Totals) -> Result<()> {
    let mut rows = conn.exec_iter(SCAN, ()).await?;
    while let Some(row) = rows.next().await? {
        totals.add(&item(from_row(row)));
    }
    Ok(())
}

/// Writes rows in one transaction, each statement sent once the one before it is answered.
pub(crate) async fn write_each(conn: &mut Conn, items: &[Item]) -> Result<()> {
    let mut transaction = conn.start_transaction(TxOpts::default()).await?;
    let insert = transaction.prep(INSERT).await?;
    for item in items {
        transaction.exec_drop(&insert, params(item)).await?;
    }
    transaction.commit().await
}

fn lines(items: &[Item]) -> Bytes {
    let mut lines = BytesMut::with_capacity(items.len() * 80);
    for Item { name, score, active, ts, .. } in items {
        let active = u8::from(*active);
        writeln!(lines, "{name}\t{score}\t{active}\t{ts}").expect("a buffer takes any text");
    }
    lines.freeze()
}

impl Connection {
    async fn open(location: &str) -> Self {
        let mut conn = connect(location).await;
        let select = conn.prep(SELECT).await.expect("mysql_async prepares");
        let insert = conn.prep(INSERT).await.expect("mysql_async prepares");
        Self { conn, select, insert }
    }

    async fn point_select(&mut self, id: i64) -> Item {
        let row = self.conn.exec_first(&self.select, (id,)).await;
        item(row.expect("mysql_async selects").expect("mysql_async finds the item"))
    }
}

impl MysqlAsync {
    /// The one connection of a single task.
    fn held(&mut self) -> &mut Connection {
        match &mut self.access {
            Access::Held(connection) => connection,
            Access::Leased(_) => panic!("only point selects run in many tasks"),
        }
    }
}

impl Library for MysqlAsync {
    const NAME: &'static str = "mysql_async";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let count = tasks.min(usize::try_from(POOL_CONNECTIONS).expect("a pool is small"));
        let mut connections = Vec::new();
        for _ in 0..count {
            connections.push(Connection::open(location).await);
        }
        if tasks == count {
            let held = connections.into_iter().map(Box::new);
            return held.map(|connection| Self { access: Access::Held(connection) }).collect();
        }
        let lane = Lane { permits: Semaphore::new(count), idle: Mutex::new(connections) };
        let lane = Arc::new(lane);
        (0..tasks).map(|_| Self { access: Access::Leased(Arc::clone(&lane)) }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        match &mut self.access {
            Access::Held(connection) => connection.point_select(id).await,
            Access::Leased(lane) => lane.point_select(id).await,
        }
    }

    async fn insert(&mut self, item: &Item) {
        let Connection { conn, insert, .. } = self.held();
        conn.exec_drop(&*insert, params(item)).await.expect("mysql_async inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        load(&mut self.held().conn, items).await.expect("mysql_async loads all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        scan(&mut self.held().conn, totals).await.expect("mysql_async reads all rows");
    }
}

impl Lane {
    async fn point_select(&self, id: i64) -> Item {
        let _permit = self.permits.acquire().await.expect("the semaphore stays open");
        let mut connection = self.lock().pop().expect("a permit stands for a connection");
        let item = connection.point_select(id).await;
        self.lock().push(connection);
        item
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OneByOne for MysqlAsync {
    async fn execute_each(&mut self, items: &[Item]) {
        write_each(&mut self.held().conn, items).await.expect("mysql_async inserts");
    }
}

impl Many for MysqlAsync {
    /// By arrays of parameters, which MariaDB takes.
    async fn execute_many(&mut self, items: &[Item]) {
        let Connection { conn, insert, .. } = self.held();
        let begun = conn.start_transaction(TxOpts::default()).await;
        let mut transaction = begun.expect("mysql_async begins");
        let inserted = transaction.exec_batch(&*insert, items.iter().map(params)).await;
        inserted.expect("mysql_async inserts");
        transaction.commit().await.expect("mysql_async commits");
    }
}

/// A value of a row whose columns are not known beforehand.
enum Cell {
    Integer(i64),
    Text(String),
    Real(f64),
    Moment(NaiveDateTime),
}

impl Cell {
    fn of(row: &mut Row, column: usize) -> Self {
        let kind = row.columns_ref()[column].column_type();
        let value: Value = row.take(column).expect("the row has the column");
        match kind {
            ColumnType::MYSQL_TYPE_LONGLONG | ColumnType::MYSQL_TYPE_TINY => {
                Self::Integer(from_value(value))
            }
            ColumnType::MYSQL_TYPE_VAR_STRING => Self::Text(from_value(value)),
            ColumnType::MYSQL_TYPE_DOUBLE => Self::Real(from_value(value)),
            ColumnType::MYSQL_TYPE_DATETIME => Self::Moment(from_value(value)),
            other => panic!("a column of another type: {other:?}"),
        }
    }
}

impl Dynamic for MysqlAsync {
    async fn stream_dynamic(&mut self, totals: &mut Totals) {
        let rows = self.held().conn.exec_iter(SCAN, ()).await;
        let mut rows = rows.expect("mysql_async begins to read");
        while let Some(mut row) = rows.next().await.expect("mysql_async reads all rows") {
            match std::array::from_fn(|column| Cell::of(&mut row, column)) {
                [
                    Cell::Integer(id),
                    Cell::Text(name),
                    Cell::Real(score),
                    Cell::Integer(active),
                    Cell::Moment(moment),
                ] => {
                    totals.add_cells(id, &name, score, active);
                    totals.add_moment(moment);
                }
                _ => panic!("a row of other types"),
            }
        }
    }
}
