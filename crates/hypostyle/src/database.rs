//! The handle an application holds.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use hypostyle_core as core;
use hypostyle_layers::{Figures, SlowStatement, Trace};
use hypostyle_schema::Table;
use hypostyle_schema::migrate::Migrator;

use crate::{Executor, Options, Query, Reply, Request, Result, Transaction};

/// A database behind the default layers. Cheap to clone; all clones share one pool.
///
/// It takes every call of [`core::Database`].
///
/// # Examples
/// ```
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// let db = hypostyle::Database::open("sqlite::memory:").await?;
/// let answer: i64 = db.fetch_value("SELECT 6 * ?", (7,)).await?;
/// assert_eq!(answer, 42);
/// assert_eq!(db.figures().map(|figures| figures.queries), Some(1));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Database {
    inner: core::Database,
    /// The same pool and layers without a timeout.
    patient: core::Database,
    trace: Option<Trace>,
}

impl Database {
    /// Opens a database by its URL, with the default options.
    ///
    /// # Errors
    /// As [`Options::open`].
    pub async fn open(url: &str) -> Result<Self> {
        Self::options().open(url).await
    }

    /// Opens the database that `DATABASE_URL` names, with the default options.
    ///
    /// # Errors
    /// As [`Options::open_env`].
    pub async fn open_env() -> Result<Self> {
        Self::options().open_env().await
    }

    /// Begins with the default options, to be changed before opening.
    pub fn options() -> Options {
        Options::default()
    }

    pub(crate) fn new(
        inner: core::Database,
        patient: core::Database,
        trace: Option<Trace>,
    ) -> Self {
        Self { inner, patient, trace }
    }

    /// Answers a handle on another backend whose requests are told as those of this one.
    #[cfg(feature = "testing")]
    pub(crate) fn behind(&self, backend: std::sync::Arc<dyn core::Backend>) -> Self {
        let inner = core::Database::new(backend);
        Self { patient: inner.clone(), inner, trace: self.trace.clone() }
    }

    /// Answers the same database, with the same pool, whose requests have no deadline but their
    /// own: for what may take long, as migrations and maintenance.
    ///
    /// # Examples
    /// ```
    /// use std::time::Duration;
    /// # #[tokio::main]
    /// # async fn main() -> hypostyle::Result<()> {
    /// let options = hypostyle::Database::options().timeout(Duration::from_millis(1));
    /// let db = options.open("sqlite::memory:").await?;
    /// let count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) \
    ///              SELECT count(*) FROM n";
    /// assert!(db.fetch_value::<i64>(count, ()).await.is_err());
    /// assert_eq!(db.without_timeout().fetch_value::<i64>(count, ()).await?, 1_000_000);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn without_timeout(&self) -> Self {
        let patient = self.patient.clone();
        Self { inner: patient.clone(), patient, trace: self.trace.clone() }
    }

    /// Makes a table with its keys, constraints and indexes.
    ///
    /// # Errors
    /// As [`schema::create`](crate::schema::create).
    ///
    /// # Cancellation
    /// As [`schema::create`](crate::schema::create).
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Type;
    /// use hypostyle::schema::{Column, Table};
    /// # #[tokio::main]
    /// # async fn main() -> hypostyle::Result<()> {
    /// # let db = hypostyle::Database::open("sqlite::memory:").await?;
    /// let feature = Table::new("feature")
    ///     .with(Column::new("id", Type::I64).numbered())
    ///     .with(Column::new("name", Type::Text).not_null())
    ///     .keyed_by(["id"]);
    /// db.create_table(&feature).await?;
    /// db.execute("INSERT INTO feature (name) VALUES (?)", ("search",)).await?;
    /// assert!(db.table_exists("feature").await?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_table(&self, table: &Table) -> Result<()> {
        hypostyle_schema::create(&self.inner, table).await
    }

    /// Begins to migrate, without a limit of time for statements.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{MigrationKind, MigrationSet};
    /// # #[tokio::main]
    /// # async fn main() -> hypostyle::Result<()> {
    /// # let db = hypostyle::Database::open("sqlite::memory:").await?;
    /// let app = MigrationSet::read(MigrationKind::App, "migrations")?;
    /// let report = db.migrator().app(app).up(None).await?;
    /// assert!(report.applied.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn migrator(&self) -> Migrator<'_> {
        Migrator::new(&self.patient)
    }

    /// Answers how many requests there were, are under way, failed and were slow, and their time;
    /// `None` for a database opened without the default layers.
    pub fn figures(&self) -> Option<Figures> {
        self.trace.as_ref().map(Trace::figures)
    }

    /// Answers from which time on a request is slow; `None` for never, and for a database opened
    /// without the default layers.
    pub fn slow_limit(&self) -> Option<Duration> {
        self.trace.as_ref().and_then(Trace::slow_limit)
    }

    /// Lists the last slow statements, the newest first; empty for a database opened without the
    /// default layers.
    pub fn slow_statements(&self) -> Vec<SlowStatement> {
        self.trace.as_ref().map(Trace::slow_statements).unwrap_or_default()
    }
}

impl Deref for Database {
    type Target = core::Database;

    fn deref(&self) -> &core::Database {
        &self.inner
    }
}

impl Executor for &Database {
    fn database(&self) -> &core::Database {
        &self.inner
    }

    #[track_caller]
    fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        self.inner.request(text)
    }

    async fn call<'a>(&'a mut self, request: Request<'a>) -> Result<Reply<'a>> {
        self.inner.backend().call(request).await
    }

    #[expect(clippy::redundant_async_block, reason = "it shortens the lifetime of the answer")]
    #[track_caller]
    fn begin(&mut self) -> impl Future<Output = Result<Transaction<'_>>> + Send {
        let beginning = self.inner.begin();
        async move { beginning.await }
    }
}

impl From<core::Database> for Database {
    fn from(inner: core::Database) -> Self {
        Self { patient: inner.clone(), inner, trace: None }
    }
}

impl From<Database> for core::Database {
    fn from(database: Database) -> Self {
        database.inner
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
