//! The driver and the opener of `postgres:` URLs.

use std::future::Future;
use std::sync::Arc;

use hypostyle_core::{
    Backend, BoxFuture, Capability, ConnectionConfig, Driver, Engine, Intent, Lanes, Opener,
    PoolOptions, Result,
};
use hypostyle_sql::Dialect;

use crate::backend::PostgresBackend;
use crate::config::Config;
use crate::connection::PostgresConnection;
use crate::open::{PasswordSource, Spec};

/// Opens `postgres:` and `postgresql:` URLs.
#[derive(Clone, Default)]
pub struct Postgres {
    password: Option<PasswordSource>,
}

/// Makes connections to one PostgreSQL database.
pub struct PostgresDriver {
    engine: Engine,
    spec: Arc<Spec>,
    connections_max: usize,
}

impl Postgres {
    /// Takes the password from a function that is asked anew for each connection, so that passwords
    /// may rotate.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_postgres::Postgres;
    /// let postgres = Postgres::default().password_from(|| async { Ok("secret".to_owned()) });
    /// ```
    #[must_use]
    pub fn password_from<F>(self, source: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String>> + Send + 'static,
    {
        Self { password: Some(Arc::new(move || Box::pin(source()))) }
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres")
    }
}

impl Opener for Postgres {
    fn schemes(&self) -> &'static [&'static str] {
        &["postgres", "postgresql"]
    }

    fn open<'a>(
        &'a self,
        config: &'a ConnectionConfig,
        pool: PoolOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Backend>>> {
        Box::pin(async move {
            let driver = PostgresDriver::new(config, self.password.clone(), &pool)?;
            Ok(Arc::new(PostgresBackend::open(driver, pool).await?) as Arc<dyn Backend>)
        })
    }
}

impl PostgresDriver {
    pub(crate) fn spec(&self) -> &Arc<Spec> {
        &self.spec
    }

    /// Takes the configuration of a database; nothing is connected yet.
    fn new(
        config: &ConnectionConfig,
        password: Option<PasswordSource>,
        pool: &PoolOptions,
    ) -> Result<Self> {
        let config = Config::parse(config)?;
        let engine = Engine {
            name: "postgres",
            dialect: Dialect::Postgres,
            capability: capability(),
            location: config.shown(),
        };
        let spec = Arc::new(Spec::new(config, password)?);
        let shared = spec.shared(pool.connections_max);
        Ok(Self { engine, connections_max: pool.connections_max - shared, spec })
    }
}

impl Driver for PostgresDriver {
    type Connection = PostgresConnection;

    fn engine(&self) -> &Engine {
        &self.engine
    }

    fn lanes(&self) -> Lanes {
        Lanes::Shared(self.connections_max)
    }

    async fn connect(&self, _intent: Intent) -> Result<PostgresConnection> {
        let opened = self.spec.open(&[]).await?;
        Ok(PostgresConnection::new(opened, self.spec.clone()))
    }
}

/// What PostgreSQL can do, from version 13 on.
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
        | Capability::UNSIGNED_64
        | Capability::INTEGER_128
        | Capability::EXACT_DECIMAL
        | Capability::NAN
        | Capability::NESTED
        | Capability::ANALYZE
        | Capability::DEFERRABLE_CONSTRAINTS
        | Capability::SIGNED_ZERO
        | Capability::INFINITIES
        | Capability::INTERVALS
        | Capability::UNBOUNDED_DECIMAL
        | Capability::TEXT_KEYS
        | Capability::ERROR_POSITIONS
        | Capability::UUIDS
        | Capability::VERBATIM_JSON
        | Capability::UNROUNDED
        | Capability::TYPED_PARAMETERS
        | Capability::ANY_DEPTH
}
