//! Values: as a source says them, and as they are held.

use std::net::SocketAddr;
use std::time::Duration;

use super::bytes;
use super::secret::{DatabaseUrl, Secret};
use super::table::Chart;

/// A value as a source says it.
pub(super) enum Raw<'a> {
    /// Text that may stand for anything: a variable, a flag, a default.
    Untyped(&'a str),
    Text(&'a str),
    Integer(i128),
    Float(f64),
    Bool(bool),
    List(Vec<String>),
    /// A table, a date, a number too large, a list with something else than texts.
    Other,
}

impl Raw<'_> {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Untyped(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Untyped("true" | "1") => Some(true),
            Self::Untyped("false" | "0") => Some(false),
            _ => None,
        }
    }

    pub(super) fn integer(&self) -> Option<i128> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Untyped(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A time; a number without a unit counts seconds.
    pub(super) fn duration(&self) -> Option<Duration> {
        let seconds = |seconds: f64| Duration::try_from_secs_f64(seconds).ok();
        match self {
            Self::Integer(number) => Some(Duration::from_secs(u64::try_from(*number).ok()?)),
            Self::Float(number) => seconds(*number),
            Self::Untyped(text) | Self::Text(text) => {
                let text = text.trim();
                let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
                if is_number {
                    return seconds(text.parse().ok()?);
                }
                humantime::parse_duration(text).ok()
            }
            _ => None,
        }
    }

    pub(super) fn bytes(&self) -> Option<u64> {
        match self {
            Self::Integer(number) => u64::try_from(*number).ok(),
            Self::Untyped(text) | Self::Text(text) => bytes::parse(text),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> Option<Vec<String>> {
        match self {
            Self::List(items) => Some(items.clone()),
            Self::Untyped(text) => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Some(items.map(str::to_owned).collect())
            }
            _ => None,
        }
    }

    /// Whether it is this word; only a file, which editors check, is held to its case.
    pub(super) fn is_word(&self, word: &str) -> bool {
        match self {
            Self::Untyped(text) => text.trim().eq_ignore_ascii_case(word),
            Self::Text(text) => *text == word,
            _ => false,
        }
    }
}

/// A value as it is held. It has no `Debug`: it may be a secret.
#[derive(Clone, PartialEq)]
pub(super) enum Value {
    /// Nothing is set, and that means something.
    Nothing,
    Text(String),
    Bool(bool),
    Count(u64),
    Integer(i64),
    Duration(Duration),
    Bytes(u64),
    Address(SocketAddr),
    Url(DatabaseUrl),
    List(Vec<String>),
}

impl Value {
    /// Answers it as text, a URL without its password.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => text.clone(),
            Self::Bool(value) => value.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Duration(time) => humantime::format_duration(*time).to_string(),
            Self::Bytes(count) => bytes::shown(*count),
            Self::Address(address) => address.to_string(),
            Self::Url(url) => url.to_string(),
            Self::List(items) => items.join(", "),
        }
    }

    /// Answers it for programs: times in seconds, sizes in bytes, a URL without its password.
    pub(super) fn json(&self) -> serde_json::Value {
        match self {
            Self::Nothing => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Count(count) | Self::Bytes(count) => (*count).into(),
            Self::Integer(number) => (*number).into(),
            Self::Duration(time) if time.subsec_nanos() == 0 => time.as_secs().into(),
            Self::Duration(time) => time.as_secs_f64().into(),
            Self::List(items) => items.clone().into(),
            Self::Text(_) | Self::Address(_) | Self::Url(_) => self.shown().into(),
        }
    }
}

/// A field of settings; `None` for a value of another kind.
pub(super) trait Field: Sized {
    fn of(value: &Value) -> Option<Self>;
}

/// Makes fields of the values they stand for.
macro_rules! fields {
    ($($type:ty: $($pattern:pat => $field:expr),+;)*) => {$(
        impl Field for $type {
            fn of(value: &Value) -> Option<Self> {
                match value {
                    $($pattern => $field,)+
                    _ => None,
                }
            }
        }
    )*};
}

fields! {
    String: Value::Text(text) => Some(text.clone()), Value::Nothing => Some(Self::new());
    Option<String>: Value::Text(text) => Some(Some(text.clone())), Value::Nothing => Some(None);
    Option<Secret>: Value::Text(text) => Some(Some(Secret::new(text.as_str()))),
        Value::Nothing => Some(None);
    Option<DatabaseUrl>: Value::Url(url) => Some(Some(url.clone())), Value::Nothing => Some(None);
    bool: Value::Bool(value) => Some(*value);
    u32: Value::Count(count) => Self::try_from(*count).ok();
    u64: Value::Count(count) | Value::Bytes(count) => Some(*count);
    usize: Value::Count(count) | Value::Bytes(count) => Self::try_from(*count).ok();
    Option<i64>: Value::Integer(number) => Some(Some(*number)), Value::Nothing => Some(None);
    Duration: Value::Duration(time) => Some(*time);
    SocketAddr: Value::Address(address) => Some(*address);
    Vec<String>: Value::List(items) => Some(items.clone()), Value::Nothing => Some(Vec::new());
    Chart: Value::Text(text) => [Self::Number, Self::Line, Self::Bar, Self::Table]
        .into_iter()
        .find(|chart| chart.name() == text);
}
