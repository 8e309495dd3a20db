//! What makes the schema that statements are checked against.

use std::path::Path;

use hypostyle::schema::desired::ModelFile;
use hypostyle::schema::migrate::{MigrationKind, MigrationSet, Migrator};
use hypostyle::sql::{Dialect, split};
use hypostyle::{Database, Error, ErrorKind, Result, Transaction};

/// What makes a schema: a model file, a folder of migrations, or a script.
///
/// # Examples
/// ```
/// use hypostyle_check::Definition;
/// use hypostyle::sql::Dialect;
/// let script = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)";
/// let definition = Definition::script("schema.sql", script, Dialect::Sqlite);
/// assert_eq!(definition.dialect(), Dialect::Sqlite);
/// ```
#[derive(Clone, Debug)]
pub struct Definition {
    dialect: Dialect,
    file: String,
    maker: Maker,
}

#[derive(Clone, Debug)]
enum Maker {
    Models(ModelFile, String),
    Migrations(MigrationSet),
    Script(String),
}

impl Definition {
    /// Reads a model file.
    ///
    /// # Errors
    /// `Validation` as [`ModelFile::read_with`].
    pub fn models(path: impl AsRef<Path>, dialect: Dialect) -> Result<Self> {
        let file = path.as_ref().display().to_string();
        let models = ModelFile::read_with(&path, |_| dialect)?;
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&file, &error))?;
        Ok(Self { dialect, file, maker: Maker::Models(models, text) })
    }

    /// Reads a folder of migrations.
    ///
    /// # Errors
    /// As [`MigrationSet::read`].
    pub fn migrations(folder: impl AsRef<Path>, dialect: Dialect) -> Result<Self> {
        let file = folder.as_ref().display().to_string();
        let set = MigrationSet::read(MigrationKind::App, folder)?;
        Ok(Self { dialect, file, maker: Maker::Migrations(set) })
    }

    /// Takes a script of `CREATE` and `ALTER` statements; `file` names it in errors.
    pub fn script(file: impl Into<String>, text: impl Into<String>, dialect: Dialect) -> Self {
        Self { dialect, file: file.into(), maker: Maker::Script(text.into()) }
    }

    /// Answers whose words it is written in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Tells whether it makes nothing.
    pub fn is_empty(&self) -> bool {
        match &self.maker {
            Maker::Models(models, _) => models.objects().next().is_none(),
            Maker::Migrations(set) => set.migrations().is_empty(),
            Maker::Script(text) => split(text, self.dialect).next().is_none(),
        }
    }

    /// Makes the schema on an empty database.
    pub(crate) async fn make(&self, database: &Database) -> Result<()> {
        match &self.maker {
            Maker::Models(models, _) => models.apply(database).await.map(drop),
            Maker::Migrations(set) => {
                Migrator::new(database).app(set.clone()).up(None).await.map(drop)
            }
            Maker::Script(text) => {
                for statement in split(text, self.dialect) {
                    let made = database.execute(statement.text, ()).await;
                    made.map_err(|error| self.around(&error, statement.line))?;
                }
                Ok(())
            }
        }
    }

    /// Makes the schema in a transaction of PostgreSQL.
    pub(crate) async fn make_in(
        &self,
        database: &Database,
        transaction: &mut Transaction<'_>,
    ) -> Result<()> {
        if let Maker::Models(models, _) = &self.maker {
            return Ok(models.make_in(database, transaction).await?);
        }
        for statement in self.statements() {
            transaction.execute(statement, ()).await?;
        }
        Ok(())
    }

    /// Answers the statements that make the schema, in order.
    pub(crate) fn statements(&self) -> Vec<&str> {
        let texts: Vec<&str> = match &self.maker {
            Maker::Models(_, text) | Maker::Script(text) => vec![text],
            Maker::Migrations(set) => {
                let scripts = set.migrations().iter().filter_map(|migration| migration.up.script());
                scripts.map(|script| script.text.as_ref()).collect()
            }
        };
        let statements = texts.into_iter().flat_map(|text| split(text, self.dialect));
        statements.map(|statement| statement.text).collect()
    }

    fn around(&self, error: &Error, line: usize) -> Error {
        let message = format!("{}:{line}: {}", self.file, error.message());
        Error::new(ErrorKind::Validation, message)
    }
}

fn unreadable(file: &str, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{file} cannot be read: {error}"))
}
