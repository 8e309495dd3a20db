//! `hypostyle doctor`: checks a database and says what to do.

use std::io::{self, Write as _};

use clap::Args;
use serde::Serialize;

use crate::args::Global;
use crate::checks::{self, Check, State};
use crate::database::{self, Use};
use crate::exit::{Exit, Failure, Result};
use crate::progress::Progress;
use crate::terminal::Terminal;

const HELP: &str = "\
Every line is ok, warn or fail, with what to do about it. The exit code is 1 when
a check fails.

Examples:
  hypostyle doctor -d shop.db
  hypostyle doctor -d shop.db --json";

/// Checks a database: integrity, settings, space, the right to write
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Doctor {}

/// Everything that was found.
#[derive(Serialize)]
struct Report {
    database: String,
    ok: bool,
    checks: Vec<Check>,
    capabilities: serde_json::Map<String, serde_json::Value>,
}

impl Doctor {
    pub(crate) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let progress = Progress::start(terminal, global.quiet, "opening");
        let report = match database::open(global, Use::Existing).await {
            Ok(database) => {
                let checks = checks::run(&database, &progress).await;
                let engine = database.engine();
                let capabilities = hypostyle::core::Capability::ALL.iter().map(|(flag, name)| {
                    ((*name).to_owned(), database.capability().has(*flag).into())
                });
                Report {
                    database: engine.location.clone(),
                    ok: checks.iter().all(|check| check.state != State::Fail),
                    checks,
                    capabilities: capabilities.collect(),
                }
            }
            Err(failure) if failure.exit() == Exit::Usage => return Err(failure),
            Err(failure) => Report {
                database: database::url(global)?
                    .as_deref()
                    .map(database::shown)
                    .unwrap_or_default(),
                ok: false,
                checks: vec![checks::unopened(&failure)],
                capabilities: serde_json::Map::new(),
            },
        };
        drop(progress);
        report.write(global, terminal)?;
        let failed = report.checks.iter().filter(|check| check.state == State::Fail).count();
        match failed {
            0 => Ok(()),
            1 => Err(Failure::new(Exit::Failure, "a check failed")),
            _ => Err(Failure::new(Exit::Failure, format!("{failed} checks failed"))),
        }
    }
}

impl Report {
    fn write(&self, global: &Global, terminal: &Terminal) -> Result {
        let mut out = io::stdout();
        if global.json {
            let text = serde_json::to_string_pretty(self).map_err(io::Error::from)?;
            writeln!(out, "{text}")?;
            return Ok(out.flush()?);
        }
        for check in self.checks.iter().filter(|check| !global.quiet || check.state != State::Ok) {
            let state = match check.state {
                State::Ok => terminal.green("ok  "),
                State::Warn => terminal.yellow("warn"),
                State::Fail => terminal.red("fail"),
            };
            writeln!(out, "{state}  {:<13} {}", check.name, check.found)?;
            if let Some(remedy) = &check.remedy {
                writeln!(out, "{:21}{remedy}", "")?;
            }
        }
        if !global.quiet && !self.capabilities.is_empty() {
            let with = |wanted: bool| {
                let names = self.capabilities.iter().filter(|(_, has)| **has == wanted);
                names.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
            };
            writeln!(out, "      {:<13} {}", "can", with(true))?;
            writeln!(out, "      {:<13} {}", "cannot", with(false))?;
        }
        Ok(out.flush()?)
    }
}
