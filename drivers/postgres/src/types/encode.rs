//! Values as the server takes them: in binary form where value and type are alike, else as text.

use bytes::{BufMut, BytesMut};
use hypostyle_core::{Decimal, ListRef, NativeFormat, NativeRef, Result, ValueRef, VectorRef};

use super::{
    BINARY, JSONB_VERSION, Kind, Oid, PgType, TEXT, builtin, exact, literal, nested, numeric,
    temporal,
};

/// Appends the bytes of a parameter that is not NULL and answers their format.
///
/// The text form is for the server to parse, which refuses what does not fit.
///
/// # Errors
/// `Parameter` for a value that the type cannot hold exactly.
pub(crate) fn encode(pg_type: &PgType, value: ValueRef<'_>, out: &mut BytesMut) -> Result<i16> {
    if encode_binary(pg_type, value, out)? {
        return Ok(BINARY);
    }
    out.put_slice(literal::text(pg_type, value)?.as_bytes());
    Ok(TEXT)
}

/// Appends the binary form of a value; `Ok(false)`, and nothing, where there is none.
///
/// # Errors
/// `Parameter` for a value that the type cannot hold exactly.
#[inline]
pub(crate) fn encode_binary(
    pg_type: &PgType,
    value: ValueRef<'_>,
    out: &mut BytesMut,
) -> Result<bool> {
    match (&pg_type.kind, value) {
        (Kind::Int8, ValueRef::I64(value)) => out.put_i64(value),
        (Kind::Int4, ValueRef::I64(value)) if i32::try_from(value).is_ok() => {
            // The lower half of a number in range is that number.
            out.put_slice(&value.to_be_bytes()[4..]);
        }
        (Kind::Float8, ValueRef::F64(value)) => out.put_f64(value),
        (Kind::Text, ValueRef::Text(text)) => out.put_slice(literal::checked(text)?.as_bytes()),
        _ => return put_or_undo(pg_type, value, out),
    }
    Ok(true)
}

fn put_or_undo(pg_type: &PgType, value: ValueRef<'_>, out: &mut BytesMut) -> Result<bool> {
    let start = out.len();
    let is_written = put(pg_type, value, out);
    if !matches!(is_written, Ok(true)) {
        out.truncate(start);
    }
    is_written
}

/// Appends the text form of a value as `COPY` takes it, escaped.
///
/// # Errors
/// `Parameter` for a value that the type cannot hold exactly.
pub(crate) fn encode_copy_text(
    pg_type: &PgType,
    value: ValueRef<'_>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let text = literal::text(pg_type, value)?;
    for plain in text.as_bytes().split_inclusive(|byte| b"\\\n\r\t".contains(byte)) {
        let (escape, plain) = match plain.split_last() {
            Some((b'\\', plain)) => (&b"\\\\"[..], plain),
            Some((b'\n', plain)) => (&b"\\n"[..], plain),
            Some((b'\r', plain)) => (&b"\\r"[..], plain),
            Some((b'\t', plain)) => (&b"\\t"[..], plain),
            _ => (&b""[..], plain),
        };
        out.extend_from_slice(plain);
        out.extend_from_slice(escape);
    }
    Ok(())
}

/// Answers the type to ask for where the server took a parameter that is no text for one; `None`
/// for text, JSON, NULL and what has no type of its own.
pub(crate) fn wished_type(value: ValueRef<'_>) -> Option<Oid> {
    Some(match value {
        ValueRef::Bool(_) => builtin::BOOL,
        ValueRef::I64(_) => builtin::INT8,
        ValueRef::U64(value) if i64::try_from(value).is_ok() => builtin::INT8,
        ValueRef::U64(_) | ValueRef::I128(_) | ValueRef::U128(_) => builtin::NUMERIC,
        ValueRef::Decimal(_) => builtin::NUMERIC,
        ValueRef::F32(_) => builtin::FLOAT4,
        ValueRef::F64(_) => builtin::FLOAT8,
        ValueRef::Bytes(_) => builtin::BYTEA,
        ValueRef::Date(_) => builtin::DATE,
        ValueRef::Time(_) => builtin::TIME,
        ValueRef::Timestamp(_) => builtin::TIMESTAMP,
        ValueRef::TimestampTz(_) => builtin::TIMESTAMPTZ,
        ValueRef::Interval(_) => builtin::INTERVAL,
        ValueRef::Uuid(_) => builtin::UUID,
        ValueRef::Map(_) => builtin::JSONB,
        ValueRef::Native(native) => builtin::named(native.type_name())?.oid,
        ValueRef::List(list) => builtin::array_of(wished_element(list)?)?,
        _ => return None,
    })
}

