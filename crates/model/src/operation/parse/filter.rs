//! Filters of documents: `{"age": {"gte": 18}, "name": "Ada", "any": [{…}, {…}]}`.

use serde::de::DeserializeOwned;

use super::keys::{Keys, expected, invalid};
use crate::operation::plan::FILTER_DEPTH_MAX;
use crate::operation::{Comparison, Filter, Is, Json, Refusal, Test};

const OPERATORS: &str =
    "eq, ne, gt, gte, lt, lte, like, ilike, in, not_in, between, is_null and is";

/// Reads an object of conditions that are all to be met.
pub(super) fn read(raw: &str) -> Result<Filter, Refusal> {
    object(raw, 0)
}

fn object(raw: &str, depth: usize) -> Result<Filter, Refusal> {
    if depth == FILTER_DEPTH_MAX {
        return Err(Refusal::LimitExceeded { what: "levels of filters", max: depth });
    }
    if !raw.starts_with('{') {
        return Err(expected("filter", "an object of columns with their conditions"));
    }
    let mut filters = Vec::new();
    for (name, raw) in Keys::read(raw)?.into_fields() {
        let raw = raw.get();
        match name.as_str() {
            // A column of such a name is told by what stands behind it.
            "any" if is_array_of_objects(raw) => filters.push(Filter::Any(list(raw, depth)?)),
            "all" if is_array_of_objects(raw) => filters.push(Filter::All(list(raw, depth)?)),
            "not" if is_filter(raw) => {
                filters.push(Filter::Not(Box::new(object(raw, depth + 1)?)));
            }
            _ => conditions(&name, raw, &mut filters)?,
        }
    }
    Ok(match <[Filter; 1]>::try_from(filters) {
        Ok([filter]) => filter,
        Err(filters) => Filter::All(filters),
    })
}

fn list(raw: &str, depth: usize) -> Result<Vec<Filter>, Refusal> {
    let items: Vec<&serde_json::value::RawValue> =
        serde_json::from_str(raw).map_err(|_| expected("filter", "arrays of filters"))?;
    items.iter().map(|raw| object(raw.get(), depth + 1)).collect()
}

fn is_array_of_objects(raw: &str) -> bool {
    raw.starts_with('[')
}

/// Tells whether an object is a filter, and not conditions on a column with the name `not`.
fn is_filter(raw: &str) -> bool {
    raw.starts_with('{')
}

/// Reads what stands behind a column: a value, NULL, or conditions by operator.
fn conditions(column: &str, raw: &str, filters: &mut Vec<Filter>) -> Result<(), Refusal> {
    let of = |test| Filter::Column { column: column.to_owned(), test };
    match raw.as_bytes().first() {
        Some(b'{') => {}
        Some(b'[') => {
            let what = "a value or conditions, as {\"in\": […]}";
            return Err(expected(&format!("filter.{column}"), what));
        }
        _ => {
            filters.push(of(equal(value(column, "eq", raw)?)));
            return Ok(());
        }
    }
    for (operator, raw) in Keys::read(raw)?.into_fields() {
        filters.push(condition(column, &operator, raw.get())?);
    }
    Ok(())
}

fn condition(column: &str, operator: &str, raw: &str) -> Result<Filter, Refusal> {
    let of = |test| Filter::Column { column: column.to_owned(), test };
    let compare = |comparison| Ok(of(Test::Compare(comparison, value(column, operator, raw)?)));
    let like = |fold_case| {
        let pattern = typed(column, operator, raw, "a pattern")?;
        Ok(of(Test::Like { pattern, fold_case }))
    };
    match operator {
        "eq" => Ok(of(equal(value(column, operator, raw)?))),
        "ne" => Ok(of(match value(column, operator, raw)? {
            Json::Null => Test::Is(Is::NotNull),
            value => Test::Compare(Comparison::NotEqual, value),
        })),
        "gt" => compare(Comparison::Greater),
        "gte" => compare(Comparison::GreaterOrEqual),
        "lt" => compare(Comparison::Less),
        "lte" => compare(Comparison::LessOrEqual),
        "like" => like(false),
        "ilike" => like(true),
        "in" => Ok(of(Test::In(typed(column, operator, raw, "an array of values")?))),
        "not_in" => {
            let values = typed(column, operator, raw, "an array of values")?;
            Ok(Filter::Not(Box::new(of(Test::In(values)))))
        }
        "between" => {
            let (from, to) = typed(column, operator, raw, "an array of two values")?;
            Ok(of(Test::Between(from, to)))
        }
        "is_null" => Ok(of(Test::Is(match typed(column, operator, raw, "true or false")? {
            true => Is::Null,
            false => Is::NotNull,
        }))),
        "is" => Ok(of(Test::Is(match typed(column, operator, raw, "true, false or null")? {
            Some(true) => Is::True,
            Some(false) => Is::False,
            None => Is::Null,
        }))),
        _ => Err(invalid(&format!(
            "'filter.{column}' has the operator '{operator}'; there are {OPERATORS}"
        ))),
    }
}

/// Nothing is equal to NULL; who asks for it means the rows without a value.
fn equal(value: Json) -> Test {
    match value {
        Json::Null => Test::Is(Is::Null),
        value => Test::Compare(Comparison::Equal, value),
    }
}

fn value(column: &str, operator: &str, raw: &str) -> Result<Json, Refusal> {
    typed(column, operator, raw, "a value")
}

fn typed<T: DeserializeOwned>(
    column: &str,
    operator: &str,
    raw: &str,
    what: &str,
) -> Result<T, Refusal> {
    serde_json::from_str(raw).map_err(|_| expected(&format!("filter.{column}.{operator}"), what))
}
