//! From sources to settings.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use super::entry;
use super::file::{self, File};
use super::hint::{did_you_mean, nearest};
use super::kind::{alternatives, id_of};
use super::layer::{Given, Layer, PanelValues};
use super::origin::{DOT_ENV, FILE, Origin};
use super::problem::{Problem, Problems};
use super::source;
use super::table::{
    self, DatabaseSettings, ENVIRONMENTS, Panel, Server, Settings, Sqlite, database_key,
};
use super::value::Value;
use super::variables;

/// Where settings come from.
///
/// # Examples
/// ```
/// use hypostyle_app::settings::{Settings, Sources};
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("hypostyle.toml"), "[server]\nlisten = '127.0.0.1:9000'\n")?;
/// let sources = Sources::new(folder.path())
///     .variables([("DATABASE_POOL_SIZE", "4")])
///     .flag("server.title", "Shop", "--title");
/// let settings = Settings::load(sources)?;
/// assert_eq!(settings.server.listen.port(), 9000);
/// assert_eq!(settings.pool_size, 4);
/// assert_eq!(settings.entry("server.title").unwrap().origin.to_string(), "--title");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "sources do nothing until settings are loaded from them"]
pub struct Sources<'a> {
    folder: &'a Path,
    variables: Vec<(OsString, OsString)>,
    flags: Vec<Flag>,
}

#[derive(Clone)]
struct Flag {
    key: String,
    value: String,
    name: String,
}

impl<'a> Sources<'a> {
    /// Takes the files of an application's folder, `hypostyle.toml` and `.env`, where they are.
    pub fn new(folder: &'a Path) -> Self {
        Self { folder, variables: Vec::new(), flags: Vec::new() }
    }

    /// Adds environment variables; those that are no settings are passed over.
    pub fn variables<K: Into<OsString>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.variables.extend(variables);
        self
    }

    /// Adds what a flag of the command line says of a key; its name is shown as the origin.
    pub fn flag(
        mut self,
        key: impl Into<String>,
        value: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        self.flags.push(Flag { key: key.into(), value: value.into(), name: name.into() });
        self
    }
}

impl Settings {
    /// Loads settings: a flag wins over a variable, that over `.env`, that over the environment's
    /// section of the file, that over its top level, and that over the default.
    ///
    /// # Errors
    /// Everything that is wrong with any of the sources, at once.
    pub fn load(sources: Sources<'_>) -> Result<Self, Problems> {
        let Sources { folder, variables, flags } = sources;
        let mut problems = Problems::default();
        if !folder.is_dir() {
            let message = format!("there is no folder {}", folder.display());
            problems.push(Problem::new(message));
            return Err(problems);
        }
        let file = read(folder, FILE, &mut problems)
            .map(|text| file::parse(&text, &mut problems))
            .unwrap_or_default();
        problems.sort();
        let databases = database_names(&file);
        let dot_env = read(folder, DOT_ENV, &mut problems)
            .map(|text| variables::of_dot_env(&text, &mut problems))
            .unwrap_or_default();
        let dot_env = variables::layer(dot_env, &databases, &mut problems);
        let process = variables::of_process(variables, &mut problems);
        let process = variables::layer(process, &databases, &mut problems);
        let flags = of_flags(&flags, &mut problems);
        let mut resolved = resolve(file, [dot_env, process, flags], &mut problems);
        complete(&mut resolved);
        check(&resolved, &mut problems);
        problems.or(|| typed(resolved, folder))
    }
}

fn read(folder: &Path, name: &str, problems: &mut Problems) -> Option<String> {
    source::read(folder, name).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    })
}

/// Answers the databases that the file names anywhere.
fn database_names(file: &File) -> Vec<String> {
    let layers = std::iter::once(&file.top).chain(file.environments.values());
    let names: BTreeSet<&String> = layers.flat_map(|layer| layer.databases.keys()).collect();
    names.into_iter().cloned().collect()
}

fn of_flags(flags: &[Flag], problems: &mut Problems) -> Layer {
    let mut layer = Layer::default();
    for Flag { key, value, name } in flags {
        let origin = Origin::Flag(name.clone());
        let Some(setting) = table::find(key) else {
            let near = nearest(key, table::fixed().map(|setting| setting.key));
            let message = format!("unknown key `{key}`{}", did_you_mean(near));
            problems.push(Problem::at(origin, message));
            continue;
        };
        let values = match database_key(key) {
            Some((database, _)) => layer.databases.entry(database.to_owned()).or_default(),
            None => &mut layer.values,
        };
        match setting.read_text(value, key, &origin) {
            Ok(value) => values.set(setting, value, origin),
            Err(problem) => problems.push(problem),
        }
    }
    layer
}

