//! Values and records of documents, read without losing a digit.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::document;

/// The most columns of a record; no engine makes tables with more.
const COLUMNS_MAX: usize = 2_000;

/// A value as its JSON stands there.
///
/// # Examples
/// ```
/// use hypostyle_model::operation::Json;
/// let price: Json = serde_json::from_str("12345678901234567890.10").unwrap();
/// assert_eq!(price, Json::Number("12345678901234567890.10".into()));
/// assert_eq!(Json::from("Ada"), Json::Text("Ada".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// The digits of a number, all of them.
    Number(String),
    /// A text.
    Text(String),
    /// An array or an object, as it was written.
    Document(String),
}

/// Columns with their values, in the order of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record(pub Vec<(String, Json)>);

impl Json {
    /// Reads one value whose JSON is known to be valid.
    ///
    /// # Errors
    /// That of a text with half of a surrogate pair, or of a document nested more than 128 deep.
    pub fn read(raw: &str) -> serde_json::Result<Self> {
        Ok(match raw.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'"') => Self::Text(serde_json::from_str(raw)?),
            Some(b'[' | b'{') => {
                document::check(raw).map_err(serde_json::Error::custom)?;
                Self::Document(raw.to_owned())
            }
            _ => Self::Number(raw.to_owned()),
        })
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::read(raw.get()).map_err(D::Error::custom)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(text) | Self::Document(text) => {
                let raw: &RawValue =
                    serde_json::from_str(text).map_err(serde::ser::Error::custom)?;
                raw.serialize(serializer)
            }
        }
    }
}

impl<N: Into<String>, V: Into<Json>, const FIELDS: usize> From<[(N, V); FIELDS]> for Record {
    fn from(fields: [(N, V); FIELDS]) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = deserializer.deserialize_map(Fields("columns with their values"))?;
        let fields = fields.into_iter().map(|(name, raw)| Ok((name, Json::read(raw.get())?)));
        fields.collect::<serde_json::Result<_>>().map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, json) in &self.0 {
            map.serialize_entry(name, json)?;
        }
        map.end()
    }
}

/// Reads an object in its order, in which no name may stand twice; it says what the names are.
pub(super) struct Fields(pub(super) &'static str);

impl<'de> Visitor<'de> for Fields {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of {}", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields: Self::Value = Vec::new();
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if fields.len() == COLUMNS_MAX {
                return Err(A::Error::custom(format!("more than {COLUMNS_MAX} columns")));
            }
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("`{name}` stands twice")));
            }
            fields.push((name, map.next_value()?));
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_written_as_it_was_read() {
        let check = |text: &str| {
            let record: Record = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&record).unwrap(), text);
        };
        check("{}");
        check(r#"{"b":12345678901234567890.10,"a":null,"c":true,"d":"é\"","e":{"x":[1.0]}}"#);
        check(r#"{"n":-1e400}"#);
    }

    #[test]
    fn a_record_names_each_column_once() {
        let error = serde_json::from_str::<Record>("{\"a\":1,\n\"a\":2}").unwrap_err();
        assert_eq!(error.to_string(), "`a` stands twice at line 2 column 3");
    }
}
