//! The model: tables, columns, keys and indexes as plain data, written as JSON through serde.

use hypostyle_core::Type;
use serde::{Serialize, Serializer};

/// The tables and views of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Schema {
    /// Tables and views, ordered by name without regard to ASCII case.
    pub tables: Vec<Table>,
}

/// A table or view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The schema or attached database it stands in.
    pub schema: String,
    /// The name.
    pub name: String,
    /// Whether it is a table, a view or a virtual table.
    pub kind: TableKind,
    /// The columns in order, hidden ones included.
    pub columns: Vec<Column>,
    /// The names of the columns of the primary key, in the order of the key.
    pub primary_key: Vec<String>,
    /// The foreign keys in the order of their declaration.
    pub foreign_keys: Vec<ForeignKey>,
    /// The indexes, those of constraints included.
    pub indexes: Vec<Index>,
    /// The checks in the order of their declaration.
    pub checks: Vec<Check>,
    /// Whether the engine holds every value to the type of its column (SQLite `STRICT`).
    pub strict: bool,
    /// Whether rows have no key but the primary key (SQLite `WITHOUT ROWID`).
    pub without_rowid: bool,
    /// The statement that made it, as the engine keeps it.
    pub sql: Option<String>,
    /// Why the engine cannot read it, as for a view of a table that is gone; it then has no columns.
    pub problem: Option<String>,
}

/// What kind of table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TableKind {
    /// A table that stores rows.
    #[default]
    Table,
    /// A stored query.
    View,
    /// A table whose rows an extension makes, as a full-text index.
    Virtual,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The name.
    pub name: String,
    /// The type as declared; empty where none is.
    #[serde(rename = "type")]
    pub declared: String,
    /// The kind of values that the declaration stands for.
    #[serde(serialize_with = "kind_name")]
    pub kind: Type,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// The default as an SQL expression.
    pub default: Option<String>,
    /// How its values are computed, where they are.
    pub generated: Option<Generated>,
    /// The place in the primary key, from 1.
    pub primary_key: Option<usize>,
    /// Whether `SELECT *` passes it over.
    pub hidden: bool,
}

/// How a column's values are computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Generated {
    /// When they are computed.
    pub storage: Storage,
    /// The SQL expression, where the engine shows it.
    pub expression: Option<String>,
}

/// When a generated column is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Storage {
    /// On every read.
    Virtual,
    /// On every write.
    Stored,
}

/// A reference to the key of another table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForeignKey {
    /// The referring columns.
    pub columns: Vec<String>,
    /// The table referred to.
    pub referenced_table: String,
    /// The columns referred to, in the order of `columns`; empty when that table is missing and
    /// the declaration names none.
    pub referenced_columns: Vec<String>,
    /// What happens when the key referred to changes.
    pub on_update: Action,
    /// What happens when the row referred to goes.
    pub on_delete: Action,
}

/// What happens to a row that refers to a changed one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The change fails, at the end of the statement or of the transaction.
    #[default]
    NoAction,
    /// The change fails at once.
    Restrict,
    /// The reference becomes NULL.
    SetNull,
    /// The reference becomes its default.
    SetDefault,
    /// The row changes or goes, too.
    Cascade,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Index {
    /// The name.
    pub name: String,
    /// Whether it refuses a second row with the same key.
    pub unique: bool,
    /// What it was made for.
    pub origin: Origin,
    /// What it orders by, the most significant first.
    pub parts: Vec<IndexPart>,
    /// The condition that rows meet to be in it; `None` for all rows.
    pub predicate: Option<String>,
}

/// What an index was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// By `CREATE INDEX`.
    Created,
    /// For a unique constraint.
    Unique,
    /// For the primary key.
    PrimaryKey,
}

/// One part of the key of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndexPart {
    /// A column or an expression.
    #[serde(flatten)]
    pub by: IndexedBy,
    /// Whether larger keys come first.
    pub descending: bool,
    /// The collation.
    pub collation: Option<String>,
}

/// What a part of an index is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexedBy {
    /// A column by name.
    Column(String),
    /// An SQL expression.
    Expression(String),
}

/// A condition that every row meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The name of the constraint.
    pub name: Option<String>,
    /// The SQL expression.
    pub expression: String,
}

impl Action {
    /// Answers the action in SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
            Self::Cascade => "CASCADE",
        }
    }
}

impl IndexPart {
    /// Answers the column, where the part is one.
    pub fn column(&self) -> Option<&str> {
        match &self.by {
            IndexedBy::Column(name) => Some(name),
            IndexedBy::Expression(_) => None,
        }
    }
}

impl Schema {
    /// Finds a table by name: exactly, or else without regard to ASCII case.
    pub fn table(&self, name: &str) -> Option<&Table> {
        let exact = self.tables.iter().find(|table| table.name == name);
        exact.or_else(|| self.tables.iter().find(|table| table.name.eq_ignore_ascii_case(name)))
    }
}

impl Table {
    /// Finds a column by name: exactly, or else without regard to ASCII case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let exact = self.columns.iter().find(|column| column.name == name);
        exact.or_else(|| self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)))
    }

    /// Lists the columns that `SELECT *` answers.
    pub fn visible_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| !column.hidden)
    }

    /// Lists the unique constraints, by the indexes that hold them.
    pub fn unique_constraints(&self) -> impl Iterator<Item = &Index> {
        self.indexes.iter().filter(|index| index.origin == Origin::Unique)
    }

    /// Writes the table as a JSON document.
    ///
    /// # Shape
    /// An object with the fields of [`Table`] under their names; a column's declared type is
    /// `type`; an enum is its variant in snake case; what is absent is `null`.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_schema::{Column, Table};
    /// let id = Column { name: "id".into(), declared: "INTEGER".into(), ..Column::default() };
    /// let table = Table { name: "user".into(), columns: vec![id], ..Table::default() };
    /// assert!(table.to_json().contains(r#""columns":[{"name":"id","type":"INTEGER","kind":"any""#));
    /// ```
    pub fn to_json(&self) -> String {
        // Only maps with keys that are no strings fail, and the model has none.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn kind_name<S: Serializer>(kind: &Type, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.name())
}
