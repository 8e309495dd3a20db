//! The same SQLite work through several libraries, in one run.
//!
//! Each library is one file that implements [`bench_work::Library`]; `registry.rs` lists them and
//! what is measured, `goals.rs` what hypostyle is meant to reach.

mod diesel_async;
mod diesel_sync;
mod engine;
mod goals;
mod hypostyle;
mod registry;
mod rusqlite_direct;
mod sea;
mod seed;
mod sqlx_pool;
mod target;
mod ticker;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bench_work::{Plan, RunArguments, Setup, stream_child};
use clap::{Parser, Subcommand};

use crate::target::SqliteTarget;

const DEFAULT_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/bench-data");

/// Measures the same SQLite work through several libraries
#[derive(Parser)]
#[command(name = "bench-sqlite")]
struct Cli {
    /// The folder that holds the database
    #[arg(long, global = true, default_value = DEFAULT_DIR, hide_default_value = true)]
    dir: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the database anew
    Seed,
    /// Measure, and print one table
    Run(RunArguments),
    /// Stream the large table once and print the figures (started by `run`)
    #[command(hide = true)]
    Stream { library: String, location: String },
}

fn main() {
    let cli = Cli::parse();
    fs::create_dir_all(&cli.dir).expect("the folder of the database can be made");
    let database = cli.dir.join("bench.db");
    match cli.command {
        Command::Seed => seed::seed(&database),
        Command::Run(arguments) => run(&database, &arguments),
        Command::Stream { library, location } => {
            stream_child(registry::libraries(), &library, &location);
        }
    }
}

fn run(database: &Path, arguments: &RunArguments) {
    if !seed::is_complete(database) {
        seed::seed(database);
    }
    let location = database.to_str().expect("the path of the database is text").to_owned();
    let target = Arc::new(SqliteTarget::new(database));
    let plan = Plan {
        workloads: &registry::WORKLOADS,
        libraries: &registry::libraries(),
        references: &registry::REFERENCES,
        goals: &goals::GOALS,
    };
    plan.run(&Setup::new(location, arguments.round(), target), arguments);
}
