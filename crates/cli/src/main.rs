//! The program `hypostyle`: queries, a shell, a server and a demonstration over any database.

mod application;
mod args;
mod checks;
mod commands;
mod database;
mod demo;
mod describe;
mod exit;
mod interrupt;
mod listen;
mod logging;
mod output;
mod parameters;
mod progress;
mod run;
mod script;
mod shell;
mod site;
mod stopped;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;
use crate::exit::{Exit, Failure, Result};
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return told(&error),
    };
    let terminal = Terminal::detect();
    let (json, verbose) = (cli.global.json, cli.global.verbose);
    match run(cli, &terminal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print(&terminal, json, verbose);
            failure.code()
        }
    }
}

fn run(cli: Cli, terminal: &Terminal) -> Result {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        Failure::new(Exit::Failure, format!("the runtime cannot start: {error}"))
    })?;
    let ended = runtime.block_on(commands::run(cli, terminal));
    // A thread may still wait for a line from stdin.
    runtime.shutdown_background();
    ended
}

/// Help and version are what was asked for; everything else of clap is a usage error.
fn told(error: &clap::Error) -> ExitCode {
    // A reader that went away has seen enough.
    let _ = error.print();
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}
