//! One file for each command: its options, and what it does.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod db;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod init;
pub(crate) mod migrate;
pub(crate) mod operate;
pub(crate) mod query;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod shell;

use tracing_subscriber::filter::LevelFilter;

use crate::args::{Cli, Command};
use crate::exit::Result;
use crate::logging;
use crate::terminal::Terminal;

pub(crate) async fn run(cli: Cli, terminal: &Terminal) -> Result {
    let global = &cli.global;
    match &cli.command {
        // Servers begin theirs once there is something to serve.
        Command::Serve(_) | Command::Demo(_) => {}
        Command::Query(_) | Command::Operate(_) | Command::Shell(_) | Command::Migrate(_)
            if !global.quiet =>
        {
            logging::start_notices(terminal)?;
        }
        _ => logging::start(LevelFilter::OFF, terminal)?,
    }
    match cli.command {
        Command::Query(query) => query.run(global, terminal).await,
        Command::Operate(operate) => operate.run(global, terminal).await,
        Command::Shell(shell) => shell.run(global, terminal).await,
        Command::Schema(schema) => schema.run(global, terminal).await,
        Command::Serve(serve) => serve.run(global, terminal).await,
        Command::Demo(demo) => demo.run(global, terminal).await,
        Command::Check(check) => check.run(global, terminal).await,
        Command::Config(config) => config.run(global, terminal),
        Command::Init(init) => init.run(global),
        Command::Migrate(migrate) => migrate.run(global, terminal).await,
        Command::Db(db) => db.run(global, terminal).await,
        Command::Doctor(doctor) => doctor.run(global, terminal).await,
        Command::Completions(completions) => completions.run(),
    }
}
