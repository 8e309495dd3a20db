//! `hypostyle migrate`: the migrations of an application's databases, or of one database.

mod steps;
mod which;
mod write;

use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use clap::{Args, Subcommand};
use hypostyle::schema::migrate::{
    Applied, Entry, MigrationKind, MigrationSet, Migrator, Progress, ProgressEvent, State, Version,
};
use hypostyle_app::modules::Step;
use hypostyle_app::settings::Settings;
use hypostyle_app::{Application, status};
use serde_json::{Value, json};

use self::steps::{Baseline, Down, Plan, Repair, Resume};
use self::which::Which;
use self::write::{Diff, New};
use crate::application::Place;
use crate::args::Global;
use crate::database::Use;
use crate::exit::{Exit, Failure, Result};
use crate::output::{layout, time};
use crate::progress;
use crate::terminal::Terminal;

const UP_HELP: &str = "\
Files are called V001__what_it_does.sql and run once, by version, each in one
transaction; the first that fails stops the run, and what came before it stays.
Tables of models.sql that are missing are made afterwards.

Examples:
  hypostyle migrate up
  hypostyle migrate up --dry-run
  hypostyle migrate up -d app.db --migrations migrations --to 7
  hypostyle migrate up -d postgres://localhost/shop --migrations migrations --lock-timeout 2s";

const STATUS_HELP: &str = "\
Examples:
  hypostyle migrate status
  hypostyle migrate status --check || echo 'something is pending'
  hypostyle migrate status -d app.db --migrations migrations --json";

/// Writes, runs, undoes and lists migrations
#[derive(Debug, Subcommand)]
pub(crate) enum Migrate {
    New(New),
    Diff(Diff),
    Up(Box<Up>),
    Down(Box<Down>),
    Status(List),
    Plan(Plan),
    Resume(Resume),
    Repair(Repair),
    Baseline(Baseline),
}

/// Applies what is pending
#[derive(Args, Debug)]
#[command(after_help = UP_HELP)]
pub(crate) struct Up {
    #[command(flatten)]
    which: Which,
    /// The last version to apply
    #[arg(long, value_name = "VERSION", requires = "migrations")]
    to: Option<Version>,
    /// Also applies a file whose version is below that of one applied already
    #[arg(long, requires = "migrations")]
    out_of_order: bool,
    /// How long a statement waits for a lock on a table, before its file is undone and tried again
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = humantime::parse_duration)]
    lock_timeout: Duration,
    /// How long a statement may take; without it as long as it takes
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    statement_timeout: Option<Duration>,
    /// Says what would be applied, and changes nothing
    #[arg(long)]
    dry_run: bool,
}

/// Lists migrations and how they stand
#[derive(Args, Debug)]
#[command(after_help = STATUS_HELP)]
pub(crate) struct List {
    #[command(flatten)]
    which: Which,
    /// Ends with exit code 5 when something is pending
    #[arg(long)]
    check: bool,
}

/// The migrations of one database, or why they cannot be told.
struct Group {
    database: String,
    entries: Result<Vec<Entry>, String>,
}

impl Migrate {
    pub(crate) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        match self {
            Self::New(new) => new.run(global),
            Self::Diff(diff) => diff.run(global, terminal).await,
            Self::Down(down) => down.run(global, terminal).await,
            Self::Plan(plan) => plan.run(global, terminal).await,
            Self::Resume(resume) => resume.run(global, terminal).await,
            Self::Repair(repair) => repair.run(global).await,
            Self::Baseline(baseline) => baseline.run(global).await,
            Self::Up(up) if up.dry_run && up.which.migrations.is_some() => {
                let target = up.which.target(global, Use::Any).await?;
                let migrator = Migrator::new(&target.db).app(target.set.clone());
                let planned =
                    migrator.allow_out_of_order(up.out_of_order).plan(up.to, None).await?;
                steps::write_planned(&planned, global, terminal)
            }
            Self::Up(up) if up.dry_run => {
                let groups = groups(&up.which, global).await?;
                write_groups(&only_pending(groups), global, terminal)
            }
            Self::Up(up) if up.which.migrations.is_none() => {
                up_application(&up.which.place, global, terminal).await
            }
            Self::Up(up) => up_database(*up, global, terminal).await,
            Self::Status(List { which, check }) => {
                let groups = groups(&which, global).await?;
                write_groups(&groups, global, terminal)?;
                if groups.iter().any(|group| group.entries.is_err()) {
                    return Err(Failure::new(Exit::Failure, "a module could not be loaded"));
                }
                match check && groups.iter().any(Group::is_open) {
                    true => Err(Failure::new(Exit::Pending, "migrations are pending")),
                    false => Ok(()),
                }
            }
        }
    }
}

