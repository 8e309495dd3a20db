//! Documents of any type that serde knows.

use std::ops::{Deref, DerefMut};

use hypostyle_core::{Error, ErrorKind, FromValue, Mismatch, Result, Value, ValueRef};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Bound, Field, FieldKind};

/// A value kept as a JSON document in one column.
///
/// # Examples
/// ```
/// use hypostyle_core::{FromValue, ValueRef};
/// use hypostyle_model::Json;
/// let tags = Json::<Vec<String>>::from_value(ValueRef::Json("[\"new\", \"blue\"]"))?;
/// assert_eq!(tags.len(), 2);
/// # Ok::<(), hypostyle_core::Mismatch>(())
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: DeserializeOwned> FromValue<'_> for Json<T> {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let text = match value {
            ValueRef::Json(text) | ValueRef::Text(text) => text,
            value => return Err(Mismatch::kind("JSON", value)),
        };
        let read = serde_json::from_str(text).map(Self);
        read.map_err(|_| Mismatch::invalid("a document of the field's type"))
    }
}

impl<T> Field for Json<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    type Plain = Self;

    const KIND: FieldKind = FieldKind::Json;

    fn bind(&self) -> Result<Bound<'_>> {
        bind_json(&self.0)
    }
}

/// Binds a value as the document of it.
///
/// # Errors
/// `Data` for what JSON has no words for, as a map whose keys are no text.
pub fn bind_json<T: Serialize>(value: &T) -> Result<Bound<'static>> {
    let text = serde_json::to_string(value).map_err(|error| {
        let message = format!("the value cannot be written as JSON: {error}");
        Error::new(ErrorKind::Data, message).caused_by(error)
    })?;
    Ok(Bound::Made(Value::Json(text)))
}
