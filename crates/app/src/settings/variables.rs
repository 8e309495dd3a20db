//! Variables: of the process, and of the file `.env`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::declare::{Setting, variable_of};
use super::hint::{did_you_mean, nearest};
use super::kind::is_name;
use super::layer::{Layer, cut};
use super::origin::{DOT_ENV, Origin};
use super::problem::{Problem, Problems};
use super::table::{self, DatabaseSettings};

const PREFIX: &str = "HYPOSTYLE_";

/// Variables of the process with this prefix that are no settings: where DuckDB's library is.
const OTHERS: [&str; 1] = ["HYPOSTYLE_DUCKDB_LIBRARY"];

/// A variable and where it is set.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) origin: Origin,
}

/// Takes the variables of a process that could be settings.
pub(super) fn of_process(
    variables: Vec<(OsString, OsString)>,
    problems: &mut Problems,
) -> Vec<Variable> {
    let own: Vec<String> = table::fixed().map(|setting| setting.variable().into_owned()).collect();
    let mut found = BTreeMap::new();
    for (name, value) in variables {
        let Ok(name) = name.into_string() else { continue };
        let is_ours = name.starts_with(PREFIX) || own.contains(&name);
        if !is_ours || OTHERS.contains(&&*name) {
            continue;
        }
        match value.into_string() {
            Ok(value) => {
                found.insert(name, value);
            }
            Err(_) => {
                problems.push(Problem::at(Origin::Variable(name), "the value is not Unicode text"));
            }
        }
    }
    let variable = |(name, value): (String, _)| Variable {
        origin: Origin::Variable(name.clone()),
        name,
        value,
    };
    found.into_iter().map(variable).collect()
}

/// Reads the text of `.env`. Of a name that is set twice the last one holds.
pub(super) fn of_dot_env(text: &str, problems: &mut Problems) -> Vec<Variable> {
    let count = Arc::new(AtomicUsize::new(0));
    // The parser wants an end of line after blanks.
    let lines: Vec<String> = text.lines().map(|line| format!("{line}\n")).collect();
    let reader = OneByOne { lines: &lines, taken: 0, count: Arc::clone(&count) };
    let parsed = dotenvy::from_read_iter(reader);
    let mut variables: Vec<Variable> = Vec::new();
    let mut done = 0;
    for item in parsed {
        let read = count.load(Relaxed);
        let name = item.as_ref().ok().map(|(name, _)| name.as_str());
        let line = line_of(&lines, done, read, name);
        done = read;
        match item {
            Ok((name, value)) => {
                variables.retain(|variable| variable.name != name);
                variables.push(Variable { name, value, origin: Origin::DotEnv(line) });
            }
            // The parser's own message repeats the line, with its secrets.
            Err(_) => problems.push(Problem::at(
                Origin::DotEnv(line),
                "this is not NAME=value; put a value with spaces, quotes or # in single quotes",
            )),
        }
    }
    variables
}

/// Answers the first of the lines just read that says something: that sets the name, if known.
fn line_of(lines: &[String], from: usize, to: usize, name: Option<&str>) -> usize {
    let says = |line: &&String| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        match name {
            Some(name) => line.starts_with(name),
            None => !line.is_empty() && !line.starts_with('#'),
        }
    };
    let read = lines.get(from..to).unwrap_or_default();
    read.iter().position(|line| says(&line)).map_or(to, |at| from + at + 1)
}

/// Hands out a line at a time and counts them, so that a variable's line is known.
struct OneByOne<'a> {
    lines: &'a [String],
    /// How many bytes of the first line have been handed out.
    taken: usize,
    count: Arc<AtomicUsize>,
}

