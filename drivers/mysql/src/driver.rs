//! The driver and the opener of `mysql:` and `mariadb:` URLs.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use hypostyle_core::{
    Backend, BoxFuture, Capability, ConnectionConfig, Driver, Engine, Intent, Lanes, Opener, Pool,
    PoolOptions, Result,
};
use hypostyle_sql::Dialect;

use crate::config::Config;
use crate::connection::MySqlConnection;
use crate::open::{PasswordSource, Spec};
use crate::opened::Opened;

/// Opens `mysql:` and `mariadb:` URLs.
#[derive(Clone, Default)]
pub struct MySql {
    password: Option<PasswordSource>,
}

/// Makes connections to one MySQL or MariaDB database.
pub struct MySqlDriver {
    engine: Engine,
    spec: Arc<Spec>,
    connections_max: usize,
    /// The connection by which the server was known, until the pool takes it.
    first: Mutex<Option<Opened>>,
}

impl MySql {
    /// Takes the password from a function that is asked anew for each connection, so that passwords
    /// may rotate.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_mysql::MySql;
    /// let mysql = MySql::default().password_from(|| async { Ok("secret".to_owned()) });
    /// ```
    #[must_use]
    pub fn password_from<F>(self, source: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String>> + Send + 'static,
    {
        Self { password: Some(Arc::new(move || Box::pin(source()))) }
    }
}

impl std::fmt::Debug for MySql {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MySql")
    }
}

impl Opener for MySql {
    fn schemes(&self) -> &'static [&'static str] {
        &["mysql", "mariadb"]
    }

    fn open<'a>(
        &'a self,
        config: &'a ConnectionConfig,
        pool: PoolOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Backend>>> {
        Box::pin(async move {
            let driver = MySqlDriver::find(config, self.password.clone(), &pool).await?;
            Ok(Arc::new(Pool::open(driver, pool).await?) as Arc<dyn Backend>)
        })
    }
}

impl MySqlDriver {
    /// Makes a first connection, which says which of the two servers it is.
    async fn find(
        config: &ConnectionConfig,
        password: Option<PasswordSource>,
        pool: &PoolOptions,
    ) -> Result<Self> {
        let spec = Arc::new(Spec::new(Config::parse(config)?, password)?);
        let opening = tokio::time::timeout(pool.connect_timeout, spec.open()).await;
        let opened = opening.map_err(|_| {
            let waited = format!("no answer within {} ms", pool.connect_timeout.as_millis());
            crate::reach::unreachable(&spec.config.shown(), waited)
        })??;
        let is_mariadb = opened.greeting.is_mariadb();
        let engine = Engine {
            name: if is_mariadb { "mariadb" } else { "mysql" },
            dialect: Dialect::Mysql,
            capability: capability(is_mariadb),
            location: spec.config.shown(),
        };
        let first = Mutex::new(Some(opened));
        Ok(Self { engine, spec, connections_max: pool.connections_max, first })
    }

    fn take_first(&self) -> Option<Opened> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Driver for MySqlDriver {
    type Connection = MySqlConnection;

    fn engine(&self) -> &Engine {
        &self.engine
    }

    fn lanes(&self) -> Lanes {
        Lanes::Shared(self.connections_max)
    }

    async fn connect(&self, _intent: Intent) -> Result<MySqlConnection> {
        let opened = match self.take_first() {
            Some(opened) => opened,
            None => self.spec.open().await?,
        };
        Ok(MySqlConnection::new(opened, self.spec.clone(), self.engine.name))
    }
}

/// What MySQL and MariaDB can do with their default tables.
fn capability(is_mariadb: bool) -> Capability {
    let both = Capability::SQL
        | Capability::TRANSACTIONS
        | Capability::SAVEPOINTS
        | Capability::READ_ONLY_TRANSACTIONS
        | Capability::SERIALIZABLE
        | Capability::SNAPSHOT
        | Capability::READ_COMMITTED
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
        | Capability::STATEMENT_ROLLBACK
        | Capability::NUL_IN_TEXT;
    let own = match is_mariadb {
        true => {
            Capability::RETURNING
                | Capability::UUIDS
                | Capability::VERBATIM_JSON
                | Capability::TYPED_PARAMETERS
                | Capability::TEXT_KEYS
        }
        false => Capability::SIGNED_ZERO | Capability::VECTORS,
    };
    both | own
}
