//! The backend: a pool of connections, and a few that reads share.

use hypostyle_core::{
    Backend, BoxFuture, Engine, Pool, PoolOptions, PoolStatus, Reply, Request, Result, Session,
    SessionAsk,
};

use crate::driver::PostgresDriver;
use crate::pipeline::Pipelines;

/// A PostgreSQL database as the layers see it.
pub(crate) struct PostgresBackend {
    pool: Pool<PostgresDriver>,
    pipelines: Pipelines,
}

impl PostgresBackend {
    /// Opens the pool; shared connections are made when there is much to read.
    ///
    /// # Errors
    /// As [`Pool::open`].
    pub(crate) async fn open(driver: PostgresDriver, pool: PoolOptions) -> Result<Self> {
        let spec = driver.spec().clone();
        let options = pool.clone();
        let pool = Pool::open(driver, pool).await?;
        let count = spec.shared(options.connections_max);
        Ok(Self { pool, pipelines: Pipelines::new(spec, count, &options) })
    }
}

impl Backend for PostgresBackend {
    fn call<'r>(&'r self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'static>>> {
        match self.pipelines.count(&request) {
            None => self.pool.call(request),
            Some((counted, false)) => Box::pin(async move {
                let _counted = counted;
                self.pool.call(request).await
            }),
            Some((counted, true)) => Box::pin(async move {
                let _counted = counted;
                match self.pipelines.call(&request).await? {
                    Some(reply) => Ok(reply),
                    None => self.pool.call(request).await,
                }
            }),
        }
    }

    fn session<'r>(&'r self, ask: SessionAsk) -> BoxFuture<'r, Result<Box<dyn Session>>> {
        self.pool.session(ask)
    }

    fn engine(&self) -> &Engine {
        self.pool.engine()
    }

    fn pool(&self) -> PoolStatus {
        let status = self.pool.pool();
        let (active, idle) = self.pipelines.count_connections();
        PoolStatus {
            active: status.active + active,
            idle: status.idle + idle,
            max: status.max + self.pipelines.max(),
            ..status
        }
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        self.pipelines.close();
        self.pool.close()
    }
}
