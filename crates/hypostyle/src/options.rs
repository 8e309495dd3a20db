//! How a database is opened: drivers, pool, layers, environment.

use std::time::Duration;

use hypostyle_core::{Event, Layer, Observer, PoolOptions, Rank, Registry, stack};
use hypostyle_layers::{Retry, RetryPolicy, Timeout, Trace};

use crate::{ConnectionConfig, Database, Environment, Result};

/// The drivers that the features of this crate switch on.
pub fn registry() -> Registry {
    let registry = Registry::default();
    #[cfg(feature = "duckdb")]
    let registry = registry.with(hypostyle_duckdb::DuckDb);
    #[cfg(feature = "mysql")]
    let registry = registry.with(hypostyle_mysql::MySql::default());
    #[cfg(feature = "postgres")]
    let registry = registry.with(hypostyle_postgres::Postgres::default());
    #[cfg(feature = "sqlite")]
    let registry = registry.with(hypostyle_sqlite::Sqlite);
    registry
}

/// How a database is opened. What is not set here comes from the [`Environment`], or has the
/// default it is documented with.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// let db = hypostyle::Database::options()
///     .connections_max(4)
///     .timeout(Duration::from_secs(5))
///     .slow_after(Duration::from_millis(200))
///     .open("sqlite::memory:")
///     .await?;
/// # assert!(db.health_check().await);
/// # Ok(())
/// # }
/// ```
#[must_use = "options do nothing until a database is opened"]
pub struct Options {
    pool: PoolOptions,
    connections_max: Option<usize>,
    connect_timeout: Option<Duration>,
    timeout: Option<Duration>,
    retry: Retries,
    slow_after: Option<Duration>,
    has_default_layers: bool,
    layers: Vec<Box<dyn Layer>>,
    registry: Registry,
    environment: Environment,
}

enum Retries {
    Default,
    Off,
    By(RetryPolicy),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool: PoolOptions::default(),
            connections_max: None,
            connect_timeout: None,
            timeout: Some(Duration::from_secs(30)),
            retry: Retries::Default,
            slow_after: Some(Duration::from_secs(1)),
            has_default_layers: true,
            layers: Vec::new(),
            registry: registry(),
            environment: Environment::default(),
        }
    }
}

impl Options {
    /// Sets the most connections; for SQLite the most that read. Default `DATABASE_POOL_SIZE`, or
    /// 20.
    pub fn connections_max(mut self, connections_max: usize) -> Self {
        self.connections_max = Some(connections_max);
        self
    }

