//! The same MariaDB work through several libraries, in one run, on a server of its own.
//!
//! Each library is one file that implements [`bench_work::Library`]; `registry.rs` lists them and
//! what is measured, `goals.rs` what hypostyle is meant to reach.

mod diesel_pool;
mod engine;
mod goals;
mod hypostyle;
mod mysql_direct;
mod mysql_pool;
mod registry;
mod sea;
mod server;
mod sqlx_pool;
mod target;

use std::sync::Arc;

use bench_work::{Plan, RunArguments, Setup, stream_child};
use clap::{Parser, Subcommand};

use crate::target::MySqlTarget;

/// Measures the same MariaDB work through several libraries
#[derive(Parser)]
#[command(name = "bench-mysql")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure, and print one table
    Run(RunArguments),
    /// Stream the large table once and print the figures (started by `run`)
    #[command(hide = true)]
    Stream { library: String, location: String },
}

fn main() {
    match Cli::parse().command {
        Command::Run(arguments) => run(&arguments),
        Command::Stream { library, location } => {
            stream_child(registry::libraries(), &library, &location);
        }
    }
}

fn run(arguments: &RunArguments) {
    let server = server::start();
    let location = server::location(&server);
    let target = Arc::new(MySqlTarget::new(&location));
    let setup = Setup::new(location, arguments.round(), target);
    let plan = Plan {
        workloads: &registry::WORKLOADS,
        libraries: &registry::libraries(),
        references: &registry::REFERENCES,
        goals: &goals::goals(),
    };
    println!("MariaDB {}", server.version());
    plan.run(&setup, arguments);
}
