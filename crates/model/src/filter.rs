//! Conditions on the rows of a model, composed as values.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use hypostyle_core::{Error, Result, Value};

use crate::column::ColumnName;
use crate::relation::Exists;

/// A condition on the rows of a model: made by its columns and relations, joined by `&`, `|` and `!`.
///
/// # Shape
/// Every value is bound to the statement; names come from the model. What a condition was refused for,
/// as a value that cannot be written, is told when the query runs.
#[must_use = "a filter does nothing until a query has it"]
pub struct Filter<M> {
    pub(crate) node: Node,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for Filter<M> {
    fn clone(&self) -> Self {
        Self { node: self.node.clone(), model: PhantomData }
    }
}

impl<M> fmt::Debug for Filter<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter").field("node", &self.node).finish_non_exhaustive()
    }
}

/// A condition, whatever the model.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Compare(ColumnName, Comparison, Value),
    /// Columns and values compared as rows, from the first on.
    Row(Vec<ColumnName>, Comparison, Vec<Value>),
    Columns(ColumnName, Comparison, ColumnName),
    In(ColumnName, Vec<Value>),
    Null(ColumnName),
    Like(ColumnName, String, bool),
    Search(ColumnName, String),
    Json(ColumnName, Vec<String>, Comparison, Value),
    JsonNull(ColumnName, Vec<String>),
    Exists(Box<Exists>),
    Sql(String, Vec<Value>),
    Refused(Refusal),
}

/// Why a condition could not be made, to be told when the query runs.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    kind: hypostyle_core::ErrorKind,
    message: String,
}

impl Refusal {
    pub(crate) fn error(&self) -> Error {
        Error::new(self.kind, self.message.as_str())
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { kind: error.kind(), message: error.message().to_owned() }
    }
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Comparison {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Equal => " = ",
            Self::NotEqual => " <> ",
            Self::Greater => " > ",
            Self::GreaterOrEqual => " >= ",
            Self::Less => " < ",
            Self::LessOrEqual => " <= ",
        }
    }
}

impl<M> Filter<M> {
    /// All of these; of none, always.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Self {
        Self::of(Ok(Node::All(filters.into_iter().map(|filter| filter.node).collect())))
    }

    /// Any of these; of none, never.
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Self {
        Self::of(Ok(Node::Any(filters.into_iter().map(|filter| filter.node).collect())))
    }

    /// A condition in SQL of one's own, with `?` for each value.
    ///
    /// # Examples
    /// ```
    /// # struct User;
    /// use hypostyle_model::Filter;
    /// let old: Filter<User> = Filter::sql("length(name) > ?", [20]);
    /// ```
    pub fn sql<V: Into<Value>>(
        text: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self::of(Ok(Node::Sql(text.into(), values)))
    }

    pub(crate) fn of(node: Result<Node>) -> Self {
        let node = node.unwrap_or_else(|error| Node::Refused(error.into()));
        Self { node, model: PhantomData }
    }
}

impl Node {
    /// Adds a condition that must hold too.
    #[must_use]
    pub(crate) fn and(self, other: Node) -> Node {
        match (self, other) {
            (Node::All(none), only) | (only, Node::All(none)) if none.is_empty() => only,
            (Node::All(mut all), other) => {
                all.push(other);
                Node::All(all)
            }
            (one, other) => Node::All(vec![one, other]),
        }
    }
}

impl<M> BitAnd for Filter<M> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self::of(Ok(self.node.and(other.node)))
    }
}

impl<M> BitOr for Filter<M> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self::of(Ok(match self.node {
            Node::Any(mut any) => {
                any.push(other.node);
                Node::Any(any)
            }
            one => Node::Any(vec![one, other.node]),
        }))
    }
}

impl<M> Not for Filter<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self::of(Ok(Node::Not(Box::new(self.node))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_cloned_whatever_its_model_is() {
        struct Unclonable;
        let filter: Filter<Unclonable> = Filter::sql("a > ?", [1]);
        assert_eq!(format!("{:?}", filter.clone()), format!("{filter:?}"));
    }
}
