//! The behaviour suite on DuckDB: a private database, and a file; and the behaviours particular to
//! DuckDB.

mod own;
mod targets;

use std::process::ExitCode;
use std::sync::Arc;

use hypostyle_testkit::{Record, Target, conclude, suite, trials};
use libtest_mimic::Arguments;

use targets::{DuckDbTarget, Place};

fn main() -> ExitCode {
    if let Some(code) = own::as_child() {
        return code;
    }
    let target = |name, place| -> Arc<dyn Target> { Arc::new(DuckDbTarget { name, place }) };
    let memory = target("memory", Place::Memory);
    let file = target("file", Place::File);
    let record = Arc::new(Record::default());
    let mut tests = trials(suite::cases(), &memory, &record);
    tests.extend(trials(suite::cases().chain(own::CASES), &file, &record));
    let arguments = Arguments::from_args();
    conclude(&arguments, tests, &record, &[memory, file])
}
