//! Sets of migrations: read from folders, or part of the program.

use std::fs;
use std::io;
use std::path::Path;

use hypostyle_core::{Error, ErrorKind, Result};

use super::{Migration, MigrationKind};
use crate::files::{read_text, unreadable};

/// The most bytes of a file.
pub const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The most migrations of a set.
pub const FILES_MAX: usize = 10_000;

/// The migrations of one kind, ordered by version.
///
/// # Examples
/// ```
/// use hypostyle_schema::migrate::{MigrationKind, MigrationSet};
/// let files = [
///     ("V1.10__second.sql", "CREATE TABLE b (x)"),
///     ("V1.9__first.sql", "CREATE TABLE a (x)"),
/// ];
/// let set = MigrationSet::embedded(MigrationKind::System, &files)?;
/// let names: Vec<&str> = set.migrations().iter().map(|m| &*m.filename).collect();
/// assert_eq!(names, ["V1.9__first.sql", "V1.10__second.sql"]);
/// # Ok::<(), hypostyle_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationSet {
    kind: MigrationKind,
    migrations: Vec<Migration>,
}

impl MigrationSet {
    /// Begins a set without migrations.
    pub fn empty(kind: MigrationKind) -> Self {
        Self { kind, migrations: Vec::new() }
    }

    /// Reads a folder, without its subfolders. A folder that is missing is an empty set; files
    /// that do not end in `.sql` are passed over.
    ///
    /// # Errors
    /// `Validation` for a `.sql` file of another name than `V{version}__{description}.sql`, for two
    /// files of one version, and for a text that is not UTF-8; `Limit` for a file larger than
    /// [`FILE_BYTES_MAX`] or more files than [`FILES_MAX`]; `Io` when something cannot be read.
    pub fn read(kind: MigrationKind, folder: impl AsRef<Path>) -> Result<Self> {
        Self::read_all(kind, [folder])
    }

    /// Reads several folders as one set.
    ///
    /// # Errors
    /// As [`MigrationSet::read`].
    pub fn read_all<P: AsRef<Path>>(
        kind: MigrationKind,
        folders: impl IntoIterator<Item = P>,
    ) -> Result<Self> {
        let mut migrations = Vec::new();
        for folder in folders {
            read_folder(kind, folder.as_ref(), &mut migrations)?;
        }
        Self::of(kind, migrations)
    }

    /// Takes files that are part of the program, each a name and a text.
    ///
    /// # Errors
    /// `Validation` as [`MigrationSet::read`].
    pub fn embedded(kind: MigrationKind, files: &[(&'static str, &'static str)]) -> Result<Self> {
        let files = files.iter().map(|(filename, text)| Migration::new(kind, filename, *text));
        Self::of(kind, files.collect::<Result<_>>()?)
    }

    /// Answers the kind of all its migrations.
    pub fn kind(&self) -> MigrationKind {
        self.kind
    }

    /// Answers the migrations, ordered by version.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    fn of(kind: MigrationKind, mut migrations: Vec<Migration>) -> Result<Self> {
        migrations.sort_by(|left, right| left.version.cmp(&right.version));
        let twice = migrations.windows(2).find(|pair| pair[0].version == pair[1].version);
        if let Some([first, second]) = twice {
            let message = format!(
                "{} and {} are two migrations of one version; give one of them another",
                first.shown(),
                second.shown()
            );
            return Err(Error::new(ErrorKind::Validation, message));
        }
        Ok(Self { kind, migrations })
    }
}

fn read_folder(kind: MigrationKind, folder: &Path, into: &mut Vec<Migration>) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(folder, error)),
    };
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        let is_sql = path.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("sql"));
        if !is_sql || path.is_dir() {
            continue;
        }
        if into.len() == FILES_MAX {
            let message = format!("{} holds more than {FILES_MAX} migrations", folder.display());
            return Err(Error::new(ErrorKind::Limit, message));
        }
        into.push(read_file(kind, &path)?);
    }
    Ok(())
}

fn read_file(kind: MigrationKind, path: &Path) -> Result<Migration> {
    let filename = path.file_name().unwrap_or_default().to_string_lossy();
    // The name is checked before a large or odd file is read.
    let named = Migration::new(kind, &filename, "")
        .map_err(|error| error.while_doing(&path.display().to_string()))?;
    let text = read_text(path, FILE_BYTES_MAX)?;
    let migration = Migration::new(kind, &named.filename, text)?;
    Ok(Migration { path: Some(path.to_owned()), ..migration })
}
