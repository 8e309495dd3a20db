//! Faults of the network, of the server and of callers on a real PostgreSQL, through the facade with
//! its default layers. Each test prints what it measured, and asserts with ten times the slack.

mod abandoned;
mod begins;
mod blackhole;
mod bulks;
mod commits;
mod fatal;
mod hosts;
mod outages;
mod pipelines;
mod poolers;
mod pools;
mod sessions;
mod support;
#[path = "../faults/tasks.rs"]
mod tasks;
mod tls;

use std::process::ExitCode;
use std::time::Duration;

use hypostyle_testkit::server::Postgres;
use libtest_mimic::{Arguments, Failed, Trial};

use support::Test;

/// How long a test may take.
const TEST_MS_MAX: u64 = 60_000;

fn main() -> ExitCode {
    let groups = [
        begins::TESTS,
        poolers::TESTS,
        commits::TESTS,
        bulks::TESTS,
        blackhole::TESTS,
        pools::TESTS,
        outages::TESTS,
        sessions::TESTS,
        abandoned::TESTS,
        pipelines::TESTS,
        fatal::TESTS,
        tls::TESTS,
        hosts::TESTS,
    ];
    let tests = groups.into_iter().flatten().map(trial).collect();
    let mut arguments = Arguments::from_args();
    // Tests wait more than they work, and several would hide what one of them measures.
    arguments.test_threads.get_or_insert(3);
    let conclusion = libtest_mimic::run(&arguments, tests);
    if let Ok(server) = Postgres::shared() {
        // A static is never dropped.
        server.stop();
    }
    conclusion.exit_code()
}

fn trial(&(name, test): &'static Test) -> Trial {
    Trial::test(name, move || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build()?;
        let limit = Duration::from_millis(TEST_MS_MAX);
        let ended =
            runtime.block_on(async { tokio::time::timeout(limit, tokio::spawn(test())).await });
        runtime.shutdown_background();
        let ended = ended.map_err(|_| format!("took longer than {TEST_MS_MAX} ms"))?;
        ended.map_err(Failed::from)?.map_err(Failed::from)
    })
}
