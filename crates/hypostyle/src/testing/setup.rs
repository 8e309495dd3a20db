//! What a test begins with.

use std::path::PathBuf;

use hypostyle_sql::Dialect;

use super::fixtures::load;
use super::own::Own;
use super::rolled_back::rolled_back;
use crate::{
    ConnectionConfig, Database, Environment, MigrationKind, MigrationSet, Models, Options, Result,
};

/// The variable that names where tests run.
const VARIABLE: &str = "HYPOSTYLE_TEST_URL";

/// A schema of the transaction's own, before the others.
const ENTER_SCHEMA: &str = "SELECT set_config('search_path', concat_ws(', ', \
                            'hypostyle_test_' || pg_backend_pid(), \
                            nullif(current_setting('search_path'), '')), true)";

const CREATE_SCHEMA: &str = "DO $$ BEGIN EXECUTE 'CREATE SCHEMA hypostyle_test_' \
                             || pg_backend_pid(); END $$";

/// Opens a database for one test, empty but for the tables of some models: the usual beginning of a
/// test. [`Setup`] says what it runs on.
///
/// # Errors
/// As [`Setup::open`].
///
/// # Cancellation
/// As [`Setup::open`].
///
/// # Examples
/// ```
/// use hypostyle::{Model, Models, testing};
///
/// #[derive(Model)]
/// struct Person {
///     #[model(key)]
///     id: i64,
///     name: String,
/// }
///
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// let db = testing::database(&Models::of("app").with::<Person>()).await?;
/// Person::on(&db).create(NewPerson { name: "Ada".into() }).await?;
/// assert_eq!(Person::on(&db).find().count().await?, 1);
/// # Ok(())
/// # }
/// ```
pub async fn database(models: &Models) -> Result<Database> {
    Setup::default().models(models).open().await
}

/// What a test begins with: the tables, the rows, the engine.
///
/// # Shape
/// Each test has a database to itself, whatever runs beside it, and nothing stays of it: not when it
/// panics, and not when it is killed. Where it runs is said by [`Setup::url`], else by the variable
/// `HYPOSTYLE_TEST_URL`, else it is SQLite in memory.
///
/// | engine | a test is |
/// |---|---|
/// | SQLite, DuckDB | a database in memory; the URL says the engine and its options |
/// | PostgreSQL | a transaction with a schema of its own, which is rolled back ([`rolled_back`]) |
/// | PostgreSQL, with [`Setup::concurrent`] or [`Setup::migrations`] | a database of its own on the server, dropped at the end |
/// | MySQL, MariaDB | a database of its own on the server, dropped at the end |
///
/// # Examples
/// ```no_run
/// use hypostyle::testing::Setup;
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// let db = Setup::default()
///     .migrations("modules/shop/migrations")
///     .fixtures("tests/fixtures/shop.json")
///     .open()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a setup does nothing until it is opened"]
pub struct Setup {
    models: Option<Models>,
    migrations: Vec<PathBuf>,
    fixtures: Vec<PathBuf>,
    url: Option<String>,
    concurrent: bool,
    environment: Environment,
}

impl Setup {
    /// Makes the tables of these models.
    pub fn models(mut self, models: &Models) -> Self {
        self.models = Some(models.clone());
        self
    }

    /// Runs the migrations of a folder, before the tables of models are made.
    pub fn migrations(mut self, folder: impl Into<PathBuf>) -> Self {
        self.migrations.push(folder.into());
        self
    }

    /// Loads the rows of a file once the tables are there; see [`load`].
    pub fn fixtures(mut self, file: impl Into<PathBuf>) -> Self {
        self.fixtures.push(file.into());
        self
    }

    /// Sets where the test runs, whatever `HYPOSTYLE_TEST_URL` says. The database that the URL of a
    /// server names is only connected to.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Asks for several connections on a server: for code that runs transactions at the same time, or
    /// statements beside one, and for what a transaction cannot hold.
    pub fn concurrent(mut self) -> Self {
        self.concurrent = true;
        self
    }

    /// Sets where environment variables come from. Default the environment of the process.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Opens the database.
    ///
    /// # Errors
    /// `Config` for a URL that cannot be used; what keeps the server from answering; `Permission`
    /// where the account may make no schema or database; those of migrations and fixtures.
    ///
    /// # Cancellation
    /// Nothing stays.
    pub async fn open(self) -> Result<Database> {
        let database = self.place().await?;
        for folder in &self.migrations {
            let set = MigrationSet::read(MigrationKind::App, folder)?;
            database.migrator().app(set).up(None).await?;
        }
        if let Some(models) = &self.models {
            make(models, &database).await?;
        }
        for file in &self.fixtures {
            load(&database, file).await?;
        }
        Ok(database)
    }

    /// Opens an empty database, of whatever kind.
    async fn place(&self) -> Result<Database> {
        let url = match &self.url {
            Some(url) => Some(url.clone()),
            None => self.environment.get(VARIABLE)?,
        };
        let config = ConnectionConfig::parse(url.as_deref().unwrap_or("sqlite::memory:"))?;
        let kind = config.database_type.as_str();
        if matches!(kind, "sqlite" | "duckdb") {
            let config = ConnectionConfig { database: ":memory:".to_owned(), ..config };
            return self.options().open_config(config).await;
        }
        let is_postgres = matches!(kind, "postgres" | "postgresql");
        if is_postgres && !self.concurrent && self.migrations.is_empty() {
            let server = self.options().connections_max(1).open_config(config).await?;
            let database = rolled_back(&server).await?;
            database.execute(CREATE_SCHEMA, ()).await?;
            database.execute(ENTER_SCHEMA, ()).await?;
            return Ok(database);
        }
        let (own, config) = Own::make(&config, &self.environment).await?;
        self.options().layer(own).open_config(config).await
    }

    fn options(&self) -> Options {
        Options::default().environment(self.environment.clone())
    }
}

/// Makes the tables of models in a database that is empty, in one call: what stands in the other
/// schemas of the server is not looked at.
async fn make(models: &Models, database: &Database) -> Result<()> {
    let dialect: Dialect = database.engine().dialect;
    let statements = models.to_schema(dialect)?.create_statements(dialect)?;
    database.execute(&statements.join(";\n"), ()).await.map(drop)
}