impl Group {
    fn is_open(&self) -> bool {
        self.entries.iter().flatten().any(Entry::is_open)
    }
}

fn only_pending(groups: Vec<Group>) -> Vec<Group> {
    let keep = |entries: Vec<Entry>| entries.into_iter().filter(Entry::is_open).collect();
    let groups = groups.into_iter();
    groups.map(|group| Group { entries: group.entries.map(keep), ..group }).collect()
}

async fn groups(which: &Which, global: &Global) -> Result<Vec<Group>> {
    if which.migrations.is_some() {
        let target = which.target(global, Use::Existing).await?;
        let entries = Migrator::new(&target.db).app(target.set.clone()).status().await?;
        let database = target.db.engine().location.clone();
        return Ok(vec![Group { database, entries: Ok(entries) }]);
    }
    let all = status(&application(&which.place, global)?).await?;
    let group = |status: hypostyle_app::Status| {
        let module = status.module.unwrap_or_default();
        Group {
            database: status.database.unwrap_or(module),
            entries: status.found.map(|found| found.migrations).map_err(|found| found.to_string()),
        }
    };
    Ok(all.into_iter().map(group).collect())
}

/// Reads a folder that was named: an application's may be missing, this one is a mistake then.
fn read(folder: &Path) -> Result<MigrationSet> {
    if !folder.is_dir() {
        let message = format!("there is no folder {}", folder.display());
        return Err(Failure::invalid(message));
    }
    Ok(MigrationSet::read(MigrationKind::App, folder)?)
}

/// Loads the settings of the application, or says what else makes sense.
fn application(place: &Place, global: &Global) -> Result<Settings> {
    if crate::application::url_flag(global).is_some() && !place.is_application() {
        return Err(Failure::usage(
            "for the database of --url name the folder of its migrations with --migrations",
        ));
    }
    place.of_application(global)
}

fn write_groups(groups: &[Group], global: &Global, terminal: &Terminal) -> Result {
    let mut out = io::stdout();
    if global.json {
        let all: Vec<Value> = groups.iter().map(group_json).collect();
        writeln!(out, "{}", json!({ "databases": all }))?;
        return Ok(out.flush()?);
    }
    let rows: Vec<Vec<String>> = groups.iter().flat_map(rows).collect();
    match rows.is_empty() {
        true => writeln!(out, "nothing is pending")?,
        false => {
            let names = ["database", "version", "description", "set", "state", "applied at"];
            out.write_all(layout(terminal, &names, &rows).as_bytes())?;
        }
    }
    for Group { database, entries } in groups {
        if let Err(problem) = entries {
            writeln!(out, "{} {database}: {problem}", terminal.red("failed"))?;
        }
    }
    Ok(out.flush()?)
}

fn group_json(group: &Group) -> Value {
    json!({
        "database": group.database,
        "migrations": group.entries.as_ref().ok(),
        "problem": group.entries.as_ref().err(),
    })
}

fn rows(group: &Group) -> Vec<Vec<String>> {
    let row = |entry: &Entry| {
        let (state, at) = match &entry.state {
            State::Applied { at } => ("applied", *at),
            State::Changed { at, .. } => ("changed since", *at),
            State::Missing { at } => ("file is gone", *at),
            State::OutOfOrder { .. } => ("out of order", None),
            State::Stopped { .. } => ("stopped", None),
            _ => ("pending", None),
        };
        vec![
            group.database.clone(),
            entry.version.to_string(),
            entry.description.clone(),
            entry.kind.name().to_owned(),
            state.to_owned(),
            at.map_or_else(String::new, |at| at.text().to_string()),
        ]
    };
    group.entries.iter().flatten().map(row).collect()
}

