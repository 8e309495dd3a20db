//! Commands as the server takes them.

use bytes::{BufMut, BytesMut};
use hypostyle_core::{Result, ValueRef};
use mysql_common::constants::Command;

use crate::packet::put;
use crate::types::{self, ParameterType};

/// Appends a command of a text.
fn put_text(out: &mut BytesMut, command: Command, text: &str, bytes_max: usize) -> Result<()> {
    put(out, 0, bytes_max, |out| {
        out.put_u8(command as u8);
        out.put_slice(text.as_bytes());
        Ok(())
    })
}

/// Appends a statement as text.
///
/// # Errors
/// `Limit` for one longer than the server takes.
pub(crate) fn put_query(out: &mut BytesMut, text: &str, bytes_max: usize) -> Result<()> {
    put_text(out, Command::COM_QUERY, text, bytes_max)
}

/// Appends a statement to be prepared.
///
/// # Errors
/// As [`put_query`].
pub(crate) fn put_prepare(out: &mut BytesMut, text: &str, bytes_max: usize) -> Result<()> {
    put_text(out, Command::COM_STMT_PREPARE, text, bytes_max)
}

/// Appends the choice of a database.
///
/// # Errors
/// As [`put_query`].
pub(crate) fn put_database(out: &mut BytesMut, name: &str) -> Result<()> {
    put_text(out, Command::COM_INIT_DB, name, usize::MAX)
}

/// Appends a command without a body.
///
/// # Errors
/// None: it is always short enough.
pub(crate) fn put_plain(out: &mut BytesMut, command: Command) -> Result<()> {
    put_text(out, command, "", usize::MAX)
}

/// Appends that a prepared statement is of no more use; the server does not answer.
pub(crate) fn put_close(out: &mut BytesMut, statement: u32) {
    let put = put(out, 0, usize::MAX, |out| {
        out.put_u8(Command::COM_STMT_CLOSE as u8);
        out.put_u32_le(statement);
        Ok(())
    });
    debug_assert!(put.is_ok(), "five bytes are never too many");
}

/// Appends a run of a prepared statement with parameters; answers where their types stand, two bytes
/// each.
///
/// # Errors
/// `Parameter` or `Data` for a value that cannot be sent; `Limit` beyond what the server takes.
/// Nothing is appended then.
#[inline]
pub(crate) fn put_execute<'v>(
    out: &mut BytesMut,
    statement: u32,
    count: usize,
    value: impl Fn(usize) -> Result<ValueRef<'v>>,
    bytes_max: usize,
) -> Result<usize> {
    const ONE_RUN: u32 = 1;
    put(out, 0, bytes_max, |out| {
        out.put_u8(Command::COM_STMT_EXECUTE as u8);
        out.put_u32_le(statement);
        out.put_u8(0);
        out.put_u32_le(ONE_RUN);
        if count == 0 {
            return Ok(out.len());
        }
        let nulls = out.len();
        out.put_bytes(0, count.div_ceil(8));
        out.put_u8(1);
        let types = out.len();
        out.put_bytes(0, 2 * count);
        for at in 0..count {
            let value = value(at)?;
            if value.is_null()
                && let Some(byte) = out.get_mut(nulls + at / 8)
            {
                *byte |= 1 << (at % 8);
            }
            let kind = types::encode(value, out)?;
            set_type(out, types + 2 * at, kind);
        }
        Ok(types)
    })
}

fn set_type(out: &mut BytesMut, at: usize, kind: ParameterType) {
    if let Some(place) = out.get_mut(at..at + 2) {
        place.copy_from_slice(&kind.to_bytes());
    }
}
