//! What the body of a request holds: records, read without losing a digit. All pure.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::document;
use crate::error::Error;

/// The most columns of a record; no engine makes tables with more.
const COLUMNS_MAX: usize = 2_000;

/// A value of a record as its JSON stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// The digits of a number, all of them.
    Number(String),
    Text(String),
    /// An array or an object, as it was written.
    Document(String),
}

/// Columns with their values, in the order of the body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record(pub(crate) Vec<(String, Json)>);

/// What is created at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NewRecords {
    One(Record),
    Many(Vec<Record>),
}

impl NewRecords {
    /// Reads an object, or an array of objects.
    pub(crate) fn read(body: &[u8], records_max: usize) -> Result<Self, Error> {
        let starts_array = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        if !starts_array {
            return Record::read(body).map(Self::One);
        }
        let records: Vec<Record> = serde_json::from_slice(body).map_err(invalid)?;
        match records.len() {
            0 => Err(Error::InvalidBody { reason: "holds no record".to_owned() }),
            count if count > records_max => {
                Err(Error::LimitExceeded { what: "records", max: records_max })
            }
            _ => Ok(Self::Many(records)),
        }
    }

    pub(crate) fn all(&self) -> &[Record] {
        match self {
            Self::One(record) => std::slice::from_ref(record),
            Self::Many(records) => records,
        }
    }
}

impl Record {
    /// Reads an object.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(body).map_err(invalid)
    }
}

fn invalid(error: serde_json::Error) -> Error {
    Error::InvalidBody { reason: format!("is not what is expected: {error}") }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Record;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of columns with their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
        let mut fields: Vec<(String, Json)> = Vec::new();
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if fields.len() == COLUMNS_MAX {
                return Err(A::Error::custom(format!("more than {COLUMNS_MAX} columns")));
            }
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("`{name}` stands twice")));
            }
            let raw = map.next_value::<Box<RawValue>>()?;
            fields.push((name, json(raw.get()).map_err(A::Error::custom)?));
        }
        Ok(Record(fields))
    }
}

/// Reads one value whose JSON is known to be valid.
pub(crate) fn json(raw: &str) -> Result<Json, serde_json::Error> {
    Ok(match raw.as_bytes().first() {
        Some(b'n') => Json::Null,
        Some(b't') => Json::Bool(true),
        Some(b'f') => Json::Bool(false),
        Some(b'"') => Json::Text(serde_json::from_str(raw)?),
        Some(b'[' | b'{') => {
            document::check(raw).map_err(serde_json::Error::custom)?;
            Json::Document(raw.to_owned())
        }
        _ => Json::Number(raw.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expect: &str) {
        let shown = match NewRecords::read(body.as_bytes(), 2) {
            Ok(records) => format!("{:?}", records.all().iter().map(|r| &r.0).collect::<Vec<_>>()),
            Err(error) => error.report().message,
        };
        assert!(shown.contains(expect), "{body}: {shown}");
    }

    #[test]
    fn values_keep_their_digits_and_documents_their_text() {
        check("{}", "[[]]");
        check(
            r#" {"a":12345678901234567890.10,"b":null,"c":true,"d":"x\u00e9"} "#,
            r#"[[("a", Number("12345678901234567890.10")), ("b", Null), ("c", Bool(true)), ("d", Text("xé"))]]"#,
        );
        check(r#"{"a":{"b": [1.0]}}"#, r#"[[("a", Document("{\"b\": [1.0]}"))]]"#);
        check(r#"[{"a":1},{"b":2}]"#, r#"[[("a", Number("1"))], [("b", Number("2"))]]"#);
    }

    #[test]
    fn what_is_no_record_is_refused_with_its_place() {
        check("", "The body is not what is expected: EOF");
        check("{\"a\":1,\n\"a\":2}", "`a` stands twice at line 2 column 3");
        check("7", "expected an object of columns with their values");
        check("[7]", "expected an object of columns with their values");
        check("[]", "The body holds no record");
        check("[{},{},{}]", "There are more than 2 records");
        check("{\"a\":01}", "invalid number");
        check("{} {}", "trailing characters");
        check("\u{feff}{}", "expected value");
        check(&format!("{{\"a\":{}}}", "[".repeat(500)), "The body is not what is expected");
    }
}
