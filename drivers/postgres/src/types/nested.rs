//! Arrays and composite values in binary form.

use bytes::{BufMut, BytesMut};
use hypostyle_core::{ListRef, MapRef, NativeFormat, Nested, Result, ValueRef};

use super::decode::{binary, malformed};
use super::encode::encode_binary;
use super::literal;
use super::sink::Sink;
use super::{Field, Oid, PgType};

/// The dimensions an array may have.
///
/// # Source
/// `MAXDIM` in `src/include/utils/array.h` of PostgreSQL.
pub(super) const DIMENSIONS_MAX: usize = 6;

const NULL: i32 = -1;

/// Reads an array: dimensions, a flag, the element's type, length and lower bound of each
/// dimension, the elements, each after its length.
pub(super) fn read_array<S: Sink>(
    pg_type: &PgType,
    element: &PgType,
    bytes: &[u8],
    sink: &mut S,
) -> Result<()> {
    let invalid = || malformed(pg_type, bytes.len());
    let mut rest = bytes;
    let head = Head::take(&mut rest).ok_or_else(invalid)?;
    if !is_same(element, head.element) {
        return Err(invalid());
    }
    if head.is_shifted {
        return sink.push_native(&pg_type.name, NativeFormat::Binary, bytes);
    }
    sink.push_list(|list| read_items(pg_type, element, head.lengths(), &mut rest, list))?;
    if rest.is_empty() { Ok(()) } else { Err(invalid()) }
}

/// Reads a composite value: the number of fields, then type, length and value of each.
pub(super) fn read_record<S: Sink>(
    pg_type: &PgType,
    fields: &[Field],
    bytes: &[u8],
    sink: &mut S,
) -> Result<()> {
    let invalid = || malformed(pg_type, bytes.len());
    let mut rest = bytes;
    let count = take_i32(&mut rest).and_then(|count| usize::try_from(count).ok());
    if count != Some(fields.len()) {
        return Err(invalid());
    }
    sink.push_map(|map| {
        for field in fields {
            let oid = take(&mut rest).map(u32::from_be_bytes).ok_or_else(invalid)?;
            if !is_same(&field.pg_type, oid) {
                return Err(invalid());
            }
            map.push(ValueRef::Text(&field.name))?;
            read_item(pg_type, &field.pg_type, &mut rest, map)?;
        }
        Ok(())
    })?;
    if rest.is_empty() { Ok(()) } else { Err(invalid()) }
}

/// The head of an array in binary form.
struct Head {
    element: Oid,
    dimensions: usize,
    lengths: [usize; DIMENSIONS_MAX],
    /// A dimension does not begin at 1, which a list cannot say.
    is_shifted: bool,
}

impl Head {
    fn take(rest: &mut &[u8]) -> Option<Self> {
        let dimensions = usize::try_from(take_i32(rest)?).ok()?;
        let _has_nulls = take_i32(rest)?;
        let element = u32::from_be_bytes(take(rest)?);
        let mut head =
            Self { element, dimensions, lengths: [0; DIMENSIONS_MAX], is_shifted: false };
        for length in head.lengths.get_mut(..dimensions)? {
            *length = usize::try_from(take_i32(rest)?).ok().filter(|length| *length > 0)?;
            head.is_shifted |= take_i32(rest)? != 1;
        }
        Some(head)
    }

    fn lengths(&self) -> &[usize] {
        &self.lengths[..self.dimensions]
    }
}

fn read_items(
    pg_type: &PgType,
    element: &PgType,
    lengths: &[usize],
    rest: &mut &[u8],
    list: &mut Nested<'_>,
) -> Result<()> {
    let Some((length, inner)) = lengths.split_first() else { return Ok(()) };
    for _ in 0..*length {
        if inner.is_empty() {
            read_item(pg_type, element, rest, list)?;
        } else {
            list.push_list(|list| read_items(pg_type, element, inner, rest, list))?;
        }
    }
    Ok(())
}

fn read_item(outer: &PgType, item: &PgType, rest: &mut &[u8], sink: &mut Nested<'_>) -> Result<()> {
    let invalid = || malformed(outer, rest.len());
    let length = take_i32(rest).ok_or_else(invalid)?;
    if length == NULL {
        return sink.push(ValueRef::Null);
    }
    let length = usize::try_from(length).ok();
    let (bytes, after) =
        length.and_then(|length| rest.split_at_checked(length)).ok_or_else(invalid)?;
    *rest = after;
    binary(item, bytes, sink)
}

