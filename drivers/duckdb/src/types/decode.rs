//! Values out of a chunk, into a batch.

use hypostyle_core::{
    Batch, Error, ErrorKind, Interval, NativeFormat, Nested, Result, Time, Timestamp, Type, Uuid,
    ValueRef,
};

use super::numbers::{bignum_text, write_decimal};
use super::times::{date_of, time_tz_text, timestamp_of};
use crate::raw::{self, Column, Shape, Unit, View, is_unnamed};

/// Appends a row of a chunk.
#[inline]
pub(crate) fn push_row(batch: &mut Batch, columns: &[Column<'_>], row: usize) -> Result<()> {
    for column in columns {
        push(batch, column, row)?;
    }
    batch.end_row();
    Ok(())
}

#[inline]
fn push(batch: &mut Batch, column: &Column<'_>, row: usize) -> Result<()> {
    if column.is_null(row) {
        batch.push_null();
        return Ok(());
    }
    match (&column.view, column.shape) {
        (View::I64(values), Shape::I64) => batch.push_i64(values[row]),
        (View::I32(values), Shape::I32) => batch.push_i64(values[row].into()),
        (View::F64(values), _) => batch.push_f64(values[row]),
        (View::Text(values), Shape::Text) => return batch.push_text(text(&values[row])?),
        (View::I64(values), Shape::Timestamp(Unit::Micros)) => {
            batch.push_timestamp_micros(micros(values[row]));
        }
        (View::I64(values), Shape::TimestampTz) => {
            batch.push_timestamp_tz_micros(micros(values[row]));
        }
        (_, Shape::Decimal { scale, .. }) => {
            let unscaled = unscaled(column, row)?;
            return batch.push_decimal(|out| write_decimal(unscaled, *scale, out));
        }
        (View::Text(values), Shape::BigNum) => {
            let digits =
                bignum_text(values[row].bytes()).ok_or_else(|| unreadable(column.shape))?;
            return batch.push_decimal(|out| out.push_str(&digits));
        }
        (View::List(..) | View::Array(..), shape) if shape.kind() == Type::Vector => {
            return push_vector(batch, column, row);
        }
        (View::List(..) | View::Array(..) | View::Struct(_), shape) => {
            return match shape.kind() {
                Type::Map => batch.push_map(|out| entries(out, column, row)),
                _ => batch.push_list(|out| items(out, column, row)),
            };
        }
        (View::U64(values), Shape::TimeTz) => {
            let text = time_tz_text(values[row]).ok_or_else(|| unreadable(column.shape))?;
            let name = column.shape.name();
            return batch.push_native(&name, NativeFormat::Text, text.as_bytes());
        }
        (View::Text(values), Shape::Bit) => {
            let bits = bits(values[row].bytes()).ok_or_else(|| unreadable(column.shape))?;
            return batch.push_text(&bits);
        }
        _ => return batch.push(scalar(column, row)?),
    }
    Ok(())
}

/// Microseconds with the infinities of ours.
fn micros(ticks: i64) -> i64 {
    if ticks == -i64::MAX { Timestamp::NEG_INFINITY.ticks() } else { ticks }
}

fn text(value: &raw::Text) -> Result<&str> {
    simdutf8::basic::from_utf8(value.bytes())
        .map_err(|error| Error::new(ErrorKind::Data, "a text is not UTF-8").caused_by(error))
}

/// A value that needs no room of its own.
fn scalar<'c>(column: &Column<'c>, row: usize) -> Result<ValueRef<'c>> {
    let invalid = || unreadable(column.shape);
    Ok(match (&column.view, column.shape) {
        (View::U8(values), Shape::Bool) => ValueRef::Bool(values[row] != 0),
        (View::U8(values), Shape::Enum(words, _)) => word(words, values[row].into())?,
        (View::U16(values), Shape::Enum(words, _)) => word(words, values[row].into())?,
        (View::U32(values), Shape::Enum(words, _)) => word(words, values[row])?,
        (View::I8(values), _) => ValueRef::I64(values[row].into()),
        (View::I16(values), _) => ValueRef::I64(values[row].into()),
        (View::I32(values), Shape::Date) => ValueRef::Date(date_of(values[row])),
        (View::I32(values), _) => ValueRef::I64(values[row].into()),
        (View::I64(values), Shape::Time) => {
            let nanos = values[row].checked_mul(1_000);
            ValueRef::Time(nanos.and_then(Time::from_nanos).ok_or_else(invalid)?)
        }
        (View::I64(values), Shape::TimeNanos) => {
            ValueRef::Time(Time::from_nanos(values[row]).ok_or_else(invalid)?)
        }
        (View::I64(values), Shape::Timestamp(unit)) => {
            ValueRef::Timestamp(timestamp_of(*unit, values[row]).ok_or_else(invalid)?)
        }
        (View::I64(values), Shape::TimestampTz) => {
            ValueRef::TimestampTz(timestamp_of(Unit::Micros, values[row]).ok_or_else(invalid)?)
        }
        (View::I64(values), _) => ValueRef::I64(values[row]),
        (View::I128(values), Shape::Uuid) => {
            // Stored with the first bit turned, so that they sort as signed numbers.
            let number = i128::from(values[row]).cast_unsigned() ^ (1 << 127);
            ValueRef::Uuid(Uuid::from_u128(number))
        }
        (View::I128(values), _) => ValueRef::I128(values[row].into()),
        (View::U8(values), _) => ValueRef::I64(values[row].into()),
        (View::U16(values), _) => ValueRef::I64(values[row].into()),
        (View::U32(values), _) => ValueRef::I64(values[row].into()),
        (View::U64(values), _) => ValueRef::U64(values[row]),
        (View::U128(values), _) => ValueRef::U128(values[row].into()),
        (View::F32(values), _) => ValueRef::F32(values[row]),
        (View::F64(values), _) => ValueRef::F64(values[row]),
        (View::Interval(values), _) => {
            let raw::Interval { months, days, micros } = values[row];
            ValueRef::Interval(Interval { months, days, micros })
        }
        (View::Text(values), Shape::Blob) => ValueRef::Bytes(values[row].bytes()),
        (View::Text(values), Shape::Json) => ValueRef::Json(text(&values[row])?),
        (View::Text(values), _) => ValueRef::Text(text(&values[row])?),
        (View::List(..) | View::Array(..) | View::Struct(_) | View::Unknown, _) => {
            return Err(unreadable(column.shape));
        }
    })
}

