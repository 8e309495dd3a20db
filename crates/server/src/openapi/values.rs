//! Schemas of values by the kind of their column: as answered, as written, as filtered by. Each is
//! one component that the columns refer to.

use serde_json::{Map, Value, json};

use super::{names, patterns};
use crate::data::Type;
use crate::schema::Column;
use crate::sql::Dialect;

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
pub(super) fn schemas(dialect: Dialect) -> Map<String, Value> {
    let mut schemas = Map::new();
    for kind in KINDS {
        schemas.insert(component("value", kind), answered(kind, dialect));
        schemas.insert(component("filter", kind), filter(kind, dialect));
        if let Some(input) = written(kind, dialect) {
            schemas.insert(component("input", kind), input);
        }
    }
    schemas
}

/// Answers the schema of a column's values as they are answered, or refers to it.
pub(super) fn value(column: &Column) -> Value {
    match column.labels.as_slice() {
        [] => names::schema(&component("value", column.kind)),
        labels => one_of(labels),
    }
}

/// Answers the schema of a column's values as they are written, or refers to it; `None` where only
/// NULL can be.
pub(super) fn input(column: &Column, dialect: Dialect) -> Option<Value> {
    match column.labels.as_slice() {
        [] => {
            written(column.kind, dialect).map(|_| names::schema(&component("input", column.kind)))
        }
        labels => Some(one_of(labels)),
    }
}

/// Answers the schema of a column's filters, or refers to it.
pub(super) fn filter_of(column: &Column) -> Value {
    match column.labels.as_slice() {
        [] => names::schema(&component("filter", column.kind)),
        [first, ..] => json!({
            "type": "string",
            "description": COMPARED,
            "pattern": patterns::filter_of_labels(&column.labels),
            "examples": [format!("eq.{first}")],
        }),
    }
}

fn one_of(labels: &[String]) -> Value {
    json!({ "type": "string", "enum": labels })
}

/// Answers a value of a column as it is written.
pub(super) fn example_of(column: &Column) -> Value {
    match column.labels.first() {
        Some(label) => json!(label),
        None => example(column.kind),
    }
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
        Type::List => json!([]),
        Type::Map => json!({}),
        Type::Vector => json!([0.5]),
        _ => json!("text"),
    }
}

/// Answers a value of a column as it stands in a URL.
pub(super) fn example_text(column: &Column) -> String {
    text_of(example_of(column))
}

fn text_of(example: Value) -> String {
    match example {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn component(what: &str, kind: Type) -> String {
    format!("{what}.{}", kind.name())
}

fn answered(kind: Type, dialect: Dialect) -> Value {
    let time = |example: &str| match dialect.is_postgres() {
        true => json!({ "type": "string", "description": format!("As `{example}`") }),
        false => json!({
            "anyOf": names::types(&["string", "number"]),
            "description": format!("As `{example}`; a number where it is stored as one"),
        }),
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
        Type::Native if dialect.is_postgres() => json!({
            "description": "As the database writes it", "type": "string",
        }),
        _ => json!({
            "description": "The column has no type: a number, text, or bytes in base64",
            "anyOf": names::types(&["boolean", "number", "string", "null"]),
        }),
    }
}

fn written(kind: Type, dialect: Dialect) -> Option<Value> {
    let is_postgres = dialect.is_postgres();
    let text = patterns::written(kind, dialect).map(|form| format!("^{form}$"));
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
            or_text(answered(kind, dialect), "A whole number, in quotes, too")
        }
        Type::F32 if is_postgres => or_text(float32(), "A number, in quotes, too"),
        Type::F32 | Type::F64 | Type::Decimal => {
            or_text(json!({ "type": "number" }), "A number, in quotes, too")
        }
        Type::Text => json!({ "type": "string" }),
        Type::Bytes => json!({ "type": "string", "contentEncoding": "base64", "pattern": text }),
        Type::Date | Type::Time | Type::Timestamp | Type::TimestampTz if is_postgres => {
            let description = format!("As `{}`", text_of(example(kind)));
            json!({ "type": "string", "description": description, "pattern": text })
        }
        Type::Date | Type::Time | Type::Timestamp | Type::TimestampTz => {
            let description = format!("As `{}`, or a number", text_of(example(kind)));
            or_text(json!({ "type": "number" }), &description)
        }
        Type::Native if is_postgres => json!({
            "description": "As the database reads it", "anyOf": names::types(&["number", "string"]),
        }),
        Type::List if is_postgres => json!({ "type": "array" }),
        Type::Map if is_postgres => json!({
            "description": "A value for each field", "type": "object",
        }),
        Type::Vector if is_postgres => json!({ "type": "array", "items": float32() }),
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

const COMPARED: &str = "`op.value`: `eq`, `neq`, `gt`, `gte`, `lt`, `lte`, `like`, `ilike` (`*` \
                        for any text), `in.(a,b)`, `is.null`, `is.notnull`; `not.` before any";

fn filter(kind: Type, dialect: Dialect) -> Value {
    let is_compared = patterns::compared(kind, dialect).is_some();
    let mut description = match is_compared {
        true => COMPARED.to_owned(),
        false => "`like`, `ilike` (`*` for any text), `is.null`, `is.notnull`; `not.` before any"
            .to_owned(),
    };
    if patterns::is_of_truth(kind, dialect) {
        description = description.replace("`is.notnull`", "`is.notnull`, `is.true`, `is.false`");
    }
    let example = match is_compared {
        true => format!("eq.{}", text_of(example(kind))),
        false => "is.notnull".to_owned(),
    };
    json!({
        "type": "string",
        "description": description,
        "pattern": patterns::filter(kind, dialect),
        "examples": [example],
    })
}

fn float32() -> Value {
    json!({ "type": "number", "minimum": -3.4e38, "maximum": 3.4e38 })
}

fn whole() -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": i64::MIN, "maximum": i64::MAX })
}
