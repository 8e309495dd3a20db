//! Sets of migrations: read from folders, or part of the program.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hypostyle_core::{Error, ErrorKind, Result};

use super::migration::{Named, Role, unnamed};
use super::{Migration, MigrationKind, Version};
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
    /// Files of a folder that another tool runs by itself, as `beforeMigrate.sql`.
    passed_over: Vec<String>,
    placeholders: BTreeMap<String, String>,
}

impl MigrationSet {
    /// Begins a set without migrations.
    pub fn empty(kind: MigrationKind) -> Self {
        Self {
            kind,
            migrations: Vec::new(),
            passed_over: Vec::new(),
            placeholders: BTreeMap::new(),
        }
    }

    /// Reads a folder, without its subfolders. A folder that is missing is an empty set; files
    /// that do not end in `.sql`, and the callbacks of Flyway, are passed over; see
    /// [`MigrationSet::passed_over`].
    ///
    /// # Shape
    /// `V{version}__{description}.sql` is a migration, `U{version}__{description}.sql` undoes it, and
    /// `R__{description}.sql` runs after all of them whenever it changed. What golang-migrate and
    /// sqlx write is read, too: `{version}_{description}.sql`, or `….up.sql` and `….down.sql`.
    ///
    /// # Errors
    /// `Validation` for a `.sql` file of another name, for two files of one version, for one that
    /// undoes nothing, and for a text that is not UTF-8; `Limit` for a file larger than
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
        let mut found = Found::default();
        for folder in folders {
            read_folder(kind, folder.as_ref(), &mut found)?;
        }
        let mut set = Self::of(kind, found.migrations)?;
        for (path, version, text) in found.undoing {
            let undone = set.migrations.iter_mut().find(|migration| migration.version == version);
            match undone {
                Some(migration) if migration.undo.is_none() => migration.undo = Some(text.into()),
                Some(migration) => {
                    let shown = migration.shown();
                    let message = format!("{} and {shown} both undo {version}", path.display());
                    return Err(Error::new(ErrorKind::Validation, message));
                }
                None => {
                    let message =
                        format!("{} undoes {version}, which no file makes", path.display());
                    return Err(Error::new(ErrorKind::Validation, message));
                }
            }
        }
        set.passed_over = found.passed_over;
        Ok(set)
    }

    /// Takes files that are part of the program, each a name and a text.
    ///
    /// # Errors
    /// `Validation` as [`MigrationSet::read`].
    pub fn embedded(kind: MigrationKind, files: &[(&'static str, &'static str)]) -> Result<Self> {
        let files = files.iter().map(|(filename, text)| Migration::new(kind, filename, *text));
        Self::of(kind, files.collect::<Result<_>>()?)
    }

    /// Sets what stands for `${name}` in the statements. A name that is not set stays as it is.
    ///
    /// The checksum is that of the file, whatever stands for its placeholders.
    #[must_use]
    pub fn placeholders(
        mut self,
        placeholders: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        self.placeholders.extend(placeholders);
        self
    }

    /// Lists the files that were passed over: callbacks of Flyway, which nobody runs here.
    pub fn passed_over(&self) -> &[String] {
        &self.passed_over
    }

    /// Fills the placeholders of a text.
    pub(super) fn filled<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut filled = Cow::Borrowed(text);
        for (name, value) in &self.placeholders {
            let place = format!("${{{name}}}");
            if filled.contains(&place) {
                filled = Cow::Owned(filled.replace(&place, value));
            }
        }
        filled
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
        Ok(Self { migrations, ..Self::empty(kind) })
    }
}

/// What the files of folders are.
#[derive(Default)]
struct Found {
    migrations: Vec<Migration>,
    undoing: Vec<(PathBuf, Version, String)>,
    passed_over: Vec<String>,
}

/// What the callbacks of Flyway begin with.
///
/// # Source
/// Flyway's documentation, "Callbacks".
const CALLBACKS: [&str; 4] = ["before", "after", "drop", "createSchema"];

fn read_folder(kind: MigrationKind, folder: &Path, into: &mut Found) -> Result<()> {
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
        if into.migrations.len() + into.undoing.len() == FILES_MAX {
            let message = format!("{} holds more than {FILES_MAX} migrations", folder.display());
            return Err(Error::new(ErrorKind::Limit, message));
        }
        read_file(kind, path, into)?;
    }
    Ok(())
}

fn read_file(kind: MigrationKind, path: PathBuf, into: &mut Found) -> Result<()> {
    let filename = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // The name is checked before a large or odd file is read.
    match Named::read(&filename) {
        Some(Named { role: Role::Up, .. }) => {
            let text = read_text(&path, FILE_BYTES_MAX)?;
            let migration = Migration::new(kind, &filename, text)?;
            into.migrations.push(Migration { path: Some(path), ..migration });
        }
        Some(Named { role: Role::Undo, version, .. }) => {
            let text = read_text(&path, FILE_BYTES_MAX)?;
            into.undoing.push((path, version, text));
        }
        None if CALLBACKS.iter().any(|start| filename.starts_with(start)) => {
            into.passed_over.push(filename);
        }
        None => return Err(unnamed(&filename).while_doing(&path.display().to_string())),
    }
    Ok(())
}
