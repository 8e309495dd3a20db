//! Statements on their way to the server: parse, bind, execute.

use bytes::{BufMut, BytesMut};
use hypostyle_core::{Error, ErrorKind, Result, ValueRef};

use crate::types::{self, PgType};
use std::sync::Arc;

/// Appends a message, whose length is written once it is known.
fn message<T>(
    out: &mut BytesMut,
    tag: u8,
    write: impl FnOnce(&mut BytesMut) -> Result<T>,
) -> Result<T> {
    let start = out.len();
    out.put_u8(tag);
    out.put_i32(0);
    let written = write(out).and_then(|value| {
        let length = i32::try_from(out.len() - start - 1).map_err(|_| too_long())?;
        patch(out, start + 1, &length.to_be_bytes());
        Ok(value)
    });
    if written.is_err() {
        out.truncate(start);
    }
    written
}

fn patch(out: &mut BytesMut, at: usize, bytes: &[u8]) {
    if let Some(place) = out.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

/// Appends a Bind of parameters to a statement, into the portal without a name.
///
/// # Errors
/// `Parameter` or `Data` for a value that cannot be sent; `Limit` past 1 GiB. Nothing is appended.
pub(crate) fn bind<'v>(
    out: &mut BytesMut,
    statement: &str,
    types: &[Arc<PgType>],
    value: impl Fn(usize) -> Result<ValueRef<'v>>,
    result_formats: &[i16],
) -> Result<()> {
    message(out, b'B', |out| {
        out.put_u8(0);
        out.put_slice(statement.as_bytes());
        out.put_u8(0);
        let count = u16::try_from(types.len()).map_err(|_| too_many())?;
        out.put_u16(count);
        let formats = out.len();
        out.put_bytes(0, 2 * types.len());
        out.put_u16(count);
        for (at, kind) in types.iter().enumerate() {
            let format = put_value(out, kind, value(at)?)?;
            patch(out, formats + 2 * at, &format.to_be_bytes());
        }
        put_formats(out, result_formats);
        Ok(())
    })
}

/// Appends a value and its length; answers its format.
fn put_value(out: &mut BytesMut, kind: &PgType, value: ValueRef<'_>) -> Result<i16> {
    if value.is_null() {
        out.put_i32(-1);
        return Ok(0);
    }
    let start = out.len();
    out.put_i32(0);
    let format = types::encode(kind, value, out)?;
    put_length(out, start)?;
    Ok(format)
}

/// Writes the length of a value that was appended after four bytes.
pub(crate) fn put_length(out: &mut BytesMut, start: usize) -> Result<()> {
    let length = i32::try_from(out.len() - start - 4).map_err(|_| too_long())?;
    patch(out, start, &length.to_be_bytes());
    Ok(())
}

fn put_formats(out: &mut BytesMut, formats: &[i16]) {
    match formats.split_first() {
        None => out.put_i16(0),
        Some((first, rest)) if rest.iter().all(|format| format == first) => {
            out.put_i16(1);
            out.put_i16(*first);
        }
        Some(_) => {
            out.put_u16(u16::try_from(formats.len()).unwrap_or(u16::MAX));
            formats.iter().for_each(|format| out.put_i16(*format));
        }
    }
}

/// Appends an Execute of the portal without a name, for all rows or so many.
pub(crate) fn execute(out: &mut BytesMut, rows_max: i32) {
    out.put_u8(b'E');
    out.put_i32(9);
    out.put_u8(0);
    out.put_i32(rows_max);
}

fn too_long() -> Error {
    Error::new(ErrorKind::Limit, "the values of one statement exceed 1 GiB, PostgreSQL's limit")
}

fn too_many() -> Error {
    let message = "a statement takes at most 65 535 parameters; send fewer at a time";
    Error::new(ErrorKind::Limit, message)
}
