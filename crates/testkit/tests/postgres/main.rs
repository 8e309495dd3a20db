//! The behaviour suite on PostgreSQL: over TCP with a password, without named statements over a
//! Unix socket, and with reads that share connections.

mod own;
mod targets;

use std::process::ExitCode;
use std::sync::Arc;

use hypostyle_testkit::{Target, suite, trials};
use libtest_mimic::Arguments;

use targets::{PostgresTarget, Way};

fn main() -> ExitCode {
    let target = |name, way| -> Arc<dyn Target> { Arc::new(PostgresTarget { name, way }) };
    let tcp = target("tcp", Way::Tcp);
    let nameless = target("nameless", Way::Nameless);
    let pipelined = target("pipelined", Way::Pipelined);
    let mut tests = trials(suite::cases().chain(own::CASES), &tcp);
    tests.extend(trials(suite::cases(), &nameless));
    tests.extend(trials(suite::cases(), &pipelined));
    let mut arguments = Arguments::from_args();
    // Cases mostly wait for the server.
    arguments.test_threads.get_or_insert(8);
    let conclusion = libtest_mimic::run(&arguments, tests);
    targets::stop();
    conclusion.exit_code()
}
