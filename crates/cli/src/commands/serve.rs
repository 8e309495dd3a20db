//! `hypostyle serve`: an application, or databases by name, over HTTP.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::Path;

use clap::Args;
use hypostyle::{ConnectionConfig, Database};
use hypostyle_app::Application;
use hypostyle_server::{Config, Module, Mount, Site, Writable};
use tracing_subscriber::filter::LevelFilter;

use crate::application::{Flag, Place, url_flag};
use crate::args::Global;
use crate::database::{self, Use, complete};
use crate::exit::{Exit, Failure, Result};
use crate::terminal::Terminal;
use crate::{listen, logging, site};

const HELP: &str = "\
In the folder of an application (`hypostyle init` makes one) its modules are
loaded: databases made and migrated, missing tables made. With -d or --database
just those databases are served, as they are.

An address that other machines reach needs an API key; the server refuses to
start without one. A key in HYPOSTYLE_API_KEY is not seen in the list of
processes. Logs go to stderr, as RUST_LOG says.

Examples:
  hypostyle serve
  hypostyle serve --folder shop --environment production
  hypostyle serve -d shop.db --writable orders --writable lines
  hypostyle serve -d postgres://app@db.example.com/shop
  hypostyle serve --database shop=shop.db --database hr=sqlite:data/hr.db --listen 127.0.0.1:9000
  HYPOSTYLE_API_KEY=… hypostyle serve -d shop.db --listen 0.0.0.0:8080 --allow-host db.example.com";

/// Serves an application or databases over HTTP: REST for programs, a console for people
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes any that is free [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", value_parser = listen::parse)]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    place: Place,
    /// A database by a name of its own, in the place of --url; repeatable
    #[arg(long = "database", value_name = "NAME=URL")]
    databases: Vec<String>,
    /// A table whose records may be written over REST, of one database or of all; `*` for all
    /// tables; repeatable
    #[arg(long, value_name = "[NAME=]TABLE")]
    writable: Vec<String>,
    #[command(flatten)]
    access: Access,
}

/// Who may ask.
#[derive(Args, Debug)]
pub(crate) struct Access {
    /// What every request must carry, as `Authorization: Bearer …` or `X-API-Key: …`
    #[arg(long, value_name = "KEY", env = "HYPOSTYLE_API_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// A host name to answer to, besides localhost and the address; repeatable
    #[arg(long = "allow-host", value_name = "HOST")]
    allowed_hosts: Vec<String>,
    /// An origin whose pages may ask, as https://app.example; repeatable
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    allowed_origins: Vec<String>,
}

impl Access {
    pub(crate) fn config(self, listen: SocketAddr) -> Result<Config> {
        let config = Config {
            listen,
            api_key: self.api_key,
            allowed_hosts: self.allowed_hosts,
            allowed_origins: self.allowed_origins,
            ..Config::default()
        };
        config.validate()?;
        Ok(config)
    }

    /// Answers what the flags say of an application's settings.
    fn flags(&self) -> Vec<Flag> {
        let mut flags: Vec<Flag> = Vec::new();
        if let Some(key) = &self.api_key {
            flags.push(("server.api_key", key.clone(), "--api-key"));
        }
        if !self.allowed_hosts.is_empty() {
            flags.push(("server.allowed_hosts", self.allowed_hosts.join(","), "--allow-host"));
        }
        if !self.allowed_origins.is_empty() {
            let origins = self.allowed_origins.join(",");
            flags.push(("server.allowed_origins", origins, "--allow-origin"));
        }
        flags
    }
}

