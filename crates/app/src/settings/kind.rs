//! What a setting takes.

use std::time::Duration;

use super::bytes;
use super::secret::DatabaseUrl;
use super::value::{Raw, Value};

const ITEMS_MAX: usize = 1_000;
const ITEM_CHARS_MAX: usize = 300;
const NAME_CHARS_MAX: usize = 63;
const TOKEN_CHARS_MAX: usize = 1_000;
const URL_CHARS_MAX: usize = 4_000;

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// Text.
    Text {
        /// The most characters.
        chars_max: usize,
    },
    /// Visible ASCII characters without spaces.
    Token,
    /// A name: letters, digits, `_` and `-`, a letter first.
    Name,
    /// A name for URLs: small letters, digits, `_` and `-`.
    Id,
    /// True or false.
    Bool,
    /// A whole number that counts something.
    Count {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// A whole number.
    Integer {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// A time: `30s`, `500ms`, `1h`, or a number of seconds.
    Duration {
        /// The shortest.
        min: Duration,
        /// The longest.
        max: Duration,
    },
    /// A size: `1MiB`, `32MB`, or a number of bytes.
    Bytes {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// An address and a port.
    Address,
    /// The URL of a database.
    Url,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list; in an environment variable with commas.
    List(Item),
}

/// What a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item {
    /// A host name, without a port.
    Host,
    /// An origin, as `https://app.example`.
    Origin,
    /// The name of a table, or `*`.
    Table,
}

impl Kind {
    /// Answers its name, in a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text { .. } | Self::Token => "text",
            Self::Name | Self::Id => "name",
            Self::Bool => "bool",
            Self::Count { .. } => "count",
            Self::Integer { .. } => "integer",
            Self::Duration { .. } => "duration",
            Self::Bytes { .. } => "bytes",
            Self::Address => "address",
            Self::Url => "url",
            Self::OneOf(_) => "choice",
            Self::List(_) => "list",
        }
    }

    /// Answers what it takes, for people.
    pub(super) fn takes(self) -> String {
        match self {
            Self::Text { chars_max } => format!("a text of at most {chars_max} characters"),
            Self::Token => "visible ASCII characters without spaces".to_owned(),
            Self::Name => {
                format!("a name of letters, digits, _ and -, a letter first, {NAME_LENGTH}")
            }
            Self::Id => format!("a name of small letters, digits, _ and -, {NAME_LENGTH}"),
            Self::Bool => "true or false".to_owned(),
            Self::Count { min, max } => format!("a whole number from {min} to {max}"),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::Duration { min, max } => {
                let (min, max) = (humantime::format_duration(min), humantime::format_duration(max));
                format!(
                    "a time from {min} to {max}, such as 30s, 500ms or 1h, or a number of seconds"
                )
            }
            Self::Bytes { min, max } => {
                let (min, max) = (bytes::shown(min), bytes::shown(max));
                format!("a size from {min} to {max}, such as 1MiB or 32MB, or a number of bytes")
            }
            Self::Address => "an address such as 127.0.0.1:8080".to_owned(),
            Self::Url => {
                "a URL such as sqlite:data/database/ or postgres://user:password@host/name"
                    .to_owned()
            }
            Self::OneOf(words) => alternatives(words),
            Self::List(Item::Host) => {
                r#"a list of host names without a port, such as ["db.example.com"]"#.to_owned()
            }
            Self::List(Item::Origin) => {
                r#"a list of origins, such as ["https://app.example.com"]"#.to_owned()
            }
            Self::List(Item::Table) => {
                r#"a list of tables, such as ["orders"], or ["*"] for all"#.to_owned()
            }
        }
    }

    /// Reads what a source says; `None` when it takes something else.
    pub(super) fn read(self, raw: &Raw<'_>) -> Option<Value> {
        match self {
            Self::Text { chars_max } => {
                let text = raw.text()?;
                let fits = !text.trim().is_empty() && text.chars().count() <= chars_max;
                fits.then(|| Value::Text(text.to_owned()))
            }
            Self::Token => {
                let text = raw.text().filter(|text| is_token(text))?;
                Some(Value::Text(text.to_owned()))
            }
            Self::Name => {
                let text = raw.text().filter(|text| is_name(text))?;
                Some(Value::Text(text.to_owned()))
            }
            Self::Id => {
                let text = raw.text().filter(|text| is_id(text))?;
                Some(Value::Text(text.to_owned()))
            }
            Self::Bool => raw.bool().map(Value::Bool),
            Self::Count { min, max } => {
                let count = u64::try_from(raw.integer()?).ok()?;
                (min..=max).contains(&count).then_some(Value::Count(count))
            }
            Self::Integer { min, max } => {
                let number = i64::try_from(raw.integer()?).ok()?;
                (min..=max).contains(&number).then_some(Value::Integer(number))
            }
            Self::Duration { min, max } => {
                let time = raw.duration()?;
                (min..=max).contains(&time).then_some(Value::Duration(time))
            }
            Self::Bytes { min, max } => {
                let count = raw.bytes()?;
                (min..=max).contains(&count).then_some(Value::Bytes(count))
            }
            Self::Address => raw.text()?.trim().parse().ok().map(Value::Address),
            Self::Url => {
                let text = raw.text().filter(|text| text.len() <= URL_CHARS_MAX)?;
                DatabaseUrl::parse(text.trim()).map(Value::Url)
            }
            Self::OneOf(words) => {
                let word = words.iter().find(|word| raw.is_word(word))?;
                Some(Value::Text((*word).to_owned()))
            }
            Self::List(item) => {
                let items = raw.list().filter(|items| items.len() <= ITEMS_MAX)?;
                items.iter().all(|text| item.takes(text)).then_some(Value::List(items))
            }
        }
    }
}

