//! Values of documents as values of their columns' kinds, bound as the engine stores them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use hypostyle_core::{
    Date, Decimal, Interval, Result, Time, Timestamp, Type, Uuid, Value, write_json_string,
};
use hypostyle_schema::Column;
use hypostyle_sql::Dialect;

use crate::operation::{Json, Refusal};

mod held;
mod postgres;

/// How much of a value that is refused a message shows.
const SHOWN_LETTERS_MAX: usize = 100;

/// What a document that is compared is not.
const UNCOMPARED: &str = "a value that can be compared; use is.null or is.notnull";

/// Answers the forms of a value that may stand in the column, to be compared for equality. An engine
/// without such a type stores a timestamp as text of more than one form, and any column without a
/// type both a number and its text.
pub(super) fn equal(column: &Column, json: &Json, dialect: Dialect) -> Result<Vec<Value>> {
    let mut forms = vec![ordered(column, json, dialect)?];
    let (Json::Text(text), Dialect::Sqlite) = (json, dialect) else { return Ok(forms) };
    let verbatim = Value::Text(text.to_owned());
    match column.kind {
        Type::Any | Type::Date | Type::Time | Type::Timestamp | Type::TimestampTz => {
            forms.push(verbatim);
        }
        Type::Uuid => {
            forms.push(verbatim);
            forms.extend(Uuid::try_parse(text).map(|uuid| Value::Bytes(uuid.as_bytes().to_vec())));
        }
        _ => {}
    }
    forms.dedup();
    Ok(forms)
}

/// Answers the one form of a value that the values of the column are ordered against.
pub(super) fn ordered(column: &Column, json: &Json, dialect: Dialect) -> Result<Value> {
    let read = match json {
        Json::Text(text) if dialect.is_postgres() => postgres::compared(column, text),
        Json::Text(text) => read(column.kind, text),
        Json::Null | Json::Document(_) => Err(UNCOMPARED),
        Json::Bool(_) | Json::Number(_) if is_composed(column.kind) => Err(UNCOMPARED),
        json => return of_json(column, json, dialect),
    };
    let read = read.and_then(|value| held::timed(column, value, dialect));
    read.map_err(|expected| invalid(column, json, expected))
}

/// Tells whether values of a kind have parts, so that they are equal in many forms.
fn is_composed(kind: Type) -> bool {
    matches!(kind, Type::Json | Type::List | Type::Map | Type::Vector)
}

/// Tells whether values of a kind are numbers.
pub(super) fn is_number(kind: Type) -> bool {
    matches!(
        kind,
        Type::I64 | Type::U64 | Type::I128 | Type::U128 | Type::F32 | Type::F64 | Type::Decimal
    )
}

fn read(kind: Type, text: &str) -> Result<Value, &'static str> {
    match kind {
        Type::Bool => match text {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            _ => Err("true or false"),
        },
        Type::I64 => text.parse().map(Value::I64).map_err(|_| "a whole number of 64 bits"),
        Type::U64 => text.parse().map(Value::U64).map_err(|_| "a whole number of 64 bits"),
        Type::I128 => text.parse().map(Value::I128).map_err(|_| "a whole number of 128 bits"),
        Type::U128 => text.parse().map(Value::U128).map_err(|_| "a whole number of 128 bits"),
        Type::F32 | Type::F64 => float(text).ok_or("a number"),
        Type::Decimal => text.parse::<Decimal>().map(Value::Decimal).map_err(|_| "a number"),
        Type::Any => Ok(number(text).unwrap_or_else(|| Value::Text(text.to_owned()))),
        Type::Text | Type::Json => Ok(Value::Text(text.to_owned())),
        Type::Bytes => STANDARD.decode(text).map(Value::Bytes).map_err(|_| "bytes in base64"),
        Type::Date => Date::parse(text).map(Value::Date).or_else(|_| raw_number(text, "a date")),
        Type::Time => Time::parse(text).map(Value::Time).or_else(|_| raw_number(text, "a time")),
        Type::Timestamp => Timestamp::parse(text)
            .map(Value::Timestamp)
            .or_else(|_| Date::parse(text).map(Value::Date))
            .or_else(|_| raw_number(text, "a timestamp without zone, or a date")),
        Type::TimestampTz => Timestamp::parse_tz(text)
            .map(Value::TimestampTz)
            .or_else(|_| Date::parse(text).map(Value::Date))
            .or_else(|_| raw_number(text, "a timestamp with zone, or a date")),
        Type::Interval => {
            Interval::parse(text).map(Value::Interval).map_err(|_| "an interval as P1DT2S")
        }
        Type::Uuid => Uuid::try_parse(text).map(Value::Uuid).map_err(|_| "a UUID"),
        _ => Err("a value that can be compared; use is.null or is.notnull"),
    }
}

