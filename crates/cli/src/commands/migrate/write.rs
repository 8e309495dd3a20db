//! `migrate new` and `migrate diff`: the next file of a folder, empty or generated.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use hypostyle::Timestamp;
use hypostyle::schema::diff::{Answer, OpenQuestions, RiskLevel};
use hypostyle::schema::migrate::Draft;
use hypostyle::schema::{GeneratedMigration, generate};
use serde_json::json;

use super::which::{Target, Which};
use crate::args::Global;
use crate::database::Use;
use crate::exit::{Failure, Result};
use crate::terminal::Terminal;

const NEW_HELP: &str = "\
The version is the one after the newest, or a timestamp where the folder has timestamps.

Examples:
  hypostyle migrate new 'add orders' --migrations migrations
  hypostyle migrate new 'add orders' --module shop --undo";

const DIFF_HELP: &str = "\
The models are held against the schema that the migrations make, so that the file fits a new
database as well; tables that stand already and that no migration makes are adopted. A table or
column that may have been renamed is asked about: --rename says what it is.

Examples:
  hypostyle migrate diff -m 'add phone to customers'
  hypostyle migrate diff -m 'call it email' --rename customer.mail=email
  hypostyle migrate diff -m 'no fax' --rename customer.fax=
  hypostyle migrate diff -m x --dry-run -d app.db --models models.sql --migrations migrations";

/// Writes an empty migration
#[derive(Args, Debug)]
#[command(after_help = NEW_HELP)]
pub(crate) struct New {
    /// What it does, in a few words
    description: String,
    #[command(flatten)]
    which: Which,
    /// Also writes the file that undoes it
    #[arg(long)]
    undo: bool,
}

/// Generates a migration from the difference between the models and the schema
#[derive(Args, Debug)]
#[command(after_help = DIFF_HELP)]
pub(crate) struct Diff {
    /// What it does, in a few words
    #[arg(short, long, default_value = "change schema")]
    message: String,
    #[command(flatten)]
    which: Which,
    /// The model file, with --migrations
    #[arg(long, value_name = "PATH")]
    models: Option<PathBuf>,
    /// What became of a table or column: old=new, table.old=new, or table.old= to drop it
    #[arg(long = "rename", value_name = "OLD=NEW")]
    renames: Vec<Answer>,
    /// An empty database to try things in, for an account of MySQL or MariaDB that may make none
    #[arg(long, value_name = "URL", env = "HYPOSTYLE_SCRATCH_URL", hide_env_values = true)]
    scratch: Option<String>,
    /// Shows the files, and writes none
    #[arg(long)]
    dry_run: bool,
}

impl New {
    pub(super) fn run(self, global: &Global) -> Result {
        let folder = self.which.folder(global)?;
        let undo = self.undo.then_some("-- what undoes it\n");
        let up = "-- statements, each with its semicolon\n";
        let draft = Draft { description: &self.description, up, undo, now: now() };
        tell(&draft.write(&folder)?, global)
    }
}

impl Diff {
    pub(super) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let target = self.which.target(global, Use::Any).await?;
        let models = target.models(self.models.as_ref())?;
        let Some(found) = self.generated(&target, &models).await? else {
            let mut out = io::stdout();
            match global.json {
                true => writeln!(out, "{}", json!({ "changed": false }))?,
                false => {
                    writeln!(out, "nothing changed: the migrations make what the models want")?
                }
            }
            return Ok(out.flush()?);
        };
        if self.dry_run {
            return show(&found, global, terminal);
        }
        let undo = Some(found.undo.as_str()).filter(|undo| !undo.trim().is_empty());
        let draft = Draft { description: &self.message, up: &found.up, undo, now: now() };
        let files = draft.write(&target.folder)?;
        if !global.json {
            for sentence in &found.plan.summary {
                writeln!(io::stdout(), "  {sentence}")?;
            }
            beware(&found, terminal)?;
        }
        tell(&files, global)
    }

    async fn generated(
        &self,
        target: &Target,
        models: &hypostyle::ModelFile,
    ) -> Result<Option<GeneratedMigration>> {
        let scratch = target.scratch(self.scratch.as_deref()).await?;
        let found = generate(&target.db, &scratch, models, &target.set, &self.renames).await;
        scratch.close().await?;
        found.map_err(|error| match OpenQuestions::of(&error) {
            Some(_) => Failure::from(error).note("answer with --rename, once for each"),
            None => Failure::from(error),
        })
    }
}

fn show(found: &GeneratedMigration, global: &Global, terminal: &Terminal) -> Result {
    let mut out = io::stdout();
    if global.json {
        let document = json!({
            "changed": true,
            "changes": found.plan.summary,
            "risks": found.plan.risks,
            "up": found.up,
            "undo": found.undo,
        });
        writeln!(out, "{document}")?;
        return Ok(out.flush()?);
    }
    writeln!(out, "{}\n{}", terminal.bold("-- up"), found.up)?;
    writeln!(out, "{}\n{}", terminal.bold("-- undo"), found.undo)?;
    Ok(out.flush()?)
}

/// Says what may go wrong, where somebody looks.
fn beware(found: &GeneratedMigration, terminal: &Terminal) -> Result {
    for risk in &found.plan.risks {
        let word = match risk.level {
            RiskLevel::LosesData => terminal.red("beware"),
            _ => terminal.yellow("beware"),
        };
        writeln!(io::stdout(), "{word} {}", risk.sentence)?;
    }
    Ok(())
}

fn tell(files: &[PathBuf], global: &Global) -> Result {
    let mut out = io::stdout();
    let shown = |path: &Path| path.display().to_string();
    if global.json {
        let files: Vec<String> = files.iter().map(|path| shown(path)).collect();
        writeln!(out, "{}", json!({ "changed": true, "files": files }))?;
    } else {
        for path in files {
            writeln!(out, "wrote {}", shown(path))?;
        }
    }
    Ok(out.flush()?)
}

fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "a version of a file, nothing hangs on it")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(now.as_micros()).unwrap_or_default())
}
