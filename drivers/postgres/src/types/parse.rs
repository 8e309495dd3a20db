//! Values in text form, for types whose binary form is not known and results without binary forms.

use std::borrow::Cow;

use hypostyle_core::{
    Date, DecimalRef, NativeFormat, Nested, Result, Time, Timestamp, Uuid, ValueRef,
};

use super::decode::malformed;
use super::nested::DIMENSIONS_MAX;
use super::sink::Sink;
use super::{Field, Kind, PgType};

/// Reads a value in text form; what depends on settings of the session and is not written as ISO
/// 8601 has it is carried as it is.
pub(super) fn text<S: Sink>(pg_type: &PgType, bytes: &[u8], sink: &mut S) -> Result<()> {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(pg_type.base(), text, sink),
        Err(_) => sink.push_native(&pg_type.name, NativeFormat::Text, bytes),
    }
}

fn read<S: Sink>(pg_type: &PgType, text: &str, sink: &mut S) -> Result<()> {
    let invalid = || malformed(pg_type, text.len());
    let native =
        |sink: &mut S| sink.push_native(&pg_type.name, NativeFormat::Text, text.as_bytes());
    match &pg_type.kind {
        Kind::Text | Kind::Char | Kind::Xml | Kind::Enum | Kind::Bit => sink.push_text(text),
        Kind::Array(element) if !text.starts_with('[') => {
            let mut rest = text;
            sink.push_list(|list| {
                read_items(element, &mut rest, 1, list).unwrap_or_else(|| Err(invalid()))
            })?;
            if rest.is_empty() { Ok(()) } else { Err(invalid()) }
        }
        Kind::Composite(fields) => {
            let mut rest = text;
            sink.push_map(|map| {
                read_fields(fields, &mut rest, map).unwrap_or_else(|| Err(invalid()))
            })?;
            if rest.is_empty() { Ok(()) } else { Err(invalid()) }
        }
        Kind::Domain(base) => read(base, text, sink),
        Kind::Vector => sink.push_vector(vector(text).ok_or_else(invalid)?.into_iter()),
        Kind::Bytea => match unhex(text) {
            Some(bytes) => sink.push(ValueRef::Bytes(&bytes)),
            None => native(sink),
        },
        Kind::Array(_) | Kind::Interval | Kind::Other => native(sink),
        Kind::Date | Kind::Time | Kind::Timestamp | Kind::TimestampTz => {
            match temporal(&pg_type.kind, text) {
                Some(value) => sink.push(value),
                None => native(sink),
            }
        }
        kind => sink.push(scalar(kind, text).ok_or_else(invalid)?),
    }
}

fn scalar<'a>(kind: &Kind, text: &'a str) -> Option<ValueRef<'a>> {
    Some(match kind {
        Kind::Bool => match text {
            "t" => ValueRef::Bool(true),
            "f" => ValueRef::Bool(false),
            _ => return None,
        },
        Kind::Int2 | Kind::Int4 | Kind::Int8 | Kind::Oid => ValueRef::I64(text.parse().ok()?),
        Kind::Float4 => ValueRef::F32(text.parse().ok()?),
        Kind::Float8 => ValueRef::F64(text.parse().ok()?),
        Kind::Numeric => ValueRef::Decimal(DecimalRef::from_canonical(text)?),
        Kind::Uuid => ValueRef::Uuid(Uuid::try_parse(text).ok()?),
        Kind::Json | Kind::Jsonb => ValueRef::Json(text),
        _ => return None,
    })
}

