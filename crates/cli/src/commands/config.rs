//! `hypostyle config`: what an application is set to, and by what.

use std::io::{self, Write as _};

use clap::Args;
use hypostyle_app::settings::{Entry, Settings, json_schema};
use serde_json::{Value, json};

use crate::application::Place;
use crate::args::Global;
use crate::exit::{Failure, Result};
use crate::output::layout;
use crate::terminal::Terminal;

const HELP: &str = "\
Settings come from flags, then environment variables, then the folder's .env,
then its hypostyle.toml, where the section [environments.NAME] goes before the
rest. Everything wrong is told at once, with exit code 4. Secrets are never shown.

Examples:
  hypostyle config
  hypostyle config server.listen --folder shop
  hypostyle config --environment production --json
  hypostyle config --schema > hypostyle.schema.json";

/// The characters of a value that a line shows.
const VALUE_CHARS_MAX: usize = 60;

/// Shows what an application is set to, and by what
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Config {
    /// One setting, of which the value alone is written
    key: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Writes the JSON Schema of hypostyle.toml, for editors
    #[arg(long, conflicts_with_all = ["key", "folder", "environment"])]
    schema: bool,
}

impl Config {
    pub(crate) fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let mut out = io::stdout();
        if self.schema {
            writeln!(out, "{}", json_schema())?;
            return Ok(out.flush()?);
        }
        let settings = self.place.settings(global, Vec::new())?;
        let text = match &self.key {
            None if global.json => pretty(&all(&settings))?,
            None => table(&settings, terminal),
            Some(key) => {
                let entry = settings.entry(key).ok_or_else(|| unknown(&settings, key))?;
                if global.json { pretty(&one(entry))? } else { format!("{}\n", entry.value) }
            }
        };
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }
}

fn table(settings: &Settings, terminal: &Terminal) -> String {
    let row = |entry: &Entry| vec![entry.key.clone(), shown(entry), entry.origin.to_string()];
    let rows: Vec<Vec<String>> = settings.entries().iter().map(row).collect();
    layout(terminal, &["key", "value", "origin"], &rows)
}

/// Writes a value on one line, with its unit; what an empty one means in parentheses.
fn shown(entry: &Entry) -> String {
    let value = entry.value.split_whitespace().collect::<Vec<_>>().join(" ");
    if value.is_empty() {
        return format!("({})", entry.empty);
    }
    match (entry.kind, entry.unit) {
        ("count", unit) if !unit.is_empty() => format!("{value} {unit}"),
        ("integer", unit) if !unit.is_empty() => format!("{value} ({unit})"),
        _ if value.chars().count() > VALUE_CHARS_MAX => {
            value.chars().take(VALUE_CHARS_MAX).chain(['…']).collect()
        }
        _ => value,
    }
}

fn all(settings: &Settings) -> Value {
    json!({
        "folder": settings.folder().display().to_string(),
        "environment": settings.environment,
        "settings": settings.entries().iter().map(one).collect::<Value>(),
    })
}

fn one(entry: &Entry) -> Value {
    let unless_empty = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    json!({
        "key": entry.key,
        "value": entry.json,
        "text": entry.value,
        "empty": unless_empty(&entry.empty),
        "origin": entry.origin.to_string(),
        "type": entry.kind,
        "unit": unless_empty(entry.unit),
        "default": unless_empty(entry.default),
        "variable": unless_empty(&entry.variable),
        "description": entry.description,
    })
}

fn pretty(value: &Value) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
    Ok(text + "\n")
}

fn unknown(settings: &Settings, key: &str) -> Failure {
    let hint = match settings.nearest_key(key) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`hypostyle config` lists them all".to_owned(),
    };
    Failure::usage(format!("there is no setting `{key}`; {hint}"))
}
