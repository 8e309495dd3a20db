//! A place beside a database where what is tried is gone again afterwards.

use std::ops::Deref;

use hypostyle_schema::ScratchDatabase;
use hypostyle_sql::Dialect;

use crate::{ConnectionConfig, Database, Options, Result};

/// Where [`ModelFile::check`](crate::ModelFile::check) and
/// [`schema::generate`](crate::schema::generate) try things for a database: one in memory for SQLite
/// and DuckDB, another database of the server for MySQL and MariaDB; PostgreSQL tries in the database
/// itself, in a transaction.
///
/// # Examples
/// ```
/// use hypostyle::{ConnectionConfig, Database, ModelFile, Scratch};
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// let url = ConnectionConfig::parse("sqlite::memory:")?;
/// let db = Database::options().open_config(url.clone()).await?;
/// let models = ModelFile::parse("-- database: shop\nCREATE TABLE item (id INTEGER)", "models.sql")?;
/// let scratch = Scratch::open(&db, Database::options(), url).await?;
/// let schema = models.check(&scratch).await;
/// scratch.close().await?;
/// assert_eq!(schema?.tables.len(), 1);
/// # Ok(())
/// # }
/// ```
pub struct Scratch {
    database: Database,
    /// What is thrown away with it.
    beside: Option<ScratchDatabase>,
}

impl Scratch {
    /// Opens one for a database, whose configuration is asked for where it takes another connection.
    ///
    /// # Errors
    /// As [`Options::open_config`] and [`ScratchDatabase::create`].
    ///
    /// # Cancellation
    /// What was made is thrown away by the next one.
    pub async fn open(
        database: &Database,
        options: Options,
        mut config: ConnectionConfig,
    ) -> Result<Self> {
        let memory = match database.engine().dialect {
            Dialect::Sqlite => "sqlite::memory:",
            Dialect::DuckDb => "duckdb::memory:",
            Dialect::Mysql => {
                let beside = ScratchDatabase::create(database).await?;
                beside.name().clone_into(&mut config.database);
                let database = options.open_config(config).await?;
                return Ok(Self { database, beside: Some(beside) });
            }
            _ => return Ok(Self { database: database.clone(), beside: None }),
        };
        Ok(Self { database: options.open(memory).await?, beside: None })
    }

    /// Throws away what was made.
    ///
    /// # Errors
    /// As [`Database::close`] and [`ScratchDatabase::discard`].
    pub async fn close(self) -> Result<()> {
        if !self.database.engine().dialect.is_postgres() {
            self.database.close().await?;
        }
        match self.beside {
            Some(beside) => beside.discard().await,
            None => Ok(()),
        }
    }
}

impl Deref for Scratch {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}
