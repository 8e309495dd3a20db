//! The launchers of real servers: they answer, they end, and they leave nothing behind.

mod mysql;
mod pgbouncer;
mod postgres;
mod services;
mod support;

use std::process::ExitCode;

use hypostyle_testkit::child;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    if child::part().is_some() {
        return postgres::play();
    }
    let all =
        [postgres::TESTS, pgbouncer::TESTS, mysql::TESTS, services::TESTS].into_iter().flatten();
    let tests = all.map(|&(name, test)| Trial::test(name, move || test().map_err(Failed::from)));
    libtest_mimic::run(&Arguments::from_args(), tests.collect()).exit_code()
}
