//! Folders of migrations.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hypostyle_core::{Error, ErrorKind, Result};

use super::name::FileName;
use super::set::{FILE_BYTES_MAX, FILES_MAX, SetFile};
use crate::files::{read_text, unreadable};

/// How deep folders stand in one another; a link to a folder above would have no end.
const DEPTH_MAX: usize = 16;

/// The most bytes of what Flyway says beside a file.
const CONF_BYTES_MAX: u64 = 64 * 1024;

/// Reads the files of a folder and of those in it.
pub(super) fn read_folder(
    folder: &Path,
    into: &mut Vec<SetFile>,
    passed_over: &mut Vec<String>,
) -> Result<()> {
    for path in scripts(folder)? {
        let filename = path.file_name().unwrap_or_default().to_string_lossy();
        if FileName::is_callback(&filename) {
            passed_over.push(filename.into_owned());
            continue;
        }
        if into.len() == FILES_MAX {
            let message = format!("{} holds more than {FILES_MAX} migrations", folder.display());
            return Err(Error::new(ErrorKind::Limit, message));
        }
        into.push(read_file(path)?);
    }
    Ok(())
}

/// Answers the scripts in a folder and in those in it, in the order of their paths.
pub(super) fn scripts(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(folder, DEPTH_MAX, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, depth: usize, into: &mut Vec<PathBuf>) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(folder, error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, error))?;
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if path.is_dir() && !is_hidden {
            let Some(depth) = depth.checked_sub(1) else {
                let shown = path.display();
                let message = format!("{shown} is more than {DEPTH_MAX} folders deep");
                return Err(Error::new(ErrorKind::Limit, message));
            };
            collect(&path, depth, into)?;
        } else if FileName::is_sql(&path) && !path.is_dir() {
            into.push(path);
        }
    }
    Ok(())
}

fn read_file(path: PathBuf) -> Result<SetFile> {
    let filename = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // The name is checked before a large or odd file is read.
    let name = FileName::parse(&filename)
        .map_err(|error| error.while_doing(&path.display().to_string()))?;
    let text = read_text(&path, FILE_BYTES_MAX)?.into();
    let in_transaction = !flyway_runs_outside(&path)?;
    Ok(SetFile { name, filename, text, path: Some(path), in_transaction })
}

/// Tells whether Flyway's settings beside a file keep it out of transactions.
fn flyway_runs_outside(path: &Path) -> Result<bool> {
    let mut conf = path.as_os_str().to_owned();
    conf.push(".conf");
    let conf = PathBuf::from(conf);
    if !conf.is_file() {
        return Ok(false);
    }
    let text = read_text(&conf, CONF_BYTES_MAX)?.to_ascii_lowercase();
    let mut settings = text.lines().filter_map(|line| line.split_once('='));
    Ok(settings
        .any(|(name, value)| (name.trim(), value.trim()) == ("executeintransaction", "false")))
}
