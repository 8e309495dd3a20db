//! The write-ahead log stays short beside many writes, and a reader that holds it up is told.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hypostyle_core::{ConnectionConfig, Database, Opener, PoolOptions, Result};
use hypostyle_sqlite::Sqlite;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const MB: u64 = 1024 * 1024;

async fn open(path: &Path) -> Result<Database> {
    let config = ConnectionConfig::parse(&format!("sqlite:{}", path.display()))?;
    Ok(Database::new(Sqlite.open(&config, PoolOptions::default()).await?))
}

fn log(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}-wal", path.display()))
}

fn log_bytes(path: &Path) -> u64 {
    fs::metadata(log(path)).map_or(0, |meta| meta.len())
}

/// Writes a few rows so many times, each in a transaction of its own.
async fn write(db: &Database, path: &Path, times: i64) -> u64 {
    let text = format!("INSERT INTO t VALUES (?, '{}')", "x".repeat(100));
    let mut largest = 0;
    for id in 0..times {
        db.execute(&text, (id % 1_000,)).await.expect("a write");
        if id % 500 == 0 {
            largest = largest.max(log_bytes(path));
        }
    }
    largest.max(log_bytes(path))
}

const TABLE: &str = "CREATE TABLE t (id INTEGER, v TEXT)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_small_writes_beside_readers_that_come_and_go_keep_the_log_short() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("w.db");
    let db = open(&path).await.expect("a database");
    db.execute(TABLE, ()).await.expect("a table");
    let reading = tokio::spawn(read_again_and_again(db.clone()));
    let largest = write(&db, &path, 200_000).await;
    reading.abort();
    let _ = reading.await;
    println!("largest log {} KiB, {} KiB at the end", largest / 1024, log_bytes(&path) / 1024);
    assert!(largest < 128 * MB, "{largest} bytes");
    write(&db, &path, 2_000).await;
    assert!(log_bytes(&path) <= 16 * MB, "{} bytes stay", log_bytes(&path));
}

/// Reads in short transactions until it is aborted.
async fn read_again_and_again(db: Database) -> Result<()> {
    loop {
        let mut transaction = db.begin_read_only().await?;
        transaction.fetch_value::<i64>("SELECT count(*) FROM t WHERE rowid < 10", ()).await?;
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        transaction.rollback().await?;
    }
}

#[test]
fn a_long_reader_is_told_and_the_log_shrinks_after_it() {
    let warnings: Arc<AtomicUsize> = Arc::default();
    let subscriber = Warnings { of_the_log: warnings.clone() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    // Statements run on other threads here: the subscriber is that of the process.
    tracing::subscriber::set_global_default(subscriber).expect("the only one");
    runtime.expect("a runtime").block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("w.db");
        let db = open(&path).await.expect("a database");
        db.execute(TABLE, ()).await.expect("a table");
        let mut long = db.begin_read_only().await.expect("a reader");
        assert_eq!(long.fetch_value::<i64>("SELECT count(*) FROM t", ()).await.expect("a read"), 0);
        let rows =
            |from: i64| (from..from + 10_000).map(|id| vec![id.into(), "y".repeat(400).into()]);
        for round in 0..8 {
            let rows: Vec<Vec<hypostyle_core::Value>> = rows(round * 10_000).collect();
            db.insert_many("t", &["id", "v"], &rows).await.expect("rows");
        }
        let grown = log_bytes(&path);
        assert!(grown > 16 * MB, "a snapshot is held, and the log is of {grown} bytes");
        let told = warnings.load(Ordering::Relaxed);
        assert!((1..=8).contains(&told), "{told} warnings");
        assert_eq!(long.fetch_value::<i64>("SELECT count(*) FROM t", ()).await.expect("a read"), 0);
        long.rollback().await.expect("an end");
        write(&db, &path, 3_000).await;
        let left = log_bytes(&path);
        println!("the log grew to {} KiB, {told} warnings, {} KiB left", grown / 1024, left / 1024);
        assert!(left <= 16 * MB, "{left} bytes stay");
    });
}

/// Counts the warnings about the log.
struct Warnings {
    of_the_log: Arc<AtomicUsize>,
}

struct Message(bool);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}").contains("write-ahead log grows");
        }
    }
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "hypostyle::sqlite"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(false);
        event.record(&mut message);
        self.of_the_log.fetch_add(usize::from(message.0), Ordering::Relaxed);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
