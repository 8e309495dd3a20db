//! Lists and maps written into a batch item by item.

use crate::value::{
    LIST, MAP, NATIVE, NativeFormat, ValueRef, encode_native, encode_part, encode_value,
};
use crate::{Error, ErrorKind, Result};

/// The items of a list, or the entries of a map, on their way into a batch.
///
/// # Examples
/// ```
/// use hypostyle_core::{Batch, ValueRef};
/// let mut batch = Batch::default();
/// batch.begin(1);
/// batch.push_map(|map| {
///     map.push(ValueRef::Text("sizes"))?;
///     map.push_list(|sizes| sizes.push(ValueRef::I64(7)))
/// })?;
/// batch.end_row();
/// # Ok::<(), hypostyle_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Nested<'a> {
    out: &'a mut Vec<u8>,
}

impl Nested<'_> {
    /// Appends any value.
    ///
    /// # Errors
    /// `Limit` past 4 GiB of heap.
    pub fn push(&mut self, value: ValueRef<'_>) -> Result<()> {
        if encode_value(&value, self.out) { Ok(()) } else { Err(too_long()) }
    }

    /// Appends a value of a type only the engine knows; a name is cut at 64 KiB.
    ///
    /// # Errors
    /// `Limit` past 4 GiB of heap.
    pub fn push_native(
        &mut self,
        type_name: &str,
        format: NativeFormat,
        bytes: &[u8],
    ) -> Result<()> {
        native(type_name, format, bytes, self.out)
    }

    /// Appends a list whose items `fill` appends one by one.
    ///
    /// # Errors
    /// Those of `fill`; `Limit` past 4 GiB of heap.
    pub fn push_list(&mut self, fill: impl FnOnce(&mut Nested<'_>) -> Result<()>) -> Result<()> {
        list(fill, self.out)
    }

    /// Appends a map whose entries `fill` appends, name (as text) and value in turn.
    ///
    /// # Errors
    /// Those of `fill`; `Limit` past 4 GiB of heap.
    pub fn push_map(&mut self, fill: impl FnOnce(&mut Nested<'_>) -> Result<()>) -> Result<()> {
        map(fill, self.out)
    }
}

pub(crate) fn native(
    type_name: &str,
    format: NativeFormat,
    bytes: &[u8],
    out: &mut Vec<u8>,
) -> Result<()> {
    part(NATIVE, out, |out| {
        encode_native(type_name, format, bytes, out);
        Ok(())
    })
}

pub(crate) fn list(
    fill: impl FnOnce(&mut Nested<'_>) -> Result<()>,
    out: &mut Vec<u8>,
) -> Result<()> {
    part(LIST, out, |out| fill(&mut Nested { out }))
}

pub(crate) fn map(
    fill: impl FnOnce(&mut Nested<'_>) -> Result<()>,
    out: &mut Vec<u8>,
) -> Result<()> {
    part(MAP, out, |out| fill(&mut Nested { out }))
}

fn part(tag: u8, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
    if encode_part(tag, out, write)? { Ok(()) } else { Err(too_long()) }
}

#[cold]
pub(crate) fn too_long() -> Error {
    Error::new(
        ErrorKind::Limit,
        "the values of one batch exceed 4 GiB; select fewer or shorter ones",
    )
}
