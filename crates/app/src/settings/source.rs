//! The files of a folder, as text.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::problem::Problem;

/// The longest file.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Reads a file of text, without a byte order mark; nothing where there is none.
pub(super) fn read(folder: &Path, name: &str) -> Result<Option<String>, Problem> {
    let problem = |message: String| Problem::new(format!("{name}: {message}"));
    let file = match File::open(folder.join(name)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(problem(format!("it cannot be read: {error}"))),
    };
    let mut bytes = Vec::new();
    // One byte more than may be there tells a file that is too long.
    let read = file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| problem(format!("it cannot be read: {error}")))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
        return Err(problem("it is larger than 1 MiB, the most that is read".to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        problem(format!("line {line} is not UTF-8: save the file as UTF-8"))
    })?;
    Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
}

/// The lines of a text, to tell where something stands.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(starts).collect() }
    }

    /// Answers the line and the column in characters of a place in bytes, both from 1.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= at).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..at).unwrap_or_default();
        (line, before.chars().count() + 1)
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }
}
