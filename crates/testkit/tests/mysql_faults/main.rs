//! Faults of the network, of the server and of callers on real servers, MariaDB and Oracle's MySQL,
//! through the facade with its default layers. Each test prints what it measured, and asserts with ten
//! times the slack.

mod abandoned;
mod begins;
mod blackhole;
mod commits;
mod fatal;
mod hosts;
mod outages;
mod sessions;
mod support;
#[path = "../faults/tasks.rs"]
mod tasks;
mod tls;

use std::process::ExitCode;
use std::time::Duration;

use hypostyle_testkit::server::{Brand, MySql};
use libtest_mimic::{Arguments, Failed, Trial};

use support::Test;

/// How long a test may take.
const TEST_MS_MAX: u64 = 60_000;

const BRANDS: [(Brand, &str); 2] = [(Brand::MariaDb, "mariadb"), (Brand::Oracle, "mysql")];

fn main() -> ExitCode {
    let groups = [
        abandoned::TESTS,
        begins::TESTS,
        blackhole::TESTS,
        commits::TESTS,
        fatal::TESTS,
        hosts::TESTS,
        outages::TESTS,
        sessions::TESTS,
        tls::TESTS,
    ];
    let tests = groups.into_iter().flatten();
    let tests = tests.flat_map(|test| BRANDS.map(|brand| trial(test, brand))).collect();
    let mut arguments = Arguments::from_args();
    // Tests wait more than they work, and several would hide what one of them measures.
    arguments.test_threads.get_or_insert(3);
    let conclusion = libtest_mimic::run(&arguments, tests);
    for (brand, _) in BRANDS {
        if let Ok(server) = MySql::shared(brand) {
            // A static is never dropped.
            server.kill();
        }
    }
    conclusion.exit_code()
}

fn trial(&(name, test): &'static Test, (brand, title): (Brand, &str)) -> Trial {
    Trial::test(format!("{title}::{name}"), move || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build()?;
        let limit = Duration::from_millis(TEST_MS_MAX);
        let ended = runtime
            .block_on(async { tokio::time::timeout(limit, tokio::spawn(test(brand))).await });
        runtime.shutdown_background();
        let ended = ended.map_err(|_| format!("took longer than {TEST_MS_MAX} ms"))?;
        ended.map_err(Failed::from)?.map_err(Failed::from)
    })
}
