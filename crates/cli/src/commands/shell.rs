//! `hypostyle shell`: statements from the keyboard, or from a pipe.

use std::time::Duration;

use clap::Args;

use crate::args::Global;
use crate::database::{self, Use};
use crate::exit::Result;
use crate::output::Format;
use crate::run::Limits;
use crate::shell::Repl;
use crate::terminal::Terminal;

const HELP: &str = "\
Statements end with a semicolon. Tab completes keywords, tables and columns;
Ctrl-C cancels a statement or clears the line; Ctrl-D ends the shell; .help lists
its commands. A pipe is read up to the first failure. The history is kept in
$XDG_STATE_HOME/hypostyle, readable by you alone; a line that begins with a blank
is not kept.

Examples:
  hypostyle shell -d shop.db
  echo '.tables' | hypostyle shell -d shop.db";

/// Takes statements from the keyboard
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Shell {
    /// How results are written at first
    #[arg(long, value_enum, default_value_t, conflicts_with = "json")]
    format: Format,
    /// How long each statement may take, such as 30s or 500ms
    #[arg(long, value_parser = humantime::parse_duration, value_name = "TIME")]
    timeout: Option<Duration>,
}

impl Shell {
    pub(crate) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let database = database::open(global, Use::Any).await?;
        let format = if global.json { Format::Json } else { self.format };
        let limits = Limits { timeout: self.timeout, rows_max: None };
        let repl = Repl::open(&database, global, terminal, format, limits).await?;
        let ended = if terminal.stdin && terminal.stdout {
            repl.converse().await
        } else {
            repl.obey().await
        };
        // What the shell did is done; a failure to close changes none of it.
        let _ = database.close().await;
        ended
    }
}
