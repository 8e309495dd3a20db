//! Ends a server whose process of origin is gone, and removes its folder.
//!
//! A destructor does not run when a process is killed, nor for what is static. So a shell waits on a
//! pipe that this process alone holds open: the system closes it however the process ends. Linux's
//! signal at the parent's death would not do: it comes when the *thread* ends that started a server.

use std::path::Path;
use std::process::{Child, Stdio};

use hypostyle_core::Result;
use nix::sys::signal::Signal;

use super::command;
use super::daemon::{cannot_start, detach};

/// `$1` the process, `$2` the signal that ends it, `$3` the folder; five seconds to end by itself.
const SCRIPT: &str = r#"
read -r _
kill -s "$2" "$1"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
  kill -0 "$1" || break
  sleep 0.2
done
kill -s KILL "$1"
rm -rf -- "$3"
"#;

/// Watches over one server.
#[derive(Debug)]
pub(super) struct Watchdog(Child);

impl Watchdog {
    /// Starts to watch.
    ///
    /// # Errors
    /// `Io` when the shell cannot be started.
    pub(super) fn over(pid: u32, signal: Signal, folder: &Path) -> Result<Self> {
        let mut command = command::prepare(Path::new("/bin/sh"));
        let signal = signal.as_str().trim_start_matches("SIG");
        command.args(["-c", SCRIPT, "watchdog", &pid.to_string(), signal]).arg(folder);
        detach(&mut command).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().map(Self).map_err(|error| cannot_start("/bin/sh", error))
    }
}

impl Drop for Watchdog {
    /// Sends it home before its pipe is closed.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
