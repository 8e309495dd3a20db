//! Finding files and reading them.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use hypostyle::sql::Dialect;
use walkdir::{DirEntry, WalkDir};

use super::{Found, Lines, Source, What, rust, script};

/// The most bytes of a file that are read.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The most files of one check.
const FILES_MAX: usize = 100_000;

/// Folders whose files are made, fetched, or no statements of the application's own.
const PASSED_OVER: [&str; 3] = ["target", "node_modules", "migrations"];

/// Finds sources of Rust and scripts in folders; a file that is named is taken whatever it is called.
/// Passed over are hidden folders, `target`, `node_modules`, and what makes the schema itself:
/// `migrations` and `models.sql`.
pub(crate) fn files(paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let entries = WalkDir::new(path).sort_by_file_name().into_iter();
        for entry in entries.filter_entry(|entry| entry.depth() == 0 || is_entered(entry)) {
            let entry = entry?;
            if entry.file_type().is_file() && (entry.depth() == 0 || is_source(entry.path())) {
                files.push(entry.into_path());
            }
            if files.len() > FILES_MAX {
                let message = format!("there are more than {FILES_MAX} files; name some of them");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            }
        }
    }
    Ok(files)
}

fn is_entered(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_passed_over = entry.file_type().is_dir() && PASSED_OVER.contains(&&*name);
    !name.starts_with('.') && !is_passed_over
}

fn is_source(path: &Path) -> bool {
    let is_models = path.file_name().is_some_and(|name| name == "models.sql");
    path.extension().is_some_and(|kind| kind == "rs" || kind == "sql") && !is_models
}

/// Reads a file; what cannot be read is what is found in it.
pub(crate) fn read(path: &Path, dialect: impl Fn(Option<&str>) -> Dialect) -> Source {
    let shown = path.strip_prefix("./").unwrap_or(path).display().to_string();
    let of = |text: String, database: Option<String>, found: Vec<Found>| {
        let lines = Lines::of(&text);
        Source { path: shown.clone(), text, lines, database, found }
    };
    let flawed = |what: String| vec![Found { range: (0, 0), what: What::Flaw(what) }];
    let text = match bytes(path).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => {
            let at = error.utf8_error().valid_up_to();
            let what = flawed(format!("not UTF-8 at byte {at}; save it as UTF-8"));
            return of(String::new(), None, what);
        }
        Err(error) => return of(String::new(), None, flawed(format!("cannot be read: {error}"))),
    };
    let is_rust = path.extension().is_some_and(|kind| kind == "rs");
    let database = script::database(&text, if is_rust { "//" } else { "--" });
    let found = match is_rust {
        true => rust::found(&text).unwrap_or_else(|found| vec![found]),
        false => script::found(&text, dialect(database.as_deref())),
    };
    of(text, database, found)
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than allowed tells that there are too many, however the file grows meanwhile.
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > FILE_BYTES_MAX) {
        let message = format!("larger than {FILE_BYTES_MAX} bytes; cut it up");
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(bytes)
}