    /// Sets how long a call waits for a connection. Default 30 s.
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.pool.acquire_timeout = timeout;
        self
    }

    /// Sets how long making a connection may take. Default `DATABASE_CONNECTION_TIMEOUT`, or 30 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Sets after which time without use connections are closed. Default 30 s.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.pool.idle_timeout = timeout;
        self
    }

    /// Sets after which time connections are made anew. Default 1 h.
    pub fn lifetime_max(mut self, lifetime: Duration) -> Self {
        self.pool.lifetime_max = lifetime;
        self
    }

    /// Sets how long a request may take, its repetitions and the reading of its rows included;
    /// `None` for no limit. A request may ask for less, never for more. Default 30 s.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// Sets which requests are repeated, how often and how patiently; `None` for none at all.
    /// Default [`RetryPolicy::default`], with as many attempts as `DATABASE_MAX_RETRIES` says.
    pub fn retry(mut self, policy: impl Into<Option<RetryPolicy>>) -> Self {
        self.retry = policy.into().map_or(Retries::Off, Retries::By);
        self
    }

    /// Sets from which time on a statement is told as slow; `None` for never. Default 1 s.
    pub fn slow_after(mut self, slow_after: impl Into<Option<Duration>>) -> Self {
        self.slow_after = slow_after.into();
        self
    }

    /// Sets who hears of what happens outside any call: lost connections, forgotten transactions.
    /// It must not block.
    pub fn observer(mut self, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.pool.observer = Some(Observer(std::sync::Arc::new(observer)));
        self
    }

    /// Adds a layer; its rank says where it stands.
    pub fn layer(mut self, layer: impl Layer) -> Self {
        self.layers.push(Box::new(layer));
        self
    }

    /// Leaves out the default layers: trace, retry and timeout. Layers of the caller stay.
    pub fn without_layers(mut self) -> Self {
        self.has_default_layers = false;
        self
    }

    /// Sets the drivers. Default [`registry`].
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self
    }

    /// Sets where environment variables come from. Default the environment of the process.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Opens a database by its URL and makes one connection.
    ///
    /// # Errors
    /// `Config` for a URL, an option or an environment variable that cannot be used, for a scheme
    /// without a driver, and for two layers of one rank; what keeps the driver from connecting.
    pub async fn open(self, url: &str) -> Result<Database> {
        self.open_config(ConnectionConfig::parse(url)?).await
    }

    /// Opens the database of a configuration and makes one connection.
    ///
    /// # Errors
    /// As [`Options::open`].
    ///
    /// # Examples
    /// ```
    /// use hypostyle::ConnectionConfig;
    /// # #[tokio::main]
    /// # async fn main() -> hypostyle::Result<()> {
    /// let mut config = ConnectionConfig::parse("sqlite::memory:")?;
    /// config.options.insert("foreign_keys".to_owned(), "off".to_owned());
    /// let db = hypostyle::Database::options().open_config(config).await?;
    /// # assert!(!db.fetch_value::<bool>("PRAGMA foreign_keys", ()).await?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open_config(self, mut config: ConnectionConfig) -> Result<Database> {
        self.environment.complete(&mut config)?;
        let pool = self.pool_options()?;
        let trace = self.has_default_layers.then(|| Trace::default().slow_after(self.slow_after));
        let timed = self.default_layers(trace.as_ref(), self.timeout)?;
        let untimed = self.default_layers(trace.as_ref(), None)?;
        let backend = self.registry.open(&config, pool).await?;
        let (timeouts, mut layers): (Vec<_>, Vec<_>) =
            self.layers.into_iter().partition(|layer| layer.rank() == Rank::Timeout);
        let count = layers.len();
        layers.extend(untimed);
        let patient = stack(backend.clone(), &layers)?;
        layers.truncate(count);
        layers.extend(timed.into_iter().chain(timeouts));
        let backend = stack(backend, &layers)?;
        let [backend, patient] = [backend, patient].map(hypostyle_core::Database::new);
        Ok(Database::new(backend, patient, trace))
    }

    /// Opens the database that `DATABASE_URL` names.
    ///
    /// # Errors
    /// As [`Options::open`]; `Config` when the variable is not set.
    pub async fn open_env(self) -> Result<Database> {
        let url = self.environment.url()?;
        self.open(&url).await
    }

    fn pool_options(&self) -> Result<PoolOptions> {
        let mut pool = self.pool.clone();
        if let Some(count) = or_else(self.connections_max, || self.environment.connections_max())? {
            pool.connections_max = count;
        }
        if let Some(time) = or_else(self.connect_timeout, || self.environment.connect_timeout())? {
            pool.connect_timeout = time;
        }
        pool.timeout = self.timeout.filter(|_| self.has_default_layers);
        Ok(pool)
    }

    fn default_layers(
        &self,
        trace: Option<&Trace>,
        timeout: Option<Duration>,
    ) -> Result<Vec<Box<dyn Layer>>> {
        let Some(trace) = trace else { return Ok(Vec::new()) };
        let mut layers: Vec<Box<dyn Layer>> = vec![Box::new(trace.clone())];
        if let Some(policy) = self.retry_policy()? {
            layers.push(Box::new(Retry::new(policy).total(timeout)));
        }
        if let Some(timeout) = timeout {
            layers.push(Box::new(Timeout::new(timeout)));
        }
        Ok(layers)
    }

    fn retry_policy(&self) -> Result<Option<RetryPolicy>> {
        let mut policy = match self.retry {
            Retries::Off => return Ok(None),
            Retries::By(policy) => return Ok(Some(policy)),
            Retries::Default => RetryPolicy::default(),
        };
        if let Some(attempts_max) = self.environment.attempts_max()? {
            policy.locked.attempts_max = attempts_max;
            policy.connection.attempts_max = attempts_max;
        }
        Ok(Some(policy))
    }
}

fn or_else<T>(
    set: Option<T>,
    environment: impl FnOnce() -> Result<Option<T>>,
) -> Result<Option<T>> {
    set.map_or_else(environment, |set| Ok(Some(set)))
}