async fn up_application(place: &Place, global: &Global, terminal: &Terminal) -> Result {
    let settings = application(place, global)?;
    let line = progress::Progress::start(terminal, global.quiet, "looking");
    let app = Application::open_with(settings, |step| match step {
        Step::Migration { name, progress } => line.set_label(label(name, progress)),
        Step::Database { name } => line.set_label(format!("opening {name}")),
        _ => {}
    });
    let app = app.await?;
    drop(line);
    let ended = tell_application(&app, global, terminal);
    app.close().await;
    ended
}

/// Says what was done to each database; one that could not be loaded makes the whole a failure.
fn tell_application(app: &Application, global: &Global, terminal: &Terminal) -> Result {
    let mut out = io::stdout();
    let (mut told, mut failed) = (Vec::new(), 0);
    for module in app.modules() {
        match &module.state {
            Ok(done) => {
                let made: Vec<String> = done.made.iter().map(ToString::to_string).collect();
                let drift: Vec<&str> = done.drift.iter().map(|one| one.sentence.as_str()).collect();
                told.push(json!({
                    "module": module.name, "applied": done.migrated.applied.iter().map(applied)
                    .collect::<Vec<_>>(), "made": made, "drift": drift,
                }));
                if !global.json {
                    for one in &done.migrated.applied {
                        write_applied(&mut out, &module.name, "applied", one)?;
                    }
                    for made in made {
                        writeln!(out, "{}: made {made}", module.name)?;
                    }
                    for sentence in drift {
                        writeln!(
                            out,
                            "{} {}: {sentence}",
                            terminal.yellow("differs"),
                            module.name
                        )?;
                    }
                }
            }
            Err(problem) => {
                failed += 1;
                told.push(json!({ "module": module.name, "problem": problem.to_string() }));
                if !global.json {
                    writeln!(out, "{} {}: {problem}", terminal.red("failed"), module.name)?;
                }
            }
        }
    }
    if global.json {
        writeln!(out, "{}", json!({ "modules": told }))?;
    }
    out.flush()?;
    match failed {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Failure, "a module could not be loaded")),
        _ => Err(Failure::new(Exit::Failure, format!("{failed} modules could not be loaded"))),
    }
}

async fn up_database(up: Up, global: &Global, terminal: &Terminal) -> Result {
    let target = up.which.target(global, Use::Any).await?;
    let line = progress::Progress::start(terminal, global.quiet, "looking");
    let mut migrator = Migrator::new(&target.db)
        .app(target.set.clone())
        .allow_out_of_order(up.out_of_order)
        .lock_timeout(up.lock_timeout);
    if let Some(limit) = up.statement_timeout {
        migrator = migrator.statement_timeout(limit);
    }
    let migrator = migrator.on_progress(|progress| {
        if progress.event == ProgressEvent::Begins {
            line.set_label(label("applying", progress));
        }
    });
    let done = migrator.up(up.to).await;
    drop(line);
    let done = done?;
    let mut out = io::stdout();
    if global.json {
        let all: Vec<Value> = done.applied.iter().map(applied).collect();
        writeln!(out, "{}", json!({ "applied": all }))?;
    } else if done.applied.is_empty() {
        writeln!(out, "nothing is pending")?;
    } else {
        for one in &done.applied {
            write_applied(&mut out, &target.db.engine().location, "applied", one)?;
        }
    }
    Ok(out.flush()?)
}

fn label(what: &str, progress: &Progress<'_>) -> String {
    let Progress { migration, number, total, .. } = progress;
    format!("{what} {} ({number} of {total})", migration.filename)
}

fn applied(one: &Applied) -> Value {
    json!({
        "version": one.version.to_string(),
        "kind": one.kind.name(),
        "description": one.description,
        "filename": one.filename,
        "statements": one.statements,
        "seconds": one.took.as_secs_f64(),
    })
}

fn write_applied(out: &mut impl io::Write, of: &str, did: &str, one: &Applied) -> io::Result<()> {
    writeln!(out, "{of}: {did} {} in {}", one.filename, time(one.took.as_secs_f64()))
}
