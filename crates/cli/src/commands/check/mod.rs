//! `hypostyle check`: SQL in sources, held against a schema before it runs.

mod targets;

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hypostyle::sql::Dialect;
use hypostyle_check::{Finding, Report, check};

use crate::application::Place;
use crate::args::Global;
use crate::exit::{Exit, Failure, Result};
use crate::progress::Progress;
use crate::terminal::Terminal;
use targets::Targets;

const HELP: &str = "\
Checked are .sql files, and in sources of Rust the texts that calls such as execute,
fetch_all and request take. Nothing of it is run, and no database is needed: the
schema is that of the application's models.sql and migrations, or of --schema.

A file whose first line is `-- database: NAME`, or `// database: NAME`, is held
against that module's database; any other against all. A comment with
hypostyle:unchecked takes the statement on its line, or on the next, out.

SQLite and DuckDB judge each statement by themselves, in memory. For PostgreSQL and
MySQL tables, columns and parameters are held against the schema; with --server, or
-d, the server itself prepares each statement.

The exit code is 4 when something is wrong.

Examples:
  hypostyle check
  hypostyle check src queries/report.sql
  hypostyle check --schema schema.sql --dialect postgres src
  hypostyle check --migrations migrations src
  hypostyle check -d postgres://localhost/shop src
  hypostyle check --json | jq -r '.findings[].message'";

/// Checks the SQL in sources against the schema, without running it
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Check {
    /// Files and folders; the application's folder without any
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// A script that makes the schema, instead of the models of an application
    #[arg(long, value_name = "FILE", conflicts_with = "migrations")]
    schema: Option<PathBuf>,
    /// A folder of migrations that make the schema
    #[arg(long, value_name = "PATH")]
    migrations: Option<PathBuf>,
    /// Whose SQL it is; SQLite's, or that of the database of --url, without it
    #[arg(long, value_enum, value_name = "ENGINE")]
    dialect: Option<Engine>,
    /// Lets the servers of the application's databases judge, in a scratch schema
    #[arg(long, conflicts_with_all = ["schema", "migrations", "dialect"])]
    server: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Duckdb,
    #[value(alias = "postgresql")]
    Postgres,
    #[value(alias = "mariadb")]
    Mysql,
}

impl From<Engine> for Dialect {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite,
            Engine::Duckdb => Self::DuckDb,
            Engine::Postgres => Self::Postgres,
            Engine::Mysql => Self::Mysql,
        }
    }
}

impl Check {
    pub(crate) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let progress = Progress::start(terminal, global.quiet, "making the schema");
        let mut targets = Targets::open(&self, global).await?;
        let paths = match self.paths.is_empty() {
            true => vec![self.place.folder.clone()],
            false => self.paths.clone(),
        };
        let label = |number: usize, of: usize| {
            progress.set_label(format!("checking file {} of {of}", number + 1));
        };
        let report = check(&mut targets.all, &paths, label).await;
        targets.close().await?;
        drop(progress);
        let report = report?;
        tell(&report, global, terminal)?;
        match report.findings.len() {
            0 => Ok(()),
            1 => Err(Failure::new(Exit::Invalid, "1 statement is wrong")),
            count => Err(Failure::new(Exit::Invalid, format!("{count} statements are wrong"))),
        }
    }
}

fn tell(report: &Report, global: &Global, terminal: &Terminal) -> Result {
    let mut out = io::stdout();
    if global.json {
        let text = serde_json::to_string_pretty(report).map_err(io::Error::from)?;
        writeln!(out, "{text}")?;
        return Ok(out.flush()?);
    }
    for finding in &report.findings {
        writeln!(out, "{}", painted(finding, terminal))?;
    }
    if global.verbose {
        for each in &report.unchecked {
            writeln!(out, "not checked: {}:{}: {}", each.file, each.line, each.reason)?;
        }
    }
    if !global.quiet {
        writeln!(out, "{}", report.summary())?;
    }
    Ok(out.flush()?)
}

fn painted(finding: &Finding, terminal: &Terminal) -> String {
    let text = finding.to_string();
    match text.strip_prefix("error:") {
        Some(rest) => terminal.red("error:") + rest,
        None => text,
    }
}