/// Lies the sources over one another, with the section of the environment that they choose.
fn resolve(file: File, above: [Layer; 3], problems: &mut Problems) -> Layer {
    let File { top, mut environments } = file;
    let chosen = above.iter().rev().chain([&top]).find_map(|layer| layer.values.get("environment"));
    let mut section = Layer::default();
    if let Some(Given { value, origin }) = chosen {
        let name = value.shown();
        let known = ENVIRONMENTS.iter().copied().chain(environments.keys().map(String::as_str));
        let known: Vec<&str> = known.collect::<BTreeSet<_>>().into_iter().collect();
        if !known.contains(&name.as_str()) {
            let hint = did_you_mean(nearest(&name, known.iter().copied()));
            let known = alternatives(&known);
            let message = format!(
                "there is no environment `{name}`{hint} Take {known}, or add a section \
                 [environments.{name}]",
                hint = if hint.is_empty() { ".".to_owned() } else { hint },
            );
            problems.push(Problem::at(origin.clone(), message));
        }
        section = environments.remove(&name).unwrap_or_default();
    } else if let Some(default) = environments.remove(ENVIRONMENTS[0]) {
        section = default;
    }
    above.into_iter().fold(top.under(section), Layer::under)
}

/// Gives everything a value that nobody set.
fn complete(layer: &mut Layer) {
    layer.values.complete(table::fixed());
    if layer.values.text("server.title").is_empty()
        && let Some(title) = table::find("server.title")
    {
        let (name, origin) = match layer.values.get("name") {
            Some(Given { value: Value::Text(name), origin }) => (name.as_str(), origin.clone()),
            _ => ("Hypostyle", Origin::Default),
        };
        let name = Value::Text(name.to_owned());
        layer.values.set(title, name, origin);
    }
    for values in layer.databases.values_mut() {
        values.complete(DatabaseSettings::TABLE);
    }
    for (at, PanelValues { values, .. }) in layer.panels.iter_mut().flatten().enumerate() {
        values.complete(Panel::TABLE);
        if values.text("panels.id").is_empty() {
            let id = match id_of(values.text("panels.title")) {
                id if id.is_empty() => format!("panel-{}", at + 1),
                id => id,
            };
            values.set(&Panel::TABLE[0], Value::Text(id), Origin::Default);
        }
    }
}

/// Checks what several settings say together.
fn check(layer: &Layer, problems: &mut Problems) {
    let get = |key: &str| layer.values.get(key);
    if let (Some(size), Some(max)) = (get("server.page_size_default"), get("server.page_size_max"))
        && let (Value::Count(size_rows), Value::Count(max_rows)) = (&size.value, &max.value)
        && size_rows > max_rows
    {
        let message = format!(
            "server.page_size_default is {size_rows}, more than server.page_size_max, which is \
             {max_rows} by {}",
            max.origin
        );
        problems.push(Problem::at(size.origin.clone(), message));
    }
    let panels = layer.panels.iter().flatten();
    for (at, panel) in panels.clone().enumerate() {
        let id = panel.values.text("panels.id");
        let mut before = panels.clone().take(at);
        if let Some(first) = before.find(|before| before.values.text("panels.id") == id) {
            let message = format!(
                "a second panel is called `{id}`, as that of line {}: give one of them an `id` of \
                 its own",
                first.line
            );
            problems.push(Problem::at(Origin::File(panel.line), message));
        }
    }
}

fn typed(layer: Layer, folder: &Path) -> Settings {
    let Layer { values, databases, panels } = layer;
    let panels = panels.unwrap_or_default();
    let entries = entry::list(&values, databases.iter(), panels.iter().map(|panel| &panel.values));
    let databases = databases.iter().map(|(name, v)| (name.clone(), DatabaseSettings::read(v)));
    let panel = |panel: &PanelValues| Panel::read(&panel.values, Origin::File(panel.line));
    Settings::read(
        &values,
        Sqlite::read(&values),
        Server::read(&values),
        databases.collect(),
        panels.iter().map(panel).collect(),
        folder.to_owned(),
        entries,
    )
}
