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
                       dots, two underscores, then a description; U{version}__{description}.sql \
                       undoes it, and R__{description}.sql runs whenever it changed";

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
    /// The statements that undo it, where there are such: the section after a line `-- rollback` of
    /// its file, or a file `U{version}__{description}.sql` or `….down.sql` beside it.
    pub undo: Option<Cow<'static, str>>,
    /// The SHA-256 of the text; line ends and trailing blanks make no difference, nor does what
    /// undoes it.
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
        let (version, description) = match Named::read(filename) {
            Some(Named { role: Role::Up, version, description }) => (version, description),
            _ => return Err(unnamed(filename)),
        };
        let (text, undo) = sections(text.into());
        Ok(Self {
            version,
            description,
            filename: filename.to_owned(),
            kind,
            checksum: checksum(&text),
            text,
            undo,
            path: None,
        })
    }

    /// Tells whether it runs whenever it changed.
    pub fn is_repeatable(&self) -> bool {
        self.version.is_repeatable()
    }

    /// Answers the path of the file, or its name where it is part of the program.
    pub fn shown(&self) -> String {
        let path = self.path.as_ref().map(|path| path.display().to_string());
        path.unwrap_or_else(|| self.filename.clone())
    }
}

pub(super) fn unnamed(filename: &str) -> Error {
    let message = format!("`{filename}` is no name of a migration; call it {PATTERN}");
    Error::new(ErrorKind::Validation, message)
}

/// Which part of a migration a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Up,
    Undo,
}

/// What the name of a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) role: Role,
    pub(super) version: Version,
    pub(super) description: String,
}

impl Named {
    /// Reads a name: `V…__…`, `U…__…`, `R__…`, or, as golang-migrate and sqlx write it, `{number}_…`
    /// with `.up` or `.down` before the end.
    pub(super) fn read(filename: &str) -> Option<Self> {
        let stem = filename.strip_suffix(".sql")?;
        if let Some(name) = stem.strip_prefix("R__") {
            let description = description(name)?;
            return Some(Self { role: Role::Up, version: Version::repeatable(name), description });
        }
        let prefixed = [("V", Role::Up), ("U", Role::Undo)];
        let found =
            prefixed.iter().find_map(|(prefix, role)| Some((*role, stem.strip_prefix(prefix)?)));
        if let Some((role, rest)) = found {
            let (version, name) = rest.split_once("__")?;
            let version = version.starts_with(|c: char| c.is_ascii_digit()).then_some(version)?;
            return Some(Self {
                role,
                version: version.parse().ok()?,
                description: description(name)?,
            });
        }
        let (stem, role) = match (stem.strip_suffix(".up"), stem.strip_suffix(".down")) {
            (Some(stem), _) => (stem, Role::Up),
            (_, Some(stem)) => (stem, Role::Undo),
            _ => (stem, Role::Up),
        };
        let (version, name) = stem.split_once('_')?;
        let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
        let version = is_number.then(|| version.parse().ok()).flatten()?;
        Some(Self { role, version, description: description(name)? })
    }
}

/// A description in words; none where no letter or digit is in it.
fn description(name: &str) -> Option<String> {
    let is_sane = name.chars().any(char::is_alphanumeric) && !name.chars().any(char::is_control);
    is_sane.then(|| name.replace('_', " ").trim().to_owned())
}

/// Cuts a text at its line `-- rollback`.
fn sections(text: Cow<'static, str>) -> (Cow<'static, str>, Option<Cow<'static, str>>) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if is_rollback(line) {
            let undo = text[at + line.len()..].to_owned();
            return (Cow::Owned(text[..at].to_owned()), Some(Cow::Owned(undo)));
        }
        at += line.len();
    }
    (text, None)
}

fn is_rollback(line: &str) -> bool {
    let remark = line.trim().strip_prefix("--").map(str::trim_start);
    remark.is_some_and(|remark| remark.trim_end_matches(':').eq_ignore_ascii_case("rollback"))
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
        check("V8_1.1.0__x y.sql", Some(("8.1.1.0", "x y")));
        check("0003_add_items.sql", Some(("0003", "add items")));
        check("20240101120000_add.up.sql", Some(("20240101120000", "add")));
        check("R__views.sql", Some(("R__views", "views")));
    }

    #[test]
    fn a_section_undoes() {
        let check = |text: &'static str, up: &str, undo: Option<&str>| {
            let migration = Migration::new(MigrationKind::App, "V1__x.sql", text).unwrap();
            assert_eq!((&*migration.text, migration.undo.as_deref()), (up, undo), "{text}");
        };
        check("a;", "a;", None);
        check("a;\n-- rollback\nb;\n", "a;\n", Some("b;\n"));
        check("--ROLLBACK:\r\nb", "", Some("b"));
        check("a; -- rollback\nb", "a; -- rollback\nb", None);
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
            "1_x.down.sql",
            "V1.__x.sql",
            "R__.sql",
            "V1__x",
            "U1__x.sql",
        ] {
            check(filename, None);
        }
    }
}
