//! Rows as the server sends them, in binary form and as text.

use hypostyle_core::{Batch, Result};

use crate::exchange::misshapen;
use crate::packet::Fields;
use crate::types::{self, MyType, ZeroDates};

/// Reads a row in binary form: a byte, a bit for each NULL, and the values one after another.
#[inline]
pub(crate) fn read_binary_row(
    packet: &[u8],
    types: &[MyType],
    batch: &mut Batch,
    zero_dates: ZeroDates,
) -> Result<()> {
    /// The first two bits stand for no column.
    const OFFSET: usize = 2;
    let rest = packet.get(1..).unwrap_or_default();
    let bytes = (types.len() + OFFSET).div_ceil(8);
    let Some((nulls, mut values)) = rest.split_at_checked(bytes) else { return Err(misshapen()) };
    for (at, kind) in types.iter().enumerate() {
        let bit = at + OFFSET;
        let is_null = nulls.get(bit / 8).is_some_and(|byte| byte & 1 << (bit % 8) != 0);
        if is_null {
            batch.push_null();
        } else {
            types::decode_binary(kind, &mut values, batch, zero_dates)?;
        }
    }
    if !values.is_empty() {
        return Err(misshapen());
    }
    batch.end_row();
    Ok(())
}

/// Reads a row as text: each value after its length.
pub(crate) fn read_text_row(
    packet: &[u8],
    types: &[MyType],
    batch: &mut Batch,
    zero_dates: ZeroDates,
) -> Result<()> {
    const NULL: u8 = 0xfb;
    let mut fields = Fields::of(packet);
    for kind in types {
        if fields.rest().first() == Some(&NULL) {
            fields.take(1).map_err(|_| misshapen())?;
            batch.push_null();
        } else {
            let value = fields.sized().map_err(|_| misshapen())?;
            types::decode_text(kind, value, batch, zero_dates)?;
        }
    }
    if !fields.is_empty() {
        return Err(misshapen());
    }
    batch.end_row();
    Ok(())
}