impl Read for OneByOne<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some((line, rest)) = self.lines.split_first() else { return Ok(0) };
        let bytes = line.as_bytes().get(self.taken..).unwrap_or_default();
        let take = bytes.len().min(buffer.len());
        buffer[..take].copy_from_slice(&bytes[..take]);
        self.taken += take;
        if take == bytes.len() {
            (self.lines, self.taken) = (rest, 0);
            self.count.fetch_add(1, Relaxed);
        }
        Ok(take)
    }
}

/// Makes settings of variables. An empty variable counts as not set.
pub(super) fn layer(
    variables: Vec<Variable>,
    databases: &[String],
    problems: &mut Problems,
) -> Layer {
    let mut layer = Layer::default();
    for Variable { name, value, origin } in variables {
        if value.is_empty() {
            continue;
        }
        if let Some(setting) = table::fixed().find(|setting| setting.variable() == name) {
            match setting.read_text(&value, setting.key, &origin) {
                Ok(value) => layer.values.set(setting, value, origin),
                Err(problem) => problems.push(problem),
            }
        } else if name.starts_with(PREFIX) {
            match database_of(&name, databases) {
                Ok(Some((setting, database))) => {
                    let key = format!("databases.{database}.{}", setting.field());
                    match setting.read_text(&value, &key, &origin) {
                        Ok(value) => {
                            let values = layer.databases.entry(database).or_default();
                            values.set(setting, value, origin);
                        }
                        Err(problem) => problems.push(problem),
                    }
                }
                Ok(None) => problems.push(unknown(&name, origin)),
                Err(message) => problems.push(Problem::at(origin, message)),
            }
        }
    }
    layer
}

/// Answers the setting and the database of a variable such as `HYPOSTYLE_DATABASES_SHOP_URL`.
fn database_of(
    variable: &str,
    databases: &[String],
) -> Result<Option<(&'static Setting, String)>, String> {
    for setting in DatabaseSettings::TABLE {
        let pattern = setting.variable();
        let Some((before, after)) = pattern.split_once("NAME") else { continue };
        let name = variable.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        let Some(name) = name.map(str::to_ascii_lowercase).filter(|name| is_name(name)) else {
            continue;
        };
        let key = |name: &str| setting.key.replace("NAME", name);
        let meant: Vec<&String> =
            databases.iter().filter(|name| variable_of(&key(name)) == variable).collect();
        return match meant.as_slice() {
            [] => Ok(Some((setting, name))),
            [one] => Ok(Some((setting, (*one).clone()))),
            [one, other, ..] => {
                let (one, other) = (key(one), key(other));
                Err(format!("it could be {one} or {other}: set them in hypostyle.toml"))
            }
        };
    }
    Ok(None)
}

fn unknown(name: &str, origin: Origin) -> Problem {
    let bare = |variable: &str| variable.strip_prefix(PREFIX).unwrap_or(variable).to_owned();
    // Somebody may have made the name of the key, where the setting has a variable of its own.
    let by_key = table::fixed().find(|setting| variable_of(setting.key) == name);
    let meant = by_key.map(|setting| setting.variable().into_owned()).or_else(|| {
        let known: Vec<String> = table::fixed().map(|setting| bare(&setting.variable())).collect();
        let end = format!("_{}", bare(name));
        let longer = known.iter().find(|known| known.ends_with(&end)).map(String::as_str);
        let near = longer.or_else(|| nearest(&bare(name), known.iter().map(String::as_str)))?;
        let found = table::fixed().find(|setting| bare(&setting.variable()) == near)?;
        Some(found.variable().into_owned())
    });
    let hint = match meant {
        Some(meant) => did_you_mean(Some(&meant)),
        None if name.starts_with("HYPOSTYLE_PANELS") => {
            "; panels are set in hypostyle.toml".to_owned()
        }
        None => "; `hypostyle config` lists those there are".to_owned(),
    };
    let what = match origin {
        Origin::DotEnv(_) => format!("unknown variable `{}` in {DOT_ENV}{hint}", cut(name)),
        _ => format!("unknown variable{hint}"),
    };
    Problem::at(origin, what)
}
