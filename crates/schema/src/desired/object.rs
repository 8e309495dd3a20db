//! The objects that a model file makes.

use std::fmt;

use hypostyle_sql::Dialect;
use serde::Serialize;

/// What a statement of a model file makes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Object {
    /// What kind of object.
    pub kind: ObjectKind,
    /// The name, unquoted.
    pub name: String,
    /// The table of a trigger or an index, where those of several tables may share a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
}

/// What kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ObjectKind {
    /// A table, a virtual one included.
    Table,
    /// An index.
    Index,
    /// A stored query.
    View,
    /// A trigger.
    Trigger,
    /// A stored query together with its rows.
    MaterializedView,
    /// An enumeration, a range or a type of several fields.
    Type,
    /// A type with conditions of its own.
    Domain,
    /// A source of numbers.
    Sequence,
    /// A function, or a macro of DuckDB.
    Function,
    /// A procedure.
    Procedure,
    /// What the engine is extended by.
    Extension,
}

impl Object {
    /// Answers what no two objects share: a name among those of its kind, as the engine compares
    /// it.
    pub(super) fn key(&self, dialect: Dialect) -> (&'static str, String, String) {
        use ObjectKind::{Extension, Function, Index, Procedure, Trigger, Type};
        let among = match self.kind {
            Trigger => "triggers",
            Function | Procedure => "routines",
            Extension => "extensions",
            Index if self.table.is_some() => "indexes",
            Type if dialect == Dialect::DuckDb => "types",
            _ => "relations",
        };
        let table = self.table.as_deref().map(|table| same(table, dialect)).unwrap_or_default();
        (among, table, same(&self.name, dialect))
    }
}

/// Answers what two names are the same by: only PostgreSQL knows case among ASCII letters.
pub(super) fn same(name: &str, dialect: Dialect) -> String {
    if dialect.is_postgres() { name.to_owned() } else { name.to_ascii_lowercase() }
}

impl ObjectKind {
    /// Answers the kind in SQL's word for it, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Index => "index",
            Self::View => "view",
            Self::Trigger => "trigger",
            Self::MaterializedView => "materialized view",
            Self::Type => "type",
            Self::Domain => "domain",
            Self::Sequence => "sequence",
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Extension => "extension",
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.kind.name(), self.name)
    }
}
