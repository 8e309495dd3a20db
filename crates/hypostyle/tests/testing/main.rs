//! Tests of an application, on every engine.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod factories;
mod fixtures;
mod own;
mod rolled_back;
mod setup;
mod shop;

use std::pin::Pin;

use hypostyle::testing::Setup;
use hypostyle::{Environment, Result};
use hypostyle_testkit::server::{Brand, MySql, Postgres};
use libtest_mimic::{Arguments, Trial};

/// A case: on one engine, in one kind of database.
type Case = fn(Setup) -> Pin<Box<dyn Future<Output = Result<()>>>>;

/// Makes a table of cases out of functions `async fn(Setup) -> Result<()>`.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        pub(crate) const CASES: &[(&str, crate::Case)] =
            &[$((stringify!($name), |setup| Box::pin($name(setup)))),*];
    };
}
pub(crate) use cases;

/// Where tests run.
const PLACES: [&str; 6] =
    ["sqlite", "duckdb", "postgres", "postgres_concurrent", "mariadb", "mysql"];

fn setup_at(place: &str) -> Setup {
    let setup = Setup::default().environment(Environment::empty());
    let postgres = || Postgres::shared().unwrap().url("postgres");
    let mysql = |brand| MySql::shared(brand).unwrap().url("mysql");
    match place {
        "duckdb" => setup.url("duckdb::memory:"),
        "postgres" => setup.url(postgres()),
        "postgres_concurrent" => setup.url(postgres()).concurrent(),
        "mariadb" => setup.url(mysql(Brand::MariaDb)),
        "mysql" => setup.url(mysql(Brand::Oracle)),
        _ => setup,
    }
}

fn run(case: Case, setup: Setup) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(case(setup)).unwrap();
}

fn main() {
    let mut trials = Vec::new();
    for place in PLACES {
        let groups = [setup::CASES, factories::CASES, fixtures::CASES];
        for (name, case) in groups.into_iter().flatten() {
            trials.push(Trial::test(format!("{place}::{name}"), move || {
                run(*case, setup_at(place));
                Ok(())
            }));
        }
    }
    for (name, case) in [rolled_back::CASES, own::CASES].into_iter().flatten() {
        trials.push(Trial::test(*name, move || {
            run(*case, setup_at("sqlite"));
            Ok(())
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
