//! PostgreSQL as targets of the suite: one private server, a database per case.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use hypostyle_core::{
    BoxFuture, ConnectionConfig, Database, Date, Error, ErrorKind, Isolation, Opener, PoolOptions,
    Result, Timestamp, Type,
};
use hypostyle_postgres::Postgres as Driver;
use hypostyle_testkit::server::{Auth, Postgres, PostgresOptions, Scratch};
use hypostyle_testkit::{Anomaly, NullOrder, Setting, Site, Target, Wrong};

/// What is between the driver and the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Tcp,
    /// A Unix socket, and statements without names, as for a pooler.
    Nameless,
    /// Reads share connections also where others are free.
    Pipelined,
}

pub(crate) struct PostgresTarget {
    pub(crate) name: &'static str,
    pub(crate) way: Way,
}

struct DatabaseSite {
    scratch: Scratch<'static>,
    way: Way,
}

/// The server that all cases share; it asks for passwords.
pub(crate) fn server() -> Result<&'static Postgres> {
    static SERVER: OnceLock<Result<Postgres>> = OnceLock::new();

    let settings = &[("max_connections", "500")];
    let options = PostgresOptions { settings, auth: Auth::Scram, ..PostgresOptions::default() };
    let start = || {
        let server = Postgres::start(options)?;
        // Every database is made of this one.
        server.query("template1", "CREATE TYPE k_of_map AS (k bigint)")?;
        Ok(server)
    };
    SERVER.get_or_init(start).as_ref().map_err(|error| Error::new(error.kind(), error.message()))
}

/// Ends the server: a static is never dropped.
pub(crate) fn stop() {
    if let Ok(server) = server() {
        server.stop();
    }
}

impl Site for DatabaseSite {
    fn url(&self) -> String {
        match self.way {
            Way::Tcp => self.scratch.url(),
            Way::Pipelined => format!("{}?pipeline=always", self.scratch.url()),
            Way::Nameless => {
                let url = self.scratch.server().socket_url(self.scratch.name());
                format!("{url}&statement_cache=0")
            }
        }
    }

    fn file(&self) -> Option<PathBuf> {
        None
    }
}

/// Opens a database by its URL.
pub(crate) async fn open(url: &str, options: PoolOptions) -> Result<Database> {
    let config = ConnectionConfig::parse(url)?;
    Ok(Database::new(Driver::default().open(&config, options).await?))
}

impl Target for PostgresTarget {
    fn name(&self) -> &'static str {
        self.name
    }

    fn engine(&self) -> &'static str {
        "PostgreSQL"
    }

    fn version(&self) -> &'static str {
        "SELECT current_setting('server_version')"
    }

    fn site(&self) -> BoxFuture<'_, Result<Arc<dyn Site>>> {
        Box::pin(async move {
            let making = tokio::task::spawn_blocking(|| server()?.scratch());
            let made = making.await;
            let scratch = made.map_err(|e| Error::new(ErrorKind::Other, e.to_string()))??;
            Ok(Arc::new(DatabaseSite { scratch, way: self.way }) as Arc<dyn Site>)
        })
    }

    fn open<'a>(&'a self, url: &'a str, options: PoolOptions) -> BoxFuture<'a, Result<Database>> {
        Box::pin(open(url, options))
    }

    fn runtime(&self) -> std::io::Result<tokio::runtime::Runtime> {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn column(&self, kind: Type) -> &'static str {
        match kind {
            Type::Bool => "boolean",
            Type::I64 => "bigint",
            Type::F32 => "real",
            Type::F64 => "double precision",
            Type::U64 | Type::I128 | Type::U128 | Type::Decimal => "numeric",
            Type::Bytes => "bytea",
            Type::Date => "date",
            Type::Time => "time",
            Type::Timestamp => "timestamp",
            Type::TimestampTz => "timestamptz",
            Type::Interval => "interval",
            Type::Uuid => "uuid",
            Type::Json => "json",
            Type::Vector => "vector",
            Type::List => "bigint[]",
            Type::Map => "k_of_map",
            _ => "text",
        }
    }

    fn strict(&self) -> &'static str {
        ""
    }

    fn schema(&self, _: &dyn Site) -> String {
        "public".to_owned()
    }

    fn null_order(&self) -> NullOrder {
        NullOrder::Last
    }

    fn parameters_max(&self) -> usize {
        65_535
    }

    fn columns_max(&self) -> usize {
        1_600
    }

    fn dates(&self) -> [Date; 2] {
        // 4713-01-01 BC and 5874897-12-31.
        [Date::from_days(-2_440_588), Date::from_days(2_145_042_541)]
    }

    fn timestamps(&self) -> [Timestamp; 2] {
        // 4713-01-01 BC, and the last microsecond that 64 bits count from 1970.
        let first = -2_440_588 * 86_400_000_000;
        [Timestamp::from_micros(first), Timestamp::from_micros(i64::MAX - 1)]
    }

    /// Repeatable read is one snapshot; serializable finds what a snapshot misses.
    fn allows(&self, isolation: Isolation, anomaly: Anomaly) -> bool {
        match isolation {
            Isolation::ReadCommitted => anomaly != Anomaly::DirtyRead,
            Isolation::RepeatableRead | Isolation::Snapshot => {
                matches!(anomaly, Anomaly::WriteSkew | Anomaly::ReadOnly)
            }
            Isolation::Serializable => false,
        }
    }

    fn names_constraints(&self) -> bool {
        true
    }

    fn endless(&self) -> &'static str {
        "SELECT max(n) FROM generate_series(1, 9000000000000000000) AS n"
    }

    fn endless_write(&self) -> &'static str {
        "INSERT INTO t (id) SELECT n FROM generate_series(1000, 9000000000000000000) AS n \
         WHERE n % 1000000 = 0"
    }

    fn series(&self) -> &'static str {
        "SELECT generate_series(1, ?::bigint) AS n"
    }

    fn impatient_write(&self) -> &'static str {
        "SET lock_timeout = 1; UPDATE t SET v = v WHERE id = 1"
    }

    fn retype(&self) -> &'static str {
        "ALTER TABLE t ALTER COLUMN v TYPE text"
    }

    fn setting(&self) -> Setting {
        Setting { change: "SET work_mem = '7MB'", read: "SHOW work_mem" }
    }

    fn forbidden(&self) -> &'static str {
        "SET ROLE pg_monitor; SELECT * FROM pg_authid"
    }

    fn wrong(&self, url: &str, part: Wrong) -> (String, ErrorKind) {
        let config = ConnectionConfig::parse(url).unwrap_or_default();
        let database = &config.database;
        match part {
            Wrong::Address => {
                (format!("postgres://postgres@127.0.0.1:1/{database}"), ErrorKind::Connection)
            }
            Wrong::Password => {
                let port = server().map_or(0, Postgres::port);
                let url = format!("postgres://postgres:wrong-secret@127.0.0.1:{port}/{database}");
                (url, ErrorKind::Permission)
            }
            Wrong::Database => {
                let missing = server().map(|server| server.url("no-such-database"));
                (missing.unwrap_or_default(), ErrorKind::Connection)
            }
        }
    }

    fn cut<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let database = ConnectionConfig::parse(url)?.database;
            let cutting = tokio::task::spawn_blocking(move || {
                let text = format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE datname = '{database}' AND pid <> pg_backend_pid()"
                );
                server()?.query("postgres", &text)
            });
            let cut = cutting.await;
            cut.map_err(|e| Error::new(ErrorKind::Other, e.to_string()))??;
            Ok(true)
        })
    }
}
