//! Values as JSON, exact: integers and decimals keep every digit, in the text of the document.

use std::fmt::{self, Write};

use super::{Value, ValueRef};

/// Writes a value as JSON.
///
/// # Shape
/// Integers and finite decimals are JSON numbers with all their digits; NaN and infinities are
/// strings, timestamps ISO 8601 strings, bytes base64 strings. JSON documents stand as they are, on
/// one line; text that only claims to be JSON is a string, so that it cannot break out of its place.
///
/// # Errors
/// Those of `out` only.
pub fn write_json(value: ValueRef<'_>, out: &mut impl Write) -> fmt::Result {
    match value {
        ValueRef::Null => out.write_str("null"),
        ValueRef::Bool(value) => write!(out, "{value}"),
        ValueRef::I64(value) => write!(out, "{value}"),
        ValueRef::U64(value) => write!(out, "{value}"),
        ValueRef::I128(value) => write!(out, "{value}"),
        ValueRef::U128(value) => write!(out, "{value}"),
        ValueRef::F32(value) if value.is_finite() => write!(out, "{value:?}"),
        ValueRef::F64(value) if value.is_finite() => write!(out, "{value:?}"),
        ValueRef::F32(value) => not_finite(f64::from(value), out),
        ValueRef::F64(value) => not_finite(value, out),
        ValueRef::Decimal(value) if value.is_finite() => out.write_str(value.as_str()),
        ValueRef::Decimal(value) => write!(out, "\"{value}\""),
        ValueRef::Text(value) => write_json_string(value, out),
        ValueRef::Bytes(value) => bytes(value, out),
        ValueRef::Date(value) => write!(out, "\"{}\"", value.text()),
        ValueRef::Time(value) => write!(out, "\"{}\"", value.text()),
        ValueRef::Timestamp(value) => write!(out, "\"{}\"", value.iso("")),
        ValueRef::TimestampTz(value) => write!(out, "\"{}\"", value.iso("Z")),
        ValueRef::Interval(value) => write!(out, "\"{}\"", value.iso()),
        ValueRef::Uuid(value) => write!(out, "\"{value}\""),
        ValueRef::Json(value) => document(value, out),
        ValueRef::Vector(value) => sequence(value.iter().map(ValueRef::F32), out),
        ValueRef::List(value) => sequence(value.iter(), out),
        ValueRef::Map(value) => {
            out.write_char('{')?;
            for (at, (name, item)) in value.iter().enumerate() {
                if at > 0 {
                    out.write_char(',')?;
                }
                write_json_string(name, out)?;
                out.write_char(':')?;
                write_json(item, out)?;
            }
            out.write_char('}')
        }
        ValueRef::Native(value) => match value.text() {
            Some(text) => write_json_string(text, out),
            None => bytes(value.bytes(), out),
        },
    }
}

/// Writes a JSON string with what must be escaped escaped.
///
/// # Errors
/// Those of `out` only.
pub fn write_json_string(text: &str, out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1f => "",
            _ => continue,
        };
        out.write_str(&text[plain_from..at])?;
        if escape.is_empty() {
            write!(out, "\\u{byte:04x}")?;
        } else {
            out.write_str(escape)?;
        }
        plain_from = at + 1;
    }
    out.write_str(&text[plain_from..])?;
    out.write_char('"')
}

impl Value {
    /// Writes the value as a JSON document; see [`write_json`].
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = write_json(self.as_ref(), &mut out);
        out
    }
}

fn sequence<'a>(items: impl Iterator<Item = ValueRef<'a>>, out: &mut impl Write) -> fmt::Result {
    out.write_char('[')?;
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.write_char(',')?;
        }
        write_json(item, out)?;
    }
    out.write_char(']')
}

fn document(text: &str, out: &mut impl Write) -> fmt::Result {
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return write_json_string(text, out);
    }
    // In a valid document line breaks stand between tokens only.
    for (at, line) in text.split(['\n', '\r']).enumerate() {
        out.write_str(if at == 0 { "" } else { " " })?;
        out.write_str(line)?;
    }
    Ok(())
}

fn bytes(bytes: &[u8], out: &mut impl Write) -> fmt::Result {
    let engine = base64::engine::general_purpose::STANDARD;
    write!(out, "\"{}\"", base64::display::Base64Display::new(bytes, &engine))
}

fn not_finite(value: f64, out: &mut impl Write) -> fmt::Result {
    out.write_str(match (value.is_nan(), value > 0.0) {
        (true, _) => "\"NaN\"",
        (false, true) => "\"Infinity\"",
        (false, false) => "\"-Infinity\"",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Decimal, Timestamp};

    #[track_caller]
    fn check(value: Value, expect: &str) {
        assert_eq!(value.to_json(), expect);
    }

    #[test]
    fn json_keeps_every_digit() {
        check(Value::I64(i64::MAX), "9223372036854775807");
        check(Value::U64(u64::MAX), "18446744073709551615");
        check(Value::I128(i128::MIN), "-170141183460469231731687303715884105728");
        check(
            Value::Decimal("0.10000000000000000000000001".parse::<Decimal>().unwrap()),
            "0.10000000000000000000000001",
        );
        check(Value::Decimal("NaN".parse::<Decimal>().unwrap()), "\"NaN\"");
        check(Value::F64(0.1 + 0.2), "0.30000000000000004");
        check(Value::F64(f64::NEG_INFINITY), "\"-Infinity\"");
        check(Value::TimestampTz(Timestamp::from_micros(1)), "\"1970-01-01T00:00:00.000001Z\"");
        check(Value::Text("a\"\\\n\u{1}é".into()), "\"a\\\"\\\\\\n\\u0001é\"");
        check(Value::Bytes(vec![0, 255]), "\"AP8=\"");
        check(Value::List(vec![Value::Null, Value::Vector(vec![0.5])]), "[null,[0.5]]");
        check(Value::Map(vec![("a".into(), Value::Json("{}".into()))]), "{\"a\":{}}");
        check(Value::Json("{\"a\":\n [1.10]}".into()), "{\"a\":  [1.10]}");
        check(Value::Json("1},{\"x\":2".into()), "\"1},{\\\"x\\\":2\"");
        check(Value::Json(String::new()), "\"\"");
    }
}
