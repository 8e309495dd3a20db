//! Checking a model file: on scratch, by the engine itself.

use hypostyle_core::{Database, Error, ErrorKind, Intent, Result, Transaction};
use hypostyle_sql::Dialect;

use super::foreign_keys::dangling;
use super::home::without_schema;
use super::model_file::Part;
use super::{ModelFile, ObjectKind, Problem};
use crate::on::On;
use crate::scratch;
use crate::{Inspector, Schema, Table, inspect};

/// The schema that PostgreSQL checks model files in; it is never committed.
const SCRATCH: &str = "hypostyle_scratch";

const ENTER_SCRATCH: [&str; 3] = [
    "SET LOCAL lock_timeout = 5000",
    "CREATE SCHEMA hypostyle_scratch",
    "SELECT set_config('search_path', concat_ws(', ', 'hypostyle_scratch', \
     nullif(current_setting('search_path'), '')), true)",
];

const EXTENSIONS: &str =
    "SELECT 'extension', e.extname::text, NULL::text FROM pg_catalog.pg_extension AS e";

const EXPECTED_KEY: &str = "a table of this file, and its primary key or unique columns";

/// Makes a schema before all others of the search path, and answers its name. A name that is not made
/// in it may lead to a table of others, which is then locked: not for long.
pub(crate) async fn enter_scratch(transaction: &mut Transaction<'_>) -> Result<&'static str> {
    for statement in ENTER_SCRATCH {
        transaction.execute(statement, ()).await?;
    }
    Ok(SCRATCH)
}

impl ModelFile {
    /// Makes the objects where they are gone again afterwards, and answers what they look like: on
    /// SQLite and DuckDB on an empty scratch database, such as `sqlite::memory:`; on MySQL in a
    /// database that [`ScratchDatabase`](crate::ScratchDatabase) made; on PostgreSQL in the database
    /// itself, in a scratch schema that stands before its search path.
    ///
    /// # Errors
    /// A [`Problem`] where the engine refuses a statement, with its place; for a foreign key that
    /// refers to no table, or to no key, of the file; for a view that cannot be read; for a scratch
    /// database that is not empty; for a role of PostgreSQL that may not make schemas.
    ///
    /// # Cancellation
    /// Nothing stays in the database; in a scratch database of MySQL what was made.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_schema::desired::ModelFile;
    /// # #[tokio::main]
    /// # async fn main() -> hypostyle_core::Result<()> {
    /// let text = "-- database: shop\nCREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)";
    /// let models = ModelFile::parse(text, "models.sql")?;
    /// let scratch = hypostyle::Database::open("sqlite::memory:").await?;
    /// let schema = models.check(&scratch).await?;
    /// assert_eq!(schema.tables[0].columns.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check(&self, scratch: &Database) -> Result<Schema, Problem> {
        let models = self.of(scratch)?;
        let schema = match models.dialect {
            Dialect::Mysql => models.made_in_database(scratch).await?,
            _ => models.made_in_transaction(scratch).await?,
        };
        self.check_views(&schema)?;
        self.check_foreign_keys(&schema)?;
        Ok(without_schema(schema, scratch.engine().dialect))
    }

    /// Makes all objects in a transaction of the caller's, but for extensions that are there: on
    /// PostgreSQL in the first schema of its search path.
    ///
    /// # Errors
    /// A [`Problem`] where the engine refuses a statement, with its place.
    ///
    /// # Cancellation
    /// The transaction holds some of the objects.
    pub async fn make_in(
        &self,
        database: &Database,
        transaction: &mut Transaction<'_>,
    ) -> Result<(), Problem> {
        self.of(database)?.make_all(&mut On::Transaction(transaction)).await
    }

    async fn made_in_transaction(&self, scratch: &Database) -> Result<Schema, Problem> {
        let around = |error: Error| self.problem_around("the scratch database failed", error);
        let mut transaction = scratch.begin().await.map_err(around)?;
        let schema = if self.dialect.is_postgres() {
            self.enter_scratch_schema(&mut transaction).await?;
            self.make_all(&mut On::Transaction(&mut transaction)).await?;
            let inspector = Inspector::new(scratch, &mut transaction).map_err(around)?;
            inspector.within(SCRATCH).schema().await
        } else {
            self.check_is_empty(scratch, &mut transaction).await?;
            self.make_all(&mut On::Transaction(&mut transaction)).await?;
            Inspector::new(scratch, &mut transaction).map_err(around)?.schema().await
        };
        let schema = schema.map_err(around)?;
        transaction.rollback().await.map_err(around)?;
        Ok(schema)
    }

    async fn made_in_database(&self, scratch: &Database) -> Result<Schema, Problem> {
        let around = |error: Error| self.problem_around("the scratch database failed", error);
        let mut reading = scratch.begin_read_only().await.map_err(around)?;
        self.check_is_empty(scratch, &mut reading).await?;
        reading.commit().await.map_err(around)?;
        scratch::check(scratch).await.map_err(around)?;
        let mut session = scratch.session(Intent::Write).await.map_err(around)?;
        let made = self.make_all(&mut On::Session(&mut session)).await;
        drop(session);
        let schema = match made {
            Ok(()) => inspect(scratch).await.map_err(around),
            Err(problem) => Err(problem),
        };
        scratch::empty(scratch).await.map_err(around)?;
        schema
    }

    async fn check_is_empty(
        &self,
        scratch: &Database,
        transaction: &mut Transaction<'_>,
    ) -> Result<(), Problem> {
        let around = |error: Error| self.problem_around("the scratch database failed", error);
        let mut inspector = Inspector::new(scratch, transaction).map_err(around)?;
        match inspector.tables().await.map_err(around)?.first() {
            None => Ok(()),
            Some(table) => {
                let message = format!("the scratch database holds the table `{table}` already");
                let advice = "use an empty one, as sqlite::memory:";
                let error = Error::new(ErrorKind::Validation, advice);
                Err(self.problem_around(&message, error))
            }
        }
    }

    async fn enter_scratch_schema(&self, transaction: &mut Transaction<'_>) -> Result<(), Problem> {
        let around = |error: Error| {
            let is_denied = error.kind() == ErrorKind::Permission;
            let problem = self.problem_around("a scratch schema cannot be made", error);
            let right = "the right to make one: GRANT CREATE ON DATABASE to the role";
            if is_denied { problem.expected(right) } else { problem }
        };
        enter_scratch(transaction).await.map(drop).map_err(around)
    }

    /// Makes all objects, but for extensions that the database has.
    async fn make_all(&self, on: &mut On<'_, '_>) -> Result<(), Problem> {
        let around = |error: Error| self.problem_around("the scratch database failed", error);
        let missing = match self.dialect.is_postgres() {
            true => self.missing(EXTENSIONS, on).await.map_err(around)?,
            false => self.parts.iter().collect(),
        };
        for part in missing {
            self.make(part, on).await?;
        }
        Ok(())
    }

    pub(super) async fn make(&self, part: &Part, on: &mut On<'_, '_>) -> Result<(), Problem> {
        let text = self.statement(part);
        let query = on.request(&text).tag("schema.models");
        query.execute().await.map(drop).map_err(|error| self.problem_of(part, error))
    }

    fn check_views(&self, schema: &Schema) -> Result<(), Problem> {
        for table in &schema.tables {
            if let Some(problem) = &table.problem {
                let message = format!("the view `{}` cannot be read: {problem}", table.name);
                let expected = "tables and columns of this file";
                return Err(self.problem_in(table, message).expected(expected));
            }
        }
        Ok(())
    }

    fn check_foreign_keys(&self, schema: &Schema) -> Result<(), Problem> {
        for table in &schema.tables {
            for key in &table.foreign_keys {
                if let Some(what) = dangling(key, schema) {
                    let message = format!("a foreign key of `{}` refers to {what}", table.name);
                    return Err(self.problem_in(table, message).expected(EXPECTED_KEY));
                }
            }
        }
        Ok(())
    }

    /// A problem of the statement that made a table.
    fn problem_in(&self, table: &Table, message: String) -> Problem {
        let part = self.parts.iter().find(|part| {
            use ObjectKind::{MaterializedView, Table, View};
            matches!(part.object.kind, Table | View | MaterializedView)
                && part.object.name.eq_ignore_ascii_case(&table.name)
        });
        Problem::new(&self.file, part.map_or(1, |part| part.line), message)
    }
}
