//! The driver and the opener of `sqlite:` URLs.

use std::sync::Arc;

use hypostyle_core::{
    Backend, BoxFuture, Capability, ConnectionConfig, Driver, Engine, Error, ErrorKind, Intent,
    Lanes, Opener, Pool, PoolOptions, Result,
};
use hypostyle_sql::Dialect;
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::config::Config;
use crate::connection::SqliteConnection;
use crate::open::Spec;

/// Opens `sqlite:` URLs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sqlite;

/// Makes connections to one SQLite database.
pub struct SqliteDriver {
    engine: Engine,
    spec: Arc<Spec>,
    readers: usize,
}

impl Opener for Sqlite {
    fn schemes(&self) -> &'static [&'static str] {
        &["sqlite"]
    }

    fn open<'a>(
        &'a self,
        config: &'a ConnectionConfig,
        pool: PoolOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Backend>>> {
        Box::pin(async move {
            let driver = SqliteDriver::new(config, &pool)?;
            Ok(Arc::new(Pool::open(driver, pool).await?) as Arc<dyn Backend>)
        })
    }
}

impl SqliteDriver {
    /// Takes the configuration of a database; nothing is opened yet.
    ///
    /// # Errors
    /// `Config` for an option that is unknown or cannot be read, and for a folder.
    pub fn new(config: &ConnectionConfig, pool: &PoolOptions) -> Result<Self> {
        let config = Config::parse(config)?;
        let engine = Engine {
            name: "sqlite",
            dialect: Dialect::Sqlite,
            capability: capability(),
            location: config.shown(),
        };
        let always_offloads = Handle::try_current()
            .is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::CurrentThread);
        let spec = Arc::new(Spec::new(config, pool.connections_max, always_offloads)?);
        Ok(Self { engine, spec, readers: pool.connections_max })
    }
}

impl Driver for SqliteDriver {
    type Connection = SqliteConnection;

    fn engine(&self) -> &Engine {
        &self.engine
    }

    fn lanes(&self) -> Lanes {
        Lanes::SingleWriter { readers: self.readers }
    }

    async fn connect(&self, intent: Intent) -> Result<SqliteConnection> {
        let spec = self.spec.clone();
        let opened = match Handle::try_current() {
            Ok(runtime) => {
                let spec = spec.clone();
                let opening = runtime.spawn_blocking(move || spec.open(intent));
                opening.await.map_err(|error| {
                    Error::new(ErrorKind::Connection, "opening was interrupted").caused_by(error)
                })??
            }
            Err(_) => spec.open(intent)?,
        };
        Ok(SqliteConnection::new(opened, spec, intent))
    }
}

/// What SQLite can do, as it is bundled here.
fn capability() -> Capability {
    Capability::SQL
        | Capability::TRANSACTIONS
        | Capability::SAVEPOINTS
        | Capability::TRANSACTIONAL_DDL
        | Capability::READ_ONLY_TRANSACTIONS
        | Capability::SERIALIZABLE
        | Capability::SNAPSHOT
        | Capability::READ_COMMITTED
        | Capability::RETURNING
        | Capability::UPDATE_RETURNING
        | Capability::UPSERT
        | Capability::MULTIPLE_RESULTS
        | Capability::INTERRUPT
        | Capability::JSON
        | Capability::FULL_TEXT
        | Capability::STRICT_TABLES
        | Capability::EXPLAIN
        | Capability::SINGLE_WRITER
        | Capability::STATEMENT_ROLLBACK
        | Capability::NUL_IN_TEXT
        | Capability::NANOSECONDS
        | Capability::VECTORS
        | Capability::READ_ONLY_INTENT
        | Capability::DEFERRABLE_CONSTRAINTS
        | Capability::INFINITIES
        | Capability::INTERVALS
        | Capability::TEXT_KEYS
        | Capability::ERROR_POSITIONS
        | Capability::UUIDS
        | Capability::VERBATIM_JSON
        | Capability::UNROUNDED
        | Capability::TYPED_PARAMETERS
}
