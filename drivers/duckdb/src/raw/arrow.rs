//! Columns of a chunk lent to Arrow.

use std::ptr::NonNull;
use std::sync::Arc;

use arrow_buffer::{ArrowNativeType, Buffer, ScalarBuffer};

use super::Chunk;

/// Lends a column of a chunk without a copy; the buffer keeps the chunk. `column` finds the values
/// among those of the chunk.
pub(crate) fn lent<T: ArrowNativeType>(
    chunk: &Arc<Chunk>,
    column: impl for<'c> FnOnce(&'c Chunk) -> &'c [T],
) -> ScalarBuffer<T> {
    let values = column(chunk);
    if values.is_empty() {
        return ScalarBuffer::from(Vec::new());
    }
    let start = NonNull::from(values).cast::<u8>();
    // SAFETY: the values are part of the chunk, for any lifetime of it, and so readable for as long as
    // the buffer keeps the chunk, whose rows nobody writes.
    let buffer =
        unsafe { Buffer::from_custom_allocation(start, size_of_val(values), chunk.clone()) };
    ScalarBuffer::from(buffer)
}
