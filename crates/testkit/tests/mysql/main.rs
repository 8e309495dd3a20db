//! The behaviour suite on MariaDB, over TCP with a password and over a Unix socket, and on Oracle's
//! MySQL, over TCP with caching_sha2.

mod own;
mod targets;
mod words;

use std::process::ExitCode;
use std::sync::Arc;

use hypostyle_testkit::server::Brand;
use hypostyle_testkit::{Record, Target, conclude, suite, trials};
use libtest_mimic::Arguments;

use targets::{MySqlTarget, Way};

fn main() -> ExitCode {
    let target =
        |name, brand, way| -> Arc<dyn Target> { Arc::new(MySqlTarget { name, brand, way }) };
    let mariadb = target("mariadb", Brand::MariaDb, Way::Tcp);
    let socket = target("socket", Brand::MariaDb, Way::Socket);
    let mysql = target("mysql", Brand::Oracle, Way::Tcp);
    let record = Arc::new(Record::default());
    let both = || suite::cases().chain(own::CASES).chain(own::types::CASES).chain(own::wire::CASES);
    let mut tests = trials(both().chain(own::mariadb::CASES), &mariadb, &record);
    tests.extend(trials(suite::cases(), &socket, &record));
    tests.extend(trials(both(), &mysql, &record));
    let mut arguments = Arguments::from_args();
    // Cases mostly wait for the server.
    arguments.test_threads.get_or_insert(8);
    if arguments.filter.is_none() && !arguments.list {
        targets::start();
    }
    let code = conclude(&arguments, tests, &record, &[mariadb, socket, mysql]);
    targets::stop();
    code
}
