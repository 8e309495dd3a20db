//! The same SQLite work through several libraries, in one run.
//!
//! Each library is one file that implements [`library::Library`]; `registry.rs` lists them,
//! `cases.rs` has the loops around their calls, `workloads.rs` says what is measured and `goals.rs` what hypostyle is meant to reach.

mod cases;
mod cli;
mod diesel_async;
mod diesel_sync;
mod diesel_tables;
mod goals;
mod hypostyle;
mod item;
mod keys;
mod library;
mod registry;
mod rusqlite_direct;
mod sea;
mod seed;
mod setup;
mod sqlx_pool;
mod stream;
mod target;
mod ticker;
mod totals;
mod workloads;

use std::fs;
use std::path::Path;

use bench_harness::{Report, Settings};
use clap::Parser;

use crate::cli::{Cli, Command, RunArguments};
use crate::setup::Setup;
use crate::workloads::WORKLOADS;

fn main() {
    let cli = Cli::parse();
    fs::create_dir_all(&cli.dir).expect("the folder of the database can be made");
    let database = cli.dir.join("bench.db");
    match cli.command {
        Command::Seed => seed::seed(&database),
        Command::Run(arguments) => run(&database, &arguments),
        Command::Stream { library } => stream::child(&database, &library),
    }
}

fn run(database: &Path, arguments: &RunArguments) {
    if !seed::is_complete(database) {
        seed::seed(database);
    }
    let setup = Setup::new(database, arguments.round());
    let rounds = arguments.rounds();
    let wanted = WORKLOADS.iter().filter(|workload| arguments.wants(workload.name));
    let groups: Vec<_> =
        wanted.map(|workload| workload.group(&setup).run(rounds, &registry::REFERENCES)).collect();
    let report = Report {
        settings: Settings { rounds, round_ms: arguments.round_ms(), cores: setup.cores },
        references: registry::REFERENCES.map(str::to_owned).to_vec(),
        verdicts: goals::GOALS.iter().filter_map(|goal| goal.judge(&groups)).collect(),
        groups,
    };
    print!("{report}");
    if let Some(path) = &arguments.json {
        report.write_json(path).expect("the JSON file can be written");
    }
}
