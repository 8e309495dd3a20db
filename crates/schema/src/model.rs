//! The model: what a database is made of as plain data, written as JSON through serde.
//!
//! What is absent is the empty value of its field, so that `..Default::default()` describes the
//! usual case: every flag names the unusual one.

mod answers;
mod dependency;
mod index;
mod objects;

use hypostyle_core::Type;
use serde::{Serialize, Serializer};

pub use self::dependency::{Dependency, Subject, SubjectKind};
pub use self::index::{Index, IndexPart, IndexedBy, Nulls, Origin};
pub use self::objects::{
    Definition, DefinitionKind, Domain, Enumeration, Extension, Sequence, SequenceOptions, Trigger,
};

/// What a database, or one schema of it, is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Schema {
    /// The schemas beside the one whose tables are named without it, ordered by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schemas: Vec<String>,
    /// The extensions, ordered by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// The enumerations that are types of their own, ordered by schema and name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enumerations: Vec<Enumeration>,
    /// The domains, ordered by schema and name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<Domain>,
    /// The sequences but those of identity columns, ordered by schema and name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sequences: Vec<Sequence>,
    /// Tables and views, ordered by name without regard to ASCII case; where there are schemas,
    /// those of the search path stand first.
    pub tables: Vec<Table>,
    /// Everything else, as the statements that make it, in an order in which they can run:
    /// functions, aggregates, composite types, rules, events, macros.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub definitions: Vec<Definition>,
    /// What must stand before what, where the engine keeps that; references of foreign keys and what
    /// is within a table are left out. Ordered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Dependency>,
    /// What stands in the database and this model does not carry, named in the engine's words.
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
    /// The words of its declaration that stand outside of its parts, each with its value, as
    /// `ENGINE` with `InnoDB` or `PARTITION BY` with `RANGE (day)`, in the engine's order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<TableOption>,
    /// The triggers, ordered by name, and on MySQL by when they fire.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// What else belongs to it, as the statements that make it once the table stands: rules,
    /// policies, exclusion constraints, statistics.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub definitions: Vec<Definition>,
    /// What it has and this model does not carry, in the engine's words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beyond: Vec<String>,
}

/// A word of a table's declaration that stands outside of its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TableOption {
    /// The word or words, as `ENGINE`, `INHERITS` or `UNLOGGED`.
    pub name: String,
    /// What they are set to; empty for a word that stands alone.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
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
    /// When the engine numbers its rows, where it does (`GENERATED … AS IDENTITY`,
    /// `AUTO_INCREMENT`, `AUTOINCREMENT`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// How an identity column is numbered, as far as that is not the usual way.
    #[serde(skip_serializing_if = "SequenceOptions::is_usual")]
    pub numbering: SequenceOptions,
    /// The collation, where it is not the one of its type or table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// The value it takes when its row changes, as an SQL expression (MySQL `ON UPDATE`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_update: Option<String>,
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
    /// Whether the tables that its table inherits from, or is a part of, declare it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inherited: bool,
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
    /// Where a statement gives no value, and never by a number that was used before (SQLite
    /// `AUTOINCREMENT`).
    Autoincrement,
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
    /// The columns that `on_delete` sets, where it is not all of `columns`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_delete_columns: Vec<String>,
    /// When it is checked.
    #[serde(skip_serializing_if = "Timing::is_immediate")]
    pub timing: Timing,
    /// Whether all of its columns must be NULL where one is (`MATCH FULL`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub match_full: bool,
    /// Whether it holds for new rows alone (`NOT VALID`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// With each statement, always.
    #[default]
    Immediate,
    /// With each statement, where the transaction does not ask otherwise.
    Deferrable,
    /// At the end of the transaction, where it does not ask otherwise.
    Deferred,
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

/// A condition that every row meets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The name of the constraint.
    pub name: Option<String>,
    /// The SQL expression.
    pub expression: String,
    /// Whether tables that inherit are free of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_inherit: bool,
    /// Whether it holds for new rows alone (`NOT VALID`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
    /// Whether it is noted and not held (`NOT ENFORCED`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_enforced: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn kind_name<S: Serializer>(kind: &Type, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.name())
}
