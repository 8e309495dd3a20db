//! The server over a real SQLite file, asked over real connections.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod access;
mod attacks;
mod client;
mod engines;
mod failures;
mod filters;
mod migrations;
mod openapi;
mod operations;
mod records;
mod resources;
mod sql;
mod stop;

use std::net::SocketAddr;
use std::time::Duration;

use hypostyle::Database;
use hypostyle_server::{Config, Mount, Server, Site, Writable};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use client::{Answer, Client};

/// Two tables, a view, and names and values that are easy to get wrong.
const SHOP: &str = r#"
    CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE album (
        id INTEGER PRIMARY KEY, artist_id INTEGER REFERENCES artist (id), title TEXT,
        price NUMERIC(10,2), released DATETIME, live BOOLEAN, cover BLOB, extra JSON, score REAL);
    CREATE TABLE "odd ""name" ("a b" TEXT, "page" INTEGER, "x'y" TEXT, any_thing);
    CREATE TABLE numbers (big INTEGER, tenth REAL);
    CREATE VIEW titles AS SELECT title, upper(title) AS loud FROM album;
    CREATE TABLE line (order_id INTEGER, no INTEGER, text TEXT DEFAULT 'x',
        loud TEXT AS (upper(text)), PRIMARY KEY (order_id, no)) WITHOUT ROWID;
    CREATE TABLE free (id TEXT PRIMARY KEY, n INTEGER CHECK (n > 0));
    INSERT INTO artist VALUES (1, 'Ada'), (2, 'Björk'), (3, 'Zoé');
    INSERT INTO album VALUES
        (1, 1, 'One', 9.99, '2024-01-01 00:00:00', 1, x'00ff', '{"a": [1.10]}', 0.5),
        (2, 1, 'two', 10, '2024-02-01 10:00:00', 0, NULL, NULL, 1.5),
        (3, 2, '100%', 5.50, '2024-03-01T12:00:00', 1, NULL, '1},{"x":2', 2.5),
        (4, NULL, '<script>alert(1)</script>', NULL, NULL, NULL, NULL, NULL, NULL);
    INSERT INTO "odd ""name" VALUES ('x', 7, 'y', 5), ('z', 8, NULL, '5'), ('007', 9, 'q', '007');
    INSERT INTO numbers VALUES (9223372036854775807, 0.1), (-9223372036854775808, 1e300);
"#;

/// A running server. It stops when dropped.
struct Running {
    client: Client,
    address: SocketAddr,
    db: Database,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<hypostyle::Result<()>>,
    folder: TempDir,
}

impl Running {
    async fn start() -> Self {
        Self::start_with(Config::default(), SHOP).await
    }

    async fn start_with(config: Config, script: &str) -> Self {
        Self::start_site(config, script, Site::default()).await
    }

    async fn start_site(config: Config, script: &str, site: Site) -> Self {
        let folder = TempDir::new().unwrap();
        let db = open(&folder, "shop", script).await;
        let other = open(&folder, "blog", "CREATE TABLE post (id INTEGER PRIMARY KEY);").await;
        let writable = Writable::tables(["artist", "album", "line", "free", "odd \"name"]);
        let mounts = vec![
            Mount::new("shop", db.clone()).writable(writable).module("store"),
            Mount::new("blog", other),
        ];
        let site = Site { mounts, ..site };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = Server::new(config, site).unwrap();
        let running = tokio::spawn(server.run(listener, async move {
            let _ = stopped.await;
        }));
        let client = Client::new(address);
        Self { client, address, db, stop: Some(stop), running, folder }
    }

    async fn get(&self, target: &str) -> Answer {
        self.client.get(target, &[]).await
    }

    /// Asks and compares the body.
    async fn check(&self, target: &str, status: u16, body: &str) {
        let answer = self.get(target).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{target}");
    }

    /// Asks for a table and compares `column`s of the records.
    async fn check_records(&self, target: &str, expect: &str) {
        let answer = self.get(target).await;
        let records = answer.body.split_once("\"records\":").map(|(_, records)| records);
        let records = records.and_then(|records| records.strip_suffix('}'));
        assert_eq!(records.unwrap_or(&answer.body), expect, "{target}");
    }

    /// Asks and compares status and code of the failure.
    async fn check_failure(&self, target: &str, status: u16, code: &str) -> Answer {
        let answer = self.get(target).await;
        answer.assert_failure(status, code);
        answer
    }
}

async fn open(folder: &TempDir, name: &str, script: &str) -> Database {
    let path = folder.path().join(format!("{name}.db"));
    let db = Database::open(&format!("sqlite:{}", path.display())).await.unwrap();
    db.execute(script, ()).await.unwrap();
    db
}

fn short(config: Config) -> Config {
    Config { shutdown_timeout: Duration::from_millis(300), ..config }
}
