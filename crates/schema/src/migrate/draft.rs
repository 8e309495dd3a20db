//! New files of migrations.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hypostyle_core::{Error, ErrorKind, Result, Timestamp};

use super::Version;
use super::folder::scripts;
use super::name::FileName;

/// The digits of a timestamp as a version: to the second, or to the minute.
const TIMESTAMP_DIGITS: [usize; 2] = [14, 12];

/// The version of the first file of a folder.
const FIRST: &str = "001";

/// How often another process may take the version that was about to be taken.
const TRIES_MAX: usize = 1_000;

/// The most characters of a description.
const DESCRIPTION_CHARS_MAX: usize = 100;

/// A migration that is to be written.
///
/// # Examples
/// ```
/// use hypostyle_core::Timestamp;
/// use hypostyle_schema::migrate::Draft;
/// # let folder = tempfile::tempdir().unwrap();
/// # let folder = folder.path();
/// let now = Timestamp::parse("2026-11-28 12:00:00").unwrap();
/// let up = "CREATE TABLE item (id INTEGER PRIMARY KEY);\n";
/// let draft = Draft { description: "Add items", up, undo: Some("DROP TABLE item;\n"), now };
/// let files = draft.write(folder)?;
/// assert!(files[0].ends_with("V001__add_items.sql") && files[1].ends_with("U001__add_items.sql"));
/// # Ok::<(), hypostyle_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Draft<'d> {
    /// What it does, in a few words.
    pub description: &'d str,
    /// The statements.
    pub up: &'d str,
    /// What takes them back, in a file of its own.
    pub undo: Option<&'d str>,
    /// Now, in UTC, where the folder has timestamps for versions.
    pub now: Timestamp,
}

impl Draft<'_> {
    /// Writes the next migration of a folder, which is made where there is none; answers its file,
    /// and the one that undoes it. Nothing is overwritten. The version is a number above the newest,
    /// as wide, or a timestamp where the newest is one; two that write at once get two versions.
    ///
    /// # Errors
    /// `Validation` for a description that says nothing, and for files whose names are none of
    /// migrations; `Limit` for one that is too long; `Io` for what cannot be read or written.
    pub fn write(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        let name = file_part(self.description)?;
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
        let mut least = None;
        for _ in 0..TRIES_MAX {
            let version = self.next(versions(folder)?.into_iter().max().max(least))?;
            let version_read: Version = version.parse()?;
            let Some(place) = Place::take(folder, &version)? else {
                least = Some(version_read);
                continue;
            };
            // Another may have written the file and given its place back since the folder was read.
            let written = match versions(folder) {
                Ok(versions) if versions.contains(&version_read) => None,
                Ok(_) => Some(self.files(folder, &version, &name)),
                Err(error) => Some(Err(error)),
            };
            place.give_back()?;
            match written {
                Some(written) => return written,
                None => least = Some(version_read),
            }
        }
        let message = format!("{} is written to by too many others", folder.display());
        Err(Error::new(ErrorKind::Io, message))
    }

    fn files(&self, folder: &Path, version: &str, name: &str) -> Result<Vec<PathBuf>> {
        let texts = [("V", Some(self.up)), ("U", self.undo)];
        let mut written = Vec::new();
        for (letter, text) in texts {
            let Some(text) = text else { continue };
            let path = folder.join(format!("{letter}{version}__{name}.sql"));
            let file = OpenOptions::new().write(true).create_new(true).open(&path);
            file.and_then(|mut file| file.write_all(text.as_bytes()))
                .map_err(|error| unwritable(&path, error))?;
            written.push(path);
        }
        Ok(written)
    }

    /// Answers the version after the newest.
    fn next(&self, newest: Option<Version>) -> Result<String> {
        let Some(newest) = newest.map(|newest| newest.to_string()) else {
            return Ok(FIRST.to_owned());
        };
        let now: String =
            self.now.text().to_string().chars().filter(char::is_ascii_digit).collect();
        if TIMESTAMP_DIGITS.contains(&newest.len())
            && let Some(now) = now.get(..newest.len())
            && *now > *newest
        {
            return Ok(now.to_owned());
        }
        let (front, last) = match newest.rsplit_once('.') {
            Some((front, last)) => (format!("{front}."), last),
            None => (String::new(), newest.as_str()),
        };
        let next = last.parse::<u64>().ok().and_then(|last| last.checked_add(1));
        let next = next.ok_or_else(|| {
            let message = format!("there is no version above {newest}");
            Error::new(ErrorKind::Limit, message)
        })?;
        Ok(format!("{front}{next:0width$}", width = last.len()))
    }
}

/// A version that nobody else writes: a locked file, so that one that a killed process left is free.
struct Place {
    path: PathBuf,
    _locked: File,
}

