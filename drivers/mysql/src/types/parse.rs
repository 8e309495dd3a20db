//! Values of the text protocol, read into a batch.

use hypostyle_core::{Batch, Result, ValueRef};

use super::decode::{malformed, push_moment, push_sized, push_time};
use super::moment::{self, Moment};
use super::{Kind, MyType, ZeroDates};

/// Reads one value that is not NULL, its length taken off, into a batch.
///
/// # Errors
/// As [`decode_binary`](super::decode_binary).
pub(crate) fn decode_text(
    my_type: &MyType,
    bytes: &[u8],
    batch: &mut Batch,
    zero_dates: ZeroDates,
) -> Result<()> {
    match my_type.kind {
        Kind::Date | Kind::Timestamp | Kind::TimestampTz => {
            push_moment(my_type, Moment::parse(bytes), batch, zero_dates)
        }
        Kind::Time => match moment::parse_time(bytes) {
            Some(micros) => push_time(micros, batch),
            None => Err(malformed(my_type, bytes)),
        },
        Kind::Null => Err(malformed(my_type, bytes)),
        kind if is_number(kind) => match number(kind, bytes) {
            Some(value) => batch.push(value),
            None => Err(malformed(my_type, bytes)),
        },
        _ => push_sized(my_type, bytes, batch),
    }
}

fn is_number(kind: Kind) -> bool {
    use Kind::{Bool, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64};
    matches!(kind, Bool | I8 | I16 | I32 | I64 | U8 | U16 | U32 | U64 | F32 | F64)
}

fn number(kind: Kind, bytes: &[u8]) -> Option<ValueRef<'static>> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some(match kind {
        Kind::F32 => ValueRef::F32(text.parse().ok()?),
        Kind::F64 => ValueRef::F64(text.parse().ok()?),
        Kind::U64 => ValueRef::U64(text.parse().ok()?),
        Kind::Bool => match text.parse().ok()? {
            value @ (0 | 1) => ValueRef::Bool(value == 1),
            value => ValueRef::I64(value),
        },
        _ => ValueRef::I64(text.parse().ok()?),
    })
}
