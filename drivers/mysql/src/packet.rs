//! Packets: their fields read with care, and what is sent cut into what the protocol takes.
//!
//! The crate below has a parser for each packet, but those index without looking: bytes of a hostile
//! server would panic.

use std::io;

use bytes::{BufMut, BytesMut};
use hypostyle_core::{Error, ErrorKind, Result};
use mysql_common::constants::{
    CapabilityFlags, ColumnFlags, ColumnType, MAX_PAYLOAD_LEN, StatusFlags,
};
use mysql_common::packets::Column;

/// Length of three bytes and a sequence number.
pub(crate) const HEADER_BYTES: usize = 4;

/// The first byte of a packet that says how a command ended, or how a result goes on.
pub(crate) mod tag {
    pub(crate) const OK: u8 = 0x00;
    pub(crate) const MORE_DATA: u8 = 0x01;
    pub(crate) const LOCAL_INFILE: u8 = 0xfb;
    pub(crate) const END: u8 = 0xfe;
    pub(crate) const ERROR: u8 = 0xff;
}

/// The fields of a packet, one after another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn of(packet: &'a [u8]) -> Self {
        Self(packet)
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take(&mut self, length: usize) -> io::Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk().ok_or_else(short)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> io::Result<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> io::Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> io::Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// An integer whose first byte says how long it is.
    pub(crate) fn integer(&mut self) -> io::Result<u64> {
        match self.u8()? {
            0xfc => self.u16().map(u64::from),
            0xfd => {
                let [a, b, c] = self.array()?;
                Ok(u64::from(u32::from_le_bytes([a, b, c, 0])))
            }
            0xfe => self.array().map(u64::from_le_bytes),
            0xfb | 0xff => Err(short()),
            small => Ok(small.into()),
        }
    }

    /// Bytes after their length.
    pub(crate) fn sized(&mut self) -> io::Result<&'a [u8]> {
        let length = self.integer()?;
        self.take(usize::try_from(length).map_err(|_| short())?)
    }

    /// Bytes up to a NUL, which is passed; without one, all there are.
    pub(crate) fn terminated(&mut self) -> &'a [u8] {
        match self.0.iter().position(|byte| *byte == 0) {
            Some(end) => {
                let (taken, rest) = self.0.split_at(end);
                self.0 = rest.get(1..).unwrap_or_default();
                taken
            }
            None => std::mem::take(&mut self.0),
        }
    }
}

fn short() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a packet ends before its fields do")
}

/// How a command ended, or a result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done<'a> {
    pub(crate) rows_affected: u64,
    pub(crate) last_insert_id: u64,
    pub(crate) status: StatusFlags,
    /// What the server says to people, as `Records: 2  Duplicates: 1  Warnings: 0`.
    pub(crate) info: &'a [u8],
    /// What changed in the session, as the server tells it.
    pub(crate) changes: &'a [u8],
}

impl<'a> Done<'a> {
    /// Reads an OK packet, or the one of that form which ends rows.
    #[inline]
    pub(crate) fn read(packet: &'a [u8], capabilities: CapabilityFlags) -> io::Result<Self> {
        let mut fields = Fields(packet);
        fields.u8()?;
        let rows_affected = fields.integer()?;
        let last_insert_id = fields.integer()?;
        let status = StatusFlags::from_bits_retain(fields.u16()?);
        fields.u16()?;
        let (mut info, mut changes): (&[u8], &[u8]) = (&[], &[]);
        if !fields.is_empty() && capabilities.contains(CapabilityFlags::CLIENT_SESSION_TRACK) {
            info = fields.sized()?;
            if status.contains(StatusFlags::SERVER_SESSION_STATE_CHANGED) {
                changes = fields.sized()?;
            }
        }
        Ok(Self { rows_affected, last_insert_id, status, info, changes })
    }

    /// The rows a statement was given, where it was given several.
    pub(crate) fn records(&self) -> Option<u64> {
        let info = std::str::from_utf8(self.info).ok()?;
        let digits = info.strip_prefix("Records: ")?.split(' ').next()?;
        digits.parse().ok()
    }

    /// Reads what ends columns or rows for clients that know no other way.
    pub(crate) fn read_eof(packet: &'a [u8]) -> io::Result<Self> {
        let mut fields = Fields(packet);
        fields.u8()?;
        fields.u16()?;
        let status = StatusFlags::from_bits_retain(fields.u16()?);
        Ok(Self { rows_affected: 0, last_insert_id: 0, status, info: &[], changes: &[] })
    }
}

/// Reads the definition of a column, and what MariaDB adds to it.
pub(crate) fn read_column(packet: &[u8], is_extended: bool) -> io::Result<(Column, &[u8])> {
    let mut fields = Fields(packet);
    fields.sized()?;
    let schema = fields.sized()?;
    let table = fields.sized()?;
    let org_table = fields.sized()?;
    let name = fields.sized()?;
    let org_name = fields.sized()?;
    let extended = if is_extended { fields.sized()? } else { &[] };
    fields.integer()?;
    let character_set = fields.u16()?;
    let length = fields.u32()?;
    let kind = ColumnType::try_from(fields.u8()?).map_err(io::Error::other)?;
    let flags = ColumnFlags::from_bits_retain(fields.u16()?);
    let decimals = fields.u8()?;
    let column = Column::new(kind)
        .with_schema(schema)
        .with_table(table)
        .with_org_table(org_table)
        .with_name(name)
        .with_org_name(org_name)
        .with_flags(flags)
        .with_column_length(length)
        .with_character_set(character_set)
        .with_decimals(decimals);
    Ok((column, extended))
}

