//! The keys of a document, of which each must have its place, taken one by one.

use serde::de::{DeserializeOwned, Deserializer};
use serde_json::value::RawValue;

use super::known::nearest;
use crate::operation::Refusal;
use crate::operation::json::Fields;

/// The keys of a document that are not taken yet.
pub(super) struct Keys {
    fields: Vec<(String, Box<RawValue>)>,
}

impl Keys {
    /// Reads an object.
    pub(super) fn read(document: &str) -> Result<Self, Refusal> {
        let mut deserializer = serde_json::Deserializer::from_str(document);
        let read = deserializer.deserialize_map(Fields("the keys of an operation"));
        let read = read.and_then(|fields| deserializer.end().map(|()| fields));
        let wrong = |error| invalid(&format!("The document is not what is expected: {error}"));
        Ok(Self { fields: read.map_err(wrong)? })
    }

    /// Refuses keys that have no place in an operation, before one that is missing is told: it may be
    /// there under another name.
    pub(super) fn check(&self, operation: &str, known: &[&'static str]) -> Result<(), Refusal> {
        let unknown = self.fields.iter().find(|(name, _)| !known.contains(&name.as_str()));
        let Some((name, _)) = unknown else { return Ok(()) };
        let meant = nearest(name, operation, known).map(|key| format!("; did you mean '{key}'?"));
        Err(invalid(&format!(
            "'{name}' is no key of {operation}; there are {}{}",
            known.join(", "),
            meant.unwrap_or_default()
        )))
    }

    /// Tells whether a key is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.peek(name).is_some()
    }

    /// Looks at the JSON of a key.
    pub(super) fn peek(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(given, _)| given == name).map(|(_, raw)| raw.get())
    }

    /// Takes the JSON of a key.
    pub(super) fn raw(&mut self, name: &str) -> Option<Box<RawValue>> {
        let at = self.fields.iter().position(|(given, _)| given == name)?;
        Some(self.fields.remove(at).1)
    }

    /// Takes the value of a key.
    pub(super) fn take<T: DeserializeOwned>(
        &mut self,
        name: &str,
        what: &str,
    ) -> Result<Option<T>, Refusal> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        serde_json::from_str(raw.get()).map(Some).map_err(|_| expected(name, what))
    }

    /// Takes all that is left, in its order.
    pub(super) fn into_fields(self) -> Vec<(String, Box<RawValue>)> {
        self.fields
    }
}

pub(super) fn expected(key: &str, what: &str) -> Refusal {
    invalid(&format!("'{key}' takes {what}"))
}

pub(super) fn invalid(reason: &str) -> Refusal {
    Refusal::InvalidDocument { reason: reason.to_owned() }
}
