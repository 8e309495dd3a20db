//! Ends a server whose process of origin is gone, and removes its folder.
//!
//! A destructor does not run when a process is killed, nor for what is static. So a shell reads from
//! a pipe that this process alone holds open: the system closes it however the process ends. Linux's
//! signal at the parent's death would not do: it comes when the *thread* ends that started a server.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Mutex, PoisonError};

use hypostyle_core::{Error, ErrorKind, Result};
use nix::sys::signal::Signal;

use super::command;
use super::daemon::{cannot_start, detach};

/// `$1` is the folder. Each line names the process that runs now and the signal that ends it. The
/// process has five seconds to end by itself, and whatever still writes as long to find no folder.
const SCRIPT: &str = r#"
while read -r line_process line_signal; do process=$line_process signal=$line_signal; done
tries="1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25"
if [ -n "$process" ]; then
  kill -s "$signal" "$process"
  for _ in $tries; do
    kill -0 "$process" || break
    sleep 0.2
  done
  kill -s KILL "$process"
fi
for _ in $tries; do
  rm -rf -- "$1"
  [ -e "$1" ] || break
  sleep 0.2
done
"#;

const SHELL: &str = "/bin/sh";

/// Watches over one folder and the server in it.
#[derive(Debug)]
pub(super) struct Watchdog {
    shell: Child,
    lines: Mutex<Option<ChildStdin>>,
}

impl Watchdog {
    /// Starts to watch over a folder.
    ///
    /// # Errors
    /// `Io` when the shell cannot be started.
    pub(super) fn over(folder: &Path) -> Result<Self> {
        let mut command = command::prepare(Path::new(SHELL));
        command.args(["-c", SCRIPT, "watchdog"]).arg(folder);
        detach(&mut command).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut shell = command.spawn().map_err(|error| cannot_start(SHELL, error))?;
        let lines = Mutex::new(shell.stdin.take());
        Ok(Self { shell, lines })
    }

    /// Watches over a server, which the signal ends.
    ///
    /// # Errors
    /// `Io` when the shell is gone.
    pub(super) fn watch(&self, pid: u32, signal: Signal) -> Result<()> {
        self.tell(&format!("{pid} {}\n", signal.as_str().trim_start_matches("SIG")))
    }

    /// Watches over the folder alone: the server has ended.
    pub(super) fn forget(&self) {
        // One that is gone has nothing to forget.
        let _ = self.tell("\n");
    }

    fn tell(&self, line: &str) -> Result<()> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let told = lines.as_mut().map(|lines| lines.write_all(line.as_bytes()));
        told.unwrap_or(Ok(()))
            .map_err(|error| Error::new(ErrorKind::Io, "the watchdog is gone").caused_by(error))
    }
}

impl Drop for Watchdog {
    /// Kills the shell before its pipe is closed.
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}
