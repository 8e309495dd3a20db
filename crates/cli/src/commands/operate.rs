//! `hypostyle operate`: runs an operation document and writes what it answers.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use hypostyle::model::operation::{self, Answer, CallerSql, Limits, Operation, Until};

use crate::args::Global;
use crate::database::{self, Use};
use crate::exit::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::script::{Source, read_text};
use crate::terminal::Terminal;

const HELP: &str = "\
A document says what is to be done to tables, as JSON: select (also without a
name), count, insert, upsert, update, delete, query, transaction, tables, schema.
It is checked against the tables as they are, runs in one transaction, and its
answer is JSON. update and delete take id or filter, or \"all\": true to mean every
row. docs/guide/operations.md has all keys.

Examples:
  hypostyle operate -d shop.db '{\"operation\": \"tables\"}'
  hypostyle operate -d shop.db '{\"table\": \"orders\", \"filter\": {\"total\": {\"gte\": 100}},
                                \"order_by\": [\"-total\"], \"limit\": 5}'
  hypostyle operate -d shop.db '{\"operation\": \"update\", \"table\": \"products\", \"id\": 7,
                                \"record\": {\"stock\": {\"decrement\": 1}}, \"expect\": 1}'
  hypostyle operate -d shop.db --file month-end.json
  echo '{\"operation\": \"count\", \"table\": \"orders\"}' | hypostyle operate -d shop.db";

/// Runs an operation document and writes what it answers
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Operate {
    /// The document; `-` reads it from stdin
    #[arg(conflicts_with = "file")]
    document: Option<String>,
    /// Reads the document from a file; `-` is stdin
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Refuses what writes
    #[arg(long)]
    read_only: bool,
    /// Which SQL of its own the document may hold
    #[arg(long, value_enum, default_value_t)]
    sql: Sql,
    /// How long it may take, such as 30s or 500ms
    #[arg(long, value_parser = humantime::parse_duration, value_name = "TIME")]
    timeout: Option<Duration>,
}

/// Which SQL a document may hold.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Sql {
    /// None
    Off,
    /// What only reads
    #[default]
    Reads,
    /// Any
    Writes,
}

impl Operate {
    pub(crate) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let limits = Limits { sql: self.sql.into(), ..Limits::default() };
        let operation = Operation::parse(&self.text(terminal)?, &limits)?;
        if self.read_only && operation.writes() {
            return Err(Failure::invalid(format!(
                "{} writes, and --read-only is given",
                operation.name()
            )));
        }
        let database = database::open(global, Use::Existing).await?;
        let interrupt = Interrupt::listen();
        let cancel = interrupt.current();
        let deadline = self.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let until = Until { deadline, cancel: Some(&cancel) };
        let answer = operation::run_until(&database, &operation, &limits, until).await;
        database.close().await?;
        write(&answer?)
    }

    fn text(&self, terminal: &Terminal) -> Result<String> {
        match (&self.document, &self.file) {
            (Some(document), _) if document != "-" => Ok(document.clone()),
            (None, Some(path)) if path.as_os_str() != "-" => {
                let Source { text, .. } = Source::read(path)?;
                Ok(text.to_string())
            }
            (None, None) if terminal.stdin => Err(Failure::usage(
                "there is no document: give it as an argument, with --file, or through a pipe; \
                 see hypostyle operate --help",
            )),
            _ => {
                let failed = |error| Failure::file("read", "stdin", &error);
                read_text(io::stdin().lock()).map_err(failed)
            }
        }
    }
}

impl From<Sql> for CallerSql {
    fn from(sql: Sql) -> Self {
        match sql {
            Sql::Off => Self::Off,
            Sql::Reads => Self::Reads,
            Sql::Writes => Self::Writes,
        }
    }
}

fn write(answer: &Answer) -> Result {
    let mut out = io::stdout();
    writeln!(out, "{}", answer.to_json())?;
    Ok(out.flush()?)
}
