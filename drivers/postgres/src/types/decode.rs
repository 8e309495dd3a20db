//! Values as the server sends them, read into a batch.

use hypostyle_core::{Batch, Error, ErrorKind, NativeFormat, Result, Time, Uuid, ValueRef};

use super::numeric::Numeric;
use super::sink::Sink;
use super::{BINARY, JSONB_VERSION, Kind, PgType, nested, parse, temporal};

/// Reads one value that is not NULL into a batch.
///
/// # Errors
/// `Data` for bytes that are no value of the type; `Limit` past 4 GiB of heap.
#[inline]
pub(crate) fn decode(pg_type: &PgType, format: i16, bytes: &[u8], batch: &mut Batch) -> Result<()> {
    if format == BINARY {
        binary(pg_type, bytes, batch)
    } else {
        parse::text(pg_type, bytes, batch)
    }
}

/// Reads a value in binary form; the most frequent types stand here, for they are inlined.
#[inline]
pub(super) fn binary<S: Sink>(pg_type: &PgType, bytes: &[u8], sink: &mut S) -> Result<()> {
    match &pg_type.kind {
        Kind::Int8 => match <[u8; 8]>::try_from(bytes) {
            Ok(raw) => sink.push_i64(i64::from_be_bytes(raw)),
            Err(_) => Err(malformed(pg_type, bytes.len())),
        },
        Kind::Int4 => match <[u8; 4]>::try_from(bytes) {
            Ok(raw) => sink.push_i64(i32::from_be_bytes(raw).into()),
            Err(_) => Err(malformed(pg_type, bytes.len())),
        },
        Kind::Float8 => match <[u8; 8]>::try_from(bytes) {
            Ok(raw) => sink.push_f64(f64::from_be_bytes(raw)),
            Err(_) => Err(malformed(pg_type, bytes.len())),
        },
        Kind::Text | Kind::Enum => match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => sink.push_text(text),
            Err(_) => native(pg_type, bytes, sink),
        },
        Kind::TimestampTz => match <[u8; 8]>::try_from(bytes) {
            Ok(raw) => match temporal::micros_from_pg(i64::from_be_bytes(raw)) {
                Some(micros) => sink.push_timestamp_tz_micros(micros),
                None => native(pg_type, bytes, sink),
            },
            Err(_) => Err(malformed(pg_type, bytes.len())),
        },
        Kind::Timestamp => match <[u8; 8]>::try_from(bytes) {
            Ok(raw) => match temporal::micros_from_pg(i64::from_be_bytes(raw)) {
                Some(micros) => sink.push_timestamp_micros(micros),
                None => native(pg_type, bytes, sink),
            },
            Err(_) => Err(malformed(pg_type, bytes.len())),
        },
        Kind::Bool => match bytes {
            [0] => sink.push(ValueRef::Bool(false)),
            [1] => sink.push(ValueRef::Bool(true)),
            _ => Err(malformed(pg_type, bytes.len())),
        },
        _ => other(pg_type, bytes, sink),
    }
}

fn other<S: Sink>(pg_type: &PgType, bytes: &[u8], sink: &mut S) -> Result<()> {
    let invalid = || malformed(pg_type, bytes.len());
    match &pg_type.kind {
        Kind::Array(element) => nested::read_array(pg_type, element, bytes, sink),
        Kind::Composite(fields) => nested::read_record(pg_type, fields, bytes, sink),
        Kind::Domain(base) => binary(base, bytes, sink),
        Kind::Numeric => {
            let numeric = Numeric::read(bytes).ok_or_else(invalid)?;
            sink.push_decimal(|text| numeric.write(text))
        }
        Kind::Json => push_json(pg_type, bytes, bytes, sink),
        Kind::Jsonb => match bytes.split_first() {
            Some((&JSONB_VERSION, json)) => push_json(pg_type, json, bytes, sink),
            _ => Err(invalid()),
        },
        Kind::Char => match bytes {
            [0] => sink.push_text(""),
            [_] => match std::str::from_utf8(bytes) {
                Ok(text) => sink.push_text(text),
                Err(_) => native(pg_type, bytes, sink),
            },
            _ => Err(invalid()),
        },
        Kind::Bit => sink.push_text(&bits(bytes).ok_or_else(invalid)?),
        Kind::Vector => sink.push_vector(vector(bytes).ok_or_else(invalid)?),
        Kind::Xml | Kind::Other => native(pg_type, bytes, sink),
        kind => sink.push(scalar(kind, bytes).ok_or_else(invalid)?),
    }
}

/// Reads a value of fixed size, or bytes; `None` for what is malformed.
fn scalar<'a>(kind: &Kind, bytes: &'a [u8]) -> Option<ValueRef<'a>> {
    Some(match kind {
        Kind::Int2 => ValueRef::I64(i16::from_be_bytes(fixed(bytes)?).into()),
        Kind::Oid => ValueRef::I64(u32::from_be_bytes(fixed(bytes)?).into()),
        Kind::Float4 => ValueRef::F32(f32::from_be_bytes(fixed(bytes)?)),
        Kind::Bytea => ValueRef::Bytes(bytes),
        Kind::Date => temporal::date_from_pg(i32::from_be_bytes(fixed(bytes)?))?.into(),
        Kind::Time => {
            Time::from_nanos(i64::from_be_bytes(fixed(bytes)?).checked_mul(1_000)?)?.into()
        }
        Kind::Interval => temporal::interval_from_pg(fixed(bytes)?).into(),
        Kind::Uuid => ValueRef::Uuid(Uuid::from_bytes(fixed(bytes)?)),
        _ => return None,
    })
}

fn fixed<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

fn push_json<S: Sink>(pg_type: &PgType, json: &[u8], bytes: &[u8], sink: &mut S) -> Result<()> {
    match simdutf8::basic::from_utf8(json) {
        Ok(json) => sink.push(ValueRef::Json(json)),
        Err(_) => native(pg_type, bytes, sink),
    }
}

/// Writes the digits of a bit string: their number, then eight to a byte, the first highest.
fn bits(bytes: &[u8]) -> Option<String> {
    let (count, packed) = bytes.split_first_chunk()?;
    let count = usize::try_from(i32::from_be_bytes(*count)).ok()?;
    if packed.len() != count.div_ceil(8) {
        return None;
    }
    let digit = |at: usize| if packed[at / 8] & (0x80 >> (at % 8)) == 0 { '0' } else { '1' };
    Some((0..count).map(digit).collect())
}

/// Reads pgvector's form: the number of floats, 16 bits unused, the floats.
fn vector(bytes: &[u8]) -> Option<impl Iterator<Item = f32>> {
    let (head, floats) = bytes.split_first_chunk::<4>()?;
    let (floats, []) = floats.as_chunks::<4>() else { return None };
    let count = usize::from(u16::from_be_bytes([head[0], head[1]]));
    (floats.len() == count).then(|| floats.iter().map(|raw| f32::from_be_bytes(*raw)))
}

/// Carries a value that ours cannot hold: a timestamp beyond the range, text that is no UTF-8, …
fn native<S: Sink>(pg_type: &PgType, bytes: &[u8], sink: &mut S) -> Result<()> {
    sink.push_native(&pg_type.name, NativeFormat::Binary, bytes)
}

#[cold]
pub(super) fn malformed(pg_type: &PgType, length: usize) -> Error {
    let name = &*pg_type.name;
    let message = format!("{length} bytes of the server are no value of PostgreSQL's `{name}`");
    Error::new(ErrorKind::Data, message).with("type", name)
}
