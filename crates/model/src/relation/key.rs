//! Keys as they are compared in the program, to bring related rows together.

use hypostyle_core::{Error, ErrorKind, Result, Uuid, ValueRef};

use super::End;
use crate::column::ColumnName;
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
    /// Of several columns.
    Several(Box<[KeyValue]>),
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

/// Answers the columns of a model's key, which as many others name.
///
/// # Errors
/// `Unsupported` where they are more or fewer.
pub(super) fn named_by<M: Model>(end: &End) -> Result<Vec<ColumnName>> {
    let columns: Vec<_> = M::definition().key_columns().map(|column| column.name()).collect();
    let named = end.parts().len();
    match columns.len() == named {
        true => Ok(columns),
        false => {
            let (model, has) = (M::definition().model, columns.len());
            let message = format!(
                "the key of {model} has {has} columns, and the relation names {named}: write all of \
                 them, in the order of the fields"
            );
            Err(Error::new(ErrorKind::Unsupported, message))
        }
    }
}

/// Brings the parts of a key together; `None` where one of them is NULL.
pub(super) fn joined(
    width: usize,
    mut part: impl FnMut(usize) -> Result<Option<KeyValue>>,
) -> Result<Option<KeyValue>> {
    if width == 1 {
        return part(0);
    }
    let parts: Result<Option<Box<[KeyValue]>>> = (0..width).map(part).collect();
    Ok(parts?.map(KeyValue::Several))
}

/// A key as collations have it, without regard to capitals and to blanks behind it.
pub(super) fn folded(key: &KeyValue) -> KeyValue {
    match key {
        KeyValue::Text(text) => KeyValue::Text(text.trim_end_matches(' ').to_lowercase().into()),
        KeyValue::Several(parts) => KeyValue::Several(parts.iter().map(folded).collect()),
        key => key.clone(),
    }
}