/// Answers the value of a column's kind that JSON stands for.
pub(super) fn of_json(column: &Column, json: &Json, dialect: Dialect) -> Result<Value> {
    let value = match json {
        Json::Null => Ok(Value::Null),
        Json::Bool(value) if column.kind == Type::Bool => Ok(Value::Bool(*value)),
        json if column.kind == Type::Json => Ok(Value::Text(document(json))),
        json if dialect.is_postgres() => postgres::of_json(column, json),
        Json::Text(text) if column.kind == Type::Any => Ok(Value::Text(text.clone())),
        Json::Text(text) => read(column.kind, text),
        Json::Bool(value) if column.kind == Type::Any => Ok(Value::Bool(*value)),
        Json::Number(digits) => of_number(column.kind, digits),
        Json::Bool(_) | Json::Document(_) => Err(expected(column.kind)),
    };
    let value = value.and_then(|value| held::timed(column, value, dialect));
    value.map_err(|expected| invalid(column, json, expected))
}

/// Answers the value that is stored in a column for a record's JSON: it comes back the same.
pub(super) fn stored(column: &Column, json: &Json, dialect: Dialect) -> Result<Value> {
    let value = held::unrounded(column, of_json(column, json, dialect)?, dialect);
    value.map_err(|expected| invalid(column, json, expected))
}

/// Answers the value that JSON stands for where no column says more; `None` for a document.
pub fn free_value(json: &Json, dialect: Dialect) -> Option<Value> {
    match json {
        // PostgreSQL reads a number of any length; the statement says of which type.
        Json::Number(digits) if dialect.is_postgres() => {
            let whole = digits.parse().ok().map(Value::I64);
            whole.or_else(|| digits.parse().ok().map(Value::Decimal))
        }
        json => of_json(&Column::default(), json, Dialect::Sqlite).ok(),
    }
}

/// Writes JSON as the text of a document.
fn document(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(text) | Json::Document(text) => text.clone(),
        Json::Text(text) => {
            let mut document = String::new();
            // Writing to a string does not fail.
            let _ = write_json_string(text, &mut document);
            document
        }
    }
}

fn of_number(kind: Type, digits: &str) -> Result<Value, &'static str> {
    match kind {
        Type::I64 | Type::U64 | Type::I128 | Type::U128 => read(kind, &whole(digits)),
        Type::Bool | Type::F32 | Type::F64 | Type::Decimal => match read(kind, digits)? {
            Value::F64(value) if value.is_infinite() => Err("a number of 64 bits"),
            value => Ok(value),
        },
        Type::Any | Type::Date | Type::Time | Type::Timestamp | Type::TimestampTz => {
            let digits = whole(digits);
            let whole = digits.parse().map(Value::I64).ok();
            let exact = |value: &Value| match value {
                Value::F64(float) => is_exact(*float, &digits),
                _ => true,
            };
            let number = whole.or_else(|| float(&digits)).filter(exact);
            number.ok_or("a number that 64 bits hold")
        }
        kind => Err(expected(kind)),
    }
}

/// Tells whether a float is the number that stands there, and not one near it.
fn is_exact(float: f64, digits: &str) -> bool {
    let canonical = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    let shortest = Decimal::from_f64_shortest(float);
    shortest.as_ref().is_finite() && canonical(&shortest.to_string()) == canonical(digits)
}

/// Writes a whole number without point and exponent: in JSON `2.0` and `2e3` are whole, too.
fn whole(digits: &str) -> String {
    match digits.parse::<Decimal>().map(|decimal| decimal.to_string()) {
        Ok(text) => match text.split_once('.') {
            Some((whole, zeros)) if zeros.bytes().all(|digit| digit == b'0') => whole.to_owned(),
            _ => text,
        },
        Err(_) => digits.to_owned(),
    }
}

/// What a column of a kind takes, for messages about JSON of another kind.
fn expected(kind: Type) -> &'static str {
    match kind {
        Type::Bool => "true or false",
        Type::I64 | Type::U64 | Type::I128 | Type::U128 => "a whole number",
        Type::F32 | Type::F64 | Type::Decimal => "a number",
        Type::Any => "a number, text, true, false or null",
        Type::Bytes => "bytes in base64",
        Type::List => "an array",
        Type::Map => "an object",
        Type::Vector => "an array of numbers",
        _ => "text",
    }
}

fn invalid(column: &Column, json: &Json, expected: &'static str) -> hypostyle_core::Error {
    Refusal::InvalidValue { column: column.name.clone(), value: shown(json), expected }.into()
}

/// The value as messages show it.
fn shown(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Text(text) | Json::Number(text) | Json::Document(text) => {
            text.chars().take(SHOWN_LETTERS_MAX).collect()
        }
    }
}

/// NaN equals nothing and SQLite stores none.
fn float(text: &str) -> Option<Value> {
    text.parse::<f64>().ok().filter(|value| !value.is_nan()).map(Value::F64)
}

/// Reads a number in its canonical form, so that `007` stays text.
fn number(text: &str) -> Option<Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return (whole.to_string() == text).then_some(Value::I64(whole));
    }
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite())?;
    (value.to_string() == text).then_some(Value::F64(value))
}

/// Applications also store times as numbers.
fn raw_number(text: &str, expected: &'static str) -> Result<Value, &'static str> {
    number(text).ok_or(expected)
}

#[cfg(test)]
mod tests;
