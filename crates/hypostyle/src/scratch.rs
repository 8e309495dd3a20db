//! A place beside a database where what is tried is gone again afterwards.

use std::ops::Deref;

use hypostyle_schema::ScratchDatabase;
use hypostyle_sql::Dialect;

use crate::{ConnectionConfig, Database, Error, ErrorKind, Options, Result};

/// Where [`ModelFile::check`](crate::ModelFile::check) and
/// [`schema::generate`](crate::schema::generate) try things for a database: one in memory for SQLite
/// and DuckDB, another database of the server for MySQL and MariaDB, made for it or named; PostgreSQL
/// tries in the database itself, in a transaction.
///
/// # Examples
/// ```
/// use hypostyle::{ConnectionConfig, Database, ModelFile, Scratch};
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// let url = ConnectionConfig::parse("sqlite::memory:")?;
/// let db = Database::options().open_config(url.clone()).await?;
/// let models = ModelFile::parse("-- database: shop\nCREATE TABLE item (id INTEGER)", "models.sql")?;
/// let scratch = Scratch::open(&db, Database::options(), url, None).await?;
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
    /// An account of MySQL or MariaDB that may make no databases names an empty one of its own.
    ///
    /// # Errors
    /// As [`Options::open_config`], [`ScratchDatabase::create`] and [`ScratchDatabase::take`];
    /// `Config` where one is named for another engine.
    ///
    /// # Cancellation
    /// What was made is thrown away by the next one, but in a database that was named.
    pub async fn open(
        database: &Database,
        options: Options,
        mut config: ConnectionConfig,
        named: Option<ConnectionConfig>,
    ) -> Result<Self> {
        if let Some(named) = named {
            return Self::take(database, options, named).await;
        }
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

    async fn take(database: &Database, options: Options, named: ConnectionConfig) -> Result<Self> {
        let scratch = options.open_config(named).await?;
        if [database, &scratch].iter().any(|it| it.engine().dialect != Dialect::Mysql) {
            let message = "only MySQL and MariaDB try things in a database that is named for it";
            return Err(Error::new(ErrorKind::Config, message));
        }
        let beside = ScratchDatabase::take(&scratch).await?;
        Ok(Self { database: scratch, beside: Some(beside) })
    }

    /// Throws away what was made.
    ///
    /// # Errors
    /// As [`close`](hypostyle_core::Database::close) and [`ScratchDatabase::discard`].
    pub async fn close(self) -> Result<()> {
        // One that was taken is emptied on a connection of its own.
        if let Some(beside) = self.beside {
            beside.discard().await?;
        }
        match self.database.engine().dialect.is_postgres() {
            true => Ok(()),
            false => self.database.close().await,
        }
    }
}

impl Deref for Scratch {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}
