//! Rounds that need a process of their own, because they measure its peak memory.

use std::env;
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Sample;

/// What a child process prints on its last line, as JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct ChildFigures<T> {
    /// How many operations the child did.
    pub operations: u64,
    /// Wall time in nanoseconds.
    pub wall_ns: u64,
    /// CPU time in nanoseconds.
    pub cpu_ns: u64,
    /// Peak memory before the work.
    pub idle_bytes: u64,
    /// Peak memory after the work.
    pub peak_bytes: u64,
    /// What the parent checks.
    pub result: T,
}

impl<T> ChildFigures<T> {
    /// The round as a sample.
    pub fn sample(&self) -> Sample {
        Sample {
            operations: self.operations,
            wall: Duration::from_nanos(self.wall_ns),
            cpu: Duration::from_nanos(self.cpu_ns),
            growth_bytes: Some(self.peak_bytes.saturating_sub(self.idle_bytes)),
        }
    }
}

/// Runs this program again with `arguments` and reads the figures it prints.
///
/// # Panics
/// If the child fails or prints no figures: a round without a result must not pass.
pub fn run_child<T: for<'de> Deserialize<'de>>(arguments: &[&str]) -> ChildFigures<T> {
    let program = env::current_exe().expect("the path of the running program is known");
    let output = Command::new(program).args(arguments).output().expect("a child process starts");
    let printed = String::from_utf8_lossy(&output.stdout);
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "child {arguments:?} failed: {problem}");
    let line = printed.lines().last().unwrap_or_default();
    serde_json::from_str(line).expect("the last line of a child holds its figures")
}
