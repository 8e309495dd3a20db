//! Lists and maps: owned by a caller, or encoded in a batch and decoded item by item.

use super::{
    Date, DecimalRef, Interval, NativeRef, Precision, Time, Timestamp, Uuid, Value, ValueRef,
    VectorRef,
};

/// A list of values, borrowed.
#[derive(Clone, Copy, Debug)]
pub enum ListRef<'a> {
    /// Values of the caller.
    Values(&'a [Value]),
    /// Values in a batch.
    Encoded(Encoded<'a>),
}

/// A map or structure, borrowed: names with values, in order.
#[derive(Clone, Copy, Debug)]
pub enum MapRef<'a> {
    /// Entries of the caller.
    Values(&'a [(String, Value)]),
    /// Entries in a batch, name and value in turn.
    Encoded(Encoded<'a>),
}

/// Values written one after another into the heap of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Encoded<'a>(&'a [u8]);

impl<'a> Iterator for Encoded<'a> {
    type Item = ValueRef<'a>;

    fn next(&mut self) -> Option<ValueRef<'a>> {
        let (value, rest) = decode_value(self.0)?;
        self.0 = rest;
        Some(value)
    }
}

impl<'a> ListRef<'a> {
    /// Iterates over the values.
    pub fn iter(&self) -> impl Iterator<Item = ValueRef<'a>> {
        let (values, encoded): (&'a [Value], Encoded<'a>) = match *self {
            Self::Values(values) => (values, Encoded(&[])),
            Self::Encoded(encoded) => (&[], encoded),
        };
        values.iter().map(Value::as_ref).chain(encoded)
    }
}

impl<'a> MapRef<'a> {
    /// Iterates over the entries.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, ValueRef<'a>)> {
        let (values, mut encoded): (&'a [(String, Value)], Encoded<'a>) = match *self {
            Self::Values(values) => (values, Encoded(&[])),
            Self::Encoded(encoded) => (&[], encoded),
        };
        let decoded = std::iter::from_fn(move || match encoded.next()? {
            ValueRef::Text(name) => Some((name, encoded.next()?)),
            _ => None,
        });
        values.iter().map(|(name, value)| (name.as_str(), value.as_ref())).chain(decoded)
    }
}

impl PartialEq for ListRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl PartialEq for MapRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

const TEXT: u8 = 9;
pub(crate) const LIST: u8 = 19;
pub(crate) const MAP: u8 = 20;
pub(crate) const NATIVE: u8 = 21;

/// Appends one value: a tag, then a fixed number of bytes or a length of four bytes and the bytes.
/// Answers `false` when a part is longer than 4 GiB.
#[must_use]
pub(crate) fn encode_value(value: &ValueRef<'_>, out: &mut Vec<u8>) -> bool {
    let mut fixed = |tag: u8, bytes: &[u8]| {
        out.push(tag);
        out.extend_from_slice(bytes);
        true
    };
    match *value {
        ValueRef::Null => fixed(0, &[]),
        ValueRef::Bool(value) => fixed(1, &[u8::from(value)]),
        ValueRef::I64(value) => fixed(2, &value.to_le_bytes()),
        ValueRef::U64(value) => fixed(3, &value.to_le_bytes()),
        ValueRef::I128(value) => fixed(4, &value.to_le_bytes()),
        ValueRef::U128(value) => fixed(5, &value.to_le_bytes()),
        ValueRef::F32(value) => fixed(6, &value.to_le_bytes()),
        ValueRef::F64(value) => fixed(7, &value.to_le_bytes()),
        ValueRef::Decimal(value) => sized(8, value.as_str().as_bytes(), out),
        ValueRef::Text(value) => sized(TEXT, value.as_bytes(), out),
        ValueRef::Bytes(value) => sized(10, value, out),
        ValueRef::Date(value) => fixed(11, &value.days().to_le_bytes()),
        ValueRef::Time(value) => fixed(12, &value.nanos().to_le_bytes()),
        ValueRef::Timestamp(value) => stamp(13, value, out),
        ValueRef::TimestampTz(value) => stamp(14, value, out),
        ValueRef::Interval(value) => fixed(15, &value.to_bytes()),
        ValueRef::Uuid(value) => fixed(16, value.as_bytes()),
        ValueRef::Json(value) => sized(17, value.as_bytes(), out),
        ValueRef::Vector(value) => {
            let bytes: Vec<u8> = value.iter().flat_map(f32::to_le_bytes).collect();
            sized(18, &bytes, out)
        }
        ValueRef::List(value) => {
            let mut inner = Vec::new();
            value.iter().all(|item| encode_value(&item, &mut inner)) && sized(LIST, &inner, out)
        }
        ValueRef::Map(value) => {
            let mut inner = Vec::new();
            let entries = value.iter().all(|(name, item)| {
                encode_value(&ValueRef::Text(name), &mut inner) && encode_value(&item, &mut inner)
            });
            entries && sized(MAP, &inner, out)
        }
        ValueRef::Native(value) => sized(NATIVE, value.encoded(), out),
    }
}

