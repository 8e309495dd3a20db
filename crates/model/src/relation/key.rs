//! Keys as they are compared in the program, to bring related rows together.

use hypostyle_core::{Error, ErrorKind, Result, Uuid, Value, ValueRef};

use crate::definition::ColumnDefinition;
use crate::field::{Bound, Field};
use crate::model::Model;

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum KeyValue {
    Integer(i128),
    Text(Box<str>),
    Bytes(Box<[u8]>),
    Uuid(Uuid),
    /// Of another kind, as it is written.
    Written(Box<str>),
}

/// Reads what a column of a field's type holds; `None` for NULL.
pub(super) fn read<T: Field>(value: ValueRef<'_>) -> Result<Option<KeyValue>> {
    let read = T::from_value(value).map_err(|mismatch| {
        Error::new(ErrorKind::Data, format!("the key {mismatch}")).caused_by(mismatch)
    })?;
    of(&read.bind()?)
}

pub(super) fn of(bound: &Bound<'_>) -> Result<Option<KeyValue>> {
    Ok(Some(match bound.as_ref() {
        ValueRef::Null => return Ok(None),
        ValueRef::I64(value) => KeyValue::Integer(value.into()),
        ValueRef::U64(value) => KeyValue::Integer(value.into()),
        ValueRef::I128(value) => KeyValue::Integer(value),
        ValueRef::Text(value) => KeyValue::Text(value.into()),
        ValueRef::Bytes(value) => KeyValue::Bytes(value.into()),
        ValueRef::Uuid(value) => KeyValue::Uuid(value),
        value => {
            let mut written = String::new();
            hypostyle_core::write_json(value, &mut written)
                .map_err(|_| Error::new(ErrorKind::Data, "the key cannot be written"))?;
            KeyValue::Written(written.into())
        }
    }))
}

/// Answers the one column of a model's key.
///
/// # Errors
/// `Unsupported` for a key of several.
pub(super) fn only<M: Model>() -> Result<&'static ColumnDefinition> {
    let mut columns = M::definition().key_columns();
    match (columns.next(), columns.next()) {
        (Some(column), None) => Ok(column),
        _ => {
            let model = M::definition().model;
            let message =
                format!("relations go by a key of one column; that of {model} has several");
            Err(Error::new(ErrorKind::Unsupported, message))
        }
    }
}

/// Answers what a model holds in a column: as it is bound, and as it is compared.
pub(super) fn held<M: Model>(model: &M, at: usize) -> Result<Option<(Value, KeyValue)>> {
    let bound = model.bind(at)?;
    let key = of(&bound)?;
    Ok(key.map(|key| (bound.into_value(), key)))
}
