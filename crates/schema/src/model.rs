//! The model: tables, columns, keys and indexes as plain data, written as JSON through serde.

mod answers;

use hypostyle_core::Type;
use serde::{Serialize, Serializer};

/// The tables and views of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Schema {
    /// Tables and views, ordered by name without regard to ASCII case; where there are schemas,
    /// those of the search path stand first.
    pub tables: Vec<Table>,
    /// What stands in the database beside its tables and this model does not describe, named in the
    /// engine's words: types, functions, sequences of their own, extensions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beyond: Vec<String>,
}

/// A table or view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The schema or attached database it stands in.
    pub schema: String,
    /// The name it is asked for by. Outside PostgreSQL's schema `public` the schema stands before
    /// it, as `sales.orders`; see [`Table::sql_name`].
    pub name: String,
    /// The name without the schema, where `name` tells the schema, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
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
    /// Whether it was declared to hold every value to the type of its column (SQLite `STRICT`); an
    /// engine that always does says nothing.
    pub strict: bool,
    /// Whether rows have no key but the primary key (SQLite `WITHOUT ROWID`).
    pub without_rowid: bool,
    /// The statement that made it, as the engine keeps it.
    pub sql: Option<String>,
    /// Why it cannot be read, as for a view of a table that is gone, which then has no columns, or
    /// for want of a right.
    pub problem: Option<String>,
    /// Whether it answers the rows of tables that inherit from it, too: its keys then hold for its
    /// own rows alone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inherited: bool,
    /// What people noted about it in the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What it has and this model does not describe, in the engine's words: triggers, partitions,
    /// policies, exclusion constraints and the like.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beyond: Vec<String>,
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
    /// A table whose rows are stored in its partitions.
    Partitioned,
    /// A stored query together with its rows.
    MaterializedView,
    /// A table whose rows another server has.
    Foreign,
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
    /// When the engine numbers its rows, where it does (`GENERATED … AS IDENTITY`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// The values it takes in their order, where its type is an enumeration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// What people noted about it in the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
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

/// When the engine numbers the rows of an identity column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// Always; it takes no value of a statement.
    Always,
    /// Where a statement gives no value.
    ByDefault,
}

/// A reference to the key of another table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ForeignKey {
    /// The name of the constraint, where the engine keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
    /// The method of the engine, as `gin`; `None` where there is only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Columns that it stores and does not order by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
}

/// What an index was made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// By `CREATE INDEX`.
    #[default]
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
    /// The collation; on engines that tell it, only one that is not the column's own.
    pub collation: Option<String>,
    /// Where NULLs stand, where that is not where the engine puts them by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nulls: Option<Nulls>,
    /// The operator class, where it is not the default one of its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

/// Where NULLs stand in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Nulls {
    /// Before all values.
    First,
    /// After all values.
    Last,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn kind_name<S: Serializer>(kind: &Type, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.name())
}
