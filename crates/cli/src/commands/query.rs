//! `hypostyle query`: runs SQL and writes what comes back.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use hypostyle::core::{Capability, ErrorKind};
use hypostyle::sql::{Access, Dialect, classify};

use crate::args::Global;
use crate::database::{self, Use};
use crate::exit::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::{self, Format, Look};
use crate::parameters::Parameters;
use crate::progress::Progress;
use crate::run::{Limits, Runner, Script, Watch};
use crate::script::{Plan, Source, Sources, Wish, read_text};
use crate::terminal::Terminal;

const PARAM_NOTE: &str = "--param gives one: VALUE for `?`, NAME=VALUE for `:name`";

const HELP: &str = "\
Several statements that write are all or nothing: they run in one transaction,
unless the script has BEGIN, COMMIT or SAVEPOINT of its own, or a statement that
no transaction can hold (VACUUM, ATTACH). PRAGMA and SET in front of the first
other statement run before the transaction begins.

A file for PostgreSQL is read as psql reads it: rows after COPY … FROM stdin, as
pg_dump writes them; \\i, \\ir, \\copy … from, \\connect, \\echo and \\q; \\set, \\pset and
their like change nothing. Any other command of psql is refused by name before
anything runs, and `?` is an operator where no --param is given.

A parameter is a number when it is written as one (7, -1.50), null, true or
false; anything else is text, and so is 007. text:7 is the text 7. Of several
statements each takes as many parameters as it has `?`, or those it names.

Examples:
  hypostyle query -d shop.db 'SELECT name, city FROM customers LIMIT 5'
  hypostyle query -d shop.db 'SELECT * FROM orders WHERE id = ?' --param 7
  hypostyle query -d shop.db 'SELECT * FROM customers WHERE city = :city' --param city=Oslo --json
  hypostyle query -d new.db --file chinook.sql
  hypostyle query -d shop.db 'SELECT * FROM orders' --format parquet -o orders.parquet
  pg_dump shop | hypostyle query -d postgres://localhost/copy
  echo 'SELECT 1; SELECT 2' | hypostyle query -d shop.db --format csv";

