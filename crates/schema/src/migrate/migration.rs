//! One migration: what its file's name says, and its text.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use hypostyle_core::{Error, ErrorKind, Result};
use serde::Serialize;

use super::Version;
use super::checksum::checksum;

/// How a file of migrations is called, for messages.
const PATTERN: &str = "V{version}__{description}.sql, as V003__add_orders.sql: numbers between \
                       dots, two underscores, then letters, digits, `_` or `-`";

/// Whose migration it is. The two sets are numbered each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MigrationKind {
    /// Of the library or service; it runs first.
    System,
    /// Of the application.
    App,
}

impl MigrationKind {
    /// Answers the name in the tracking table.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::App => "app",
        }
    }
}

impl fmt::Display for MigrationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for MigrationKind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "system" => Ok(Self::System),
            "app" => Ok(Self::App),
            _ => {
                let message = format!("`{name}` is no kind of migration; it is system or app");
                Err(Error::new(ErrorKind::Validation, message))
            }
        }
    }
}

/// A migration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// Its place in the order of its set.
    pub version: Version,
    /// What it does, in the words of its file's name.
    pub description: String,
    /// The name of its file.
    pub filename: String,
    /// The set it belongs to.
    pub kind: MigrationKind,
    /// The statements.
    pub text: Cow<'static, str>,
    /// The SHA-256 of the text; line ends and trailing blanks make no difference.
    pub checksum: String,
    /// Where its file is; `None` when it is part of the program.
    pub path: Option<PathBuf>,
}

impl Migration {
    /// Reads a migration out of the name of its file and its text.
    ///
    /// # Errors
    /// `Validation` for another name than `V{version}__{description}.sql`.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_schema::migrate::{Migration, MigrationKind};
    /// let text = "CREATE TABLE item (id INTEGER PRIMARY KEY)";
    /// let migration = Migration::new(MigrationKind::App, "V1.10__add_items.sql", text)?;
    /// assert_eq!((&*migration.description, migration.checksum.len()), ("add items", 64));
    /// # Ok::<(), hypostyle_core::Error>(())
    /// ```
    pub fn new(
        kind: MigrationKind,
        filename: &str,
        text: impl Into<Cow<'static, str>>,
    ) -> Result<Self> {
        let Some((version, description)) = parts(filename) else {
            let message = format!("`{filename}` is no name of a migration; call it {PATTERN}");
            return Err(Error::new(ErrorKind::Validation, message));
        };
        let text = text.into();
        Ok(Self {
            version,
            description,
            filename: filename.to_owned(),
            kind,
            checksum: checksum(&text),
            text,
            path: None,
        })
    }

    /// Answers the path of the file, or its name where it is part of the program.
    pub fn shown(&self) -> String {
        let path = self.path.as_ref().map(|path| path.display().to_string());
        path.unwrap_or_else(|| self.filename.clone())
    }
}

fn parts(filename: &str) -> Option<(Version, String)> {
    let stem = filename.strip_prefix('V')?.strip_suffix(".sql")?;
    let (version, description) = stem.split_once("__")?;
    let is_plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let says_something = description.chars().any(char::is_alphanumeric);
    let starts_with_digit = version.starts_with(|c: char| c.is_ascii_digit());
    if !starts_with_digit || !says_something || !description.chars().all(is_plain) {
        return None;
    }
    Some((version.parse().ok()?, description.replace('_', " ").trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(filename: &str, expect: Option<(&str, &str)>) {
        let migration = Migration::new(MigrationKind::App, filename, "");
        let found = migration.map(|found| (found.version.to_string(), found.description));
        match (found, expect) {
            (Ok((version, description)), Some(expect)) => {
                assert_eq!((&*version, &*description), expect, "{filename}");
            }
            (Err(error), None) => assert!(error.message().contains("V{version}__{description}")),
            (found, expect) => panic!("{filename}: {found:?} is not {expect:?}"),
        }
    }

    #[test]
    fn a_name_says_version_and_description() {
        check("V001__create_base_schema.sql", Some(("001", "create base schema")));
        check("V1.10__x.sql", Some(("1.10", "x")));
        check("V20261121120000__größe-2.sql", Some(("20261121120000", "größe-2")));
        check("V1__a__b.sql", Some(("1", "a  b")));
    }

    #[test]
    fn other_names_are_refused() {
        for filename in [
            "V1_x.sql",
            "v1__x.sql",
            "V__x.sql",
            "VV1__x.sql",
            "V1__.sql",
            "V1____.sql",
            "V1__x.SQL",
            "V1__x.down.sql",
            "V1__x y.sql",
            "V1.__x.sql",
            "1__x.sql",
            "V1__x",
            "U1__x.sql",
        ] {
            check(filename, None);
        }
    }
}
