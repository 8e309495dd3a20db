//! SQLite as targets of the suite.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hypostyle_core::{
    BoxFuture, ConnectionConfig, Database, Date, Error, ErrorKind, Isolation, Opener, PoolOptions,
    Result, Timestamp, Type,
};
use hypostyle_sqlite::Sqlite;
use hypostyle_testkit::{Anomaly, NullOrder, Setting, Site, Target, Wrong};
use tempfile::TempDir;

/// Where the database is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    File,
    Memory,
}

/// What statements run on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runtime {
    /// Statements run inline.
    TwoThreads,
    /// Statements run on threads of their own.
    OneThread,
}

pub(crate) struct SqliteTarget {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) runtime: Runtime,
}

struct FileSite {
    folder: TempDir,
}

struct MemorySite;

impl FileSite {
    fn path(&self) -> PathBuf {
        self.folder.path().join("suite.db")
    }
}

impl Site for FileSite {
    fn url(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }

    fn file(&self) -> Option<PathBuf> {
        Some(self.path())
    }
}

impl Site for MemorySite {
    fn url(&self) -> String {
        "sqlite::memory:".to_owned()
    }

    fn file(&self) -> Option<PathBuf> {
        None
    }
}

/// Opens a database by its URL.
pub(crate) async fn open(url: &str, options: PoolOptions) -> Result<Database> {
    let config = ConnectionConfig::parse(url)?;
    Ok(Database::new(Sqlite.open(&config, options).await?))
}

/// Makes a folder that goes with what is returned.
pub(crate) fn folder() -> Result<TempDir> {
    TempDir::new().map_err(|error| Error::new(ErrorKind::Io, "no folder").caused_by(error))
}

/// The URL of a file with options.
pub(crate) fn url(path: &Path, options: &str) -> String {
    format!("sqlite:{}{options}", path.display())
}

impl Target for SqliteTarget {
    fn name(&self) -> &'static str {
        self.name
    }

    fn engine(&self) -> &'static str {
        "SQLite"
    }

    fn version(&self) -> &'static str {
        "SELECT sqlite_version()"
    }

    fn site(&self) -> BoxFuture<'_, Result<Arc<dyn Site>>> {
        Box::pin(async move {
            Ok(match self.place {
                Place::File => Arc::new(FileSite { folder: folder()? }) as Arc<dyn Site>,
                Place::Memory => Arc::new(MemorySite),
            })
        })
    }

    fn open<'a>(&'a self, url: &'a str, options: PoolOptions) -> BoxFuture<'a, Result<Database>> {
        Box::pin(open(url, options))
    }

    fn runtime(&self) -> std::io::Result<tokio::runtime::Runtime> {
        match self.runtime {
            Runtime::TwoThreads => {
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
            }
            Runtime::OneThread => {
                tokio::runtime::Builder::new_current_thread().enable_all().build()
            }
        }
    }

    fn is_shared(&self) -> bool {
        self.place == Place::File
    }

    fn column(&self, kind: Type) -> &'static str {
        match kind {
            Type::Bool => "BOOLEAN",
            Type::I64 | Type::U64 | Type::I128 | Type::U128 => "INTEGER",
            Type::F32 | Type::F64 => "REAL",
            Type::Decimal => "DECIMAL(38, 20)",
            Type::Text => "TEXT",
            Type::Bytes => "BLOB",
            Type::Date => "DATE",
            Type::Time => "TIME",
            Type::Timestamp => "TIMESTAMP",
            Type::TimestampTz => "TIMESTAMPTZ",
            Type::Interval => "INTERVAL",
            Type::Uuid => "UUID",
            Type::Json => "JSON",
            Type::Vector => "VECTOR",
            _ => "ANY",
        }
    }

    fn strict(&self) -> &'static str {
        "STRICT"
    }

    fn schema(&self, _: &dyn Site) -> String {
        "main".to_owned()
    }

    fn null_order(&self) -> NullOrder {
        NullOrder::First
    }

    fn parameters_max(&self) -> usize {
        32_766
    }

    fn columns_max(&self) -> usize {
        2_000
    }

    fn dates(&self) -> [Date; 2] {
        [i32::MIN + 1, i32::MAX - 1].map(Date::from_days)
    }

    fn timestamps(&self) -> [Timestamp; 2] {
        [i64::MIN + 1, i64::MAX - 1].map(Timestamp::from_micros)
    }

    /// One transaction writes at a time, and each reads one snapshot.
    fn allows(&self, _: Isolation, _: Anomaly) -> bool {
        false
    }

    fn names_constraints(&self) -> bool {
        false
    }

    fn endless(&self) -> &'static str {
        "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c"
    }

    fn endless_write(&self) -> &'static str {
        "INSERT INTO t (id) WITH RECURSIVE c (n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM c) \
         SELECT n FROM c WHERE n % 100000 = 0"
    }

    fn series(&self) -> &'static str {
        "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) \
         SELECT n FROM c"
    }

    fn impatient_write(&self) -> &'static str {
        "PRAGMA busy_timeout = 0; UPDATE t SET v = v WHERE id = 1"
    }

    fn retype(&self) -> &'static str {
        "CREATE TABLE retyped (id INTEGER PRIMARY KEY, v TEXT); \
         INSERT INTO retyped SELECT id, v FROM t; DROP TABLE t; ALTER TABLE retyped RENAME TO t"
    }

    fn setting(&self) -> Setting {
        Setting { change: "PRAGMA cache_size = 7", read: "PRAGMA cache_size" }
    }

    fn forbidden(&self) -> &'static str {
        "PRAGMA user_version = 7"
    }

    fn wrong(&self, _: &str, part: Wrong) -> (String, ErrorKind) {
        match part {
            Wrong::Address => ("sqlite:/dev/null/x.db".to_owned(), ErrorKind::Connection),
            Wrong::Password => ("sqlite:x.db?password=wrong".to_owned(), ErrorKind::Config),
            Wrong::Database => ("sqlite:no-such-file.db?mode=rw".to_owned(), ErrorKind::Connection),
        }
    }

    fn cut<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(false) })
    }
}