const NAME_LENGTH: &str = "at most 63 characters";

impl Item {
    fn takes(self, text: &str) -> bool {
        let is_plain = |text: &str| {
            !text.is_empty()
                && text.len() <= ITEM_CHARS_MAX
                && !text.contains(|each: char| each.is_control() || each.is_whitespace())
        };
        let is_host = |host: &str| {
            let is_v6 = host.starts_with('[') && host.ends_with(']');
            is_plain(host) && !host.contains('/') && (is_v6 || !host.contains(':'))
        };
        match self {
            Self::Host => is_host(text),
            Self::Origin => ["http://", "https://"].iter().any(|scheme| {
                let host = text.strip_prefix(scheme);
                host.is_some_and(|host| is_plain(host) && !host.contains(['/', '?', '#', '@']))
            }),
            Self::Table => {
                !text.is_empty() && text.len() <= ITEM_CHARS_MAX && !text.contains(char::is_control)
            }
        }
    }
}

/// Lists words as a sentence does: `a, b or c`.
pub(super) fn alternatives(words: &[&str]) -> String {
    match words {
        [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => words.concat(),
    }
}

pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.len() <= NAME_CHARS_MAX
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

fn is_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.bytes().next().is_some_and(is_plain)
        && text.len() <= NAME_CHARS_MAX
        && text.bytes().all(|byte| is_plain(byte) || b"_-".contains(&byte))
}

fn is_token(text: &str) -> bool {
    (1..=TOKEN_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Makes the name of a panel of its title, as `revenue-by-month` of `Revenue by month`.
pub(super) fn id_of(title: &str) -> String {
    let word = |part: &str| part.to_ascii_lowercase();
    let parts = title.split(|each: char| !each.is_ascii_alphanumeric());
    let words: Vec<String> = parts.filter(|part| !part.is_empty()).map(word).collect();
    let mut id = words.join("-");
    id.truncate(NAME_CHARS_MAX);
    id.trim_end_matches('-').to_owned()
}
