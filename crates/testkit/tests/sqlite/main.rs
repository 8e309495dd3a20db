//! The behaviour suite on SQLite: a file on a runtime of two threads (statements inline), the same
//! on a runtime of one thread (statements handed to another), and a private database; and the
//! behaviours particular to SQLite.

mod engine;
mod files;
mod targets;

use std::collections::HashSet;
use std::process::ExitCode;
use std::sync::Arc;

use hypostyle_testkit::{Case, Record, Target, conclude, suite, trials};
use libtest_mimic::{Arguments, Trial};

use targets::{Place, Runtime, SqliteTarget};

const BEHAVIOURS_MIN: usize = 500;

fn main() -> ExitCode {
    let target = |name, place, runtime| -> Arc<dyn Target> {
        Arc::new(SqliteTarget { name, place, runtime })
    };
    let inline = target("file-inline", Place::File, Runtime::TwoThreads);
    let offloaded = target("file-offloaded", Place::File, Runtime::OneThread);
    let memory = target("memory", Place::Memory, Runtime::TwoThreads);
    let own: Vec<&Case> = engine::CASES.iter().chain(files::CASES).collect();
    let all: Vec<&Case> = suite::cases().chain(own.iter().copied()).collect();

    let mut tests = vec![names_are_unique(&all), there_are_enough(suite::cases().count())];
    let record = Arc::new(Record::default());
    tests.extend(trials(all.iter().copied(), &inline, &record));
    tests.extend(trials(all.iter().copied(), &offloaded, &record));
    tests.extend(trials(suite::cases(), &memory, &record));
    conclude(&Arguments::from_args(), tests, &record, &[inline, offloaded, memory])
}

fn names_are_unique(cases: &[&Case]) -> Trial {
    let names: Vec<&str> = cases.iter().map(|case| case.name).collect();
    Trial::test("every_behaviour_has_a_name_of_its_own", move || {
        let mut seen = HashSet::new();
        match names.iter().find(|name| !seen.insert(**name)) {
            Some(twice) => Err(format!("{twice} is there twice").into()),
            None => Ok(()),
        }
    })
}

fn there_are_enough(count: usize) -> Trial {
    Trial::test(format!("the_suite_has_{count}_behaviours"), move || match count {
        BEHAVIOURS_MIN.. => Ok(()),
        _ => Err(format!("{count} behaviours, at least {BEHAVIOURS_MIN}").into()),
    })
}
