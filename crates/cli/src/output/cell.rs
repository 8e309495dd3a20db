//! One value as text for people and for CSV.

use hypostyle::core::{NativeFormat, ValueRef, write_json};

/// The bytes of a binary value that a table shows.
const BYTES_SHOWN_MAX: usize = 16;

/// Appends a value as CSV has it: text as it is, moments with a blank between day and time,
/// everything else as in JSON, without quotes.
pub(super) fn write_plain(value: ValueRef<'_>, out: &mut String) {
    match value {
        ValueRef::Null => {}
        ValueRef::Text(text) | ValueRef::Json(text) => out.push_str(text),
        ValueRef::Timestamp(at) => out.push_str(at.text().as_str()),
        ValueRef::TimestampTz(at) => out.push_str(at.text_tz().as_str()),
        ValueRef::Native(native) if native.format() == NativeFormat::Text => {
            out.push_str(&String::from_utf8_lossy(native.bytes()));
        }
        value => {
            let from = out.len();
            // Writing to a string does not fail.
            let _ = write_json(value, out);
            if out[from..].starts_with('"') {
                out.remove(from);
                out.pop();
            }
        }
    }
}

/// Appends a value as a table shows it: on one line, without anything a terminal would obey.
pub(super) fn write_shown(value: ValueRef<'_>, out: &mut String) {
    match value {
        ValueRef::Null => out.push_str("NULL"),
        ValueRef::Bytes(bytes) => write_bytes(bytes, out),
        value => {
            let from = out.len();
            write_plain(value, out);
            if out[from..].contains(is_obeyed) {
                let made_visible: String = out[from..].chars().map(visible).collect();
                out.truncate(from);
                out.push_str(&made_visible);
            }
        }
    }
}

/// Tells whether a table sets the value to the right.
pub(super) fn is_number(value: ValueRef<'_>) -> bool {
    matches!(
        value,
        ValueRef::I64(_)
            | ValueRef::U64(_)
            | ValueRef::I128(_)
            | ValueRef::U128(_)
            | ValueRef::F32(_)
            | ValueRef::F64(_)
            | ValueRef::Decimal(_)
    )
}

fn write_bytes(bytes: &[u8], out: &mut String) {
    use std::fmt::Write as _;
    out.push_str("x'");
    for byte in bytes.iter().take(BYTES_SHOWN_MAX) {
        let _ = write!(out, "{byte:02x}");
    }
    if bytes.len() > BYTES_SHOWN_MAX {
        let _ = write!(out, "…' ({} bytes)", bytes.len());
    } else {
        out.push('\'');
    }
}

/// Control characters, and those that turn the direction of what follows.
fn is_obeyed(each: char) -> bool {
    each.is_control() || matches!(each, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn visible(each: char) -> char {
    match each {
        '\n' => '↵',
        '\t' => '→',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(each)).unwrap_or('·'),
        each if is_obeyed(each) => '·',
        each => each,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hypostyle::core::{Timestamp, Value};

    #[track_caller]
    fn check(value: Value, plain: &str, shown: &str) {
        let (mut as_plain, mut as_shown) = (String::new(), String::new());
        write_plain(value.as_ref(), &mut as_plain);
        write_shown(value.as_ref(), &mut as_shown);
        assert_eq!((as_plain.as_str(), as_shown.as_str()), (plain, shown));
    }

    #[test]
    fn values_are_written_for_programs_and_for_people() {
        check(Value::Null, "", "NULL");
        check(Value::Bool(true), "true", "true");
        check(Value::I64(-7), "-7", "-7");
        check(Value::Decimal("1.50".parse().unwrap()), "1.50", "1.50");
        check(
            Value::Text("a\nb\tc\u{1b}[31m\u{202e}".into()),
            "a\nb\tc\u{1b}[31m\u{202e}",
            "a↵b→c␛[31m·",
        );
        check(Value::Bytes(vec![0, 255]), "AP8=", "x'00ff'");
        check(
            Value::Bytes(vec![1; 17]),
            "AQEBAQEBAQEBAQEBAQEBAQE=",
            "x'01010101010101010101010101010101…' (17 bytes)",
        );
        let at = Timestamp::parse("2025-12-31T23:59:52").unwrap();
        check(Value::Timestamp(at), "2025-12-31 23:59:52", "2025-12-31 23:59:52");
        check(Value::Json("{\"a\": 1}".into()), "{\"a\": 1}", "{\"a\": 1}");
        check(Value::List(vec![Value::I64(1), Value::Text("x".into())]), "[1,\"x\"]", "[1,\"x\"]");
    }
}
