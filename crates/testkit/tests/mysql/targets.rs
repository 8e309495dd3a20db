//! MariaDB and Oracle's MySQL as targets of the suite: one private server of each, a database per
//! case.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use hypostyle_core::{
    BoxFuture, ConnectionConfig, Database, Date, Error, ErrorKind, Isolation, Opener, PoolOptions,
    Result, Timestamp, Type,
};
use hypostyle_mysql::MySql as Driver;
use hypostyle_testkit::server::{Brand, MySql, MySqlAuth, MySqlOptions, MySqlScratch};
use hypostyle_testkit::{Anomaly, NullOrder, Setting, Site, Target, Wrong};

use crate::words;

/// What is between the driver and the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// With a password: native with MariaDB, caching_sha2 with Oracle's.
    Tcp,
    Socket,
}

pub(crate) struct MySqlTarget {
    pub(crate) name: &'static str,
    pub(crate) brand: Brand,
    pub(crate) way: Way,
}

struct DatabaseSite {
    scratch: MySqlScratch<'static>,
    way: Way,
}

static SERVERS: [OnceLock<Result<MySql>>; 2] = [const { OnceLock::new() }; 2];

/// The server of a brand that all cases share; it asks for passwords.
pub(crate) fn server(brand: Brand) -> Result<&'static MySql> {
    // No case kills the server: what it answered need not be written yet.
    let settings = &[
        ("max_connections", "500"),
        ("max_allowed_packet", "64M"),
        ("innodb_flush_log_at_trx_commit", "0"),
    ];
    let options = MySqlOptions { brand, settings, auth: MySqlAuth::Password, ..Default::default() };
    let place = &SERVERS[usize::from(brand == Brand::Oracle)];
    let start = || {
        let server = MySql::start(options)?;
        // A function with the rights of one who may read nothing.
        server.query(
            "",
            "CREATE DATABASE guarded; CREATE USER weak@localhost; \
             GRANT EXECUTE ON guarded.* TO weak@localhost; \
             CREATE DEFINER = weak@localhost FUNCTION guarded.users() RETURNS INT READS SQL DATA \
             RETURN (SELECT count(*) FROM mysql.user)",
        )?;
        Ok(server)
    };
    let started = place.get_or_init(start).as_ref();
    started.map_err(|error| Error::new(error.kind(), error.message()))
}

/// Starts both servers at once, so that their first cases do not wait for it; one that cannot be
/// started fails its cases.
pub(crate) fn start() {
    std::thread::scope(|scope| {
        for brand in [Brand::MariaDb, Brand::Oracle] {
            scope.spawn(move || server(brand).is_ok());
        }
    });
}

/// Ends the servers: a static is never dropped.
pub(crate) fn stop() {
    for server in SERVERS.iter().filter_map(OnceLock::get).flatten() {
        server.kill();
    }
}

impl Site for DatabaseSite {
    fn url(&self) -> String {
        match self.way {
            Way::Tcp => self.scratch.url(),
            Way::Socket => self.scratch.server().socket_url(self.scratch.name()),
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

/// Has the server of a brand do something on a thread that may wait.
async fn on_server<T: Send + 'static>(
    brand: Brand,
    work: impl FnOnce(&'static MySql) -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(move || work(server(brand)?)).await;
    done.map_err(|e| Error::new(ErrorKind::Other, e.to_string()))?
}

impl Target for MySqlTarget {
    fn name(&self) -> &'static str {
        self.name
    }

    fn engine(&self) -> &'static str {
        match self.brand {
            Brand::MariaDb => "MariaDB",
            Brand::Oracle => "MySQL",
        }
    }

    fn version(&self) -> &'static str {
        "SELECT version()"
    }

    fn site(&self) -> BoxFuture<'_, Result<Arc<dyn Site>>> {
        Box::pin(async move {
            let scratch = on_server(self.brand, MySql::scratch).await?;
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
        match (kind, self.brand) {
            (Type::Bool, _) => "boolean",
            (Type::I64, _) => "bigint",
            (Type::U64, _) => "bigint unsigned",
            (Type::I128 | Type::U128, _) => "decimal(39,0)",
            (Type::F32, _) => "float",
            (Type::F64, _) => "double",
            (Type::Decimal, _) => "decimal(65,30)",
            (Type::Bytes, _) => "longblob",
            (Type::Date, _) => "date",
            (Type::Time | Type::Interval, _) => "time(6)",
            (Type::Timestamp, _) => "datetime(6)",
            (Type::TimestampTz, _) => "timestamp(6) NULL",
            (Type::Uuid, Brand::MariaDb) => "uuid",
            (Type::Uuid, Brand::Oracle) => "char(36)",
            (Type::Json | Type::List | Type::Map, _) => "json",
            (Type::Vector, _) => "vector(2048)",
            // Texts are to equal themselves alone: no letters without regard to case, no blanks
            // without regard to their number.
            (_, Brand::MariaDb) => "longtext COLLATE utf8mb4_nopad_bin",
            (_, Brand::Oracle) => "longtext COLLATE utf8mb4_0900_bin",
        }
    }

    fn text_key(&self) -> &'static str {
        "varchar(3000) CHARACTER SET ascii COLLATE ascii_bin"
    }

