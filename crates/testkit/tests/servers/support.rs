//! What the tests of every launcher look at.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hypostyle_testkit::{Outcome, holds};

pub(crate) type Test = (&'static str, fn() -> Outcome);

/// How long a process may take to be gone whose parent was killed.
const GONE_MS_MAX: u64 = 10_000;

/// Whether a process is there, as the system and not the launcher has it.
pub(crate) fn is_running(pid: u32) -> bool {
    let mut shell = Command::new("sh");
    shell.args(["-c", "kill -0 $0", &pid.to_string()]).stderr(Stdio::null());
    let is_known = shell.status().is_ok_and(|status| status.success());
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    is_known && !stat.contains(") Z ")
}

/// Checks that processes and folder of a server are gone, or go by themselves.
pub(crate) fn are_gone(processes: &[u32], folder: &Path) -> Outcome {
    let began = Instant::now();
    let is_left = || folder.exists() || processes.iter().any(|pid| is_running(*pid));
    while is_left() && began.elapsed() < Duration::from_millis(GONE_MS_MAX) {
        wait();
    }
    let running: Vec<&u32> = processes.iter().filter(|pid| is_running(**pid)).collect();
    holds(running.is_empty(), format!("processes {running:?} are left"))?;
    holds(!folder.exists(), format!("{} is left", folder.display()))
}

#[expect(clippy::disallowed_methods, reason = "no runtime is there to starve")]
pub(crate) fn wait() {
    std::thread::sleep(Duration::from_millis(10));
}
