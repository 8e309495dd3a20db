//! Rows in the text format of COPY.
//!
//! # Source
//! <https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS>

use std::borrow::Cow;

use super::Fields;
use super::head::TextFormat;

/// Reads the row at the beginning of a text, and answers its length with the end of its line.
pub(super) fn read<'a>(
    text: &'a str,
    format: &TextFormat,
    fields: &mut Fields<'a>,
) -> Result<usize, String> {
    let bytes = text.as_bytes();
    let (mut start, mut at) = (0, 0);
    loop {
        let is_end = matches!(bytes.get(at), None | Some(b'\n'));
        if is_end || bytes.get(at) == Some(&format.delimiter) {
            let raw = text.get(start..at).unwrap_or_default();
            let raw = if is_end { raw.strip_suffix('\r').unwrap_or(raw) } else { raw };
            fields.push(field(raw, &format.null)?);
            if is_end {
                return Ok((at + 1).min(bytes.len()));
            }
            start = at + 1;
        }
        // What follows a backslash neither parts fields nor ends the row.
        at += if bytes.get(at) == Some(&b'\\') { 2 } else { 1 };
        at = at.min(bytes.len());
    }
}

fn field<'a>(raw: &'a str, null: &str) -> Result<Option<Cow<'a, str>>, String> {
    if raw == null {
        return Ok(None);
    }
    match raw.contains('\\') {
        true => unescaped(raw).map(|text| Some(text.into())),
        false => Ok(Some(raw.into())),
    }
}

fn unescaped(raw: &str) -> Result<String, String> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some((&escape, after)) = rest.split_first() else { break };
        rest = after;
        out.push(match escape {
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'0'..=b'7' => number(u32::from(escape - b'0'), &mut rest, 8, 2),
            b'x' if rest.first().is_some_and(u8::is_ascii_hexdigit) => number(0, &mut rest, 16, 2),
            other => other,
        });
    }
    String::from_utf8(out).map_err(|_| "it is not UTF-8".to_owned())
}

/// Reads up to `more` further digits.
fn number(begun: u32, rest: &mut &[u8], radix: u32, more: usize) -> u8 {
    let mut value = begun;
    for _ in 0..more {
        let Some((first, after)) = rest.split_first() else { break };
        let Some(digit) = char::from(*first).to_digit(radix) else { break };
        value = value * radix + digit;
        *rest = after;
    }
    u8::try_from(value & 0xff).unwrap_or_default()
}
