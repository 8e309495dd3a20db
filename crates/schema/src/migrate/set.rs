//! Sets of migrations: read from folders, or part of the program.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hypostyle_core::{Error, ErrorKind, Result};

use super::body::{Change, Script};
use super::data::DataMigration;
use super::folder::read_folder;
use super::name::{FileName, Role};
use super::{Migration, MigrationKind};

/// The most bytes of a file.
pub const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The most files of a set.
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
}

/// A file of a set, its name read.
pub(super) struct SetFile {
    pub(super) name: FileName,
    pub(super) filename: String,
    pub(super) text: Cow<'static, str>,
    pub(super) path: Option<PathBuf>,
    pub(super) in_transaction: bool,
}

impl MigrationSet {
    /// Begins a set without migrations.
    pub fn empty(kind: MigrationKind) -> Self {
        Self { kind, migrations: Vec::new(), passed_over: Vec::new() }
    }

    /// Reads a folder and its subfolders, but for those whose names begin with a dot. A folder that
    /// is missing is an empty set; files that do not end in `.sql`, and the callbacks of Flyway, are
    /// passed over; see [`MigrationSet::passed_over`].
    ///
    /// # Errors
    /// `Validation` for a `.sql` file of a name that no migration has, for two files of one version,
    /// for one that undoes what is not there, and for a text that is not UTF-8; `Limit` for a file
    /// larger than [`FILE_BYTES_MAX`] or more files than [`FILES_MAX`]; `Io` when something cannot
    /// be read.
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
        let (mut files, mut passed_over) = (Vec::new(), Vec::new());
        for folder in folders {
            read_folder(folder.as_ref(), &mut files, &mut passed_over)?;
        }
        Ok(Self { passed_over, ..Self::of_files(kind, files)? })
    }

    /// Takes files that are part of the program, each a name and a text.
    ///
    /// # Errors
    /// `Validation` as [`MigrationSet::read`].
    pub fn embedded(kind: MigrationKind, files: &[(&'static str, &'static str)]) -> Result<Self> {
        let file = |(filename, text): &(&'static str, &'static str)| {
            Ok(SetFile {
                name: FileName::parse(filename)?,
                filename: (*filename).to_owned(),
                text: Cow::Borrowed(*text),
                path: None,
                in_transaction: true,
            })
        };
        Self::of_files(kind, files.iter().map(file).collect::<Result<_>>()?)
    }

    /// Adds a migration that is code.
    ///
    /// # Errors
    /// `Validation` for a version that is none, or that another migration has.
    pub fn with_data(mut self, data: DataMigration) -> Result<Self> {
        self.migrations.push(Migration::of_code(self.kind, data)?);
        Ok(Self { passed_over: self.passed_over, ..Self::of(self.kind, self.migrations)? })
    }

    /// Replaces `${name}` in all statements by the value of the name; names that are not given stay
    /// as they are, and checksums are of the text before.
    #[must_use]
    pub fn with_placeholders(mut self, values: &BTreeMap<String, String>) -> Self {
        for migration in &mut self.migrations {
            let changes = [Some(&mut migration.up), migration.undo.as_mut()];
            for script in changes.into_iter().flatten().filter_map(Change::script_mut) {
                script.fill(values);
            }
        }
        self
    }

    /// Lists the files that were passed over: callbacks of Flyway, which nobody runs here.
    pub fn passed_over(&self) -> &[String] {
        &self.passed_over
    }

    /// Answers the kind of all its migrations.
    pub fn kind(&self) -> MigrationKind {
        self.kind
    }

    /// Answers the migrations, ordered by version, the repeatable ones last.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    fn of_files(kind: MigrationKind, files: Vec<SetFile>) -> Result<Self> {
        let is_up = |file: &SetFile| file.name.role == Role::Up;
        let (ups, undos): (Vec<_>, Vec<_>) = files.into_iter().partition(is_up);
        let migrations = ups.into_iter().map(|file| {
            let SetFile { name, filename, text, path, in_transaction } = file;
            let mut migration = Migration::named(kind, name, &filename, text, path);
            if let Some(script) = migration.up.script_mut() {
                script.in_transaction &= in_transaction;
            }
            migration
        });
        let mut set = Self::of(kind, migrations.collect())?;
        for file in undos {
            set.add_undo(file)?;
        }
        Ok(set)
    }

    fn of(kind: MigrationKind, mut migrations: Vec<Migration>) -> Result<Self> {
        let key = |migration: &Migration| (migration.version.clone(), migration.shown());
        migrations.sort_by_cached_key(key);
        let twice = migrations.windows(2).find(|pair| pair[0].version == pair[1].version);
        if let Some([first, second]) = twice {
            let message = format!(
                "{} and {} are two migrations of one version; give one of them another, and each \
                 engine a folder of its own",
                first.shown(),
                second.shown()
            );
            return Err(Error::new(ErrorKind::Validation, message));
        }
        Ok(Self { migrations, ..Self::empty(kind) })
    }

    /// Gives a migration the file that undoes it.
    fn add_undo(&mut self, file: SetFile) -> Result<()> {
        let shown = match &file.path {
            Some(path) => path.display().to_string(),
            None => file.filename,
        };
        let version = &file.name.version;
        let found = self.migrations.iter_mut().find(|each| each.version == *version);
        let message = match found {
            Some(migration) => match &migration.undo {
                None => {
                    let script = Script::new(file.text, &shown);
                    migration.undo = Some(Change::Script(script));
                    return Ok(());
                }
                Some(Change::Script(other)) => format!(
                    "{shown} undoes version {version}, and so does {}; keep one of them",
                    other.file
                ),
                Some(Change::Code(_)) => {
                    format!("{shown} undoes version {version}, which is code and undoes itself")
                }
            },
            None => format!("{shown} undoes version {version}, which no file here makes"),
        };
        Err(Error::new(ErrorKind::Validation, message))
    }
}
