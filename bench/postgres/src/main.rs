//! The same PostgreSQL work through several libraries, in one run, on a server of its own.
//!
//! Each library in Rust is one file that implements [`bench_work::Library`]; `registry.rs` lists
//! them and what is measured, `goals.rs` what hypostyle is meant to reach.

mod deadpool;
mod diesel_pool;
mod engine;
mod goals;
mod hypostyle;
mod registry;
mod sea;
mod server;
mod sqlalchemy;
mod sqlx_pool;
mod target;
mod tokio_direct;

use std::path::PathBuf;
use std::sync::Arc;

use bench_work::{Plan, RunArguments, Setup, stream_child};
use clap::{Args, Parser, Subcommand};

use crate::sqlalchemy::Python;
use crate::target::PostgresTarget;

/// Measures the same PostgreSQL work through several libraries
#[derive(Parser)]
#[command(name = "bench-postgres")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure, and print one table
    Run(Arguments),
    /// Stream the large table once and print the figures (started by `run`)
    #[command(hide = true)]
    Stream { library: String, location: String },
}

#[derive(Args)]
struct Arguments {
    #[command(flatten)]
    run: RunArguments,
    /// The folder of SQLAlchemy and asyncpg, if they are not Python's own
    #[arg(long, value_name = "PATH")]
    python_packages: Option<PathBuf>,
}

fn main() {
    match Cli::parse().command {
        Command::Run(arguments) => run(&arguments),
        Command::Stream { library, location } => {
            stream_child(registry::libraries(), &library, &location);
        }
    }
}

fn run(arguments: &Arguments) {
    let mut libraries = registry::libraries();
    match Python::find(arguments.python_packages.as_deref()) {
        Ok(python) => libraries.push(python.entry()),
        Err(missing) => println!("sqlalchemy is absent: {missing}"),
    }
    let server = server::start();
    let location = server::location(&server);
    let target = Arc::new(PostgresTarget::new(&location));
    let setup = Setup::new(location, arguments.run.round(), target);
    let plan = Plan {
        workloads: &registry::WORKLOADS,
        libraries: &libraries,
        references: &registry::REFERENCES,
        goals: &goals::goals(),
    };
    println!("PostgreSQL {}", server.version());
    plan.run(&setup, &arguments.run);
}
