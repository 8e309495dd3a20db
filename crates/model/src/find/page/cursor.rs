//! Cursors: where a page ended, signed.

mod values;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use hypostyle_core::{Error, ErrorKind, Result, Value};
use sha2::{Digest, Sha256};

use crate::definition::Definition;
use crate::model::Model;
use crate::order::OrderBy;

const TAG_BYTES: usize = 16;
const ORDER_BYTES: usize = 8;

/// What cursors are longer than is none of ours.
const CURSOR_BYTES_MAX: usize = 64 * 1024;

/// The key that cursors are signed with: the same on every server of an application, and kept secret.
#[derive(Clone)]
pub struct CursorKey(Hmac<Sha256>);

impl CursorKey {
    /// Makes one of a secret, of 16 bytes or more.
    ///
    /// # Errors
    /// `Config` for a shorter one.
    ///
    /// # Examples
    /// ```
    /// let key = hypostyle_model::CursorKey::new(b"32 random bytes from a safe place")?;
    /// # Ok::<(), hypostyle_core::Error>(())
    /// ```
    pub fn new(secret: &[u8]) -> Result<Self> {
        let too_short = || {
            let message = "a secret for cursors has 16 bytes or more; take random ones";
            Error::new(ErrorKind::Config, message)
        };
        if secret.len() < 16 {
            return Err(too_short());
        }
        Hmac::new_from_slice(secret).map(Self).map_err(|_| too_short())
    }

    fn tag(&self, content: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(content);
        mac
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

/// Where a page ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cursor {
    pub(super) backward: bool,
    pub(super) values: Vec<Value>,
}

impl Cursor {
    /// Points at a row.
    pub(super) fn at<M: Model>(row: &M, order: &[OrderBy], backward: bool) -> Result<Self> {
        let value = |by: &OrderBy| {
            let (at, _) = M::definition().column_named(by.column)?;
            Ok(row.bind(at)?.into_value())
        };
        Ok(Self { backward, values: order.iter().map(value).collect::<Result<_>>()? })
    }

    /// Writes it as a text that goes into an address as it is.
    pub(super) fn written(
        &self,
        key: &CursorKey,
        definition: &Definition,
        order: &[OrderBy],
    ) -> Result<String> {
        let mut content = vec![u8::from(self.backward)];
        content.extend_from_slice(&of_order(definition, order));
        for value in &self.values {
            values::write(value, &mut content)?;
        }
        let tag = key.tag(&content).finalize().into_bytes();
        content.extend(tag.iter().take(TAG_BYTES));
        Ok(URL_SAFE_NO_PAD.encode(content))
    }

    /// Reads one that was written for the same order.
    pub(super) fn read(
        text: &str,
        key: &CursorKey,
        definition: &Definition,
        order: &[OrderBy],
    ) -> Result<Self> {
        let bytes = match text.len() > CURSOR_BYTES_MAX {
            true => None,
            false => URL_SAFE_NO_PAD.decode(text).ok(),
        };
        let split = bytes.as_ref().and_then(|bytes| bytes.split_last_chunk::<TAG_BYTES>());
        let (content, tag) = split.ok_or_else(refused)?;
        key.tag(content).verify_truncated_left(tag).map_err(|_| refused())?;
        let (direction, rest) = content.split_first().ok_or_else(refused)?;
        let (of, mut rest) = rest.split_first_chunk::<ORDER_BYTES>().ok_or_else(refused)?;
        if *of != of_order(definition, order) {
            let message = "the cursor is of another order of rows; begin with the first page";
            return Err(Error::new(ErrorKind::Validation, message));
        }
        let mut values = Vec::with_capacity(order.len());
        while values.len() < order.len() {
            values.push(values::read(&mut rest).ok_or_else(refused)?);
        }
        Ok(Self { backward: *direction == 1, values })
    }
}

fn refused() -> Error {
    let message = "the cursor is none of ours, or was changed; begin with the first page";
    Error::new(ErrorKind::Validation, message)
}

/// Tells orders of rows apart.
fn of_order(definition: &Definition, order: &[OrderBy]) -> [u8; ORDER_BYTES] {
    let mut digest = Sha256::new();
    digest.update(definition.table);
    for by in order {
        digest.update([0, u8::from(by.descending)]);
        digest.update(by.column.to_string());
    }
    let digest = digest.finalize();
    std::array::from_fn(|at| digest[at])
}
