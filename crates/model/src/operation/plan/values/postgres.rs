//! Values as PostgreSQL takes them: each of the type of its column, which the server holds to it.

use hypostyle_core::{Date, Time, Timestamp, Type, Value};
use hypostyle_schema::Column;
use serde_json::value::RawValue;

use super::{UNCOMPARED, expected, is_composed, read, whole};
use crate::operation::{Json, Record};

const DAY_MICROS: i64 = 86_400_000_000;

/// Reads a text that values of the column are compared with.
pub(super) fn compared(column: &Column, text: &str) -> Result<Value, &'static str> {
    match is_composed(column.kind) {
        // Documents are equal in many forms, and `json` not even to itself.
        true => Err(UNCOMPARED),
        false => of_text(column, text),
    }
}

/// Answers the value that JSON stands for; JSON of its own, NULL and truth values aside.
pub(super) fn of_json(column: &Column, json: &Json) -> Result<Value, &'static str> {
    match (column.kind, json) {
        (Type::List, Json::Document(document)) => list(document, element_of(&column.declared)),
        (Type::Map, Json::Document(document)) => map(document),
        (Type::Vector, Json::Document(document)) => vector(document),
        (kind @ (Type::List | Type::Map | Type::Vector), _) => Err(expected(kind)),
        (_, Json::Text(text)) => of_text(column, text),
        (_, Json::Number(digits)) => of_number(column, digits),
        (kind, _) => Err(expected(kind)),
    }
}

fn of_text(column: &Column, text: &str) -> Result<Value, &'static str> {
    match column.kind {
        Type::Text if !column.labels.is_empty() && !column.labels.iter().any(|l| l == text) => {
            Err("one of the values of its type")
        }
        // The server reads what it alone knows.
        Type::Text | Type::Native | Type::Any => Ok(Value::Text(text.to_owned())),
        Type::F32 => float32(text).map(Value::F32),
        Type::F64 => float64(text).map(Value::F64),
        Type::Date => Date::parse(text).map(Value::Date).map_err(|_| "a date"),
        Type::Time => Time::parse(text).map(Value::Time).map_err(|_| "a time"),
        Type::Timestamp => Timestamp::parse(text)
            .ok()
            .or_else(|| midnight(text))
            .map(Value::Timestamp)
            .ok_or("a timestamp without zone, or a date"),
        Type::TimestampTz => Timestamp::parse_tz(text)
            .ok()
            .or_else(|| midnight(text))
            .map(Value::TimestampTz)
            .ok_or("a timestamp with zone, or a date"),
        kind => read(kind, text),
    }
}

fn of_number(column: &Column, digits: &str) -> Result<Value, &'static str> {
    match column.kind {
        Type::I64 => read(Type::I64, &whole(digits)),
        Type::Bool | Type::Decimal => read(column.kind, digits),
        Type::F32 | Type::F64 | Type::Native => of_text(column, digits),
        kind => Err(expected(kind)),
    }
}

/// Reads a day as its first moment, in UTC.
fn midnight(text: &str) -> Option<Timestamp> {
    let day = Date::parse(text).ok()?;
    match day {
        Date::INFINITY => Some(Timestamp::INFINITY),
        Date::NEG_INFINITY => Some(Timestamp::NEG_INFINITY),
        day => i64::from(day.days()).checked_mul(DAY_MICROS).map(Timestamp::from_micros),
    }
}

/// Reads a float; a number beyond the range is no infinity.
fn float64(text: &str) -> Result<f64, &'static str> {
    let number = text.parse::<f64>().map_err(|_| "a number")?;
    match number.is_infinite() && !names_infinity(text) {
        true => Err("a number of 64 bits"),
        false => Ok(number),
    }
}

fn float32(text: &str) -> Result<f32, &'static str> {
    let number = text.parse::<f32>().map_err(|_| "a number")?;
    match number.is_infinite() && !names_infinity(text) {
        true => Err("a number of 32 bits"),
        false => Ok(number),
    }
}

fn names_infinity(text: &str) -> bool {
    text.contains(['i', 'I'])
}

/// Answers the declared type of the elements of an array.
fn element_of(declared: &str) -> &str {
    declared.trim_end_matches("[]")
}

/// Reads an array. Its elements go as text that the server reads by their type, which is not known
/// here, but for whether they are documents themselves.
fn list(document: &str, element: &str) -> Result<Value, &'static str> {
    let is_json = matches!(element, "json" | "jsonb");
    let items: Vec<Box<RawValue>> = serde_json::from_str(document).map_err(|_| "an array")?;
    let items = items.iter().map(|raw| match raw.get() {
        "null" => Ok(Value::Null),
        text if is_json => Ok(Value::Text(text.to_owned())),
        text => part(text),
    });
    items.collect::<Result<_, _>>().map(Value::List)
}

/// Reads an object as a composite value, field by field.
fn map(document: &str) -> Result<Value, &'static str> {
    let Record(fields) = serde_json::from_str(document).map_err(|_| "an object")?;
    let fields = fields.into_iter().map(|(name, json)| Ok((name, field(&json)?)));
    fields.collect::<Result<_, _>>().map(Value::Map)
}

fn part(raw: &str) -> Result<Value, &'static str> {
    field(&Json::read(raw).map_err(|_| "JSON")?)
}

fn field(json: &Json) -> Result<Value, &'static str> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Text(value.to_string()),
        Json::Number(text) | Json::Text(text) => Value::Text(text.clone()),
        Json::Document(document) if document.starts_with('[') => return list(document, ""),
        Json::Document(document) => return map(document),
    })
}

fn vector(document: &str) -> Result<Value, &'static str> {
    let items: Vec<Box<RawValue>> = serde_json::from_str(document).map_err(|_| "an array")?;
    let items = items.iter().map(|raw| float32(raw.get()).map_err(|_| expected(Type::Vector)));
    items.collect::<Result<_, _>>().map(Value::Vector)
}
