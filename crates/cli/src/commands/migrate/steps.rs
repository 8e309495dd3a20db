//! `migrate down`, `plan`, `resume`, `repair` and `baseline`.

use std::io::{self, Write as _};

use clap::Args;
use hypostyle::schema::migrate::{Entry, Migrator, Planned, ProgressEvent, Report, Version};
use serde_json::{Value, json};

use super::which::{Target, Which};
use super::{applied, label, write_applied};
use crate::args::Global;
use crate::database::Use;
use crate::exit::{Failure, Result};
use crate::progress;
use crate::terminal::Terminal;

const DOWN_HELP: &str = "\
What undoes a file stands in U{version}__{description}.sql beside it, or in the file itself after
a line `-- rollback`. Where one is missing, nothing is undone. Version 0 undoes all.

Examples:
  hypostyle migrate down 6 -d app.db --migrations migrations --dry-run
  hypostyle migrate down 6 -d app.db --migrations migrations --yes
  hypostyle migrate down 0 --module shop --yes";

const PLAN_HELP: &str = "\
Examples:
  hypostyle migrate plan -d app.db --migrations migrations
  hypostyle migrate plan --to 7 --module shop
  hypostyle migrate plan --down-to 3 --module shop --json";

const RESUME_HELP: &str = "\
A file without a transaction (on MySQL and MariaDB every file) stops where a statement fails.
Mend the file from that statement on, and resume: what ran before is not run again. After a kill
the schema tells whether the statement under way ran; where you know better, say so.

Examples:
  hypostyle migrate resume -d mysql://root@localhost/shop --migrations migrations
  hypostyle migrate resume --module shop --assume-ran";

const REPAIR_HELP: &str = "\
Without --yes it only lists what it would rewrite: the checksums of files that were changed after
they were applied, and the rows of files that are gone.

Examples:
  hypostyle migrate repair -d app.db --migrations migrations
  hypostyle migrate repair -d app.db --migrations migrations --yes";

const BASELINE_HELP: &str = "\
For a database that was made without these migrations: those up to the version count as applied
and are never run.

Examples:
  hypostyle migrate baseline 12 -d app.db --migrations migrations";

/// Undoes what was applied above a version
#[derive(Args, Debug)]
#[command(after_help = DOWN_HELP)]
pub(crate) struct Down {
    /// The version to go down to
    version: Version,
    #[command(flatten)]
    which: Which,
    /// Does it; without it the statements are only shown
    #[arg(long)]
    yes: bool,
    /// Shows the statements, and changes nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// Shows the statements that `up` or `down` would run
#[derive(Args, Debug)]
#[command(after_help = PLAN_HELP)]
pub(crate) struct Plan {
    #[command(flatten)]
    which: Which,
    /// The last version to apply
    #[arg(long, value_name = "VERSION", conflicts_with = "down_to")]
    to: Option<Version>,
    /// The version to go down to
    #[arg(long, value_name = "VERSION")]
    down_to: Option<Version>,
}

/// Goes on with a file that stopped in the middle
#[derive(Args, Debug)]
#[command(after_help = RESUME_HELP)]
pub(crate) struct Resume {
    #[command(flatten)]
    which: Which,
    /// The statement that was under way when the run was killed did run
    #[arg(long)]
    assume_ran: bool,
    /// The statement that was under way when the run was killed did not run
    #[arg(long, conflicts_with = "assume_ran")]
    assume_not_run: bool,
}

/// Rewrites what is noted of files that were changed or are gone
#[derive(Args, Debug)]
#[command(after_help = REPAIR_HELP)]
pub(crate) struct Repair {
    #[command(flatten)]
    which: Which,
    /// Does it; without it the rows are only listed
    #[arg(long)]
    yes: bool,
}

/// Counts the migrations up to a version as applied
#[derive(Args, Debug)]
#[command(after_help = BASELINE_HELP)]
pub(crate) struct Baseline {
    /// The last version that the database has already
    version: Version,
    #[command(flatten)]
    which: Which,
}

impl Down {
    pub(super) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let target = self.which.target(global, Use::Existing).await?;
        let planned = migrator(&target).plan(None, Some(self.version.clone())).await?;
        if self.dry_run || !self.yes {
            write_planned(&planned, global, terminal)?;
            if !self.dry_run && !planned.is_empty() {
                return Err(Failure::usage("nothing was undone; say --yes to undo it"));
            }
            return Ok(());
        }
        let report = watched(&target, global, terminal, "undoing", |migrator| {
            migrator.down(self.version.clone())
        });
        tell(&target, &report.await?, "undid", global)
    }
}

