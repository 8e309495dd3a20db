//! One migration: what its file's name says, and its text.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use hypostyle_core::{Error, ErrorKind, Result};
use serde::Serialize;

use super::Version;
use super::body::{Change, Script};
use super::checksum::checksum;
use super::data::DataMigration;
use super::name::{FileName, Role};

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
    /// What it does.
    pub up: Change,
    /// What takes it back: a file beside it, or the section of its file after `-- rollback`.
    pub undo: Option<Change>,
    /// The SHA-256 of what it does, before placeholders are replaced; what undoes it, line ends and
    /// trailing blanks make no difference.
    pub checksum: String,
    /// Where its file is; `None` when it is part of the program.
    pub path: Option<PathBuf>,
}

impl Migration {
    /// Reads a migration out of the name of its file and its text.
    ///
    /// # Errors
    /// `Validation` for a name that no migration has, and for that of a file that undoes one.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_schema::migrate::{Migration, MigrationKind};
    /// let text = "CREATE TABLE item (id INTEGER PRIMARY KEY);\n-- rollback\nDROP TABLE item";
    /// let migration = Migration::new(MigrationKind::App, "V1.10__add_items.sql", text)?;
    /// assert_eq!((&*migration.description, migration.checksum.len()), ("add items", 64));
    /// assert!(migration.undo.is_some());
    /// # Ok::<(), hypostyle_core::Error>(())
    /// ```
    pub fn new(
        kind: MigrationKind,
        filename: &str,
        text: impl Into<Cow<'static, str>>,
    ) -> Result<Self> {
        let name = FileName::parse(filename)?;
        match name.role {
            Role::Up => Ok(Self::named(kind, name, filename, text.into(), None)),
            Role::Undo => {
                let message = format!("`{filename}` undoes a migration and is none by itself");
                Err(Error::new(ErrorKind::Validation, message))
            }
        }
    }

    pub(super) fn named(
        kind: MigrationKind,
        name: FileName,
        filename: &str,
        text: Cow<'static, str>,
        path: Option<PathBuf>,
    ) -> Self {
        let shown = shown(path.as_ref(), filename);
        let (up, undo) = Script::sections(text, &shown);
        Self {
            version: name.version,
            description: name.description,
            filename: filename.to_owned(),
            kind,
            checksum: checksum(&up.text),
            up: Change::Script(up),
            undo: undo.map(Change::Script),
            path,
        }
    }

    pub(super) fn of_code(kind: MigrationKind, data: DataMigration) -> Result<Self> {
        let version: Version = data.version.parse()?;
        let filename = format!("V{version}__{}", data.description.replace(' ', "_"));
        let (description, checksum) = (data.description.clone(), checksum(&data.revision));
        let (up, undo) = data.changes();
        Ok(Self {
            version,
            description,
            filename,
            kind,
            checksum,
            up: Change::Code(up),
            undo: undo.map(Change::Code),
            path: None,
        })
    }

    /// Answers the path of the file, or its name where it is part of the program.
    pub fn shown(&self) -> String {
        shown(self.path.as_ref(), &self.filename)
    }
}

fn shown(path: Option<&PathBuf>, filename: &str) -> String {
    path.map_or_else(|| filename.to_owned(), |path| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_undoes_a_migration_is_no_part_of_its_checksum() {
        let sum = |text: &'static str| {
            Migration::new(MigrationKind::App, "V1__x.sql", text).unwrap().checksum
        };
        assert_eq!(sum("a;\n"), sum("a;\n\n-- rollback\nb"));
        assert_ne!(sum("a;\n"), sum("b;\n"));
    }

    #[test]
    fn a_file_that_undoes_is_no_migration() {
        let error = Migration::new(MigrationKind::App, "U1__x.sql", "").unwrap_err();
        assert!(error.message().contains("`U1__x.sql` undoes a migration"), "{error}");
    }
}