/// Answers the type that all elements wish for, `text` where they wish for none.
fn wished_element(list: ListRef<'_>) -> Option<Oid> {
    let mut wished = None;
    for value in list.iter().filter(|value| !matches!(value, ValueRef::Null)) {
        let element = match value {
            ValueRef::List(inner) => wished_element(inner)?,
            value => wished_type(value).unwrap_or(builtin::TEXT),
        };
        if *wished.get_or_insert(element) != element {
            return None;
        }
    }
    Some(wished.unwrap_or(builtin::TEXT))
}

fn put(pg_type: &PgType, value: ValueRef<'_>, out: &mut BytesMut) -> Result<bool> {
    match (&pg_type.kind, value) {
        (Kind::Enum | Kind::Json, ValueRef::Text(text))
        | (Kind::Text | Kind::Json, ValueRef::Json(text)) => {
            out.put_slice(literal::checked(text)?.as_bytes());
        }
        (Kind::Bool, ValueRef::Bool(value)) => out.put_u8(value.into()),
        (Kind::Bool, ValueRef::I64(value @ (0 | 1))) => out.put_u8(u8::from(value == 1)),
        (Kind::Domain(base), value) => return encode_binary(base, value, out),
        (_, ValueRef::Native(native)) => return Ok(put_native(pg_type, native, out)),
        (Kind::Int2 | Kind::Int4 | Kind::Int8 | Kind::Oid, value) => {
            return Ok(put_integer(&pg_type.kind, value, out).is_some());
        }
        (Kind::Float4 | Kind::Float8, value) => {
            return Ok(put_float(&pg_type.kind, value, out).is_some());
        }
        (Kind::Numeric, value) => return Ok(put_numeric(value, out)),
        (Kind::Char, ValueRef::Text("")) => out.put_u8(0),
        (Kind::Char, ValueRef::Text(_)) => {
            out.put_slice(literal::text(pg_type, value)?.as_bytes());
        }
        (Kind::Bytea, ValueRef::Bytes(value)) => out.put_slice(value),
        (Kind::Jsonb, ValueRef::Text(text) | ValueRef::Json(text)) => {
            out.put_u8(JSONB_VERSION);
            out.put_slice(literal::checked(text)?.as_bytes());
        }
        (Kind::Json | Kind::Jsonb, value) => {
            if pg_type.kind == Kind::Jsonb {
                out.put_u8(JSONB_VERSION);
            }
            out.put_slice(literal::text(pg_type, value)?.as_bytes());
        }
        (Kind::Uuid, ValueRef::Uuid(value)) => out.put_slice(value.as_bytes()),
        (Kind::Bit, ValueRef::Text(text)) => return Ok(put_bits(text, out).is_some()),
        (Kind::Vector, ValueRef::Vector(value)) => return Ok(put_vector(value, out).is_some()),
        (Kind::Array(element), ValueRef::List(list)) => {
            return nested::put_array(element, list, out);
        }
        (Kind::Array(element), ValueRef::Vector(vector)) if literal::is_float(element) => {
            let floats: Vec<f32> = vector.iter().collect();
            return nested::put_flat(element, floats.into_iter().map(ValueRef::F32), out);
        }
        (Kind::Composite(fields), ValueRef::Map(map)) => {
            return nested::put_record(pg_type, fields, map, out);
        }
        (kind, value) => return Ok(put_temporal(kind, value, out).is_some()),
    }
    Ok(true)
}

