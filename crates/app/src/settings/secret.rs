//! Values that are not shown.

use std::fmt;

use hypostyle::ConnectionConfig;

pub(super) const HIDDEN: &str = "***";

/// A text that is never shown.
///
/// # Examples
/// ```
/// use hypostyle_app::settings::Secret;
/// let key = Secret::new("k3y");
/// assert_eq!(format!("{key} {key:?}"), "*** ***");
/// assert_eq!(key.expose(), "k3y");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Makes a secret of a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Answers the text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// The URL of a database, shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// Reads a URL; `None` for a text that is none, or whose password could not be told from the
    /// rest.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_app::settings::DatabaseUrl;
    /// let url = DatabaseUrl::parse("postgres://ada:s3cret@db/shop").unwrap();
    /// assert_eq!(url.to_string(), "postgres://ada:***@db/shop");
    /// assert_eq!(DatabaseUrl::parse("shop.db"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let config = ConnectionConfig::parse(text).ok()?;
        let is_file = ["sqlite", "duckdb"].contains(&config.database_type.as_str());
        let is_named = if is_file {
            !config.database.trim_matches('/').is_empty()
        } else {
            config.host.is_some() && !config.database.contains('@')
        };
        (is_named && !text.contains(char::is_control)).then(|| Self(text.to_owned()))
    }

    /// Answers the URL with its password.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match ConnectionConfig::parse(&self.0) {
            Ok(config) => write!(f, "{config}"),
            Err(_) => f.write_str(HIDDEN),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}
