//! Indexes, those of constraints included.

use serde::Serialize;

use super::Timing;

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
    /// Whether NULLs count as the same value where it is unique (`NULLS NOT DISTINCT`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    /// When a unique constraint is checked.
    #[serde(skip_serializing_if = "Timing::is_immediate")]
    pub timing: Timing,
    /// What is set for it beside its key, in the engine's words, as `fillfactor=70`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Whether a build that failed left it useless (`INVALID`), or whether it is kept out of plans
    /// (`INVISIBLE`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unused: bool,
    /// What people noted about it in the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
    /// How many characters or bytes of the column it holds, where not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<u32>,
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

impl Default for IndexedBy {
    fn default() -> Self {
        Self::Column(String::new())
    }
}