fn put_native(pg_type: &PgType, native: NativeRef<'_>, out: &mut BytesMut) -> bool {
    let is_same = native.format() == NativeFormat::Binary && native.type_name() == &*pg_type.name;
    if is_same {
        out.put_slice(native.bytes());
    }
    is_same
}

fn put_integer(kind: &Kind, value: ValueRef<'_>, out: &mut BytesMut) -> Option<()> {
    let value = exact::whole(value)?;
    match kind {
        Kind::Int2 => out.put_i16(value.try_into().ok()?),
        Kind::Int4 => out.put_i32(value.try_into().ok()?),
        Kind::Oid => out.put_u32(value.try_into().ok()?),
        _ => out.put_i64(value.try_into().ok()?),
    }
    Some(())
}

fn put_float(kind: &Kind, value: ValueRef<'_>, out: &mut BytesMut) -> Option<()> {
    let wide = match value {
        ValueRef::F32(value) => f64::from(value),
        ValueRef::F64(value) => value,
        value => exact::float64(exact::whole(value)?)?,
    };
    match kind {
        Kind::Float4 => out.put_f32(exact::float32(wide)?),
        _ => out.put_f64(wide),
    }
    Some(())
}

fn put_numeric(value: ValueRef<'_>, out: &mut BytesMut) -> bool {
    let put_text = |text: String, out: &mut BytesMut| {
        text.parse::<Decimal>()
            .is_ok_and(|value| numeric::encode_text(value.as_ref().as_str(), out))
    };
    match value {
        ValueRef::Decimal(value) => return numeric::encode_text(value.as_str(), out),
        ValueRef::F32(value) => return put_text(value.to_string(), out),
        ValueRef::F64(value) => return put_text(value.to_string(), out),
        ValueRef::U128(value) => numeric::encode_integer(false, value, out),
        value => match exact::whole(value) {
            Some(value) => numeric::encode_integer(value < 0, value.unsigned_abs(), out),
            None => return false,
        },
    }
    true
}

fn put_bits(text: &str, out: &mut BytesMut) -> Option<()> {
    if !text.bytes().all(|digit| matches!(digit, b'0' | b'1')) {
        return None;
    }
    out.put_i32(i32::try_from(text.len()).ok()?);
    for digits in text.as_bytes().chunks(8) {
        let byte = digits.iter().fold(0, |byte, digit| byte << 1 | (digit & 1));
        out.put_u8(byte << (8 - digits.len()));
    }
    Some(())
}

fn put_vector(vector: VectorRef<'_>, out: &mut BytesMut) -> Option<()> {
    out.put_i16(i16::try_from(vector.iter().count()).ok()?);
    out.put_i16(0);
    for float in vector.iter() {
        out.put_f32(float);
    }
    Some(())
}

fn put_temporal(kind: &Kind, value: ValueRef<'_>, out: &mut BytesMut) -> Option<()> {
    match (kind, value) {
        (Kind::Date, ValueRef::Date(value)) => out.put_i32(temporal::date_to_pg(value)?),
        (Kind::Date, ValueRef::Timestamp(value)) => {
            out.put_i32(temporal::date_to_pg(temporal::date_of(value)?)?);
        }
        (Kind::Time, ValueRef::Time(value)) => out.put_i64(temporal::time_to_pg(value)?),
        // A timestamp without zone is one in UTC, as it comes back from a column with zone.
        (
            Kind::Timestamp | Kind::TimestampTz,
            ValueRef::Timestamp(value) | ValueRef::TimestampTz(value),
        ) => out.put_i64(temporal::micros_to_pg(value)?),
        (Kind::Interval, ValueRef::Interval(value)) => {
            out.put_i64(value.micros);
            out.put_i32(value.days);
            out.put_i32(value.months);
        }
        _ => return None,
    }
    Some(())
}