/// Tells whether a value says to be of the type that was expected, or of one written alike.
fn is_same(expected: &PgType, oid: Oid) -> bool {
    let alike = || PgType::builtin(oid).is_some_and(|found| found.kind == expected.base().kind);
    expected.oid == oid || alike()
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*head)
}

fn take_i32(rest: &mut &[u8]) -> Option<i32> {
    take(rest).map(i32::from_be_bytes)
}

/// Appends a list as an array; `Ok(false)` where an element has no binary form or the lists in it
/// are not all alike.
pub(super) fn put_array(element: &PgType, list: ListRef<'_>, out: &mut BytesMut) -> Result<bool> {
    let Some(lengths) = lengths_of(list) else { return Ok(false) };
    put_head(element, &lengths, out);
    let flag_at = out.len() - 8 * lengths.len() - 8;
    let mut has_nulls = false;
    let is_written = put_items(element, list, &lengths, &mut has_nulls, out)?;
    out[flag_at..flag_at + 4].copy_from_slice(&i32::from(has_nulls).to_be_bytes());
    Ok(is_written)
}

/// Appends values as an array of one dimension; `Ok(false)` where one has no binary form.
pub(super) fn put_flat<'a>(
    element: &PgType,
    values: impl ExactSizeIterator<Item = ValueRef<'a>>,
    out: &mut BytesMut,
) -> Result<bool> {
    let Ok(length) = i32::try_from(values.len()) else { return Ok(false) };
    let lengths = [length];
    put_head(element, if length == 0 { &[] } else { &lengths }, out);
    for value in values {
        if !put_item(element, value, out)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Appends a map as a composite value; `Ok(false)` where a field has no binary form.
pub(super) fn put_record(
    pg_type: &PgType,
    fields: &[Field],
    map: MapRef<'_>,
    out: &mut BytesMut,
) -> Result<bool> {
    let values = literal::fields_of(pg_type, fields, map)?;
    let Ok(count) = i32::try_from(fields.len()) else { return Ok(false) };
    out.put_i32(count);
    for (field, value) in fields.iter().zip(values) {
        out.put_u32(field.pg_type.oid);
        if !put_item(&field.pg_type, value, out)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Measures the dimensions along the first items; `None` beyond PostgreSQL's limits.
fn lengths_of(list: ListRef<'_>) -> Option<Vec<i32>> {
    let mut lengths = Vec::new();
    let mut next = Some(list);
    while let Some(list) = next {
        let length = i32::try_from(list.iter().count()).ok()?;
        if length > 0 || !lengths.is_empty() {
            lengths.push(length);
        }
        next = match list.iter().next() {
            Some(ValueRef::List(inner)) => Some(inner),
            _ => None,
        };
    }
    (lengths.len() <= DIMENSIONS_MAX && !lengths.contains(&0)).then_some(lengths)
}

fn put_head(element: &PgType, lengths: &[i32], out: &mut BytesMut) {
    out.put_i32(i32::try_from(lengths.len()).unwrap_or_default());
    out.put_i32(0);
    out.put_u32(element.oid);
    for length in lengths {
        out.put_i32(*length);
        out.put_i32(1);
    }
}

fn put_items(
    element: &PgType,
    list: ListRef<'_>,
    lengths: &[i32],
    has_nulls: &mut bool,
    out: &mut BytesMut,
) -> Result<bool> {
    let Some((length, inner)) = lengths.split_first() else { return Ok(true) };
    let mut missing = *length;
    for value in list.iter() {
        missing -= 1;
        let is_written = match value {
            ValueRef::List(list) if !inner.is_empty() => {
                put_items(element, list, inner, has_nulls, out)?
            }
            _ if !inner.is_empty() => false,
            value => {
                *has_nulls |= matches!(value, ValueRef::Null);
                put_item(element, value, out)?
            }
        };
        if !is_written {
            return Ok(false);
        }
    }
    Ok(missing == 0)
}

fn put_item(pg_type: &PgType, value: ValueRef<'_>, out: &mut BytesMut) -> Result<bool> {
    let start = out.len();
    out.put_i32(NULL);
    if matches!(value, ValueRef::Null) {
        return Ok(true);
    }
    if !encode_binary(pg_type, value, out)? {
        return Ok(false);
    }
    let Ok(length) = i32::try_from(out.len() - start - 4) else { return Ok(false) };
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    Ok(true)
}
