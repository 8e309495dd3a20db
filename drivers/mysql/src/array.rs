//! Arrays of parameters: MariaDB runs one statement for many rows of one packet.
//!
//! # Source
//! <https://mariadb.com/kb/en/com_stmt_bulk_execute/>

use bytes::{BufMut, BytesMut};
use hypostyle_core::{Error, Result};
use mysql_common::constants::{ColumnType, Command};

use crate::bulk::Rows;
use crate::packet::put;
use crate::types::{self, ParameterType};

/// What a packet holds where no row is larger: more gains nothing, and the server keeps it whole.
const PACKET_BYTES: usize = 4 * 1024 * 1024;
/// The types of the parameters stand in the packet.
const HAS_TYPES: u16 = 128;
const VALUE: u8 = 0;
const NULL: u8 = 1;

/// Appends all rows, in as many packets as it takes; answers how many.
///
/// # Errors
/// `Parameter` or `Data` for a value that cannot be sent; `Limit` for a row that the server does not
/// take; each with the number of the row.
pub(crate) fn put_all(
    out: &mut BytesMut,
    statement: u32,
    rows: Rows<'_>,
    bytes_max: usize,
) -> Result<usize> {
    let (mut row, mut packets) = (0, 0);
    while row < rows.count() {
        let at_row = |error: Error| error.with("row", row.to_string());
        row = put(out, 0, bytes_max, |out| put_some(out, statement, rows, row)).map_err(at_row)?;
        packets += 1;
    }
    Ok(packets)
}

/// Appends rows from `first` on while their parameters are of the same types and the packet is not
/// full; answers the first row that is left.
fn put_some(out: &mut BytesMut, statement: u32, rows: Rows<'_>, first: usize) -> Result<usize> {
    let begun = out.len();
    out.put_u8(Command::COM_STMT_BULK_EXECUTE as u8);
    out.put_u32_le(statement);
    out.put_u16_le(HAS_TYPES);
    let places = out.len();
    out.put_bytes(0, 2 * rows.order.len());
    let mut types = vec![None; rows.order.len()];
    let mut row = first;
    while row < rows.count() && (row == first || out.len() - begun < PACKET_BYTES) {
        let end = out.len();
        let is_alike = put_row(out, rows, row, &mut types)
            .map_err(|error| error.with("row", row.to_string()))?;
        if !is_alike {
            out.truncate(end);
            break;
        }
        row += 1;
    }
    // A column of NULLs alone may have any type.
    let any = [ColumnType::MYSQL_TYPE_VAR_STRING as u8, 0];
    for (at, kind) in types.iter().enumerate() {
        let place = places + 2 * at;
        if let Some(place) = out.get_mut(place..place + 2) {
            place.copy_from_slice(&kind.map_or(any, ParameterType::to_bytes));
        }
    }
    Ok(row)
}

/// Appends a row; answers `false` where a parameter is of another type than in the rows before.
fn put_row(
    out: &mut BytesMut,
    rows: Rows<'_>,
    row: usize,
    types: &mut [Option<ParameterType>],
) -> Result<bool> {
    for (parameter, known) in types.iter_mut().enumerate() {
        let value = rows.value(row, parameter);
        if value.is_null() {
            out.put_u8(NULL);
            continue;
        }
        out.put_u8(VALUE);
        let kind = types::encode(value, out)?;
        // A row taken back may leave a type where all before had NULL, which then has any.
        if *known.get_or_insert(kind) != kind {
            return Ok(false);
        }
    }
    Ok(true)
}