impl Plan {
    pub(super) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let target = self.which.target(global, Use::Any).await?;
        write_planned(&migrator(&target).plan(self.to, self.down_to).await?, global, terminal)
    }
}

impl Resume {
    pub(super) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let target = self.which.target(global, Use::Existing).await?;
        let assume = match (self.assume_ran, self.assume_not_run) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        let report =
            watched(&target, global, terminal, "applying", |migrator| migrator.resume(assume));
        tell(&target, &report.await?, "applied", global)
    }
}

impl Repair {
    pub(super) async fn run(self, global: &Global) -> Result {
        let target = self.which.target(global, Use::Existing).await?;
        let migrator = migrator(&target);
        let entries = migrator.repairs().await?;
        let done = if self.yes { migrator.repair(&entries).await? } else { 0 };
        let mut out = io::stdout();
        if global.json {
            writeln!(out, "{}", json!({ "repairs": entries, "rewritten": done }))?;
            return Ok(out.flush()?);
        }
        let line = |entry: &Entry| format!("{}: {}", entry.filename, entry.state);
        for entry in &entries {
            writeln!(out, "{}", line(entry))?;
        }
        match (entries.len(), self.yes) {
            (0, _) => writeln!(out, "nothing is to be repaired")?,
            (_, true) => writeln!(out, "rewrote {done}")?,
            (_, false) => writeln!(out, "nothing was rewritten; say --yes to rewrite these")?,
        }
        Ok(out.flush()?)
    }
}

impl Baseline {
    pub(super) async fn run(self, global: &Global) -> Result {
        let target = self.which.target(global, Use::Existing).await?;
        let noted = migrator(&target).baseline(&self.version).await?;
        let mut out = io::stdout();
        match global.json {
            true => writeln!(out, "{}", json!({ "noted": noted }))?,
            false => writeln!(out, "{noted} migrations count as applied")?,
        }
        Ok(out.flush()?)
    }
}

fn migrator(target: &Target) -> Migrator<'_> {
    Migrator::new(&target.db).app(target.set.clone())
}

/// Runs with a line that tells how far it has come.
async fn watched<'t, F: Future<Output = hypostyle::Result<Report>>>(
    target: &'t Target,
    global: &Global,
    terminal: &Terminal,
    what: &'static str,
    run: impl FnOnce(Migrator<'t>) -> F,
) -> Result<Report> {
    let line = progress::Progress::start(terminal, global.quiet, "looking");
    let shown = std::sync::Arc::new(line);
    let heard = shown.clone();
    let migrator = migrator(target).on_progress(move |progress| {
        if progress.event == ProgressEvent::Begins {
            heard.set_label(label(what, progress));
        }
    });
    let done = run(migrator).await;
    drop(shown);
    Ok(done?)
}

fn tell(target: &Target, report: &Report, did: &str, global: &Global) -> Result {
    let mut out = io::stdout();
    if global.json {
        let all: Vec<Value> = report.applied.iter().map(applied).collect();
        writeln!(out, "{}", json!({ did: all }))?;
    } else if report.applied.is_empty() {
        writeln!(out, "there was nothing to do")?;
    }
    for one in report.applied.iter().filter(|_| !global.json) {
        write_applied(&mut out, &target.db.engine().location, did, one)?;
    }
    Ok(out.flush()?)
}

/// Writes the exact statements, file by file.
pub(super) fn write_planned(planned: &[Planned], global: &Global, terminal: &Terminal) -> Result {
    let mut out = io::stdout();
    if global.json {
        writeln!(out, "{}", json!({ "plan": planned }))?;
        return Ok(out.flush()?);
    }
    if planned.is_empty() {
        writeln!(out, "nothing is to be done")?;
    }
    for one in planned {
        let how = if one.is_transaction { "one transaction" } else { "statement by statement" };
        writeln!(out, "{}", terminal.bold(&format!("-- {} ({how})", one.filename)))?;
        for statement in &one.statements {
            writeln!(out, "{statement};")?;
        }
        writeln!(out)?;
    }
    Ok(out.flush()?)
}