fn word(words: &[Box<str>], number: u32) -> Result<ValueRef<'_>> {
    let found = usize::try_from(number).ok().and_then(|at| words.get(at));
    let message = "an enumeration has no such word";
    found.map(|word| ValueRef::Text(word)).ok_or_else(|| Error::new(ErrorKind::Data, message))
}

fn unscaled(column: &Column<'_>, row: usize) -> Result<i128> {
    Ok(match &column.view {
        View::I16(values) => values[row].into(),
        View::I32(values) => values[row].into(),
        View::I64(values) => values[row].into(),
        View::I128(values) => values[row].into(),
        _ => return Err(unreadable(column.shape)),
    })
}

/// Bits as digits: the first byte counts those of the second that are none.
fn bits(stored: &[u8]) -> Option<String> {
    let (padding, bytes) = stored.split_first()?;
    let digits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1));
    Some(digits.skip((*padding).into()).map(|bit| if bit == 1 { '1' } else { '0' }).collect())
}

/// The rows of the child that are the items of a list or array.
fn span<'v, 'c>(column: &'v Column<'c>, row: usize) -> Result<(usize, usize, &'v Column<'c>)> {
    match &column.view {
        View::List(entries, child) => {
            let entry = entries[row];
            let number = |number| usize::try_from(number).map_err(|_| unreadable(column.shape));
            Ok((number(entry.offset)?, number(entry.length)?, child))
        }
        View::Array(count, child) => Ok((row * count, *count, child)),
        _ => Err(unreadable(column.shape)),
    }
}

