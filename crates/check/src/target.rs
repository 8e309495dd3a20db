//! A database as it is to be, ready to judge statements.

use hypostyle::schema::{Inspector, inspect};
use hypostyle::sql::Dialect;
use hypostyle::{Database, Error, ErrorKind, Intent, Result, Transaction};

use crate::Definition;
use crate::engine::{Engine, Verdict};
use crate::names::Names;
use crate::offline::Catalog;

/// A schema before all others of the search path, in a transaction that is never committed.
const ENTER_SCRATCH: [&str; 3] = [
    "SET LOCAL lock_timeout = 5000",
    "CREATE SCHEMA hypostyle_check",
    "SELECT set_config('search_path', concat_ws(', ', 'hypostyle_check', \
     nullif(current_setting('search_path'), '')), true)",
];

/// A database as it is to be, that statements are checked against.
pub struct Target {
    pub(crate) name: String,
    pub(crate) dialect: Dialect,
    /// What makes it anew, where statements changed it.
    definition: Option<Definition>,
    judge: Engine,
    names: Names,
    is_changed: bool,
}

impl Target {
    /// Makes a schema without a server: on SQLite and DuckDB in memory, where the engine itself
    /// prepares each statement; of PostgreSQL and MySQL it is read from the statements that make it,
    /// and names and parameters are held against it.
    ///
    /// # Errors
    /// `Validation` for a definition that makes no schema, with its place; `Unsupported` for DuckDB
    /// in a program without it.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_check::{Definition, Target};
    /// use hypostyle::sql::Dialect;
    /// # #[tokio::main]
    /// # async fn main() -> hypostyle::Result<()> {
    /// let script = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)";
    /// let definition = Definition::script("schema.sql", script, Dialect::Sqlite);
    /// let target = Target::offline("shop", definition).await?;
    /// # let _ = target;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn offline(name: impl Into<String>, definition: Definition) -> Result<Self> {
        let dialect = definition.dialect();
        let (judge, names) = match dialect {
            Dialect::Sqlite | Dialect::DuckDb => {
                let database = memory(&definition).await?;
                let names = Names::of(&inspect(&database).await?);
                (Engine::Session(database.session(Intent::Write).await?), names)
            }
            _ => {
                let catalog = Catalog::of(&definition.statements(), dialect);
                let names = catalog.names();
                (Engine::Offline(catalog), names)
            }
        };
        Ok(Self {
            name: name.into(),
            dialect,
            definition: Some(definition),
            judge,
            names,
            is_changed: false,
        })
    }

    /// Takes a database that is there, whose engine prepares each statement and runs none. With a
    /// definition, its schema is made first where it is gone again afterwards: on PostgreSQL in a
    /// schema of a transaction that is never committed; on MySQL the database is one that may be
    /// filled, as that of a [`Scratch`](hypostyle::Scratch).
    ///
    /// # Errors
    /// Those of the engine, as for a definition that makes no schema.
    ///
    /// # Cancellation
    /// Nothing stays on PostgreSQL; a scratch database of MySQL holds what was made.
    pub async fn server(
        name: impl Into<String>,
        definition: Option<Definition>,
        database: &Database,
    ) -> Result<Self> {
        let dialect = database.engine().dialect;
        let (judge, names) = match dialect {
            Dialect::Postgres => {
                let mut transaction = database.begin().await?;
                if let Some(definition) = &definition {
                    enter_scratch(&mut transaction).await?;
                    definition.make_in(database, &mut transaction).await?;
                }
                let names = Names::of(&Inspector::new(database, &mut transaction)?.schema().await?);
                (Engine::Postgres(transaction), names)
            }
            Dialect::Mysql => {
                if let Some(definition) = &definition {
                    definition.make(database).await?;
                }
                let names = Names::of(&inspect(database).await?);
                (Engine::Mysql(database.session(Intent::Write).await?), names)
            }
            _ => {
                if definition.is_some() {
                    let message = "with a definition it is checked in memory, without a database";
                    return Err(Error::new(ErrorKind::Validation, message));
                }
                let names = Names::of(&inspect(database).await?);
                (Engine::Session(database.session(Intent::Read).await?), names)
            }
        };
        Ok(Self { name: name.into(), dialect, definition: None, judge, names, is_changed: false })
    }

    /// Judges one statement.
    pub(crate) async fn judge(&mut self, text: &str) -> Result<Verdict> {
        self.judge.judge(text, &self.names).await
    }

    /// Changes the schema for the statements that come after in the same file, where it is thrown
    /// away; tells whether it could.
    pub(crate) async fn change(&mut self, text: &str) -> Result<bool> {
        let (Engine::Session(session), Some(_)) = (&mut self.judge, &self.definition) else {
            return Ok(false);
        };
        self.is_changed = true;
        let is_made = session.execute(text, ()).await.is_ok();
        self.names = Names::of(&inspect(session.database()).await?);
        Ok(is_made)
    }

    /// Takes back what a file changed.
    pub(crate) async fn restore(&mut self) -> Result<()> {
        let (true, Some(definition)) = (self.is_changed, &self.definition) else { return Ok(()) };
        let database = memory(definition).await?;
        self.names = Names::of(&inspect(&database).await?);
        self.judge = Engine::Session(database.session(Intent::Write).await?);
        self.is_changed = false;
        Ok(())
    }
}

async fn memory(definition: &Definition) -> Result<Database> {
    let url = match definition.dialect() {
        Dialect::DuckDb => "duckdb::memory:",
        _ => "sqlite::memory:",
    };
    let database = Database::options().timeout(None).open(url).await?;
    definition.make(&database).await?;
    Ok(database)
}

async fn enter_scratch(transaction: &mut Transaction<'static>) -> Result<()> {
    for statement in ENTER_SCRATCH {
        transaction.execute(statement, ()).await?;
    }
    Ok(())
}
