//! What a model is made of: the derive writes it down once, all else reads it.

mod column;
mod index;
mod table;
mod texts;

use std::sync::OnceLock;

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::Dialect;

pub use self::column::{Action, ColumnDefinition, DefaultValue, Reference, Role};
pub use self::index::IndexDefinition;
pub(crate) use self::texts::Texts;
use crate::column::ColumnName;

/// The table of a model, its columns, keys and indexes.
#[derive(Debug)]
pub struct Definition {
    pub(crate) model: &'static str,
    pub(crate) table: &'static str,
    pub(crate) schema: Option<&'static str>,
    pub(crate) database: Option<&'static str>,
    pub(crate) columns: Vec<ColumnDefinition>,
    pub(crate) key: Vec<usize>,
    pub(crate) indexes: Vec<IndexDefinition>,
    pub(crate) checks: Vec<(Option<&'static str>, &'static str)>,
    texts: [OnceLock<Texts>; 4],
}

impl Definition {
    /// Begins with a model's name and its table's.
    pub fn new(model: &'static str, table: &'static str) -> Self {
        Self {
            model,
            table,
            schema: None,
            database: None,
            columns: Vec::new(),
            key: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            texts: Default::default(),
        }
    }

    /// Places the table in a schema.
    #[must_use]
    pub fn in_schema(mut self, schema: &'static str) -> Self {
        self.schema = Some(schema);
        self
    }

    /// Names the database of the table.
    #[must_use]
    pub fn in_database(mut self, database: &'static str) -> Self {
        self.database = Some(database);
        self
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, column: ColumnDefinition) -> Self {
        if column.is_key {
            self.key.push(self.columns.len());
        }
        self.columns.push(column);
        self
    }

    /// Adds the columns of an embedded structure.
    #[must_use]
    pub fn embed(self, columns: Vec<ColumnDefinition>) -> Self {
        columns.into_iter().fold(self, Self::column)
    }

    /// Adds an index.
    #[must_use]
    pub fn index(mut self, index: IndexDefinition) -> Self {
        self.indexes.push(index);
        self
    }

    /// Adds a condition that every row must meet.
    #[must_use]
    pub fn check(mut self, name: Option<&'static str>, condition: &'static str) -> Self {
        self.checks.push((name, condition));
        self
    }

    /// Answers the name of the model in the program.
    pub fn model(&self) -> &'static str {
        self.model
    }

    /// Answers the name of the table.
    pub fn table(&self) -> &'static str {
        self.table
    }

    /// Answers the name of the database that the table belongs to, where the model names one.
    pub fn database(&self) -> Option<&'static str> {
        self.database
    }

    /// Answers the columns, in the order of the fields.
    pub fn columns(&self) -> &[ColumnDefinition] {
        &self.columns
    }

    /// The columns of the primary key, in the order of the fields.
    pub(crate) fn key_columns(&self) -> impl Iterator<Item = &ColumnDefinition> {
        self.key.iter().filter_map(|at| self.columns.get(*at))
    }

    pub(crate) fn find(&self, name: ColumnName) -> Option<(usize, &ColumnDefinition)> {
        self.columns.iter().enumerate().find(|(_, column)| column.name == name)
    }

    /// As [`Definition::find`], for a column that must be there.
    pub(crate) fn column_named(&self, name: ColumnName) -> Result<(usize, &ColumnDefinition)> {
        self.find(name).ok_or_else(|| {
            let message = format!("`{name}` is no column of {}", self.model);
            Error::new(ErrorKind::Validation, message)
        })
    }

    pub(crate) fn with_role(&self, role: Role) -> Option<(usize, &ColumnDefinition)> {
        self.columns.iter().enumerate().find(|(_, column)| column.role == role)
    }

    /// The statements that do not change from call to call, made once for each dialect.
    pub(crate) fn texts(&self, dialect: Dialect) -> Result<&Texts> {
        let place = &self.texts[match dialect {
            Dialect::Sqlite => 0,
            Dialect::Mysql => 1,
            Dialect::DuckDb => 2,
            _ => 3,
        }];
        match place.get() {
            Some(texts) => Ok(texts),
            None => {
                let texts = Texts::of(self, dialect)?;
                Ok(place.get_or_init(|| texts))
            }
        }
    }
}
