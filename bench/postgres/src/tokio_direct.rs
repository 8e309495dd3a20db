//! tokio-postgres with prepared statements: the limit that the other libraries are measured by.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use bench_work::{Dynamic, Item, Library, Many, OneByOne, POOL_CONNECTIONS, Totals};
use chrono::NaiveDateTime;
use futures::TryStreamExt;
use futures::future::{join3, try_join_all};
use tokio::sync::Semaphore;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, NoTls, Row, Statement};

use crate::engine::{COPY, INSERT, SCAN, SELECT};

/// `SHARED` connections take the calls of many tasks at once; others those of one task, and of many
/// tasks in turn.
pub(crate) struct TokioPostgres<const SHARED: bool> {
    access: Access,
}

enum Access {
    Held(Arc<Connection>),
    Leased(Arc<Lane>),
}

struct Connection {
    client: Client,
    select: Statement,
    insert: Statement,
}

/// Connections for more tasks than there are connections: the least that a pool has to do.
struct Lane {
    permits: Semaphore,
    idle: Mutex<Vec<Arc<Connection>>>,
}

/// Opens a connection and spawns its task.
pub(crate) async fn connect(location: &str) -> Client {
    let connecting = tokio_postgres::connect(location, NoTls).await;
    let (client, connection) = connecting.expect("tokio-postgres connects");
    tokio::spawn(async move { connection.await.expect("the connection lasts") });
    client
}

/// Decodes a row the usual way.
pub(crate) fn item(row: &Row) -> Item {
    Item { id: row.get(0), name: row.get(1), score: row.get(2), active: row.get(3), ts: row.get(4) }
}

/// Copies rows in the binary format by the writer of tokio-postgres.
pub(crate) async fn copy(client: &Client, items: &[Item]) -> Result<u64, Error> {
    let sink = client.copy_in(&format!("{COPY} BINARY")).await?;
    let types = [Type::TEXT, Type::FLOAT8, Type::BOOL, Type::TIMESTAMP];
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    for item in items {
        writer.as_mut().write(&[&item.name, &item.score, &item.active, &item.ts]).await?;
    }
    writer.finish().await
}

/// Adds up all rows of the large table.
pub(crate) async fn scan(client: &Client, totals: &mut Totals) -> Result<(), Error> {
    let scan = client.prepare(SCAN).await?;
    let mut rows = pin!(client.query_raw(&scan, NONE).await?);
    while let Some(row) = rows.try_next().await? {
        totals.add(&item(&row));
    }
    Ok(())
}

const NONE: [i64; 0] = [];

impl Connection {
    async fn open(location: &str) -> Arc<Self> {
        let client = connect(location).await;
        let select = client.prepare(SELECT).await.expect("tokio-postgres prepares");
        let insert = client.prepare(INSERT).await.expect("tokio-postgres prepares");
        Arc::new(Self { client, select, insert })
    }

    async fn point_select(&self, id: i64) -> Item {
        let row = self.client.query_one(&self.select, &[&id]).await;
        item(&row.expect("tokio-postgres finds the item"))
    }

    async fn insert(&self, item: &Item) -> Result<u64, Error> {
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
            [&item.name, &item.score, &item.active, &item.ts];
        self.client.execute(&self.insert, &params).await
    }
}

impl<const SHARED: bool> TokioPostgres<SHARED> {
    /// The one connection of a single task.
    fn held(&self) -> &Connection {
        match &self.access {
            Access::Held(connection) => connection,
            Access::Leased(_) => panic!("only point selects run in many tasks"),
        }
    }
}

impl<const SHARED: bool> Library for TokioPostgres<SHARED> {
    const NAME: &'static str = if SHARED { "tokio-postgres shared" } else { "tokio-postgres" };

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        let count = tasks.min(usize::try_from(POOL_CONNECTIONS).expect("a pool is small"));
        let mut connections = Vec::new();
        for _ in 0..count {
            connections.push(Connection::open(location).await);
        }
        if SHARED || tasks == count {
            let held = (0..tasks).map(|task| Arc::clone(&connections[task % count]));
            return held.map(|connection| Self { access: Access::Held(connection) }).collect();
        }
        let lane = Lane { permits: Semaphore::new(count), idle: Mutex::new(connections) };
        let lane = Arc::new(lane);
        (0..tasks).map(|_| Self { access: Access::Leased(Arc::clone(&lane)) }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        match &self.access {
            Access::Held(connection) => connection.point_select(id).await,
            Access::Leased(lane) => lane.point_select(id).await,
        }
    }

    async fn insert(&mut self, item: &Item) {
        self.held().insert(item).await.expect("tokio-postgres inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        copy(&self.held().client, items).await.expect("tokio-postgres copies all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        scan(&self.held().client, totals).await.expect("tokio-postgres reads all rows");
    }
}

impl Lane {
    async fn point_select(&self, id: i64) -> Item {
        let _permit = self.permits.acquire().await.expect("the semaphore stays open");
        let connection = self.lock().pop().expect("a permit stands for a connection");
        let item = connection.point_select(id).await;
        self.lock().push(connection);
        item
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OneByOne for TokioPostgres<false> {
    async fn execute_each(&mut self, items: &[Item]) {
        let connection = self.held();
        connection.client.batch_execute("BEGIN").await.expect("tokio-postgres begins");
        for item in items {
            connection.insert(item).await.expect("tokio-postgres inserts");
        }
        connection.client.batch_execute("COMMIT").await.expect("tokio-postgres commits");
    }
}

impl Many for TokioPostgres<false> {
    /// Everything is sent before the first answer is read.
    async fn execute_many(&mut self, items: &[Item]) {
        let connection = self.held();
        let begin = connection.client.batch_execute("BEGIN");
        let inserts = try_join_all(items.iter().map(|item| connection.insert(item)));
        let commit = connection.client.batch_execute("COMMIT");
        let (begun, inserted, committed) = join3(begin, inserts, commit).await;
        begun.expect("tokio-postgres begins");
        inserted.expect("tokio-postgres inserts");
        committed.expect("tokio-postgres commits");
    }
}

/// A value of a row whose columns are not known beforehand.
enum Cell<'a> {
    Integer(i64),
    Text(&'a str),
    Real(f64),
    Truth(bool),
    Moment(NaiveDateTime),
}

impl<'a> Cell<'a> {
    fn of(row: &'a Row, column: usize) -> Self {
        match *row.columns()[column].type_() {
            Type::INT8 => Self::Integer(row.get(column)),
            Type::TEXT => Self::Text(row.get(column)),
            Type::FLOAT8 => Self::Real(row.get(column)),
            Type::BOOL => Self::Truth(row.get(column)),
            Type::TIMESTAMP => Self::Moment(row.get(column)),
            ref other => panic!("a column of another type: {other}"),
        }
    }
}

impl Dynamic for TokioPostgres<false> {
    async fn stream_dynamic(&mut self, totals: &mut Totals) {
        let client = &self.held().client;
        let rows = client.query_raw(SCAN, NONE).await.expect("tokio-postgres begins to read");
        let mut rows = pin!(rows);
        while let Some(row) = rows.try_next().await.expect("tokio-postgres reads all rows") {
            match std::array::from_fn(|column| Cell::of(&row, column)) {
                [
                    Cell::Integer(id),
                    Cell::Text(name),
                    Cell::Real(score),
                    Cell::Truth(active),
                    Cell::Moment(moment),
                ] => {
                    totals.add_cells(id, name, score, i64::from(active));
                    totals.add_moment(moment);
                }
                _ => panic!("a row of other types"),
            }
        }
    }
}
