//! Migrations that are code of the program: of data, where statements do not suffice.

use std::fmt;
use std::sync::Arc;

use hypostyle_core::{BoxFuture, Result, Transaction};

type Step =
    Arc<dyn for<'t> Fn(&'t mut Transaction<'static>) -> BoxFuture<'t, Result<()>> + Send + Sync>;

/// Code that changes data, and what checks it.
#[derive(Clone)]
pub struct Code {
    steps: Vec<Step>,
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Code").field("steps", &self.steps.len()).finish_non_exhaustive()
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.steps.len() == other.steps.len()
            && self.steps.iter().zip(&other.steps).all(|(one, two)| Arc::ptr_eq(one, two))
    }
}

impl Eq for Code {}

impl Code {
    /// Runs the code, then what validates it, in a transaction that the caller ends.
    ///
    /// # Errors
    /// Those of the code.
    ///
    /// # Cancellation
    /// The transaction is where the code left it.
    pub async fn run(&self, transaction: &mut Transaction<'static>) -> Result<()> {
        for step in &self.steps {
            step(transaction).await?;
        }
        Ok(())
    }
}

/// A migration in Rust: changes data, validates the change, and undoes it.
///
/// It joins a set by [`MigrationSet::with_data`](super::MigrationSet::with_data), takes its place
/// among the files by its version, and runs once in one transaction with its row in
/// `ia_migrations`. An error of any step undoes all of it and stops the run.
///
/// # Shape
/// `version` as in the names of files. Its checksum is of the revision that the author gives: another
/// revision is a changed migration, and refused.
///
/// # Examples
/// ```
/// use hypostyle_core::{Error, ErrorKind};
/// use hypostyle_schema::migrate::{DataMigration, MigrationKind, MigrationSet, Migrator};
/// # #[tokio::main]
/// # async fn main() -> hypostyle_core::Result<()> {
/// # let db = hypostyle::Database::open("sqlite::memory:").await?;
/// let names = DataMigration::new("2", "trim names", "1")
///     .up(|tx| {
///         Box::pin(async move {
///             tx.execute("UPDATE person SET name = trim(name)", ()).await.map(drop)
///         })
///     })
///     .validate(|tx| {
///         Box::pin(async move {
///             let untrimmed = "SELECT count(*) FROM person WHERE name <> trim(name)";
///             match tx.fetch_value::<i64>(untrimmed, ()).await? {
///                 0 => Ok(()),
///                 left => Err(Error::new(ErrorKind::Validation, format!("{left} are left"))),
///             }
///         })
///     });
/// let table = "CREATE TABLE person (name TEXT); INSERT INTO person VALUES (' Ada ')";
/// let set = MigrationSet::embedded(MigrationKind::App, &[("V1__person.sql", table)])?;
/// Migrator::new(&db).app(set.with_data(names)?).up(None).await?;
/// assert_eq!(db.fetch_value::<String>("SELECT name FROM person", ()).await?, "Ada");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a data migration does nothing until it is part of a set"]
pub struct DataMigration {
    pub(super) version: String,
    pub(super) description: String,
    pub(super) revision: String,
    up: Code,
    validate: Code,
    down: Code,
}

impl DataMigration {
    /// Names a migration; it has yet to be told what it does.
    pub fn new(
        version: impl Into<String>,
        description: impl Into<String>,
        revision: impl Into<String>,
    ) -> Self {
        let none = || Code { steps: Vec::new() };
        Self {
            version: version.into(),
            description: description.into(),
            revision: revision.into(),
            up: none(),
            validate: none(),
            down: none(),
        }
    }

    /// Adds what it does.
    pub fn up(
        mut self,
        run: impl for<'t> Fn(&'t mut Transaction<'static>) -> BoxFuture<'t, Result<()>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.up.steps.push(Arc::new(run));
        self
    }

    /// Adds what looks at the result, in the same transaction; its error undoes the migration.
    pub fn validate(
        mut self,
        run: impl for<'t> Fn(&'t mut Transaction<'static>) -> BoxFuture<'t, Result<()>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.validate.steps.push(Arc::new(run));
        self
    }

    /// Adds what undoes it.
    pub fn down(
        mut self,
        run: impl for<'t> Fn(&'t mut Transaction<'static>) -> BoxFuture<'t, Result<()>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.down.steps.push(Arc::new(run));
        self
    }

    /// Answers what it does, its validation last, and what undoes it.
    pub(super) fn changes(self) -> (Code, Option<Code>) {
        let Self { mut up, validate, down, .. } = self;
        up.steps.extend(validate.steps);
        (up, Some(down).filter(|down| !down.steps.is_empty()))
    }
}