impl Place {
    /// Takes the place of a version; answers nothing where another has it.
    fn take(folder: &Path, version: &str) -> Result<Option<Self>> {
        let path = folder.join(format!(".V{version}.new"));
        let failed = |error| unwritable(&path, error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        // Whoever had it may have taken the file away before the lock was had.
        let mark = format!("{} {:?}", std::process::id(), std::thread::current().id());
        file.set_len(0).and_then(|()| file.write_all(mark.as_bytes())).map_err(failed)?;
        let is_gone = match fs::read_to_string(&path) {
            Ok(read) => read != mark,
            // Windows lets nobody read what is locked, and gives its name to nothing else.
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        Ok((!is_gone).then_some(Self { path, _locked: file }))
    }

    fn give_back(self) -> Result<()> {
        fs::remove_file(&self.path).map_err(|error| unwritable(&self.path, error))
    }
}

/// Answers the versions in a folder, without reading its files.
fn versions(folder: &Path) -> Result<Vec<Version>> {
    let mut versions = Vec::new();
    for path in scripts(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if FileName::is_callback(&name) {
            continue;
        }
        let name = FileName::parse(&name)
            .map_err(|error| error.while_doing(&path.display().to_string()))?;
        versions.extend(Some(name.version).filter(|version| !version.is_repeatable()));
    }
    Ok(versions)
}

/// Answers a description as a part of a file's name.
fn file_part(description: &str) -> Result<String> {
    let words = description.split(|each: char| !each.is_alphanumeric() && each != '-');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let name = words.join("_").to_lowercase();
    if !name.chars().any(char::is_alphanumeric) {
        let message =
            format!("`{description}` describes no migration; say in a few words what it does");
        return Err(Error::new(ErrorKind::Validation, message));
    }
    if name.chars().count() > DESCRIPTION_CHARS_MAX {
        let message = format!("a description has {DESCRIPTION_CHARS_MAX} characters at most");
        return Err(Error::new(ErrorKind::Limit, message));
    }
    Ok(name)
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    let message = format!("{} cannot be written: {error}", path.display());
    Error::new(ErrorKind::Io, message).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(description: &str) -> Draft<'_> {
        let now = Timestamp::parse("2026-11-28 12:34:56").unwrap();
        Draft { description, up: "SELECT 1;\n", undo: None, now }
    }

    #[test]
    fn the_next_version_is_like_the_newest() {
        let check = |newest: Option<&str>, expect: &str| {
            let newest = newest.map(|newest| newest.parse().unwrap());
            assert_eq!(draft("x").next(newest).unwrap(), expect);
        };
        check(None, "001");
        check(Some("001"), "002");
        check(Some("9"), "10");
        check(Some("0099"), "0100");
        check(Some("1.9"), "1.10");
        check(Some("20251121120000"), "20261128123456");
        check(Some("202511211200"), "202611281234");
        check(Some("20261128123456"), "20261128123457");
        check(Some("20270101000000"), "20270101000001");
        assert!(draft("x").next(Some("18446744073709551615".parse().unwrap())).is_err());
    }

    #[test]
    fn a_description_becomes_a_name() {
        assert_eq!(file_part("Add  orders, again!").unwrap(), "add_orders_again");
        assert_eq!(file_part("größe-2/../x").unwrap(), "größe-2_x");
        assert!(file_part(" -- ").is_err());
        assert!(file_part(&"x".repeat(101)).is_err());
    }

    #[test]
    fn nothing_is_overwritten_and_many_at_once_get_versions_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                scope.spawn(move || {
                    for at in 0..5 {
                        draft(&format!("writer {writer} {at}")).write(folder).unwrap();
                    }
                });
            }
        });
        let files = scripts(folder).unwrap();
        let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        let names: Vec<String> = files.iter().map(name).collect();
        let versions: Vec<&str> = names.iter().map(|name| &name[1..4]).collect();
        let expect: Vec<String> = (1..=40).map(|version| format!("{version:03}")).collect();
        assert_eq!(versions, expect);
        let left = fs::read_dir(folder).unwrap().count();
        assert_eq!(left, 40, "a place was not given back");
    }

    #[test]
    fn what_a_killed_writer_left_is_no_version_and_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::write(folder.join(".V001.new"), "").unwrap();
        assert_eq!(versions(folder).unwrap(), []);
        let files = draft("again").write(folder).unwrap();
        assert!(files[0].ends_with("V001__again.sql"), "{files:?}");
        let left: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        assert_eq!(left, files);
    }

    #[test]
    fn a_version_that_another_writes_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let place = Place::take(folder, "001").unwrap().expect("it is free");
        assert!(Place::take(folder, "001").unwrap().is_none());
        let files = draft("meanwhile").write(folder).unwrap();
        assert!(files[0].ends_with("V002__meanwhile.sql"), "{files:?}");
        place.give_back().unwrap();
    }
}
