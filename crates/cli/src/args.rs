//! The command line.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand};

use crate::commands::{
    check, completions, config, db, demo, doctor, init, migrate, operate, query, schema, serve,
    shell,
};

const EXIT_CODES: &str = "\
Exit codes:
  0    it worked
  1    it failed
  2    the command line cannot be understood
  3    a lock, or a free connection, did not come in time
  4    what was asked for was refused before it reached the engine
  5    changes are pending
  130  interrupted by Ctrl-C
  141  the reader of the output went away

Examples:
  hypostyle demo
  hypostyle init shop && cd shop && hypostyle serve
  hypostyle query -d shop.db 'SELECT * FROM orders LIMIT 3'
  DATABASE_URL=sqlite:shop.db hypostyle shell";

/// One data layer over many databases
#[derive(Debug, Parser)]
#[command(name = "hypostyle", version, after_help = EXIT_CODES, max_term_width = 100)]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The database: a URL such as sqlite:shop.db or postgres://user@host/shop, or the path of an
    /// SQLite file
    #[arg(short = 'd', long, global = true, env = "DATABASE_URL", hide_env_values = true)]
    #[arg(value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) url: Option<String>,
    /// Answers in JSON, failures too
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Says nothing but what was asked for
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Says more: each statement of a script, causes of failures
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::Init),
    Demo(demo::Demo),
    Serve(serve::Serve),
    Query(query::Query),
    Operate(operate::Operate),
    Shell(shell::Shell),
    Check(check::Check),
    Config(config::Config),
    #[command(subcommand)]
    Schema(schema::Schema),
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    #[command(subcommand)]
    Db(db::Db),
    Doctor(doctor::Doctor),
    Completions(completions::Completions),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
