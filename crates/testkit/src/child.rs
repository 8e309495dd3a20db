//! Other processes of a test: the test binary itself, told by its arguments to play a part.

use std::process::Stdio;

use tokio::process::{Child, Command};

use hypostyle_core::{Error, ErrorKind, Result};

const FLAG: &str = "--as-child";

/// Answers the part this process is to play and its arguments; none for the test itself.
pub fn part() -> Option<Vec<String>> {
    let mut arguments = std::env::args().skip(1);
    (arguments.next().as_deref() == Some(FLAG)).then(|| arguments.collect())
}

/// Starts this very program again to play a part; its standard output is a pipe.
///
/// # Errors
/// `Io` when it cannot be started.
///
/// # Cancellation
/// The process is killed when the answer is dropped.
pub fn play(part: &[&str]) -> Result<Child> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, "this program cannot be started again").caused_by(error)
    };
    let program = std::env::current_exe().map_err(failed)?;
    let mut command = Command::new(program);
    command.arg(FLAG).args(part).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    command.spawn().map_err(failed)
}
