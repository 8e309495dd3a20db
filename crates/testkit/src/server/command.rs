//! Commands without the caller's environment, run to their end.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use hypostyle_core::{Error, ErrorKind, Result};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Prepares a command that sees nothing of the caller's environment, terminal and folder.
pub(super) fn prepare(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs([("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LC_ALL", "C")])
        .current_dir("/")
        .stdin(Stdio::null());
    command
}

/// Runs a command and answers what it printed, without the last line break.
///
/// # Errors
/// `Io` when it cannot be started; `Other` with what it said when it fails.
pub(super) fn run(command: &mut Command) -> Result<String> {
    let Output { status, stdout, stderr } = command.output().map_err(|error| {
        let message = format!("{} cannot be run", command.get_program().display());
        Error::new(ErrorKind::Io, message).caused_by(error)
    })?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).trim_end_matches('\n').to_owned());
    }
    let said = String::from_utf8_lossy(&stderr);
    let message = format!("{}: {status}: {}", command.get_program().display(), said.trim());
    Err(Error::new(ErrorKind::Other, message))
}

/// Escapes a text for any place of a URL.
pub(super) fn escaped(text: &str) -> String {
    /// # Source
    /// RFC 3986, section 2.3.
    const RESERVED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

    utf8_percent_encode(text, RESERVED).to_string()
}
