//! Filters: conditions on columns, and how they are joined.

use super::Json;

/// Which rows are meant. A row for which the engine cannot tell, since a value is NULL, is not.
///
/// # Examples
/// ```
/// use hypostyle_model::operation::{Comparison, Filter};
/// let adults = Filter::compare("age", Comparison::GreaterOrEqual, 18);
/// let ada = Filter::compare("name", Comparison::Equal, "Ada");
/// let filter = Filter::Any(vec![adults, Filter::Not(Box::new(ada))]);
/// # let _ = filter;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Those that meet all of these; without any, all rows.
    All(Vec<Self>),
    /// Those that meet one of these; without any, no row.
    Any(Vec<Self>),
    /// Those that do not meet it.
    Not(Box<Self>),
    /// Those whose value of a column passes a test.
    Column {
        /// The name of the column.
        column: String,
        /// What is asked of its value.
        test: Test,
    },
}

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It compares so with another.
    Compare(Comparison, Json),
    /// It matches a pattern of `*` or `%` for any text and `_` for a letter, each itself behind `\`.
    Like {
        /// The pattern.
        pattern: String,
        /// Whether upper and lower case are the same.
        fold_case: bool,
    },
    /// It is one of these.
    In(Vec<Json>),
    /// It is from the first to the second, both included.
    Between(Json, Json),
    /// It is this.
    Is(Is),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// They are the same.
    Equal,
    /// They are not the same.
    NotEqual,
    /// The value is greater.
    Greater,
    /// The value is greater, or the same.
    GreaterOrEqual,
    /// The value is less.
    Less,
    /// The value is less, or the same.
    LessOrEqual,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// NULL.
    Null,
    /// Any value but NULL.
    NotNull,
    /// True, or a number other than zero.
    True,
    /// False, or zero.
    False,
}

impl Filter {
    /// Compares a column with a value.
    pub fn compare(
        column: impl Into<String>,
        comparison: Comparison,
        value: impl Into<Json>,
    ) -> Self {
        Self::Column { column: column.into(), test: Test::Compare(comparison, value.into()) }
    }

    /// Counts the conditions on columns.
    pub(super) fn conditions(&self) -> usize {
        match self {
            Self::All(filters) | Self::Any(filters) => filters.iter().map(Self::conditions).sum(),
            Self::Not(filter) => filter.conditions(),
            Self::Column { .. } => 1,
        }
    }

    /// Counts how deep filters stand within filters.
    pub(super) fn depth(&self) -> usize {
        match self {
            Self::All(filters) | Self::Any(filters) => {
                1 + filters.iter().map(Self::depth).max().unwrap_or(0)
            }
            Self::Not(filter) => 1 + filter.depth(),
            Self::Column { .. } => 1,
        }
    }
}
