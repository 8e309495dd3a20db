//! The behaviour suite on DuckDB: a private database on a runtime of two threads, and a file on a
//! runtime of one; and the behaviours particular to DuckDB.

mod bulk;
mod files;
mod processes;
mod running;
mod targets;
mod types;

use std::process::ExitCode;
use std::sync::Arc;

use hypostyle_testkit::{Case, Record, Target, child, conclude, suite, trials};
use libtest_mimic::Arguments;

use targets::{DuckDbTarget, Place};

fn main() -> ExitCode {
    if let Some(part) = child::part() {
        return processes::play(&part);
    }
    let target = |name, place| -> Arc<dyn Target> { Arc::new(DuckDbTarget { name, place }) };
    let memory = target("memory", Place::Memory);
    let file = target("file", Place::File);
    let own: Vec<&Case> =
        [types::CASES, files::CASES, processes::CASES, running::CASES, bulk::CASES]
            .into_iter()
            .flatten()
            .collect();
    let record = Arc::new(Record::default());
    let mut tests = trials(suite::cases().chain(own.iter().copied()), &memory, &record);
    tests.extend(trials(suite::cases().chain(own), &file, &record));
    conclude(&Arguments::from_args(), tests, &record, &[memory, file])
}
