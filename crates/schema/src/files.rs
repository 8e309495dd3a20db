//! Text files with a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use hypostyle_core::{Error, ErrorKind, Result};

/// Reads a file of UTF-8 text.
pub(crate) fn read_text(path: &Path, bytes_max: u64) -> Result<String> {
    let mut bytes = Vec::new();
    // One byte more than allowed tells that there are too many, however the file grows meanwhile.
    File::open(path)
        .and_then(|file| file.take(bytes_max + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > bytes_max) {
        let message = format!("{} is larger than {bytes_max} bytes; cut it up", path.display());
        return Err(Error::new(ErrorKind::Limit, message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("{} is not UTF-8 at byte {at}; save it as UTF-8", path.display());
        Error::new(ErrorKind::Validation, message)
    })
}

pub(crate) fn unreadable(path: &Path, error: io::Error) -> Error {
    let message = format!("{} cannot be read: {error}", path.display());
    Error::new(ErrorKind::Io, message).caused_by(error)
}
