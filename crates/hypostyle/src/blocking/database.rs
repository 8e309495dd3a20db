//! The handle an application holds.

use super::runtime::{wait, wait_for_result};
use super::{Query, Rows, Transaction};
use crate::schema::Table;
use crate::{
    Begin, Capability, Engine, Error, Figures, FromRow, FromValue, IntoParams, Name, Options,
    Outcome, PoolStatus, QueryResult, Result,
};

/// A database whose calls wait. Cheap to clone; all clones share one pool.
///
/// Every call answers `Unsupported` inside an asynchronous runtime.
#[derive(Clone, Debug)]
pub struct Database {
    pub(super) inner: crate::Database,
}

impl Database {
    /// Opens a database by its URL, with the default options.
    ///
    /// # Errors
    /// As [`Options::open`].
    pub fn open(url: &str) -> Result<Self> {
        Self::open_with(Options::default(), url)
    }

    /// Opens a database by its URL.
    ///
    /// # Errors
    /// As [`Options::open`].
    pub fn open_with(options: Options, url: &str) -> Result<Self> {
        wait(options.open(url)).map(Self::from)
    }

    /// Opens the database that `DATABASE_URL` names, with the default options.
    ///
    /// # Errors
    /// As [`Options::open_env`].
    pub fn open_env() -> Result<Self> {
        wait(Options::default().open_env()).map(Self::from)
    }

    /// Answers the asynchronous handle, for calls that take it: [`Wait`](super::Wait) waits for them.
    pub fn as_async(&self) -> &crate::Database {
        &self.inner
    }

    /// Answers what is known of the engine.
    pub fn engine(&self) -> &Engine {
        self.inner.engine()
    }

    /// Answers what the engine can do through the layers.
    pub fn capability(&self) -> Capability {
        self.inner.capability()
    }

    /// Answers the figures of the pool: active, idle, waiting, max.
    pub fn pool(&self) -> PoolStatus {
        self.inner.pool()
    }

    /// Answers the figures of the requests; see [`crate::Database::figures`].
    pub fn figures(&self) -> Option<Figures> {
        self.inner.figures()
    }

    /// Answers the same database, whose requests have no deadline but their own; see
    /// [`crate::Database::without_timeout`].
    #[must_use]
    pub fn without_timeout(&self) -> Self {
        Self { inner: self.inner.without_timeout() }
    }

    /// Begins a query, to be given options and run.
    #[track_caller]
    pub fn request<'a>(&'a self, text: &'a str) -> Query<'a> {
        Query::new(self.inner.request(text))
    }

    /// Runs a query and answers its result as one value, failure included.
    #[track_caller]
    pub fn query<'a>(&'a self, text: &'a str, params: impl IntoParams<'a>) -> QueryResult {
        wait_for_result(self.inner.query(text, params))
    }

    /// Runs a statement, or several, and answers what they did.
    ///
    /// # Errors
    /// As [`Query::execute`].
    #[track_caller]
    pub fn execute<'a>(&'a self, text: &'a str, params: impl IntoParams<'a>) -> Result<Outcome> {
        self.request(text).params(params).execute()
    }

    /// Reads the only row into a type.
    ///
    /// # Errors
    /// As [`Query::fetch_one`].
    #[track_caller]
    pub fn fetch_one<'a, T: FromRow>(
        &'a self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> Result<T> {
        self.request(text).params(params).fetch_one()
    }

    /// Reads the only row into a type, if there is one.
    ///
    /// # Errors
    /// As [`Query::fetch_optional`].
    #[track_caller]
    pub fn fetch_optional<'a, T: FromRow>(
        &'a self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> Result<Option<T>> {
        self.request(text).params(params).fetch_optional()
    }

    /// Reads all rows into a type, up to a limit.
    ///
    /// # Errors
    /// As [`Query::fetch_all`].
    #[track_caller]
    pub fn fetch_all<'a, T: FromRow + Send>(
        &'a self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> Result<Vec<T>> {
        self.request(text).params(params).fetch_all()
    }

    /// Reads the only value of the only row.
    ///
    /// # Errors
    /// As [`Query::fetch_value`].
    #[track_caller]
    pub fn fetch_value<'a, T: for<'v> FromValue<'v>>(
        &'a self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> Result<T> {
        self.request(text).params(params).fetch_value()
    }

    /// Runs a query and streams its rows.
    ///
    /// # Errors
    /// As [`Query::stream`].
    #[track_caller]
    pub fn stream<'a>(&'a self, text: &'a str, params: impl IntoParams<'a>) -> Result<Rows<'a>> {
        self.request(text).params(params).stream()
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// As [`core::Database::begin_with`](crate::core::Database::begin_with).
    #[track_caller]
    pub fn begin(&self) -> Result<Transaction<'static>> {
        self.begin_with(Begin::default())
    }

    /// Begins a transaction in which the engine itself refuses writes.
    ///
    /// # Errors
    /// As [`core::Database::begin_with`](crate::core::Database::begin_with).
    #[track_caller]
    pub fn begin_read_only(&self) -> Result<Transaction<'static>> {
        wait(self.inner.begin_read_only()).map(Transaction::new)
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// As [`core::Database::begin_with`](crate::core::Database::begin_with).
    #[track_caller]
    pub fn begin_with(&self, begin: Begin) -> Result<Transaction<'static>> {
        wait(self.inner.begin_with(begin)).map(Transaction::new)
    }

    /// Tells whether a table or view exists.
    ///
    /// # Errors
    /// As [`core::Database::table_exists`](crate::core::Database::table_exists).
    #[track_caller]
    pub fn table_exists<'a>(&'a self, table: impl Into<Name<'a>>) -> Result<bool> {
        wait(self.inner.table_exists(table))
    }

    /// Makes a table with its keys, constraints and indexes.
    ///
    /// # Errors
    /// As [`crate::Database::create_table`].
    pub fn create_table(&self, table: &Table) -> Result<()> {
        wait(self.inner.create_table(table))
    }

    /// Answers the engine's plan of a statement, without running it.
    ///
    /// # Errors
    /// As [`core::Database::explain`](crate::core::Database::explain).
    #[track_caller]
    pub fn explain<'a>(
        &'a self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> Result<Vec<String>> {
        wait(self.inner.explain(text, params))
    }

    /// Tells whether the database answers; a failure is `false`.
    #[track_caller]
    pub fn health_check(&self) -> bool {
        let check = self.inner.health_check();
        wait(async { Ok::<_, Error>(check.await) }).unwrap_or(false)
    }

    /// Refuses new calls, waits for those under way and closes the connections.
    ///
    /// # Errors
    /// As [`core::Database::close`](crate::core::Database::close).
    pub fn close(&self) -> Result<()> {
        wait(self.inner.close())
    }
}

impl From<crate::Database> for Database {
    fn from(inner: crate::Database) -> Self {
        Self { inner }
    }
}

impl From<Database> for crate::Database {
    fn from(database: Database) -> Self {
        database.inner
    }
}
