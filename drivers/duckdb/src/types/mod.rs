//! Values between DuckDB's types and ours: exact, or refused.

mod bind;
mod decode;
mod fit;
mod numbers;
mod times;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use bind::value;
pub(crate) use decode::push_row;
pub(crate) use write::write;

use hypostyle_core::{Capability, Error, ErrorKind, ValueRef};

use crate::raw::Shape;

/// Why a value does not fit a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// The type holds values of another kind; the engine may know how to turn one into the other.
    Kind,
    /// The type would keep less than there is.
    Range,
}

/// Makes the refusal of a value that a type cannot keep whole.
pub(crate) fn inexact(value: ValueRef<'_>, shape: &Shape) -> Error {
    let what = format!("a {} does not fit {} without loss", value.kind_name(), shape.name());
    let error =
        Error::new(ErrorKind::Data, format!("{what}; CAST the parameter to say what is lost"));
    match value {
        ValueRef::Decimal(_) | ValueRef::F64(_) | ValueRef::F32(_) => {
            error.with("capability", Capability::EXACT_DECIMAL.to_string())
        }
        ValueRef::Time(_) | ValueRef::Timestamp(_) | ValueRef::TimestampTz(_) => {
            error.with("capability", Capability::NANOSECONDS.to_string())
        }
        _ => error,
    }
}