/// Appends a packet whose body `write` appends; one of 16 MiB or more is cut.
///
/// # Errors
/// Those of `write`, and `Limit` for a body beyond what the server takes. Nothing is appended then.
pub(crate) fn put<T>(
    out: &mut BytesMut,
    sequence: u8,
    bytes_max: usize,
    write: impl FnOnce(&mut BytesMut) -> Result<T>,
) -> Result<T> {
    let start = out.len();
    out.put_bytes(0, HEADER_BYTES);
    let written = write(out).and_then(|value| {
        let length = out.len() - start - HEADER_BYTES;
        if length > bytes_max { Err(too_long(length, bytes_max)) } else { Ok(value) }
    });
    match written {
        Ok(value) => {
            cut(out, start, sequence);
            Ok(value)
        }
        Err(error) => {
            out.truncate(start);
            Err(error)
        }
    }
}

/// Writes the header of a packet that was appended at `start`, and one before each further piece.
fn cut(out: &mut BytesMut, start: usize, sequence: u8) {
    let length = out.len() - start - HEADER_BYTES;
    let further = length / MAX_PAYLOAD_LEN;
    out.put_bytes(0, further * HEADER_BYTES);
    // From the last piece to the first, so that none is overwritten before it moved.
    for piece in (0..=further).rev() {
        let from = start + HEADER_BYTES + piece * MAX_PAYLOAD_LEN;
        let bytes = (length - piece * MAX_PAYLOAD_LEN).min(MAX_PAYLOAD_LEN);
        let to = from + piece * HEADER_BYTES;
        out.copy_within(from..from + bytes, to);
        let [a, b, c, ..] = bytes.to_le_bytes();
        let number = sequence.wrapping_add(piece.to_le_bytes()[0]);
        if let Some(header) = out.get_mut(to - HEADER_BYTES..to) {
            header.copy_from_slice(&[a, b, c, number]);
        }
    }
}

fn too_long(length: usize, bytes_max: usize) -> Error {
    let message = format!(
        "the statement and its values take {length} bytes, and the server takes {bytes_max}; send \
         fewer at a time, or raise max_allowed_packet"
    );
    Error::new(ErrorKind::Limit, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn pieces(length: usize) -> Vec<(usize, u8)> {
        let mut out = BytesMut::new();
        let body: Vec<u8> = (0..=250).cycle().take(length).collect();
        put(&mut out, 3, usize::MAX, |out| {
            out.put_slice(&body);
            Ok(())
        })
        .unwrap();
        let (mut pieces, mut joined) = (Vec::new(), Vec::new());
        let mut fields = Fields(&out);
        while !fields.is_empty() {
            let [a, b, c, sequence] = fields.array().unwrap();
            let bytes = u32::from_le_bytes([a, b, c, 0]) as usize;
            joined.extend_from_slice(fields.take(bytes).unwrap());
            pieces.push((bytes, sequence));
        }
        assert!(joined == body, "{length}");
        pieces
    }

    #[test]
    fn a_packet_of_16_mib_is_cut_and_its_end_is_told() {
        assert_eq!(pieces(0), [(0, 3)]);
        assert_eq!(pieces(5), [(5, 3)]);
        assert_eq!(pieces(MAX_PAYLOAD_LEN - 1), [(MAX_PAYLOAD_LEN - 1, 3)]);
        assert_eq!(pieces(MAX_PAYLOAD_LEN), [(MAX_PAYLOAD_LEN, 3), (0, 4)]);
        let two = 2 * MAX_PAYLOAD_LEN;
        assert_eq!(pieces(two + 7), [(MAX_PAYLOAD_LEN, 3), (MAX_PAYLOAD_LEN, 4), (7, 5)]);
    }

    #[test]
    fn a_packet_the_server_does_not_take_is_not_sent() {
        let mut out = BytesMut::from("before");
        let put = put(&mut out, 0, 10, |out| {
            out.put_bytes(1, 11);
            Ok(())
        });
        assert_eq!(put.unwrap_err().kind(), ErrorKind::Limit);
        assert_eq!(&*out, b"before");
    }

    #[test]
    fn the_rows_a_statement_was_given_are_counted() {
        let records = |info: &'static [u8]| {
            let end = Done { info, ..Done::read_eof(&[0xfe, 0, 0, 2, 0]).unwrap() };
            end.records()
        };
        assert_eq!(records(b"Records: 12  Duplicates: 3  Warnings: 0"), Some(12));
        assert_eq!(records(b""), None);
    }

    #[test]
    fn fields_that_are_missing_are_errors() {
        for packet in [&[][..], &[0], &[0, 0xfe, 1], &[0, 1, 0xfd], &[0, 0, 0, 2], &[0xfb; 9]] {
            assert!(Done::read(packet, CapabilityFlags::all()).is_err(), "{packet:?}");
            assert!(read_column(packet, true).is_err(), "{packet:?}");
        }
        let huge = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        assert!(Fields(&huge).sized().is_err());
    }
}