/// Appends a tag and what `write` appends with its length before it; `Ok(false)` past 4 GiB.
pub(crate) fn encode_part<E>(
    tag: u8,
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<bool, E> {
    out.push(tag);
    let start = out.len() + size_of::<u32>();
    out.resize(start, 0);
    write(out)?;
    let Ok(length) = u32::try_from(out.len() - start) else { return Ok(false) };
    out[start - size_of::<u32>()..start].copy_from_slice(&length.to_le_bytes());
    Ok(true)
}

fn sized(tag: u8, bytes: &[u8], out: &mut Vec<u8>) -> bool {
    let Ok(length) = u32::try_from(bytes.len()) else { return false };
    out.push(tag);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(bytes);
    true
}

fn stamp(tag: u8, value: Timestamp, out: &mut Vec<u8>) -> bool {
    out.push(tag);
    out.push(u8::from(value.precision() == Precision::Nanos));
    out.extend_from_slice(&value.ticks().to_le_bytes());
    true
}

/// Reads what [`encode_value`] wrote; `None` at the end.
pub(crate) fn decode_value(bytes: &[u8]) -> Option<(ValueRef<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    Some(match tag {
        0 => (ValueRef::Null, rest),
        1 => rest.split_first().map(|(&byte, rest)| (ValueRef::Bool(byte != 0), rest))?,
        2 => take(rest).map(|(raw, rest)| (ValueRef::I64(i64::from_le_bytes(raw)), rest))?,
        3 => take(rest).map(|(raw, rest)| (ValueRef::U64(u64::from_le_bytes(raw)), rest))?,
        4 => take(rest).map(|(raw, rest)| (ValueRef::I128(i128::from_le_bytes(raw)), rest))?,
        5 => take(rest).map(|(raw, rest)| (ValueRef::U128(u128::from_le_bytes(raw)), rest))?,
        6 => take(rest).map(|(raw, rest)| (ValueRef::F32(f32::from_le_bytes(raw)), rest))?,
        7 => take(rest).map(|(raw, rest)| (ValueRef::F64(f64::from_le_bytes(raw)), rest))?,
        8 => text(rest)
            .map(|(text, rest)| (ValueRef::Decimal(DecimalRef::from_batch(text)), rest))?,
        TEXT => text(rest).map(|(text, rest)| (ValueRef::Text(text), rest))?,
        10 => part(rest).map(|(part, rest)| (ValueRef::Bytes(part), rest))?,
        11 => take(rest)
            .map(|(raw, rest)| (ValueRef::Date(Date::from_days(i32::from_le_bytes(raw))), rest))?,
        12 => take(rest).map(|(raw, rest)| {
            (ValueRef::Time(Time::from_nanos_unchecked(i64::from_le_bytes(raw))), rest)
        })?,
        13 => unstamp(rest).map(|(stamp, rest)| (ValueRef::Timestamp(stamp), rest))?,
        14 => unstamp(rest).map(|(stamp, rest)| (ValueRef::TimestampTz(stamp), rest))?,
        15 => {
            take(rest).map(|(raw, rest)| (ValueRef::Interval(Interval::from_bytes(raw)), rest))?
        }
        16 => take(rest).map(|(raw, rest)| (ValueRef::Uuid(Uuid::from_bytes(raw)), rest))?,
        17 => text(rest).map(|(text, rest)| (ValueRef::Json(text), rest))?,
        18 => part(rest)
            .map(|(part, rest)| (ValueRef::Vector(VectorRef::LittleEndian(part)), rest))?,
        LIST => part(rest)
            .map(|(part, rest)| (ValueRef::List(ListRef::Encoded(Encoded(part))), rest))?,
        MAP => {
            part(rest).map(|(part, rest)| (ValueRef::Map(MapRef::Encoded(Encoded(part))), rest))?
        }
        NATIVE => part(rest)
            .map(|(part, rest)| (ValueRef::Native(NativeRef::from_encoded(part)), rest))?,
        _ => return None,
    })
}

fn take<const N: usize>(bytes: &[u8]) -> Option<([u8; N], &[u8])> {
    bytes.split_first_chunk().map(|(raw, rest)| (*raw, rest))
}

fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = take(bytes)?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(length)).ok()?)
}

fn text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (part, rest) = part(bytes)?;
    Some((std::str::from_utf8(part).ok()?, rest))
}

fn unstamp(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (&nanos, rest) = bytes.split_first()?;
    let (raw, rest) = take(rest)?;
    let ticks = i64::from_le_bytes(raw);
    let stamp =
        if nanos == 1 { Timestamp::from_nanos(ticks) } else { Timestamp::from_micros(ticks) };
    Some((stamp, rest))
}
