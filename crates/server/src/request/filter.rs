//! Filters: `column=op.value` in the operators of PostgREST.

use super::list;
use crate::error::Error;

/// A condition on a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) column: String,
    /// Whether rows that do not meet the test are wanted.
    pub(crate) negated: bool,
    pub(crate) test: Test,
}

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Compare(Comparison, String),
    /// A pattern of `*` or `%` and `_`; with `fold_case`, without regard to case.
    Like {
        pattern: String,
        fold_case: bool,
    },
    In(Vec<String>),
    Is(Is),
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

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Is {
    Null,
    NotNull,
    True,
    False,
}

pub(super) const OPERATORS: &str =
    "eq, neq, gt, gte, lt, lte, like, ilike, in and is, after not. or not";

impl Filter {
    /// Reads a filter of a column.
    pub(crate) fn read(column: &str, text: &str, in_values_max: usize) -> Result<Self, Error> {
        let invalid = |reason: &str| Error::InvalidFilter {
            column: column.to_owned(),
            filter: text.to_owned(),
            reason: reason.to_owned(),
        };
        let (negated, rest) = match text.strip_prefix("not.") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let Some((operator, value)) = rest.split_once('.') else {
            return Err(invalid(&format!("has no operator; there are {OPERATORS}")));
        };
        let compare = |comparison| Test::Compare(comparison, value.to_owned());
        let test = match operator {
            "eq" => compare(Comparison::Equal),
            "neq" => compare(Comparison::NotEqual),
            "gt" => compare(Comparison::Greater),
            "gte" => compare(Comparison::GreaterOrEqual),
            "lt" => compare(Comparison::Less),
            "lte" => compare(Comparison::LessOrEqual),
            "like" => Test::Like { pattern: value.to_owned(), fold_case: false },
            "ilike" => Test::Like { pattern: value.to_owned(), fold_case: true },
            "in" => Test::In(values(value).ok_or_else(|| invalid("takes a list as (a,b)"))?),
            "is" => {
                Test::Is(is(value).ok_or_else(|| invalid("takes null, notnull, true or false"))?)
            }
            _ => {
                let reason = format!("has the operator '{operator}'; there are {OPERATORS}");
                return Err(invalid(&reason));
            }
        };
        match &test {
            Test::In(values) if values.len() > in_values_max => {
                Err(Error::LimitExceeded { what: "values in a list", max: in_values_max })
            }
            _ => Ok(Self { column: column.to_owned(), negated, test }),
        }
    }
}

fn values(text: &str) -> Option<Vec<String>> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    if inner.is_empty() {
        return Some(Vec::new());
    }
    Some(list::items(inner)?.into_iter().map(list::unquote).collect())
}

fn is(text: &str) -> Option<Is> {
    match text {
        "null" => Some(Is::Null),
        "notnull" => Some(Is::NotNull),
        "true" => Some(Is::True),
        "false" => Some(Is::False),
        _ => None,
    }
}
