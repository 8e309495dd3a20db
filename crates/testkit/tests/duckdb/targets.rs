//! DuckDB as targets of the suite.

use std::path::PathBuf;
use std::sync::Arc;

use hypostyle_core::{
    BoxFuture, ConnectionConfig, Database, Date, Error, ErrorKind, Isolation, Opener, PoolOptions,
    Result, Timestamp, Type,
};
use hypostyle_duckdb::DuckDb;
use hypostyle_testkit::{Anomaly, NullOrder, Setting, Site, Target, Wrong};
use tempfile::TempDir;

/// Where the database is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Memory,
    File,
}

pub(crate) struct DuckDbTarget {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
}

struct FileSite {
    folder: TempDir,
}

struct MemorySite;

impl FileSite {
    fn path(&self) -> PathBuf {
        self.folder.path().join("suite.duckdb")
    }
}

impl Site for FileSite {
    fn url(&self) -> String {
        format!("duckdb:{}", self.path().display())
    }

    fn file(&self) -> Option<PathBuf> {
        Some(self.path())
    }
}

impl Site for MemorySite {
    fn url(&self) -> String {
        "duckdb::memory:".to_owned()
    }

    fn file(&self) -> Option<PathBuf> {
        None
    }
}

/// Opens a database by its URL.
pub(crate) async fn open(url: &str, options: PoolOptions) -> Result<Database> {
    let config = ConnectionConfig::parse(url)?;
    Ok(Database::new(DuckDb.open(&config, options).await?))
}

/// Makes a folder that goes with what is returned.
pub(crate) fn folder() -> Result<TempDir> {
    TempDir::new().map_err(|error| Error::new(ErrorKind::Io, "no folder").caused_by(error))
}

impl Target for DuckDbTarget {
    fn name(&self) -> &'static str {
        self.name
    }

    fn engine(&self) -> &'static str {
        "DuckDB"
    }

    fn version(&self) -> &'static str {
        "SELECT version()"
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
        match self.place {
            Place::Memory => {
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
            }
            Place::File => tokio::runtime::Builder::new_current_thread().enable_all().build(),
        }
    }

    fn is_shared(&self) -> bool {
        self.place == Place::File
    }

    fn column(&self, kind: Type) -> &'static str {
        match kind {
            Type::Bool => "BOOLEAN",
            Type::I64 => "BIGINT",
            Type::U64 => "UBIGINT",
            Type::I128 => "HUGEINT",
            Type::U128 => "UHUGEINT",
            Type::F32 => "FLOAT",
            Type::F64 => "DOUBLE",
            Type::Decimal => "DECIMAL(38, 19)",
            Type::Bytes => "BLOB",
            Type::Date => "DATE",
            Type::Time => "TIME",
            Type::Timestamp => "TIMESTAMP",
            Type::TimestampTz => "TIMESTAMPTZ",
            Type::Interval => "INTERVAL",
            Type::Uuid => "UUID",
            Type::Json => "JSON",
            Type::Vector => "FLOAT[]",
            Type::List => "BIGINT[]",
            Type::Map => "STRUCT(k BIGINT)",
            _ => "VARCHAR",
        }
    }

    fn strict(&self) -> &'static str {
        ""
    }

    fn schema(&self, _: &dyn Site) -> String {
        "main".to_owned()
    }

    fn null_order(&self) -> NullOrder {
        NullOrder::LastInBoth
    }

    fn keeps_names_of_checks(&self) -> bool {
        false
    }

    fn quotient_by_zero(&self) -> Option<f64> {
        Some(f64::INFINITY)
    }

    fn null_kind(&self) -> Type {
        Type::I64
    }

    fn has_endless_columns(&self) -> bool {
        true
    }

    fn parameters_max(&self) -> usize {
        65_535
    }

    fn columns_max(&self) -> usize {
        2_000
    }

    fn dates(&self) -> [Date; 2] {
        [-i32::MAX + 1, i32::MAX - 1].map(Date::from_days)
    }

    fn timestamps(&self) -> [Timestamp; 2] {
        // 290309-12-22 (BC), and the last microsecond that 64 bits count from 1970.
        [-9_223_372_022_400_000_000, i64::MAX - 1].map(Timestamp::from_micros)
    }

    /// Every transaction reads one snapshot.
    fn allows(&self, _: Isolation, anomaly: Anomaly) -> bool {
        matches!(anomaly, Anomaly::WriteSkew | Anomaly::ReadOnly)
    }

    fn names_constraints(&self) -> bool {
        false
    }

    fn endless(&self) -> &'static str {
        "SELECT max(n) FROM range(9000000000000000000) AS r (n)"
    }

    fn endless_write(&self) -> &'static str {
        "INSERT INTO t (id) SELECT n FROM range(1000, 9000000000000000000) AS r (n) \
         WHERE n % 1000000 = 0"
    }

    fn series(&self) -> &'static str {
        "SELECT n FROM range(1, CAST(? AS BIGINT) + 1) AS r (n)"
    }

    fn impatient_write(&self) -> &'static str {
        "SET VARIABLE busy_timeout = 0; UPDATE t SET v = v WHERE id = 1"
    }

    fn retype(&self) -> &'static str {
        "ALTER TABLE t ALTER COLUMN v TYPE VARCHAR"
    }

    fn setting(&self) -> Setting {
        Setting { change: "SET VARIABLE seven = 7", read: "SELECT getvariable('seven')" }
    }

    fn forbidden(&self) -> &'static str {
        "SELECT * FROM read_text('/etc/hostname')"
    }

    fn wrong(&self, _: &str, part: Wrong) -> (String, ErrorKind) {
        match part {
            Wrong::Address => ("duckdb:/dev/null/x.db".to_owned(), ErrorKind::Connection),
            Wrong::Password => ("duckdb:x.db?password=wrong".to_owned(), ErrorKind::Config),
            Wrong::Database => ("duckdb:no-such-file.db?mode=rw".to_owned(), ErrorKind::Connection),
        }
    }

    fn cut<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(false) })
    }
}