fn temporal(kind: &Kind, text: &str) -> Option<ValueRef<'static>> {
    Some(match kind {
        Kind::Date => ValueRef::Date(Date::parse(text).ok()?),
        Kind::Time => ValueRef::Time(Time::parse(text).ok()?),
        Kind::Timestamp => ValueRef::Timestamp(Timestamp::parse(text).ok()?),
        _ => ValueRef::TimestampTz(match text {
            "infinity" => Timestamp::INFINITY,
            "-infinity" => Timestamp::NEG_INFINITY,
            _ => Timestamp::parse_tz(text).ok()?,
        }),
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit =
        |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, []) = text.strip_prefix("\\x")?.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

fn vector(text: &str) -> Option<Vec<f32>> {
    let items = text.strip_prefix('[')?.strip_suffix(']')?;
    items.split(',').map(|item| item.parse().ok()).collect()
}

/// Reads `{item,…}`; `None` for what is malformed.
fn read_items(
    element: &PgType,
    rest: &mut &str,
    depth: usize,
    list: &mut Nested<'_>,
) -> Option<Result<()>> {
    *rest = rest.strip_prefix('{')?;
    if let Some(after) = rest.strip_prefix('}') {
        *rest = after;
        return Some(Ok(()));
    }
    loop {
        let read = if rest.starts_with('{') {
            if depth == DIMENSIONS_MAX {
                return None;
            }
            list.push_list(|list| {
                let read = read_items(element, rest, depth + 1, list);
                read.unwrap_or_else(|| Err(malformed(element, rest.len())))
            })
        } else if rest.starts_with('"') {
            text(element, unquoted(rest)?.as_bytes(), list)
        } else {
            match until(rest, ['{', '}'])? {
                "" => return None,
                item if item.eq_ignore_ascii_case("NULL") => list.push(ValueRef::Null),
                item => text(element, item.as_bytes(), list),
            }
        };
        if read.is_err() {
            return Some(read);
        }
        match take_sign(rest)? {
            ',' => {}
            '}' => return Some(Ok(())),
            _ => return None,
        }
    }
}

/// Reads `(field,…)`; `None` for what is malformed.
fn read_fields(fields: &[Field], rest: &mut &str, map: &mut Nested<'_>) -> Option<Result<()>> {
    *rest = rest.strip_prefix('(')?;
    for (at, field) in fields.iter().enumerate() {
        let read = map.push(ValueRef::Text(&field.name)).and_then(|()| {
            if rest.starts_with('"') {
                let item = unquoted(rest).ok_or_else(|| malformed(&field.pg_type, rest.len()))?;
                return text(&field.pg_type, item.as_bytes(), map);
            }
            match until(rest, ['(', ')']) {
                Some("") => map.push(ValueRef::Null),
                Some(item) => text(&field.pg_type, item.as_bytes(), map),
                None => Err(malformed(&field.pg_type, rest.len())),
            }
        });
        if read.is_err() {
            return Some(read);
        }
        let is_last = at + 1 == fields.len();
        if take_sign(rest)? != if is_last { ')' } else { ',' } {
            return None;
        }
    }
    if fields.is_empty() {
        *rest = rest.strip_prefix(')')?;
    }
    Some(Ok(()))
}

/// Takes `"…"` with what is escaped by a backslash or doubled.
fn unquoted<'a>(rest: &mut &'a str) -> Option<Cow<'a, str>> {
    let text = rest.strip_prefix('"')?;
    let mut item = Cow::Borrowed("");
    let mut plain_from = 0;
    let mut signs = text.char_indices();
    loop {
        let (at, sign) = signs.find(|(_, sign)| matches!(sign, '"' | '\\'))?;
        let after = &text[at + 1..];
        if sign == '"' && !after.starts_with('"') {
            *rest = after;
            item += &text[plain_from..at];
            return Some(item);
        }
        item += &text[plain_from..at];
        plain_from = at + 1;
        signs.next()?;
    }
}

/// Takes what stands before the next comma or bracket.
fn until<'a>(rest: &mut &'a str, brackets: [char; 2]) -> Option<&'a str> {
    let at = rest.find(|sign| sign == ',' || brackets.contains(&sign))?;
    let (item, after) = rest.split_at(at);
    *rest = after;
    Some(item)
}

fn take_sign(rest: &mut &str) -> Option<char> {
    let sign = rest.chars().next()?;
    *rest = &rest[sign.len_utf8()..];
    Some(sign)
}