impl Serve {
    pub(crate) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        start_logs(global, terminal)?;
        let names_databases = !self.databases.is_empty() || url_flag(global).is_some();
        match self.place.is_application() && !names_databases {
            true => self.serve_application(global, terminal).await,
            false => self.serve_databases(global).await,
        }
    }

    async fn serve_application(self, global: &Global, terminal: &Terminal) -> Result {
        if !self.writable.is_empty() {
            return Err(Failure::usage(
                "--writable is for -d and --database; in an application hypostyle.toml says it, as \
                 [databases.shop] writable = [\"orders\"]",
            ));
        }
        let mut flags = self.access.flags();
        flags.extend(self.listen.map(|to| ("server.listen", to.to_string(), "--listen")));
        let settings = self.place.settings(global, flags)?;
        let config = site::config(&settings);
        config.validate()?;
        // A port that is taken is told before any database is touched.
        let listener = listen::bind(config.listen).await?;
        let app = Application::open(settings).await?;
        tell_drift(&app, terminal);
        let site = site::of_application(&app)?;
        site::tell_missing(&site, &site::writable(&app)).await?;
        let stop = listen::stopped();
        tell(global, terminal, listen::address(&listener)?, &site)?;
        listen::serve(listener, config, site, stop).await
    }

    async fn serve_databases(self, global: &Global) -> Result {
        let named = named(&self.databases, &self.place.folder, global)?;
        let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
        let writable: Vec<_> = self.writable.iter().map(|text| writable(text, &names)).collect();
        let writable = writable.into_iter().collect::<Result<Vec<_>>>()?;
        let config = self.access.config(self.listen.unwrap_or(listen::DEFAULT))?;
        let listener = listen::bind(config.listen).await?;
        let mut mounts = Vec::new();
        for (name, url) in named {
            let of_it = writable.iter().filter(|(of, _)| of.is_none_or(|of| of == name));
            let tables = Writable::tables(of_it.map(|(_, table)| table));
            mounts.push(Mount::new(name, Database::open(&url).await?).writable(tables));
        }
        let site = Site { mounts, ..Site::default() };
        site.validate()?;
        site::tell_missing(&site, &writable).await?;
        // From the moment the URL is told, a signal stops the server in good order.
        let stop = listen::stopped();
        tell(global, &Terminal::detect(), listen::address(&listener)?, &site)?;
        listen::serve(listener, config, site, stop).await
    }
}

pub(crate) fn start_logs(global: &Global, terminal: &Terminal) -> Result {
    let level = match (global.quiet, global.verbose) {
        (true, _) => LevelFilter::ERROR,
        (_, true) => LevelFilter::DEBUG,
        _ => LevelFilter::WARN,
    };
    logging::start(level, terminal)
}

/// Answers the URL of a database by name.
fn named(databases: &[String], folder: &Path, global: &Global) -> Result<Vec<(String, String)>> {
    if databases.is_empty() {
        let Some(url) = database::url(global)? else {
            return Err(Failure::usage(format!(
                "nothing to serve: {} is no folder of an application (`hypostyle init NAME` makes \
                 one); or name a database with --url (-d), several with --database NAME=URL",
                folder.display()
            )));
        };
        return Ok(vec![(name_of(&url), complete(&url, Use::Existing)?)]);
    }
    let split = |text: &String| match text.split_once('=') {
        Some((name, url)) if !name.is_empty() && !name.contains([':', '/']) => {
            Ok((name.to_owned(), complete(url, Use::Existing)?))
        }
        _ => Err(Failure::usage(format!("`{text}` is not NAME=URL, as in shop=sqlite:shop.db"))),
    };
    databases.iter().map(split).collect()
}

/// Reads a table that may be written, and the database it is of; `None` for any.
fn writable<'t>(text: &'t str, names: &[&str]) -> Result<(Option<&'t str>, &'t str)> {
    match text.split_once('=') {
        None => Ok((None, text)),
        Some((name, table)) if names.contains(&name) => Ok((Some(name), table)),
        Some((name, _)) => Err(Failure::usage(format!(
            "--writable names the database `{name}`; there are {}",
            names.join(", ")
        ))),
    }
}

