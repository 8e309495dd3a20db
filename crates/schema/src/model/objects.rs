//! What stands beside the tables.

use serde::Serialize;

use super::Check;

/// Functions, types and more that a database was extended by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Extension {
    /// The name.
    pub name: String,
    /// The schema that its objects are in, where that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A type whose values are labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Enumeration {
    /// The schema it stands in.
    pub schema: String,
    /// The name without the schema.
    pub name: String,
    /// The labels in their order.
    pub labels: Vec<String>,
    /// What people noted about it in the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A type that narrows another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Domain {
    /// The schema it stands in.
    pub schema: String,
    /// The name without the schema.
    pub name: String,
    /// The type it narrows, as declared.
    #[serde(rename = "type")]
    pub declared: String,
    /// Whether it takes no NULL.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_null: bool,
    /// The default as an SQL expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The collation, where it is not the one of the type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// The conditions on its values, ordered by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// What people noted about it in the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A source of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sequence {
    /// The schema it stands in.
    pub schema: String,
    /// The name without the schema.
    pub name: String,
    /// How it counts, as far as that is not the usual way.
    #[serde(flatten)]
    pub options: SequenceOptions,
    /// Table and column that it goes with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owned_by: Option<(String, String)>,
    /// What people noted about it in the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// How a sequence counts; what is `None` is as the engine does by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SequenceOptions {
    /// The type of its numbers.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// The first number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<i64>,
    /// From one number to the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub increment: Option<i64>,
    /// The least number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// The greatest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// How many numbers a session takes at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<i64>,
    /// Whether it begins anew at its end.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cycle: bool,
}

impl SequenceOptions {
    /// Tells whether nothing is set.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// A trigger, carried as the statement that makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trigger {
    /// The name.
    pub name: String,
    /// The statement that makes it, as the engine keeps it.
    pub sql: String,
    /// When it fires, where that is not always: the engine's words, as `DISABLE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<String>,
    /// What people noted about it in the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// An object that this model does not take apart, carried as the statements that make and drop it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// What it is.
    pub kind: DefinitionKind,
    /// The schema it stands in; empty where it has none, or its table has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub schema: String,
    /// What tells it from others of its kind, as `f(integer, text)`.
    pub name: String,
    /// The statement that makes it, as the engine keeps it.
    pub sql: String,
    /// The statement that drops it.
    pub drop: String,
    /// What people noted about it in the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// What a definition makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DefinitionKind {
    /// Something that has no variant of its own.
    #[default]
    Other,
    /// A collation.
    Collation,
    /// A type made of others, a range and the like.
    Type,
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// A function over many rows.
    Aggregate,
    /// An operator, or a class or family of them.
    Operator,
    /// A conversion between types.
    Cast,
    /// Something of the full-text search.
    TextSearch,
    /// A macro of DuckDB.
    Macro,
    /// A statement that runs by the clock.
    Event,
    /// A trigger on changes of the schema.
    EventTrigger,
    /// What others may follow of the changes of tables.
    Publication,
    /// A constraint of a table, as an exclusion.
    Constraint,
    /// A rule of a table or view.
    Rule,
    /// A policy of a table, or that it has policies.
    Policy,
    /// Statistics over several columns.
    Statistics,
}
