//! Schemas of values by the kind of their column: as answered, as written, as filtered by. Each is
//! one component that the columns refer to.

use serde_json::{Map, Value, json};

use super::{names, patterns};
use crate::data::Type;

pub(super) const KINDS: [Type; 22] = [
    Type::Any,
    Type::Bool,
    Type::I64,
    Type::U64,
    Type::I128,
    Type::U128,
    Type::F32,
    Type::F64,
    Type::Decimal,
    Type::Text,
    Type::Bytes,
    Type::Date,
    Type::Time,
    Type::Timestamp,
    Type::TimestampTz,
    Type::Interval,
    Type::Uuid,
    Type::Json,
    Type::Vector,
    Type::List,
    Type::Map,
    Type::Native,
];

/// Answers the schemas of all kinds.
pub(super) fn schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    for kind in KINDS {
        schemas.insert(component("value", kind), answered(kind));
        schemas.insert(component("filter", kind), filter(kind));
        if let Some(input) = written(kind) {
            schemas.insert(component("input", kind), input);
        }
    }
    schemas
}

/// Refers to the schema of values as they are answered.
pub(super) fn value(kind: Type) -> Value {
    names::schema(&component("value", kind))
}

/// Refers to the schema of values as they are written; `None` where only NULL can be.
pub(super) fn input(kind: Type) -> Option<Value> {
    written(kind).map(|_| names::schema(&component("input", kind)))
}

/// Refers to the schema of filters.
pub(super) fn filter_of(kind: Type) -> Value {
    names::schema(&component("filter", kind))
}

/// Answers a value of a kind as it is written.
pub(super) fn example(kind: Type) -> Value {
    match kind {
        Type::Bool => json!(true),
        Type::I64 | Type::U64 | Type::I128 | Type::U128 => json!(1),
        Type::F32 | Type::F64 | Type::Decimal => json!(1.5),
        Type::Bytes => json!("AP8="),
        Type::Date => json!("2024-05-06"),
        Type::Time => json!("07:08:09"),
        Type::Timestamp => json!("2024-05-06T07:08:09"),
        Type::TimestampTz => json!("2024-05-06T07:08:09Z"),
        Type::Interval => json!("P1DT2S"),
        Type::Uuid => json!("67e55044-10b1-426f-9247-bb680e5fe0c8"),
        Type::Json => json!({ "a": 1 }),
        _ => json!("text"),
    }
}

/// Answers a value of a kind as it stands in a URL.
pub(super) fn example_text(kind: Type) -> String {
    match example(kind) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn component(what: &str, kind: Type) -> String {
    format!("{what}.{}", kind.name())
}

fn answered(kind: Type) -> Value {
    let time = |example: &str| {
        json!({
            "anyOf": names::types(&["string", "number"]),
            "description": format!("As `{example}`; a number where it is stored as one"),
        })
    };
    match kind {
        Type::Bool => json!({ "type": "boolean" }),
        Type::I64 => whole(),
        Type::U64 | Type::U128 => json!({ "type": "integer", "minimum": 0 }),
        Type::I128 => json!({ "type": "integer" }),
        Type::F32 | Type::F64 | Type::Decimal => json!({
            "description": "A number with all its digits",
            "anyOf": [{ "type": "number" }, { "enum": ["NaN", "Infinity", "-Infinity"] }],
        }),
        Type::Text => json!({ "type": "string" }),
        Type::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
        Type::Date => time("2024-05-06"),
        Type::Time => time("07:08:09"),
        Type::Timestamp => time("2024-05-06T07:08:09"),
        Type::TimestampTz => time("2024-05-06T07:08:09Z"),
        Type::Interval => json!({ "type": "string", "description": "As `P1DT2S`" }),
        Type::Uuid => json!({ "type": "string", "format": "uuid" }),
        Type::Json => json!({ "description": "A JSON document" }),
        Type::Vector => json!({ "type": "array", "items": { "type": "number" } }),
        Type::List => json!({ "type": "array" }),
        Type::Map => json!({ "type": "object" }),
        _ => json!({
            "description": "The column has no type: a number, text, or bytes in base64",
            "anyOf": names::types(&["boolean", "number", "string", "null"]),
        }),
    }
}

fn written(kind: Type) -> Option<Value> {
    let text = patterns::written(kind).map(|form| format!("^{form}$"));
    let or_text = |schema: Value, description: &str| {
        json!({
            "description": description,
            "anyOf": [schema, { "type": "string", "pattern": text }],
        })
    };
    Some(match kind {
        Type::Bool => json!({
            "description": "`true` or `false`, as a number or text, too",
            "anyOf": [{ "type": "boolean" }, { "enum": [0, 1, "0", "1", "true", "false"] }],
        }),
        Type::I64 => or_text(whole(), "A whole number, in quotes, too"),
        Type::U64 | Type::I128 | Type::U128 => {
            or_text(answered(kind), "A whole number, in quotes, too")
        }
        Type::F32 | Type::F64 | Type::Decimal => {
            or_text(json!({ "type": "number" }), "A number, in quotes, too")
        }
        Type::Text => json!({ "type": "string" }),
        Type::Bytes => json!({ "type": "string", "contentEncoding": "base64", "pattern": text }),
        Type::Date | Type::Time | Type::Timestamp | Type::TimestampTz => {
            let description = format!("As `{}`, or a number", example_text(kind));
            or_text(json!({ "type": "number" }), &description)
        }
        Type::Interval => json!({ "type": "string", "pattern": text }),
        Type::Uuid => json!({ "type": "string", "format": "uuid", "pattern": text }),
        Type::Json => json!({
            "description": "A JSON document; `null` is NULL",
            "anyOf": names::types(&["boolean", "number", "string", "array", "object"]),
        }),
        Type::Any => json!({
            "description": "The column has no type: a number, text, `true` or `false`",
            "anyOf": names::types(&["boolean", "number", "string"]),
        }),
        _ => return None,
    })
}

fn filter(kind: Type) -> Value {
    let description = match patterns::compared(kind) {
        Some(_) => {
            "`op.value`: `eq`, `neq`, `gt`, `gte`, `lt`, `lte`, `like`, `ilike` (`*` for \
                    any text), `in.(a,b)`, `is.null`, `is.notnull`, `is.true`, `is.false`; `not.` \
                    before any"
        }
        None => {
            "`like`, `ilike` (`*` for any text), `is.null`, `is.notnull`, `is.true`, \
                 `is.false`; `not.` before any"
        }
    };
    let example = match patterns::compared(kind) {
        Some(_) => format!("eq.{}", example_text(kind)),
        None => "is.notnull".to_owned(),
    };
    json!({
        "type": "string",
        "description": description,
        "pattern": patterns::filter(kind),
        "examples": [example],
    })
}

fn whole() -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": i64::MIN, "maximum": i64::MAX })
}
