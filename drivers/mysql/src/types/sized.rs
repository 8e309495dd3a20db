//! Bytes with their length before them.

use bytes::BufMut;

/// The first byte of a length of two, three or eight bytes; one below is the length itself.
const TWO: u8 = 0xFC;
const THREE: u8 = 0xFD;
const EIGHT: u8 = 0xFE;
const SHORT_MAX: u8 = 0xFA;

/// Takes bytes and their length from the head; `None` where they are not all there.
#[inline]
pub(super) fn take<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (&first, rest) = bytes.split_first()?;
    let (length, rest) = if first <= SHORT_MAX { (first.into(), rest) } else { long(first, rest)? };
    let (taken, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

fn long(first: u8, rest: &[u8]) -> Option<(usize, &[u8])> {
    let size = match first {
        TWO => 2,
        THREE => 3,
        EIGHT => 8,
        _ => return None,
    };
    let (digits, rest) = rest.split_at_checked(size)?;
    let mut length = [0; 8];
    length[..size].copy_from_slice(digits);
    Some((usize::try_from(u64::from_le_bytes(length)).ok()?, rest))
}

/// Appends bytes and their length before them.
#[inline]
pub(super) fn put(bytes: &[u8], out: &mut impl BufMut) {
    match bytes.len() {
        length @ 0..=0xFA => out.put_u8(low(length)),
        length @ 0xFB..=0xFFFF => {
            out.put_u8(TWO);
            out.put_uint_le(length as u64, 2);
        }
        length @ 0x1_0000..=0xFF_FFFF => {
            out.put_u8(THREE);
            out.put_uint_le(length as u64, 3);
        }
        length => {
            out.put_u8(EIGHT);
            out.put_u64_le(length as u64);
        }
    }
    out.put_slice(bytes);
}

fn low(length: usize) -> u8 {
    length.to_le_bytes()[0]
}
