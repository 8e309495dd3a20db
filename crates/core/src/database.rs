//! The handle an application holds: one database behind its layers.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use crate::query::Target;
use crate::shortcuts::shortcuts;
use crate::{
    Access, Backend, Begin, Capability, Engine, Error, Intent, IntoParams, Isolation, Name,
    PoolStatus, Query, Result, SessionAsk, Transaction,
};

/// A database. Cheap to clone; all clones share one pool.
#[derive(Clone)]
pub struct Database {
    backend: Arc<dyn Backend>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("engine", &self.engine().name)
            .field("location", &self.engine().location)
            .finish_non_exhaustive()
    }
}

impl Database {
    /// Takes a backend, with its layers around it.
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend }
    }

    /// Answers the backend.
    pub fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }

    /// Answers what is known of the engine.
    pub fn engine(&self) -> &Engine {
        self.backend.engine()
    }

    /// Answers what the engine can do through the layers.
    pub fn capability(&self) -> Capability {
        self.backend.capability()
    }

    /// Answers the figures of the pool: active, idle, waiting, max.
    pub fn pool(&self) -> PoolStatus {
        self.backend.pool()
    }

    /// Begins a query, to be given options and run.
    #[track_caller]
    pub fn request<'a>(&'a self, text: &'a str) -> Query<'a> {
        Query::new(Target::Database(self), text, Location::caller())
    }

    shortcuts!(self);

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// As [`Database::begin_with`].
    #[track_caller]
    pub fn begin(&self) -> impl Future<Output = Result<Transaction<'static>>> + Send {
        self.begin_with(Begin::default())
    }

    /// Begins a transaction in which the engine itself refuses writes.
    ///
    /// # Errors
    /// As [`Database::begin_with`].
    #[track_caller]
    pub fn begin_read_only(&self) -> impl Future<Output = Result<Transaction<'static>>> + Send {
        self.begin_with(Begin { access: Access::ReadOnly, ..Begin::default() })
    }

    /// Begins a transaction that reads one moment of the database: the engine refuses writes, and
    /// what others commit meanwhile is not seen.
    ///
    /// # Errors
    /// As [`Database::begin_with`].
    #[track_caller]
    pub fn begin_snapshot(&self) -> impl Future<Output = Result<Transaction<'static>>> + Send {
        let isolation = Some(Isolation::Snapshot);
        self.begin_with(Begin { access: Access::ReadOnly, isolation, ..Begin::default() })
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// `Unsupported` where the engine has no such isolation; `PoolTimeout`; those of the engine.
    ///
    /// # Cancellation
    /// A dropped call leaves no transaction open.
    #[track_caller]
    pub fn begin_with(
        &self,
        begin: Begin,
    ) -> impl Future<Output = Result<Transaction<'static>>> + Send {
        self.begin_from(begin, Location::caller())
    }

    pub(crate) fn begin_from(
        &self,
        begin: Begin,
        origin: &'static Location<'static>,
    ) -> impl Future<Output = Result<Transaction<'static>>> + Send + use<> {
        let database = self.clone();
        async move {
            database.check_begin(begin)?;
            let intent = match begin.access {
                Access::ReadOnly => Intent::Read,
                Access::ReadWrite => Intent::Write,
            };
            let ask = SessionAsk::new(intent, origin);
            let session = database.backend.session(ask).await?;
            Transaction::begin(database, session, begin, origin).await
        }
    }

    /// Refuses what the engine lacks before anything is sent.
    pub(crate) fn check_begin(&self, begin: Begin) -> Result<()> {
        let isolation = match begin.isolation {
            None => Capability::TRANSACTIONS,
            Some(Isolation::ReadCommitted) => Capability::READ_COMMITTED,
            Some(Isolation::RepeatableRead | Isolation::Snapshot) => Capability::SNAPSHOT,
            Some(Isolation::Serializable) => Capability::SERIALIZABLE,
        };
        self.require(match begin.access {
            Access::ReadOnly => isolation | Capability::READ_ONLY_TRANSACTIONS,
            Access::ReadWrite => isolation,
        })
    }

    /// Refuses, by its name, the first capability that is missing.
    pub(crate) fn require(&self, wanted: Capability) -> Result<()> {
        let missing = wanted.without(self.capability());
        match missing.names().next() {
            Some(name) => Err(Error::unsupported(self.engine().name, name)),
            None => Ok(()),
        }
    }

    /// Tells whether a table or view exists.
    ///
    /// # Errors
    /// `Unsupported` for an engine without a catalogue of tables; those of the engine.
    #[track_caller]
    pub fn table_exists<'a>(
        &'a self,
        table: impl Into<Name<'a>>,
    ) -> impl Future<Output = Result<bool>> + Send {
        let name = table.into();
        let origin = Location::caller();
        async move {
            let dialect = self.engine().dialect;
            let text = crate::catalog::table_exists(dialect, name, self.engine().name)?;
            let query = Query::new(Target::Database(self), &text, origin);
            let found: i64 = query.params((name.name,)).fetch_value().await?;
            Ok(found != 0)
        }
    }

    /// Answers the engine's plan of a statement, without running it.
    ///
    /// # Errors
    /// `Unsupported` where the engine shows none; those of the engine.
    #[track_caller]
    pub fn explain<'a>(
        &'a self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> impl Future<Output = Result<Vec<String>>> + Send {
        let origin = Location::caller();
        let params = params.into_params();
        async move {
            let explain = crate::catalog::explain(self.engine(), text)?;
            let query = Query::new(Target::Database(self), &explain.text, origin);
            let query = query.param_list(params).intent(Intent::Read);
            let mut reply = query.stream().await?;
            let mut lines = Vec::new();
            while let Some(row) = reply.next().await? {
                lines.push(explain.line(row)?);
            }
            Ok(lines)
        }
    }

    /// Tells whether the database answers; a failure is `false`.
    #[track_caller]
    pub fn health_check(&self) -> impl Future<Output = bool> + Send {
        let query = self.request("SELECT 1");
        async move { query.fetch_value::<i64>().await.is_ok_and(|one| one == 1) }
    }

    /// Refuses new calls, waits for those under way and closes the connections.
    ///
    /// # Errors
    /// `PoolTimeout` when connections are still held after the pool's acquire timeout.
    pub async fn close(&self) -> Result<()> {
        self.backend.close().await
    }
}