/// Runs SQL and writes what comes back
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Query {
    /// The SQL, one statement or several; `-` reads it from stdin
    #[arg(conflicts_with = "file")]
    sql: Option<String>,
    /// Reads the SQL from a file; `-` is stdin
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// A parameter: VALUE for `?`, name=VALUE for `:name`; repeatable
    #[arg(short, long = "param", value_name = "[NAME=]VALUE", allow_hyphen_values = true)]
    params: Vec<String>,
    /// How results are written
    #[arg(long, value_enum, default_value_t, conflicts_with = "json")]
    format: Format,
    /// How long each statement may take, such as 30s or 500ms
    #[arg(long, value_parser = humantime::parse_duration, value_name = "TIME")]
    timeout: Option<Duration>,
    /// Lets the engine refuse every write
    #[arg(long, conflicts_with = "no_transaction")]
    read_only: bool,
    /// Runs each statement by itself, so that those before a failure stay done
    #[arg(long)]
    no_transaction: bool,
    /// Writes at most this many rows of each result
    #[arg(short, long, value_name = "ROWS")]
    limit: Option<u64>,
    /// Writes the results to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Query {
    pub(crate) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let script = self.text(terminal)?;
        // SQLite alone makes databases by opening them: one only read was meant to be there.
        let only_reads = classify(&script.text, Dialect::Sqlite).access == Access::Read;
        let usage = if self.read_only || only_reads { Use::Existing } else { Use::Any };
        let config = database::config(global, usage)?;
        let database = database::open_config(config.clone()).await?;
        let interrupt = Interrupt::listen();
        let engine = database.engine();
        let is_file = script.is_file;
        let sources = script.sources(engine.dialect)?;
        let plan = Plan::new(&sources, engine, self.wish());
        let has_decimals = engine.capability.has(Capability::EXACT_DECIMAL);
        let parameters = Parameters::parse(&self.params, has_decimals)?;
        let shares = parameters.share(&plan.statements, engine.dialect)?;
        if !global.quiet {
            tell_about(&plan);
        }
        let limits = Limits { timeout: self.timeout, rows_max: self.limit };
        let mut runner = Runner::new(&database, limits).at(config);
        let format = self.format(global);
        let out = self.out(format, terminal)?;
        let mut sink = output::sink(format, out, self.look(global, terminal));
        let progress = Progress::start(terminal, global.quiet, "");
        let watch = Watch { sink: &mut *sink, progress: &progress };
        let script = Script {
            plan: &plan,
            parameters: &parameters,
            shares: &shares,
            is_verbatim: is_file && self.params.is_empty() && engine.dialect.is_postgres(),
            cancel: &interrupt.current(),
        };
        let ran = runner.run(script, watch).await;
        runner.close().await;
        ran.map_err(|failure| match failure.kind() {
            Some(ErrorKind::Parameter) => failure.note(PARAM_NOTE),
            _ => failure,
        })
    }

    fn wish(&self) -> Wish {
        match (self.read_only, self.no_transaction) {
            (true, _) => Wish::ReadOnly,
            (_, true) => Wish::Single,
            _ => Wish::Whole,
        }
    }

    fn format(&self, global: &Global) -> Format {
        if global.json { Format::Json } else { self.format }
    }

    fn text(&self, terminal: &Terminal) -> Result<Text> {
        match (&self.sql, &self.file) {
            (Some(sql), _) if sql != "-" => {
                Ok(Text { text: sql.clone(), name: None, is_file: false })
            }
            (None, Some(path)) if path.as_os_str() != "-" => {
                let Source { name, text } = Source::read(path)?;
                Ok(Text { text: Arc::unwrap_or_clone(text), name, is_file: true })
            }
            (None, None) if terminal.stdin => Err(Failure::usage(
                "there is no SQL: give it as an argument, with --file, or through a pipe; \
                 see hypostyle query --help",
            )),
            _ => {
                let read = |error| Failure::file("read", "stdin", &error);
                let text = read_text(io::stdin().lock()).map_err(read)?;
                Ok(Text { text, name: None, is_file: true })
            }
        }
    }

    fn out(&self, format: Format, terminal: &Terminal) -> Result<Box<dyn Write + Send>> {
        match &self.output {
            None if format.is_binary() && terminal.stdout => Err(Failure::usage(
                "this format is nothing for a screen: name a file with --output, or use a pipe",
            )),
            None => Ok(Box::new(io::stdout())),
            Some(path) => {
                let create = File::create(path);
                let shown = path.display().to_string();
                Ok(Box::new(create.map_err(|error| Failure::file("write", &shown, &error))?))
            }
        }
    }

    fn look(&self, global: &Global, terminal: &Terminal) -> Look {
        let on_screen = terminal.stdout && self.output.is_none();
        let mut terminal = terminal.clone();
        terminal.stdout = on_screen;
        Look {
            width: terminal.width(),
            timing: on_screen,
            verbose: global.verbose,
            quiet: global.quiet,
            terminal,
        }
    }
}

/// What is to be run, as it was given.
struct Text {
    text: String,
    /// The name of its file.
    name: Option<String>,
    /// It came from a file or a pipe, so that it may have been written for another client.
    is_file: bool,
}

impl Text {
    fn sources(self, dialect: Dialect) -> Result<Sources> {
        match self.is_file {
            true => Sources::script(self.text, self.name, dialect),
            false => Ok(Sources::plain(self.text, self.name, dialect)),
        }
    }
}

fn tell_about(plan: &Plan<'_>) {
    for planned in plan.settings_without_effect() {
        let line = planned.statement.line;
        let told = writeln!(
            io::stderr(),
            "note: line {line}: PRAGMA foreign_keys changes nothing inside a transaction; \
             --no-transaction runs each statement by itself"
        );
        // A note nobody can read is no failure.
        let _ = told;
    }
}