/// Makes a name of a URL: of its database, or of the last part of its file, as `shop` of
/// `sqlite:data/shop.db?mode=ro`.
fn name_of(url: &str) -> String {
    let is_server = |config: &ConnectionConfig| config.database_type.starts_with("postgres");
    if let Some(config) = ConnectionConfig::parse(url).ok().filter(is_server) {
        let named =
            [Some(&config.database), config.options.get("dbname"), config.username.as_ref()];
        let name = named.into_iter().flatten().find(|name| !name.is_empty());
        return name.cloned().unwrap_or(config.database_type);
    }
    let path = url.split('?').next().unwrap_or_default();
    let last =
        path.trim_end_matches(['/', ':']).rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let stem = last.split('.').next().unwrap_or_default();
    if stem.is_empty() { "main".to_owned() } else { stem.to_owned() }
}

fn tell(global: &Global, terminal: &Terminal, address: SocketAddr, site: &Site) -> Result {
    let url = format!("http://{address}");
    let failed = site.modules.iter().filter(|module| module.problem.is_some());
    let location = |mount: &Mount| mount.db.engine().location.clone();
    let mut out = io::stdout();
    if global.json {
        let databases: Vec<_> = site
            .mounts
            .iter()
            .map(|mount| serde_json::json!({ "name": mount.name, "location": location(mount) }))
            .collect();
        let failed: Vec<_> = failed
            .map(|module| serde_json::json!({ "module": module.name, "problem": told(module) }))
            .collect();
        let told = serde_json::json!({ "url": url, "databases": databases, "failed": failed });
        writeln!(out, "{told}")?;
    } else {
        let several = site.mounts.len() > 1;
        for mount in site.mounts.iter().filter(|_| several && !global.quiet) {
            writeln!(out, "  {}: {}", mount.name, location(mount))?;
        }
        for module in failed {
            writeln!(out, "{} {}: {}", terminal.red("failed"), module.name, told(module))?;
        }
        let what = if several { "them".to_owned() } else { location(&site.mounts[0]) };
        writeln!(out, "serving {what} on {url}")?;
        if !global.quiet {
            writeln!(out, "Ctrl-C stops it")?;
        }
    }
    out.flush().map_err(|error| Failure::new(Exit::Failure, error.to_string()))
}

/// Says where a database and its model file differ, which no start changes.
fn tell_drift(app: &Application, terminal: &Terminal) {
    for module in app.modules() {
        for difference in module.state.iter().flat_map(|loaded| &loaded.drift) {
            let what = terminal.yellow("differs");
            // Nobody is left to tell when stderr is closed.
            let _ = writeln!(io::stderr(), "{what} {}: {}", module.name, difference.sentence);
        }
    }
}

/// Says what is wrong with a module, and where.
fn told(module: &Module) -> String {
    let Some(problem) = &module.problem else { return String::new() };
    let place = match (&problem.file, problem.line) {
        (Some(file), Some(line)) => format!("{file}:{line}: "),
        (Some(file), None) => format!("{file}: "),
        _ => String::new(),
    };
    let expected = problem.expected.as_ref().map(|what| format!("; expected {what}"));
    format!("{place}{}{}", problem.message, expected.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_called_like_its_file() {
        let check = |url: &str, expect: &str| assert_eq!(name_of(url), expect, "{url}");
        check("shop.db", "shop");
        check("sqlite:data/shop.db?mode=ro", "shop");
        check("postgres://u@h/hr", "hr");
        check("postgresql://u@h?dbname=h.r", "h.r");
        check("postgres://u@h", "u");
        check("postgres:", "postgres");
        check("sqlite::memory:", "memory");
    }

    #[test]
    fn a_writable_table_is_of_one_database_or_of_all() {
        let check = |text: &str, expect: &str| {
            let shown = writable(text, &["shop", "hr"]).map_or_else(
                |failure| failure.message().to_owned(),
                |(of, table)| format!("{of:?} {table}"),
            );
            assert_eq!(shown, expect, "{text}");
        };
        check("orders", "None orders");
        check("*", "None *");
        check("hr=people", "Some(\"hr\") people");
        check("x=people", "--writable names the database `x`; there are shop, hr");
    }
}
