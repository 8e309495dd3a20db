//! Values written into the text of a statement, and into the fields of a file to load.

use std::io::Write as _;

use hypostyle_core::{Result, Uuid, ValueRef};

use super::encode::{Day, Form, form};
use super::moment::clock;

/// Appends a value as a literal of SQL, in a session without `NO_BACKSLASH_ESCAPES`.
///
/// # Errors
/// As [`encode`](super::encode).
pub(crate) fn literal(value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
    match form(value)? {
        Form::Null => out.extend_from_slice(b"NULL"),
        Form::Text(text) => quoted(text.as_bytes(), out),
        Form::Bytes(bytes) => {
            out.extend_from_slice(b"_binary");
            quoted(&bytes, out);
        }
        form @ (Form::Date(_) | Form::Timestamp(..) | Form::Time(_) | Form::Uuid(_)) => {
            out.push(b'\'');
            plain(form, out);
            out.push(b'\'');
        }
        form => plain(form, out),
    }
    Ok(())
}

/// Appends a value as a field of `LOAD DATA`, whose fields end with a tab, lines with a line feed,
/// and whose escape is a backslash. Bytes are hexadecimal digits, for `UNHEX`.
///
/// # Errors
/// As [`encode`](super::encode).
pub(crate) fn load_field(value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
    match form(value)? {
        Form::Null => out.extend_from_slice(b"\\N"),
        Form::Text(text) => escaped(text.as_bytes(), out, |byte| match byte {
            b'\t' => Some(b't'),
            b'\n' => Some(b'n'),
            b'\\' => Some(b'\\'),
            0 => Some(b'0'),
            _ => None,
        }),
        Form::Bytes(bytes) => {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            let digit = |half: u8| DIGITS[usize::from(half & 0xF)];
            out.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]));
        }
        form => plain(form, out),
    }
    Ok(())
}

fn quoted(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'\'');
    escaped(bytes, out, |byte| match byte {
        b'\'' | b'\\' => Some(byte),
        0 => Some(b'0'),
        _ => None,
    });
    out.push(b'\'');
}

/// Appends bytes, those for which there is a sign as a backslash and that sign.
#[inline]
fn escaped(bytes: &[u8], out: &mut Vec<u8>, sign: impl Fn(u8) -> Option<u8>) {
    let mut plain_from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if let Some(sign) = sign(*byte) {
            out.extend_from_slice(&bytes[plain_from..at]);
            out.extend_from_slice(&[b'\\', sign]);
            plain_from = at + 1;
        }
    }
    out.extend_from_slice(&bytes[plain_from..]);
}

/// Appends what needs neither quotes nor escapes.
fn plain(form: Form<'_>, out: &mut Vec<u8>) {
    // Writing into memory does not fail.
    let _ = match form {
        Form::Bool(value) => write!(out, "{}", u8::from(value)),
        Form::I64(value) => write!(out, "{value}"),
        Form::U64(value) => write!(out, "{value}"),
        // With an exponent it is a float, without one a decimal; a `double` then has all digits.
        Form::F32(value) => write!(out, "{:e}", f64::from(value)),
        Form::F64(value) => write!(out, "{value:e}"),
        Form::Decimal(text) => out.write_all(text.as_bytes()),
        Form::Date(day) => {
            put_day(day, out);
            Ok(())
        }
        Form::Timestamp(day, micros) => {
            put_day(day, out);
            out.push(b' ');
            put_clock(micros, out);
            Ok(())
        }
        Form::Time(micros) => {
            put_clock(micros, out);
            Ok(())
        }
        Form::Uuid(value) => {
            let mut text = Uuid::encode_buffer();
            out.write_all(value.hyphenated().encode_lower(&mut text).as_bytes())
        }
        Form::Null | Form::Text(_) | Form::Bytes(_) => Ok(()),
    };
}

fn put_day((year, month, day): Day, out: &mut Vec<u8>) {
    put_digits(year.into(), 4, out);
    out.push(b'-');
    put_digits(month.into(), 2, out);
    out.push(b'-');
    put_digits(day.into(), 2, out);
}

fn put_clock(micros: i64, out: &mut Vec<u8>) {
    let (hours, minute, second, rest) = clock(micros.unsigned_abs());
    if micros < 0 {
        out.push(b'-');
    }
    put_digits(hours, if hours > 99 { 3 } else { 2 }, out);
    out.push(b':');
    put_digits(minute.into(), 2, out);
    out.push(b':');
    put_digits(second.into(), 2, out);
    if rest != 0 {
        out.push(b'.');
        put_digits(rest.into(), 6, out);
    }
}

/// Appends the last digits of a number.
fn put_digits(mut number: u64, count: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + count, b'0');
    for digit in out[start..].iter_mut().rev() {
        *digit += (number % 10).to_le_bytes()[0];
        number /= 10;
    }
}
