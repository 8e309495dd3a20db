//! The text forms that PostgreSQL parses, exact to the last digit.

use std::borrow::Cow;
use std::fmt::Display;

use hypostyle_core::{Error, ErrorKind, ListRef, MapRef, Result, Timestamp, ValueRef, write_json};

use super::{Field, Kind, PgType, builtin, exact, temporal};

/// The bytes of a `name`, without the NUL at its end.
const NAME_BYTES_MAX: usize = 63;

/// Answers the text form of a value for a type.
///
/// # Errors
/// `Parameter` for a value that the type cannot hold exactly.
pub(super) fn text<'a>(pg_type: &PgType, value: ValueRef<'a>) -> Result<Cow<'a, str>> {
    if let ValueRef::Text(text) = value {
        return whole_text(pg_type.base(), text).map(Cow::Borrowed);
    }
    let mut text = String::new();
    write(pg_type, value, &mut text)?;
    Ok(Cow::Owned(text))
}

fn write(pg_type: &PgType, value: ValueRef<'_>, out: &mut String) -> Result<()> {
    let pg_type = pg_type.base();
    match (&pg_type.kind, value) {
        (_, ValueRef::Text(text)) => out.push_str(whole_text(pg_type, text)?),
        (_, ValueRef::Native(native)) => match native.text() {
            Some(text) => out.push_str(whole_text(pg_type, text)?),
            None => return Err(refused(pg_type, "a native value in this binary form")),
        },
        (kind, ValueRef::Json(text)) if takes_json(kind) => out.push_str(checked(text)?),
        (Kind::Json | Kind::Jsonb, ValueRef::Null | ValueRef::Bytes(_)) => {
            return Err(mismatched(pg_type, value));
        }
        // Writing to a string does not fail.
        (Kind::Json | Kind::Jsonb, value) => _ = write_json(value, out),
        (Kind::Array(element), ValueRef::List(list)) => write_array(pg_type, element, list, out)?,
        (Kind::Array(element), ValueRef::Vector(vector)) if is_float(element) => {
            write_numbers(element.base(), vector.iter().map(ValueRef::F32), ["{", "}"], out)?;
        }
        (Kind::Composite(fields), ValueRef::Map(map)) => write_record(pg_type, fields, map, out)?,
        (Kind::Vector, ValueRef::List(list)) => {
            let float = PgType { kind: Kind::Float4, ..pg_type.clone() };
            write_numbers(&float, list.iter(), ["[", "]"], out)?;
        }
        (kind, value) if takes(kind, value) => write_scalar(pg_type, value, out)?,
        (Kind::Oid | Kind::Float4 | Kind::Float8, value) if exact::is_integer(value) => {
            return Err(refused(pg_type, "this integer exactly"));
        }
        (_, value) => return Err(mismatched(pg_type, value)),
    }
    Ok(())
}

/// Answers the text, unless the type's text form would cut it.
fn whole_text<'a>(pg_type: &PgType, text: &'a str) -> Result<&'a str> {
    match pg_type.kind {
        Kind::Char if text.len() > 1 => Err(refused(pg_type, "more than one byte")),
        Kind::Text if pg_type.oid == builtin::NAME && text.len() > NAME_BYTES_MAX => {
            Err(refused(pg_type, "more than 63 bytes"))
        }
        _ => checked(text),
    }
}

/// Answers the text, unless it holds the one character that PostgreSQL cannot store.
///
/// # Errors
/// `Parameter` for text with NUL.
#[inline]
pub(super) fn checked(text: &str) -> Result<&str> {
    if text.as_bytes().contains(&0) { Err(with_nul(text)) } else { Ok(text) }
}

#[cold]
fn with_nul(text: &str) -> Error {
    let at = text.find('\0').unwrap_or_default();
    let message = format!("text with NUL (at byte {at}), which PostgreSQL cannot store");
    Error::new(ErrorKind::Parameter, message).with("capability", "nul_in_text")
}

