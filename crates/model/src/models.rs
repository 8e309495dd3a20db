//! The models of an application together: what `migrate diff` compares the database with.

use std::path::Path;

use hypostyle_core::{Capability, Database, Error, ErrorKind, Result};
use hypostyle_schema::desired::{ModelFile, actual};
use hypostyle_schema::diff::{Change, Diff, diff};
use hypostyle_schema::{Schema, Table, tables};
use hypostyle_sql::Dialect;

use crate::definition::Definition;
use crate::model::Model;

/// Models of one database.
///
/// # Examples
/// ```
/// # use hypostyle_model as model;
/// use hypostyle_model::{Model, Models};
/// #[derive(Model)]
/// # #[model(crate = model)]
/// struct User {
///     #[model(key)]
///     id: i64,
///     name: String,
/// }
///
/// let models = Models::of("shop").with::<User>();
/// let file = models.to_sql(hypostyle_sql::Dialect::Sqlite)?;
/// assert!(file.starts_with("-- database: shop\n"));
/// # Ok::<(), hypostyle_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Models {
    database: String,
    definitions: Vec<&'static Definition>,
}

impl Models {
    /// Begins with the name of a database.
    pub fn of(database: impl Into<String>) -> Self {
        Self { database: database.into(), definitions: Vec::new() }
    }

    /// Adds a model, unless it names another database.
    #[must_use]
    pub fn with<M: Model>(mut self) -> Self {
        let definition = M::definition();
        if definition.database.is_none_or(|database| database == self.database) {
            self.definitions.push(definition);
        }
        self
    }

    /// Answers the models.
    pub fn definitions(&self) -> &[&'static Definition] {
        &self.definitions
    }

    /// Describes their tables for an engine.
    ///
    /// # Errors
    /// As [`Definition::to_table`].
    pub fn to_schema(&self, dialect: Dialect) -> Result<Schema> {
        let tables = self.definitions.iter().map(|definition| definition.to_table(dialect));
        let sequences =
            self.definitions.iter().flat_map(|definition| definition.sequences(dialect));
        Ok(Schema {
            sequences: sequences.collect(),
            tables: tables.collect::<Result<_>>()?,
            ..Schema::default()
        })
    }

    /// Writes the model file of their tables, as `models.sql` of a module.
    ///
    /// # Errors
    /// `Validation` and `Unsupported` for what the engine has no words for.
    pub fn to_sql(&self, dialect: Dialect) -> Result<String> {
        let mut text = format!(
            "-- database: {}\n-- Written by the models of the program; change those.\n",
            self.database
        );
        for statement in self.to_schema(dialect)?.create_statements(dialect)? {
            text.push('\n');
            text.push_str(&statement);
            text.push_str(";\n");
        }
        Ok(text)
    }

    /// Answers them as a model file, to be compared with a database or made a migration of.
    ///
    /// # Errors
    /// As [`Models::to_sql`].
    ///
    /// # Examples
    /// ```no_run
    /// # use hypostyle_model::Models;
    /// # async fn example(models: Models, db: hypostyle_core::Database, scratch: hypostyle_core::Database)
    /// # -> hypostyle_core::Result<()> {
    /// use hypostyle_schema::generate;
    /// use hypostyle_schema::migrate::{MigrationKind, MigrationSet};
    /// let file = models.to_file(db.engine().dialect)?;
    /// let set = MigrationSet::read(MigrationKind::App, "migrations")?;
    /// if let Some(migration) = generate(&db, &scratch, &file, &set, &[]).await? {
    ///     println!("{}", migration.up);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_file(&self, dialect: Dialect) -> Result<ModelFile> {
        let file = ModelFile::parse_in(self.to_sql(dialect)?, "models.sql", dialect);
        file.map_err(|problem| Error::new(ErrorKind::Validation, problem.to_string()))
    }

    /// Writes the model file where a module keeps it, unless the same stands there already; tells
    /// whether it was written.
    ///
    /// # Errors
    /// `Io` where it cannot be written; as [`Models::to_sql`].
    pub fn write(&self, path: impl AsRef<Path>, dialect: Dialect) -> Result<bool> {
        let (path, text) = (path.as_ref(), self.to_sql(dialect)?);
        if std::fs::read_to_string(path).is_ok_and(|there| there == text) {
            return Ok(false);
        }
        let refused = |error: std::io::Error| {
            let message = format!("{} cannot be written: {error}", path.display());
            Error::new(ErrorKind::Io, message).caused_by(error)
        };
        std::fs::write(path, text).map_err(refused)?;
        Ok(true)
    }

    /// Compares their tables with those of a database: what leads from these to the models. Tables that no
    /// model names are left alone.
    ///
    /// # Errors
    /// As [`ModelFile::check`] and [`hypostyle_schema::inspect`].
    ///
    /// # Capability
    /// The scratch database is one as [`hypostyle_schema::generate`] takes.
    pub async fn diff(&self, database: &Database, scratch: &Database) -> Result<Diff> {
        let dialect = database.engine().dialect;
        let checked = self.to_file(dialect)?.check(scratch).await;
        let wanted =
            checked.map_err(|problem| Error::new(ErrorKind::Validation, problem.to_string()))?;
        let there = actual(database).await?;
        let is_wanted = |table: &Table| wanted.table(&table.name).is_some();
        let from = Schema {
            tables: there.tables.into_iter().filter(is_wanted).collect(),
            sequences: there.sequences,
            ..Schema::default()
        };
        let to = Schema { tables: wanted.tables, sequences: wanted.sequences, ..Schema::default() };
        let mut found = diff(&from, &to, dialect, &[]);
        found.changes.retain(|change| !matches!(change, Change::DropSequence(_)));
        Ok(found)
    }

    /// Makes those of their tables that a database has not, as for tests and first steps. A table that is
    /// there stays as it is, whatever its model says: that is what migrations are for.
    ///
    /// # Errors
    /// As [`hypostyle_schema::create`].
    ///
    /// # Cancellation
    /// As [`hypostyle_schema::create`].
    pub async fn create(&self, database: &Database) -> Result<()> {
        let dialect = database.engine().dialect;
        let there = tables(database).await?;
        let is_missing = |definition: &&&Definition| {
            let qualified =
                definition.schema.map(|schema| format!("{schema}.{}", definition.table));
            !there.iter().any(|name| *name == definition.table || Some(name) == qualified.as_ref())
        };
        let definitions = self.definitions.iter().filter(is_missing).copied().collect();
        let missing = Self { database: self.database.clone(), definitions };
        let statements = missing.to_schema(dialect)?.create_statements(dialect)?;
        if !database.capability().has(Capability::TRANSACTIONAL_DDL) {
            for statement in &statements {
                database.execute(statement, ()).await?;
            }
            return Ok(());
        }
        let mut transaction = database.begin().await?;
        for statement in &statements {
            transaction.execute(statement, ()).await?;
        }
        transaction.commit().await
    }
}
