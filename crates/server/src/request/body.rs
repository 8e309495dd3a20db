//! What the body of a request holds: records, read without losing a digit. All pure.

use crate::error::Error;
use crate::operation::Record;

/// What is created at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewRecords {
    pub(crate) records: Vec<Record>,
    /// Whether the body is an object, and no array.
    pub(crate) is_one: bool,
}

impl NewRecords {
    /// Reads an object, or an array of objects.
    pub(crate) fn read(body: &[u8], records_max: usize) -> Result<Self, Error> {
        let starts_array = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        if !starts_array {
            return Ok(Self { records: vec![record(body)?], is_one: true });
        }
        let records: Vec<Record> = serde_json::from_slice(body).map_err(invalid)?;
        match records.len() {
            0 => Err(Error::InvalidBody { reason: "holds no record".to_owned() }),
            count if count > records_max => {
                Err(Error::LimitExceeded { what: "records", max: records_max })
            }
            _ => Ok(Self { records, is_one: false }),
        }
    }
}

/// Reads an object.
pub(crate) fn record(body: &[u8]) -> Result<Record, Error> {
    serde_json::from_slice(body).map_err(invalid)
}

fn invalid(error: serde_json::Error) -> Error {
    Error::InvalidBody { reason: format!("is not what is expected: {error}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expect: &str) {
        let shown = match NewRecords::read(body.as_bytes(), 2) {
            Ok(records) => {
                format!("{:?}", records.records.iter().map(|r| &r.0).collect::<Vec<_>>())
            }
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
