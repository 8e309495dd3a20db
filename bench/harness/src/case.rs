//! One library doing one kind of work.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::process::cpu_time;

/// One library doing one kind of work; a call of `run` is one round.
pub struct Case {
    pub(crate) name: String,
    pub(crate) run: Box<dyn FnMut() -> Sample>,
}

impl Case {
    /// Names a case and says how to run one round of it.
    pub fn new(name: impl Into<String>, run: impl FnMut() -> Sample + 'static) -> Self {
        Self { name: name.into(), run: Box::new(run) }
    }
}

/// What one round of a case took.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// How many operations the round did.
    pub operations: u64,
    /// Wall time of all of them.
    pub wall: Duration,
    /// CPU time of the process, all threads, user and system.
    pub cpu: Duration,
    /// Peak memory over that of the idle process, where the round had a process of its own.
    pub growth_bytes: Option<u64>,
}

impl Sample {
    pub(crate) fn wall_ns(&self) -> f64 {
        per_operation_ns(self.wall, self.operations)
    }

    pub(crate) fn cpu_ns(&self) -> f64 {
        per_operation_ns(self.cpu, self.operations)
    }
}

/// What the operation of a group is called in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A call of the library.
    Call,
    /// A row written or read.
    Row,
    /// The worst delay seen in the round.
    Delay,
}

/// Runs `work`, which returns how many operations it did, and takes its wall and CPU time.
pub fn measure(work: impl FnOnce() -> u64) -> Sample {
    let cpu_before = cpu_time();
    let start = Instant::now();
    let operations = work();
    let wall = start.elapsed();
    let cpu = cpu_time().saturating_sub(cpu_before);
    Sample { operations, wall, cpu, growth_bytes: None }
}

fn per_operation_ns(total: Duration, operations: u64) -> f64 {
    total.as_secs_f64() * 1e9 / operations as f64
}
