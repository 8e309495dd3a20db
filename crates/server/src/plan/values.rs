//! The text of a filter as values of its column's kind, bound as the engine stores them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::data::{Date, Decimal, Interval, Time, Timestamp, Type, Uuid, Value, write_json_string};
use crate::error::Error;
use crate::request::Json;
use crate::schema::Column;

/// How much of a value that is refused a message shows.
const SHOWN_LETTERS_MAX: usize = 100;

/// Answers the forms of a text that may stand in the column, to be compared for equality. An engine
/// without such a type stores a timestamp as text of more than one form, and any column without a
/// type both a number and its text.
pub(super) fn equal(column: &Column, text: &str) -> Result<Vec<Value>, Error> {
    let mut forms = vec![ordered(column, text)?];
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

/// Answers the one form of a text that the values of the column are ordered against.
pub(super) fn ordered(column: &Column, text: &str) -> Result<Value, Error> {
    read(column.kind, text).map_err(|expected| Error::InvalidValue {
        column: column.name.clone(),
        value: text.to_owned(),
        expected,
    })
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

/// Answers the value of a column that a record's JSON stands for.
pub(super) fn of_json(column: &Column, json: &Json) -> Result<Value, Error> {
    let said = |expected| Error::InvalidValue {
        column: column.name.clone(),
        value: shown(json),
        expected,
    };
    match json {
        Json::Null => Ok(Value::Null),
        Json::Text(text) if column.kind == Type::Any => Ok(Value::Text(text.clone())),
        Json::Text(text) if column.kind == Type::Json => {
            let mut document = String::new();
            // Writing to a string does not fail.
            let _ = write_json_string(text, &mut document);
            Ok(Value::Text(document))
        }
        Json::Text(text) => read(column.kind, text).map_err(said),
        Json::Bool(value) => match column.kind {
            Type::Bool | Type::Any => Ok(Value::Bool(*value)),
            Type::Json => Ok(Value::Text(value.to_string())),
            kind => Err(said(expected(kind))),
        },
        Json::Number(digits) => of_number(column.kind, digits).map_err(said),
        Json::Document(document) => match column.kind {
            Type::Json => Ok(Value::Text(document.clone())),
            kind => Err(said(expected(kind))),
        },
    }
}

/// Answers the value that JSON stands for where no column says more; `None` for a document.
pub(crate) fn free_value(json: &Json) -> Option<Value> {
    of_json(&Column::default(), json).ok()
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
        Type::Json => Ok(Value::Text(digits.to_owned())),
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
        _ => "text",
    }
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
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: Type, text: &str, expect: &str) {
        let column = Column { name: "c".into(), kind, ..Column::default() };
        let shown = match equal(&column, text) {
            Ok(forms) => format!("{forms:?}"),
            Err(error) => error.report().message,
        };
        assert_eq!(shown, expect, "{kind:?} {text}");
    }

    #[test]
    fn text_becomes_a_value_of_the_kind_of_its_column() {
        check(Type::I64, "9223372036854775807", "[I64(9223372036854775807)]");
        check(
            Type::I64,
            "9223372036854775808",
            "'9223372036854775808' is not a whole number of 64 bits, as 'c' takes",
        );
        check(Type::I64, "1 OR 1=1", "'1 OR 1=1' is not a whole number of 64 bits, as 'c' takes");
        check(Type::I64, "1.0", "'1.0' is not a whole number of 64 bits, as 'c' takes");
        check(Type::I64, "", "'' is not a whole number of 64 bits, as 'c' takes");
        check(Type::Text, "7", "[Text(\"7\")]");
        check(Type::F64, "0.1", "[F64(0.1)]");
        check(Type::F64, "NaN", "'NaN' is not a number, as 'c' takes");
        check(Type::Decimal, "007.50", "[Decimal(Decimal(\"7.50\"))]");
        check(Type::Bool, "true", "[Bool(true)]");
        check(Type::Bool, "yes", "'yes' is not true or false, as 'c' takes");
        check(Type::Bytes, "AP8=", "[Bytes([0, 255])]");
        check(Type::Bytes, "?", "'?' is not bytes in base64, as 'c' takes");
        check(
            Type::Vector,
            "1",
            "'1' is not a value that can be compared; use is.null or is.notnull, as 'c' takes",
        );
    }

    #[test]
    fn a_column_without_a_type_is_compared_with_a_number_and_its_text() {
        check(Type::Any, "5", "[I64(5), Text(\"5\")]");
        check(Type::Any, "0.5", "[F64(0.5), Text(\"0.5\")]");
        check(Type::Any, "007", "[Text(\"007\")]");
        check(Type::Any, "x", "[Text(\"x\")]");
    }

    #[test]
    fn json_becomes_a_value_of_the_kind_of_its_column() {
        let check = |kind: Type, json: Json, expect: &str| {
            let column = Column { name: "c".into(), kind, ..Column::default() };
            let shown = match of_json(&column, &json) {
                Ok(value) => format!("{value:?}"),
                Err(error) => error.report().message,
            };
            assert_eq!(shown, expect, "{kind:?} {json:?}");
        };
        let number = |digits: &str| Json::Number(digits.to_owned());
        let text = |text: &str| Json::Text(text.to_owned());
        let document = |text: &str| Json::Document(text.to_owned());
        check(Type::I64, Json::Null, "Null");
        check(Type::I64, number("9223372036854775807"), "I64(9223372036854775807)");
        check(Type::I64, number("2e3"), "I64(2000)");
        check(Type::I64, number("-2.0"), "I64(-2)");
        check(Type::I64, number("2.5"), "'2.5' is not a whole number of 64 bits, as 'c' takes");
        check(
            Type::I64,
            number("1e999999"),
            "'1e999999' is not a whole number of 64 bits, as 'c' takes",
        );
        check(Type::I64, Json::Bool(true), "'true' is not a whole number, as 'c' takes");
        check(Type::F64, number("0.1"), "F64(0.1)");
        check(Type::F64, number("1e999"), "'1e999' is not a number of 64 bits, as 'c' takes");
        check(
            Type::Decimal,
            number("12345678901234567890.10"),
            "Decimal(Decimal(\"12345678901234567890.10\"))",
        );
        check(Type::Text, text("7"), "Text(\"7\")");
        check(Type::Text, number("7"), "'7' is not text, as 'c' takes");
        check(Type::Text, document("[1]"), "'[1]' is not text, as 'c' takes");
        check(Type::Bool, Json::Bool(false), "Bool(false)");
        check(Type::Bool, number("1"), "Bool(true)");
        check(Type::Json, text("a\"b"), r#"Text("\"a\\\"b\"")"#);
        check(Type::Json, document("{\"a\":1.10}"), r#"Text("{\"a\":1.10}")"#);
        check(Type::Any, number("1.5"), "F64(1.5)");
        check(Type::Any, number("-12.50"), "F64(-12.5)");
        check(Type::Any, number("1e300"), "F64(1e300)");
        for inexact in ["12345678901234567890", "0.1234567890123456789", "1e999"] {
            let expect = format!("'{inexact}' is not a number that 64 bits hold, as 'c' takes");
            check(Type::Any, number(inexact), &expect);
        }
        check(Type::Any, text("007"), "Text(\"007\")");
        check(Type::Bytes, text("AP8="), "Bytes([0, 255])");
    }

    #[test]
    fn a_time_is_compared_with_the_forms_it_may_be_stored_in() {
        let forms = |kind, text: &str| {
            let column = Column { name: "c".into(), kind, ..Column::default() };
            equal(&column, text)
                .map(|forms| forms.iter().map(Value::to_json).collect::<Vec<_>>().join(" "))
        };
        let iso = "2024-01-02T03:04:05";
        let expect = format!("\"{iso}\" \"{iso}\"");
        assert_eq!(forms(Type::Timestamp, iso), Ok(expect));
        assert_eq!(
            forms(Type::Timestamp, "2024-01-02"),
            Ok("\"2024-01-02\" \"2024-01-02\"".into())
        );
        assert_eq!(forms(Type::Date, "1704164645"), Ok("1704164645 \"1704164645\"".into()));
        assert!(forms(Type::Timestamp, "yesterday").is_err());
    }
}
