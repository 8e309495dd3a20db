//! The same DuckDB work through several libraries, in one run.
//!
//! Each library is one file that implements [`bench_work::Library`] on a file of its own, for a
//! process may open a database once; `registry.rs` lists them and what is measured, `goals.rs` what
//! hypostyle is meant to reach.

mod c_interface;
mod duckdb_rows;
mod engine;
mod goals;
mod hypostyle;
mod registry;
mod seed;
mod target;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use bench_work::{Plan, RunArguments, Setup, stream_child};
use clap::{Parser, Subcommand};

const DEFAULT_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/bench-data");

/// Measures the same DuckDB work through several libraries
#[derive(Parser)]
#[command(name = "bench-duckdb")]
struct Cli {
    /// The folder that holds the databases
    #[arg(long, global = true, default_value = DEFAULT_DIR, hide_default_value = true)]
    dir: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the databases anew
    Seed,
    /// Measure, and print one table
    Run(RunArguments),
    /// Stream the large table once and print the figures (started by `run`)
    #[command(hide = true)]
    Stream { library: String, location: String },
}

fn main() {
    let cli = Cli::parse();
    let dir = cli.dir.join("duckdb");
    fs::create_dir_all(&dir).expect("the folder of the databases can be made");
    match cli.command {
        Command::Seed => seed::seed(&dir, true),
        Command::Run(arguments) => {
            seed::seed(&dir, false);
            let location = dir.to_str().expect("the path of the folder is text").to_owned();
            let plan = Plan {
                workloads: &registry::WORKLOADS,
                libraries: &registry::libraries(),
                references: &registry::REFERENCES,
                goals: &goals::GOALS,
            };
            let target = Arc::new(target::LastWritten);
            plan.run(&Setup::new(location, arguments.round(), target), &arguments);
        }
        Command::Stream { library, location } => {
            stream_child(registry::libraries(), &library, &location);
        }
    }
}