    fn upsert(&self) -> &'static str {
        "INSERT INTO t VALUES (?, ?) ON DUPLICATE KEY UPDATE v = VALUES(v)"
    }

    fn drop_index(&self, quoted: &str) -> String {
        format!("DROP INDEX {quoted} ON t")
    }

    fn overflow(&self) -> &'static str {
        "18446744073709551615 - 599 + n"
    }

    fn disguised_write(&self) -> &'static str {
        "/*!50000 INSERT INTO t VALUES (1, 1) */"
    }

    /// Names have the characters of the first plane, and end with no blank.
    fn takes_name(&self, name: &str) -> bool {
        name.chars().all(|c| c <= '\u{ffff}') && !name.ends_with(' ')
    }

    /// What a name begins with is cut off where it is no letter and no sign.
    fn takes_alias(&self, name: &str) -> bool {
        self.takes_name(name) && !name.starts_with(|c: char| c <= ' ' || c == '\u{7f}')
    }

    /// Tables are files.
    fn folds_names(&self) -> bool {
        false
    }

    fn outlives_interrupts(&self) -> bool {
        true
    }

    fn strict(&self) -> &'static str {
        ""
    }

    fn schema(&self, site: &dyn Site) -> String {
        ConnectionConfig::parse(&site.url()).unwrap_or_default().database
    }

    fn null_order(&self) -> NullOrder {
        NullOrder::First
    }

    fn parameters_max(&self) -> usize {
        65_535
    }

    fn columns_max(&self) -> usize {
        1_017
    }

    fn dates(&self) -> [Date; 2] {
        // 0000-01-01 and 9999-12-31.
        [Date::from_days(-719_528), Date::from_days(2_932_896)]
    }

    fn timestamps(&self) -> [Timestamp; 2] {
        let [first, last] = self.dates().map(|day| i64::from(day.days()) * 86_400_000_000);
        [Timestamp::from_micros(first), Timestamp::from_micros(last + 86_400_000_000 - 1)]
    }

    fn instants(&self) -> [Timestamp; 2] {
        // 1970-01-01 00:00:01, and half a second before 31 bits of seconds end.
        let last = i64::from(i32::MAX) * 1_000_000 + 499_999;
        [Timestamp::from_micros(1_000_000), Timestamp::from_micros(last)]
    }

    fn document_levels_max(&self) -> usize {
        match self.brand {
            Brand::MariaDb => 31,
            Brand::Oracle => 100,
        }
    }

    /// Reads see one snapshot from repeatable read on, writes what is there now.
    fn allows(&self, isolation: Isolation, anomaly: Anomaly) -> bool {
        match isolation {
            Isolation::ReadCommitted => anomaly != Anomaly::DirtyRead,
            Isolation::RepeatableRead | Isolation::Snapshot => {
                matches!(anomaly, Anomaly::LostUpdate | Anomaly::WriteSkew | Anomaly::ReadOnly)
            }
            Isolation::Serializable => false,
        }
    }

    fn names_constraints(&self) -> bool {
        true
    }

    fn endless(&self) -> &'static str {
        words::ENDLESS
    }

    fn endless_write(&self) -> &'static str {
        words::ENDLESS_WRITE
    }

    fn series(&self) -> &'static str {
        match self.brand {
            Brand::MariaDb => "SELECT seq AS n FROM seq_1_to_1000000000 LIMIT ?",
            Brand::Oracle => words::SERIES,
        }
    }

    fn impatient_write(&self) -> &'static str {
        "SELECT v FROM t WHERE id = 1 FOR UPDATE NOWAIT"
    }

    fn retype(&self) -> &'static str {
        "ALTER TABLE t MODIFY v longtext"
    }

    fn setting(&self) -> Setting {
        Setting { change: "SET sort_buffer_size = 7340032", read: "SELECT @@sort_buffer_size" }
    }

    fn forbidden(&self) -> &'static str {
        "SELECT guarded.users()"
    }

    fn wrong(&self, url: &str, part: Wrong) -> (String, ErrorKind) {
        let database = ConnectionConfig::parse(url).unwrap_or_default().database;
        let port = server(self.brand).map_or(0, MySql::port);
        match part {
            Wrong::Address => {
                (format!("mysql://root@127.0.0.1:1/{database}"), ErrorKind::Connection)
            }
            Wrong::Password => {
                let url = format!("mysql://root:wrong-secret@127.0.0.1:{port}/{database}");
                (url, ErrorKind::Permission)
            }
            Wrong::Database => {
                let missing = server(self.brand).map(|server| server.url("no-such-database"));
                (missing.unwrap_or_default(), ErrorKind::Connection)
            }
        }
    }

    fn cut<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let database = ConnectionConfig::parse(url)?.database;
            on_server(self.brand, move |server| server.cut(&database)).await?;
            Ok(true)
        })
    }
}
