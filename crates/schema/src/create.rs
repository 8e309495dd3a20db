//! The statements that make a table, in the words of each dialect.

mod index;
mod postgres;
mod types;
mod words;

use hypostyle_core::{Database, Error, ErrorKind, Result, Type};
use hypostyle_sql::Dialect;

pub(crate) use self::postgres::{comment, counting, note, placed};
pub(crate) use self::types::usual_type;
pub(crate) use self::words::Words;
use crate::diff::diff;
use crate::plan::plan;
use crate::{Column, Identity, Schema, Table, TableKind};

/// Makes a table with its keys, constraints and indexes.
///
/// # Errors
/// `Validation` for a table without columns, or with a key or index of columns it has not; `Unsupported` for
/// what the engine has no words for; `Query` where the table exists. The database is then as it was;
/// on an engine whose schema changes are no part of a transaction the table may stand without its
/// indexes.
///
/// # Cancellation
/// A dropped call leaves the database as it was, or with everything made where its commit was under
/// way; with the exception above.
pub async fn create(db: &Database, table: &Table) -> Result<()> {
    let statements = table.create_statements(db.engine().dialect)?;
    if !db.capability().has(hypostyle_core::Capability::TRANSACTIONAL_DDL) {
        for statement in &statements {
            db.execute(statement, ()).await?;
        }
        return Ok(());
    }
    let mut transaction = db.begin().await?;
    for statement in &statements {
        transaction.execute(statement, ()).await?;
    }
    transaction.commit().await
}

impl Column {
    /// Describes a column that may hold NULL.
    ///
    /// # Shape
    /// The type is the engine's usual one for the kind; [`Column::typed`] names another.
    pub fn new(name: impl Into<String>, kind: Type) -> Self {
        Self { name: name.into(), kind, nullable: true, ..Self::default() }
    }

    /// Declares its type in the engine's words, as `varchar(20)`.
    #[must_use]
    pub fn typed(self, declared: impl Into<String>) -> Self {
        Self { declared: declared.into(), ..self }
    }

    /// Lets it hold no NULL.
    #[must_use]
    pub fn not_null(self) -> Self {
        Self { nullable: false, ..self }
    }

    /// Gives it the value of an SQL expression where a row brings none.
    #[must_use]
    pub fn default_to(self, expression: impl Into<String>) -> Self {
        Self { default: Some(expression.into()), ..self }
    }

    /// Lets the engine number the rows that bring no value.
    #[must_use]
    pub fn numbered(self) -> Self {
        Self { identity: Some(Identity::ByDefault), ..self }
    }
}

impl Schema {
    /// Answers the statements that make all of it in an empty database, in an order in which they can
    /// run; where the engine can, in one transaction. What is beyond the model is not made.
    ///
    /// # Errors
    /// As [`create`], as far as they are known without the engine.
    pub fn create_statements(&self, dialect: Dialect) -> Result<Vec<String>> {
        let empty = Self::default();
        let found = diff(&empty, self, dialect, &[]);
        Ok(plan(&found, &empty, self, dialect)?.up.statements)
    }
}

impl Table {
    /// Describes a table of the current schema, yet without columns.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_core::Type;
    /// use hypostyle_schema::{Column, Table};
    /// use hypostyle_sql::Dialect;
    /// let feature = Table::new("feature")
    ///     .with(Column::new("id", Type::Uuid))
    ///     .with(Column::new("name", Type::Text).not_null())
    ///     .with(Column::new("priority", Type::I64).not_null().default_to("1"))
    ///     .keyed_by(["id"]);
    /// let statements = feature.create_statements(Dialect::Postgres)?;
    /// assert_eq!(
    ///     statements[0],
    ///     "CREATE TABLE \"feature\" (\n  \"id\" uuid NOT NULL,\n  \"name\" text NOT NULL,\n  \
    ///      \"priority\" bigint NOT NULL DEFAULT (1),\n  PRIMARY KEY (\"id\")\n)"
    /// );
    /// # Ok::<(), hypostyle_core::Error>(())
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds a column.
    #[must_use]
    pub fn with(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// Sets the columns of the primary key; they hold no NULL.
    #[must_use]
    pub fn keyed_by<N: Into<String>>(mut self, columns: impl IntoIterator<Item = N>) -> Self {
        self.primary_key = columns.into_iter().map(Into::into).collect();
        for column in &mut self.columns {
            let place = self.primary_key.iter().position(|name| *name == column.name);
            column.primary_key = place.map(|place| place + 1);
            column.nullable &= place.is_none();
        }
        self
    }

    /// Answers the statements that make it: the table first, then its indexes, its triggers and what
    /// else belongs to it.
    ///
    /// # Errors
    /// As [`create`], as far as they are known without the engine.
    pub fn create_statements(&self, dialect: Dialect) -> Result<Vec<String>> {
        let words = Words { table: self, dialect };
        let mut statements = vec![words.create(&self.foreign_keys)?];
        statements.extend(words.beside()?);
        statements.extend(words.late()?);
        Ok(statements)
    }

    pub(crate) fn check_creatable(&self, dialect: Dialect) -> Result<()> {
        let refuse = |what: String| Err(Error::new(ErrorKind::Unsupported, what));
        let is_partitioned = matches!(self.kind, TableKind::Partitioned | TableKind::Foreign);
        if self.kind != TableKind::Table && !(is_partitioned && dialect.is_postgres()) {
            return refuse(format!("`{}` is a {}, not a table", self.name, self.kind.words()));
        }
        if let Some(beyond) = self.beyond.first() {
            return refuse(format!("`{}` has what is not described here: {beyond}", self.name));
        }
        if (self.strict || self.without_rowid) && dialect != Dialect::Sqlite {
            return refuse("STRICT and WITHOUT ROWID are SQLite's".to_owned());
        }
        if self.columns.is_empty() {
            let message = format!("the table `{}` has no columns", self.name);
            return Err(Error::new(ErrorKind::Validation, message));
        }
        let indexed = self.indexes.iter().flat_map(|index| &index.parts);
        let keys = self.primary_key.iter().map(String::as_str);
        let keys = keys.chain(indexed.filter_map(|part| part.column()));
        let referring = self.foreign_keys.iter().flat_map(|key| &key.columns);
        for name in keys.chain(referring.map(String::as_str)) {
            if !self.columns.iter().any(|column| column.name == name) {
                let message =
                    format!("a key or index of `{}` names `{name}`, no column of it", self.name);
                return Err(Error::new(ErrorKind::Validation, message));
            }
        }
        Ok(())
    }
}
