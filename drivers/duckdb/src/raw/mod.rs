//! DuckDB's C interface: the only folder with unsafe code.
//!
//! # Invariants
//! - Every handle is destroyed once, by the `Drop` of the type that owns it, and keeps the
//!   connection it came from.
//! - A connection and what came from it are used by one thread at a time, but for the interruption,
//!   which DuckDB allows from any thread.
//! - A chunk carries the shapes of its result, so that its vectors are read as what they are.
//! - What a vector lends lives no longer than its chunk.

#![expect(unsafe_code, reason = "calls into DuckDB; each block says why it is sound")]

mod appender;
#[cfg(feature = "arrow")]
mod arrow;
mod connection;
mod ffi;
mod library;
mod result;
mod shape;
mod statement;
mod value;
mod view;
mod writer;

pub(crate) use appender::Appender;
#[cfg(feature = "arrow")]
pub(crate) use arrow::lent;
pub(crate) use connection::{Connection, Instance, Interrupter};
pub(crate) use ffi::Interval;
pub(crate) use library::version;
pub(crate) use result::{Answer, Chunk, Layout};
pub(crate) use shape::{Shape, Unit, is_unnamed};
pub(crate) use statement::{Kind, Pending, Progress, Statement};
pub(crate) use value::{Plain, Value};
pub(crate) use view::{Column, Text, View};
pub(crate) use writer::{NewChunk, Slot};

use std::ffi::{CStr, CString, c_char};

/// What DuckDB said about a failure, as it said it.
#[derive(Clone, Debug)]
pub(crate) struct Failure(pub(crate) String);

/// Lends a C string; nothing where it is null or no UTF-8.
///
/// # Safety
/// The pointer is null, or NUL-terminated and valid for the lifetime.
unsafe fn text<'a>(text: *const c_char) -> Option<&'a str> {
    if text.is_null() {
        return None;
    }
    // SAFETY: by the contract above.
    unsafe { CStr::from_ptr(text) }.to_str().ok()
}

/// Copies a C string that says what failed.
///
/// # Safety
/// The pointer is null, or NUL-terminated and valid through the call.
unsafe fn failure(said: *const c_char) -> Failure {
    if said.is_null() {
        return Failure("the engine does not say what failed".to_owned());
    }
    // SAFETY: by the contract above.
    Failure(unsafe { CStr::from_ptr(said) }.to_string_lossy().into_owned())
}

/// Ends a text as C wants it.
fn terminated(text: &str) -> Result<CString, Failure> {
    CString::new(text).map_err(|error| {
        let position = error.nul_position();
        Failure(format!("Parser Error: the text holds a NUL byte at {position}"))
    })
}
