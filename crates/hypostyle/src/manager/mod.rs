//! A database with everything that belongs to it: opened, initialised, closed.

mod initialize;
mod scoped;

use std::fmt;

use hypostyle_schema::migrate::{Entry, Report};

pub use initialize::{Initialize, Initialized};

use crate::{ConnectionConfig, Database, Options, Result};

/// A database with its migrations and tables. Cheap to clone; all clones share one pool.
///
/// # Examples
/// ```
/// use hypostyle::{Initialize, Manager, MigrationKind, MigrationSet};
///
/// const SYSTEM: &[(&str, &str)] =
///     &[("V001__create_items.sql", "CREATE TABLE item (name TEXT NOT NULL)")];
///
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// let count: i64 = Manager::scoped("sqlite::memory:", async |manager| {
///     let system = MigrationSet::embedded(MigrationKind::System, SYSTEM)?;
///     let done = manager.initialize(&Initialize::default().system(system)).await?;
///     assert_eq!(done.migrations.applied.len(), 1);
///     manager.database().fetch_value("SELECT count(*) FROM item", ()).await
/// })
/// .await?;
/// assert_eq!(count, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Manager {
    database: Database,
    url: String,
}

impl Manager {
    /// Opens a database by its URL, with the default options.
    ///
    /// # Errors
    /// As [`Options::open`].
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_with(Options::default(), url).await
    }

    /// Opens a database by its URL.
    ///
    /// # Errors
    /// As [`Options::open`].
    pub async fn open_with(options: Options, url: &str) -> Result<Self> {
        let shown = ConnectionConfig::parse(url)?.to_string();
        Ok(Self { database: options.open(url).await?, url: shown })
    }

    /// Applies the system migrations, then those of the application, then makes the tables that a
    /// model file wants. Nothing of it happens twice, also when many processes start at once.
    ///
    /// # Errors
    /// As [`Migrator::up`](crate::Migrator::up), [`MigrationSet::read`](crate::MigrationSet::read)
    /// and [`ModelFile::apply`](crate::ModelFile::apply). What was done before a failure stays.
    ///
    /// # Cancellation
    /// As [`Migrator::up`](crate::Migrator::up) and [`ModelFile::apply`](crate::ModelFile::apply);
    /// what was done before stays.
    pub async fn initialize(&self, initialize: &Initialize) -> Result<Initialized> {
        if !initialize.apply_schema {
            return Ok(Initialized::default());
        }
        let migrations: Report = initialize.migrator(&self.database).await?.up(None).await?;
        let made = match &initialize.models {
            Some(models) => models.apply(&self.database.without_timeout()).await?,
            None => Vec::new(),
        };
        Ok(Initialized { migrations, made })
    }

    /// Answers how each migration stands. Writes nothing.
    ///
    /// # Errors
    /// As [`Migrator::status`](crate::Migrator::status) and
    /// [`MigrationSet::read`](crate::MigrationSet::read).
    pub async fn status(&self, initialize: &Initialize) -> Result<Vec<Entry>> {
        initialize.migrator(&self.database).await?.status().await
    }

    /// Answers the database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Answers the URL, with passwords and tokens masked.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Refuses new calls, waits for those under way and closes the connections.
    ///
    /// # Errors
    /// As [`core::Database::close`](crate::core::Database::close).
    pub async fn close(&self) -> Result<()> {
        self.database.close().await
    }
}

/// Takes a database that is open; its URL is where its engine says it is.
impl From<Database> for Manager {
    fn from(database: Database) -> Self {
        Self { url: database.engine().location.clone(), database }
    }
}

impl fmt::Debug for Manager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Manager").field("url", &self.url).finish_non_exhaustive()
    }
}
