//! The driver and the opener of `duckdb:` URLs.

use std::sync::Arc;

use hypostyle_core::{
    Backend, BoxFuture, Capability, ConnectionConfig, Driver, Engine, Error, ErrorKind, Intent,
    Lanes, Opener, Pool, PoolOptions, Result,
};
use hypostyle_sql::Dialect;
use tokio::runtime::Handle;

use crate::config::Config;
use crate::connection::DuckDbConnection;
use crate::open::Spec;

/// Opens `duckdb:` URLs.
#[derive(Clone, Copy, Debug, Default)]
pub struct DuckDb;

/// Makes connections to one DuckDB database.
pub struct DuckDbDriver {
    engine: Engine,
    spec: Arc<Spec>,
    connections: usize,
}

impl Opener for DuckDb {
    fn schemes(&self) -> &'static [&'static str] {
        &["duckdb"]
    }

    fn open<'a>(
        &'a self,
        config: &'a ConnectionConfig,
        pool: PoolOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Backend>>> {
        Box::pin(async move {
            let driver = DuckDbDriver::new(config, &pool)?;
            Ok(Arc::new(Pool::open(driver, pool).await?) as Arc<dyn Backend>)
        })
    }
}

impl DuckDbDriver {
    /// Takes the configuration of a database; nothing is opened yet.
    ///
    /// # Errors
    /// `Config` for an option that is unknown or cannot be read.
    pub fn new(config: &ConnectionConfig, pool: &PoolOptions) -> Result<Self> {
        let config = Config::parse(config)?;
        let engine = Engine {
            name: "duckdb",
            dialect: Dialect::DuckDb,
            capability: capability(),
            location: config.shown(),
        };
        let spec = Arc::new(Spec::new(config));
        Ok(Self { engine, spec, connections: pool.connections_max })
    }
}

impl Driver for DuckDbDriver {
    type Connection = DuckDbConnection;

    fn engine(&self) -> &Engine {
        &self.engine
    }

    fn lanes(&self) -> Lanes {
        Lanes::Shared(self.connections)
    }

    async fn connect(&self, _: Intent) -> Result<DuckDbConnection> {
        let spec = self.spec.clone();
        let opened = match Handle::try_current() {
            Ok(runtime) => {
                let opening = runtime.spawn_blocking(move || spec.open());
                opening.await.map_err(|error| {
                    Error::new(ErrorKind::Connection, "opening was interrupted").caused_by(error)
                })??
            }
            Err(_) => spec.open()?,
        };
        Ok(DuckDbConnection::new(opened))
    }
}

/// What DuckDB can do.
fn capability() -> Capability {
    Capability::SQL
        | Capability::TRANSACTIONS
        | Capability::TRANSACTIONAL_DDL
        | Capability::READ_ONLY_TRANSACTIONS
        | Capability::SNAPSHOT
        | Capability::RETURNING
        | Capability::UPSERT
        | Capability::MULTIPLE_RESULTS
        | Capability::INTERRUPT
        | Capability::JSON
        | Capability::STRICT_TABLES
        | Capability::EXPLAIN
        | Capability::UNSIGNED_64
        | Capability::INTEGER_128
        | Capability::NAN
        | Capability::NESTED
        | Capability::NUL_IN_TEXT
        | Capability::VECTORS
        | Capability::SIGNED_ZERO
        | Capability::INFINITIES
        | Capability::INTERVALS
        | Capability::TEXT_KEYS
        | Capability::ERROR_POSITIONS
        | Capability::UUIDS
        | Capability::VERBATIM_JSON
        | Capability::UNROUNDED
        | Capability::TYPED_PARAMETERS
        | Capability::UPDATE_RETURNING
}
