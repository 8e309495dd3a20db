//! Filters: `column=op.value` in the operators of PostgREST.

use super::list;
use crate::error::Error;
use crate::operation::{Comparison, Filter, Is, Json, Test};

pub(super) const OPERATORS: &str =
    "eq, neq, gt, gte, lt, lte, like, ilike, in and is, after not. or not";

/// Reads a filter of a column.
pub(super) fn read(column: &str, text: &str, in_values_max: usize) -> Result<Filter, Error> {
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
    let compare = |comparison| Test::Compare(comparison, value.into());
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
        "is" => Test::Is(is(value).ok_or_else(|| invalid("takes null, notnull, true or false"))?),
        _ => {
            let reason = format!("has the operator '{operator}'; there are {OPERATORS}");
            return Err(invalid(&reason));
        }
    };
    match &test {
        Test::In(values) if values.len() > in_values_max => {
            Err(Error::LimitExceeded { what: "values in a list", max: in_values_max })
        }
        _ => {
            let filter = Filter::Column { column: column.to_owned(), test };
            Ok(if negated { Filter::Not(Box::new(filter)) } else { filter })
        }
    }
}

fn values(text: &str) -> Option<Vec<Json>> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    if inner.is_empty() {
        return Some(Vec::new());
    }
    Some(list::items(inner)?.into_iter().map(|item| Json::Text(list::unquote(item))).collect())
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
