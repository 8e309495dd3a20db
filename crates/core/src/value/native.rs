//! Values of types only the engine knows, carried verbatim.

use std::fmt;

/// How the bytes of a native value are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NativeFormat {
    /// The engine's text form.
    Text,
    /// The engine's binary form.
    Binary,
}

/// A value of a type only the engine knows, owned.
///
/// # Examples
/// ```
/// use hypostyle_core::{Native, NativeFormat};
/// let point = Native::new("point", NativeFormat::Text, b"(1,2)");
/// assert_eq!(point.as_ref().type_name(), "point");
/// assert_eq!(point.as_ref().bytes(), b"(1,2)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Native {
    encoded: Box<[u8]>,
}

/// A value of a type only the engine knows, borrowed.
///
/// # Shape
/// One slice, so that a borrowed value stays small: format (1 byte), length of the name (2 bytes,
/// little-endian), name, value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NativeRef<'a> {
    encoded: &'a [u8],
}

const HEAD_BYTES: usize = 3;

impl Native {
    /// Takes a value as the engine writes it. A name is cut at 64 KiB.
    pub fn new(type_name: &str, format: NativeFormat, bytes: &[u8]) -> Self {
        let mut encoded = Vec::with_capacity(HEAD_BYTES + type_name.len() + bytes.len());
        encode_native(type_name, format, bytes, &mut encoded);
        Self { encoded: encoded.into() }
    }

    /// Lends the value.
    pub fn as_ref(&self) -> NativeRef<'_> {
        NativeRef { encoded: &self.encoded }
    }
}

impl<'a> NativeRef<'a> {
    pub(crate) fn from_encoded(encoded: &'a [u8]) -> Self {
        Self { encoded }
    }

    pub(crate) fn encoded(self) -> &'a [u8] {
        self.encoded
    }

    /// Answers the engine's name of the type.
    pub fn type_name(self) -> &'a str {
        std::str::from_utf8(self.parts().0).unwrap_or_default()
    }

    /// Answers how the bytes are written.
    pub fn format(self) -> NativeFormat {
        match self.encoded.first() {
            Some(1) => NativeFormat::Binary,
            _ => NativeFormat::Text,
        }
    }

    /// Answers the value's text form; `None` where it is binary or no UTF-8.
    pub fn text(self) -> Option<&'a str> {
        match self.format() {
            NativeFormat::Text => std::str::from_utf8(self.bytes()).ok(),
            NativeFormat::Binary => None,
        }
    }

    /// Answers the value, verbatim.
    pub fn bytes(self) -> &'a [u8] {
        self.parts().1
    }

    /// Copies the value.
    pub fn to_owned(self) -> Native {
        Native { encoded: self.encoded.into() }
    }

    fn parts(self) -> (&'a [u8], &'a [u8]) {
        let [_, low, high, rest @ ..] = self.encoded else { return (&[], &[]) };
        rest.split_at_checked(usize::from(u16::from_le_bytes([*low, *high]))).unwrap_or_default()
    }
}

/// Appends a value as [`NativeRef`] has it.
pub(crate) fn encode_native(
    type_name: &str,
    format: NativeFormat,
    bytes: &[u8],
    out: &mut Vec<u8>,
) {
    let name = &type_name[..type_name.floor_char_boundary(usize::from(u16::MAX))];
    let name_bytes = u16::try_from(name.len()).unwrap_or(u16::MAX);
    out.push(u8::from(format == NativeFormat::Binary));
    out.extend_from_slice(&name_bytes.to_le_bytes());
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(bytes);
}

impl fmt::Debug for NativeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native")
            .field("type_name", &self.type_name())
            .field("format", &self.format())
            .field("bytes", &self.bytes())
            .finish()
    }
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}