/// A list of floats is a vector, unless one of them is NULL.
fn push_vector(batch: &mut Batch, column: &Column<'_>, row: usize) -> Result<()> {
    let (start, count, child) = span(column, row)?;
    match &child.view {
        View::F32(floats) if (start..start + count).all(|at| !child.is_null(at)) => {
            batch.push_vector(floats[start..start + count].iter().copied())
        }
        _ => batch.push_list(|out| items(out, column, row)),
    }
}

/// Appends the items of a list, of a map whose keys are no texts, or of a structure without names.
fn items(out: &mut Nested<'_>, column: &Column<'_>, row: usize) -> Result<()> {
    if let View::Struct(fields) = &column.view {
        return fields.iter().try_for_each(|field| push_nested(out, field, row));
    }
    let (start, count, child) = span(column, row)?;
    for at in start..start + count {
        match (&child.view, child.shape) {
            // An entry of a map is a pair.
            (View::Struct(parts), Shape::Map(_)) => {
                out.push_list(|pair| parts.iter().try_for_each(|part| push_nested(pair, part, at)))?
            }
            _ => push_nested(out, child, at)?,
        }
    }
    Ok(())
}

/// Appends the entries of a map, the fields of a structure, or the member that a union holds.
fn entries(out: &mut Nested<'_>, column: &Column<'_>, row: usize) -> Result<()> {
    match (&column.view, column.shape) {
        (View::Struct(parts), Shape::Struct(fields)) => {
            fields.iter().zip(parts).try_for_each(|((name, _), part)| {
                out.push(ValueRef::Text(name))?;
                push_nested(out, part, row)
            })
        }
        (View::Struct(parts), Shape::Union(members)) => {
            let [tag, parts @ ..] = parts.as_slice() else { return Err(unreadable(column.shape)) };
            let View::U8(tags) = &tag.view else { return Err(unreadable(column.shape)) };
            let at = usize::from(tags[row]);
            let (Some((name, _)), Some(part)) = (members.get(at), parts.get(at)) else {
                return Err(unreadable(column.shape));
            };
            out.push(ValueRef::Text(name))?;
            push_nested(out, part, row)
        }
        _ => {
            let (start, count, child) = span(column, row)?;
            let View::Struct(parts) = &child.view else { return Err(unreadable(column.shape)) };
            for at in start..start + count {
                parts.iter().try_for_each(|part| push_nested(out, part, at))?;
            }
            Ok(())
        }
    }
}

fn push_nested(out: &mut Nested<'_>, column: &Column<'_>, row: usize) -> Result<()> {
    if column.is_null(row) {
        return out.push(ValueRef::Null);
    }
    let mut own = Batch::default();
    match (&column.view, column.shape) {
        (View::Struct(_), Shape::Struct(fields)) if is_unnamed(fields) => {
            out.push_list(|inner| items(inner, column, row))
        }
        (View::Struct(_), _) => out.push_map(|inner| entries(inner, column, row)),
        (View::List(..) | View::Array(..), shape) if shape.kind() == Type::Map => {
            out.push_map(|inner| entries(inner, column, row))
        }
        (View::List(..) | View::Array(..), shape) if shape.kind() == Type::List => {
            out.push_list(|inner| items(inner, column, row))
        }
        _ => {
            own.begin(1);
            push(&mut own, column, row)?;
            own.end_row();
            out.push(own.value(0, 0))
        }
    }
}

#[cold]
fn unreadable(shape: &Shape) -> Error {
    let name = shape.name();
    let message = format!("a value of type {name} cannot be read; CAST it to VARCHAR in the query");
    Error::new(ErrorKind::Data, message)
}