/// Answers the values of a composite type's fields, in order.
///
/// # Errors
/// `Parameter` unless the map names every field once and nothing else.
pub(super) fn fields_of<'a>(
    pg_type: &PgType,
    fields: &[Field],
    map: MapRef<'a>,
) -> Result<Vec<ValueRef<'a>>> {
    let named = |field: &Field| {
        let mut entries = map.iter().filter(|(name, _)| *name == &*field.name);
        let missing = || refused(pg_type, &format!("a map without its field `{}`", field.name));
        entries.next().map(|(_, value)| value).ok_or_else(missing)
    };
    let values = fields.iter().map(named).collect::<Result<Vec<_>>>()?;
    if map.iter().count() == fields.len() {
        Ok(values)
    } else {
        Err(refused(pg_type, "a map with names beyond its fields"))
    }
}

/// Tells whether a type is a float.
pub(super) fn is_float(pg_type: &PgType) -> bool {
    matches!(pg_type.base().kind, Kind::Float4 | Kind::Float8)
}

fn takes_json(kind: &Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Json | Kind::Jsonb)
}

/// Tells whether the text form of a value means the same to a type; the server refuses what is out
/// of its range.
fn takes(kind: &Kind, value: ValueRef<'_>) -> bool {
    use Kind::{
        Bool, Date, Float4, Float8, Int2, Int4, Int8, Numeric, Time, Timestamp, TimestampTz,
    };
    if *kind == Kind::Text {
        return !matches!(value, ValueRef::Bytes(_) | ValueRef::List(_) | ValueRef::Map(_));
    }
    match value {
        ValueRef::Bool(_) => matches!(kind, Bool),
        ValueRef::I64(_) | ValueRef::U64(_) | ValueRef::I128(_) | ValueRef::U128(_) => {
            let whole = exact::whole(value);
            match kind {
                Bool | Int2 | Int4 | Int8 | Numeric | Kind::Other => true,
                // The server would wrap what does not fit, and round to a float.
                Kind::Oid => whole.is_some_and(|value| u32::try_from(value).is_ok()),
                Float8 => whole.and_then(exact::float64).is_some(),
                Float4 => whole.and_then(exact::float64).and_then(exact::float32).is_some(),
                _ => false,
            }
        }
        ValueRef::F32(_) | ValueRef::F64(_) | ValueRef::Decimal(_) => {
            matches!(kind, Int2 | Int4 | Int8 | Float4 | Float8 | Numeric | Kind::Other)
        }
        ValueRef::Bytes(_) => matches!(kind, Kind::Bytea),
        ValueRef::Date(_) => matches!(kind, Date | Timestamp),
        ValueRef::Time(_) => matches!(kind, Time),
        ValueRef::Timestamp(value) => match kind {
            Timestamp | TimestampTz => true,
            Date => temporal::date_of(value).is_some(),
            _ => false,
        },
        ValueRef::TimestampTz(_) => matches!(kind, Timestamp | TimestampTz),
        ValueRef::Interval(_) => matches!(kind, Kind::Interval),
        ValueRef::Uuid(_) => matches!(kind, Kind::Uuid),
        ValueRef::Vector(_) => matches!(kind, Kind::Vector),
        _ => false,
    }
}

fn write_scalar(pg_type: &PgType, value: ValueRef<'_>, out: &mut String) -> Result<()> {
    match value {
        ValueRef::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        ValueRef::I64(value) => *out += &value.to_string(),
        ValueRef::U64(value) => *out += &value.to_string(),
        ValueRef::I128(value) => *out += &value.to_string(),
        ValueRef::U128(value) => *out += &value.to_string(),
        // The shortest digits of the one are others' in the wider float.
        ValueRef::F32(value) if pg_type.kind != Kind::Float8 => write_float(value, out),
        ValueRef::F32(value) => write_float(f64::from(value), out),
        ValueRef::F64(value) => write_float(value, out),
        ValueRef::Decimal(value) => out.push_str(value.as_str()),
        ValueRef::Bytes(value) => {
            out.push_str("\\x");
            out.extend(value.iter().map(|byte| format!("{byte:02x}")));
        }
        ValueRef::Date(value) => temporal::write_date(value, out),
        ValueRef::Time(value) => {
            if pg_type.kind == Kind::Time && temporal::time_to_pg(value).is_none() {
                return Err(too_fine(pg_type));
            }
            out.push_str(&value.text());
        }
        ValueRef::Timestamp(value) => {
            let zone = if pg_type.kind == Kind::TimestampTz { "+00" } else { "" };
            write_timestamp(pg_type, value, zone, out)?;
        }
        ValueRef::TimestampTz(value) => write_timestamp(pg_type, value, "+00", out)?,
        ValueRef::Interval(value) => temporal::write_interval(value, out),
        ValueRef::Uuid(value) => *out += &value.to_string(),
        ValueRef::Vector(value) => {
            write_numbers(pg_type, value.iter().map(ValueRef::F32), ["[", "]"], out)?;
        }
        other => return Err(mismatched(pg_type, other)),
    }
    Ok(())
}

fn write_timestamp(pg_type: &PgType, stamp: Timestamp, zone: &str, out: &mut String) -> Result<()> {
    let is_rounded = matches!(pg_type.kind, Kind::Timestamp | Kind::TimestampTz);
    if is_rounded && stamp.micros_exact().is_none() {
        return Err(too_fine(pg_type));
    }
    temporal::write_timestamp(stamp, zone, out);
    Ok(())
}

fn write_array(
    pg_type: &PgType,
    element: &PgType,
    list: ListRef<'_>,
    out: &mut String,
) -> Result<()> {
    out.push('{');
    for (at, item) in list.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        match item {
            ValueRef::Null => out.push_str("NULL"),
            ValueRef::List(inner) if inner.iter().next().is_none() => {
                return Err(refused(pg_type, "an empty list within a list"));
            }
            ValueRef::List(inner) => write_array(pg_type, element, inner, out)?,
            item => write_quoted(element, item, out)?,
        }
    }
    out.push('}');
    Ok(())
}

fn write_record(
    pg_type: &PgType,
    fields: &[Field],
    map: MapRef<'_>,
    out: &mut String,
) -> Result<()> {
    let values = fields_of(pg_type, fields, map)?;
    out.push('(');
    for (at, (field, value)) in fields.iter().zip(values).enumerate() {
        if at > 0 {
            out.push(',');
        }
        if !matches!(value, ValueRef::Null) {
            write_quoted(&field.pg_type, value, out)?;
        }
    }
    out.push(')');
    Ok(())
}

/// Appends an element in quotes, escaped as both arrays and composite values have it.
fn write_quoted(pg_type: &PgType, value: ValueRef<'_>, out: &mut String) -> Result<()> {
    let mut text = String::new();
    write(pg_type, value, &mut text)?;
    out.push('"');
    for part in text.split_inclusive(['"', '\\']) {
        let plain = part.trim_end_matches(['"', '\\']);
        out.push_str(plain);
        if plain.len() < part.len() {
            out.push('\\');
            out.push_str(&part[plain.len()..]);
        }
    }
    out.push('"');
    Ok(())
}

fn write_numbers<'a>(
    pg_type: &PgType,
    items: impl Iterator<Item = ValueRef<'a>>,
    [open, close]: [&str; 2],
    out: &mut String,
) -> Result<()> {
    out.push_str(open);
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        if !takes(&Kind::Float4, item) {
            return Err(mismatched(pg_type, item));
        }
        write_scalar(pg_type, item, out)?;
    }
    out.push_str(close);
    Ok(())
}

fn write_float(value: impl Into<f64> + Copy + Display, out: &mut String) {
    let wide: f64 = value.into();
    if wide.is_finite() {
        return *out += &value.to_string();
    }
    out.push_str(match (wide.is_nan(), wide > 0.0) {
        (true, _) => "NaN",
        (false, true) => "Infinity",
        (false, false) => "-Infinity",
    });
}

#[cold]
fn too_fine(pg_type: &PgType) -> Error {
    refused(pg_type, "a fraction finer than a microsecond").with("capability", "nanoseconds")
}

/// Makes the refusal of a value that a type cannot hold exactly.
#[cold]
fn refused(pg_type: &PgType, what: &str) -> Error {
    let name = &*pg_type.name;
    let message = format!("PostgreSQL's `{name}` cannot hold {what}");
    Error::new(ErrorKind::Parameter, message).with("type", name)
}

#[cold]
fn mismatched(pg_type: &PgType, value: ValueRef<'_>) -> Error {
    let name = &*pg_type.name;
    let message = format!("PostgreSQL's `{name}` takes no {}", value.kind_name());
    Error::new(ErrorKind::Parameter, message).with("type", name)
}
