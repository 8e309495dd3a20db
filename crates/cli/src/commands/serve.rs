//! `hypostyle serve`: databases over HTTP.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};

use clap::Args;
use hypostyle::Database;
use hypostyle_server::{Config, Mount, Site};
use tracing_subscriber::filter::LevelFilter;

use crate::args::Global;
use crate::database::{Use, complete};
use crate::exit::{Failure, Result};
use crate::terminal::Terminal;
use crate::{listen, logging};

pub(crate) const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

const HELP: &str = "\
An address that other machines reach needs an API key; the server refuses to
start without one. A key in HYPOSTYLE_API_KEY is not seen in the list of
processes. Logs go to stderr, as RUST_LOG says.

Examples:
  hypostyle serve -d shop.db
  hypostyle serve --database shop=shop.db --database hr=sqlite:data/hr.db --listen 127.0.0.1:9000
  HYPOSTYLE_API_KEY=… hypostyle serve -d shop.db --listen 0.0.0.0:8080 --allow-host db.example.com";

/// Serves databases over HTTP: REST for programs, pages for people
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value_t = DEFAULT_LISTEN)]
    listen: SocketAddr,
    /// A database by a name of its own, in the place of --url; repeatable
    #[arg(long = "database", value_name = "NAME=URL")]
    databases: Vec<String>,
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
}

impl Serve {
    pub(crate) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        start_logs(global, terminal)?;
        let named = named(&self.databases, global)?;
        let config = self.access.config(self.listen)?;
        let listener = listen::bind(self.listen).await?;
        let mut mounts = Vec::new();
        for (name, url) in named {
            mounts.push(Mount::new(name, Database::open(&url).await?));
        }
        // From the moment the URL is told, a signal stops the server in good order.
        let stop = listen::stopped();
        tell(global, listen::address(&listener)?, &mounts)?;
        listen::serve(listener, config, Site { mounts, ..Site::default() }, stop).await
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
fn named(databases: &[String], global: &Global) -> Result<Vec<(String, String)>> {
    if databases.is_empty() {
        let Some(url) = &global.url else {
            return Err(Failure::usage(
                "no database: name one with --url (-d), or several with --database NAME=URL",
            ));
        };
        return Ok(vec![(name_of(url), complete(url, Use::Existing)?)]);
    }
    let split = |text: &String| match text.split_once('=') {
        Some((name, url)) if !name.is_empty() && !name.contains([':', '/']) => {
            Ok((name.to_owned(), complete(url, Use::Existing)?))
        }
        _ => Err(Failure::usage(format!("`{text}` is not NAME=URL, as in shop=sqlite:shop.db"))),
    };
    databases.iter().map(split).collect()
}

/// Makes a name of the last part of a URL, as `shop` of `sqlite:data/shop.db?mode=ro`.
fn name_of(url: &str) -> String {
    let path = url.split('?').next().unwrap_or_default();
    let last =
        path.trim_end_matches(['/', ':']).rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let stem = last.split('.').next().unwrap_or_default();
    if stem.is_empty() { "main".to_owned() } else { stem.to_owned() }
}

fn tell(global: &Global, address: SocketAddr, mounts: &[Mount]) -> Result {
    let url = format!("http://{address}");
    let listed: Vec<(&str, &str)> = mounts
        .iter()
        .map(|mount| (mount.name.as_str(), mount.db.engine().location.as_str()))
        .collect();
    let mut out = io::stdout();
    if global.json {
        let databases: Vec<_> = listed
            .iter()
            .map(|(name, location)| serde_json::json!({ "name": name, "location": location }))
            .collect();
        writeln!(out, "{}", serde_json::json!({ "url": url, "databases": databases }))?;
    } else {
        let several = listed.len() > 1;
        for (name, location) in listed.iter().filter(|_| several && !global.quiet) {
            writeln!(out, "  {name}: {location}")?;
        }
        writeln!(out, "serving {} on {url}", if several { "them" } else { listed[0].1 })?;
        if !global.quiet {
            writeln!(out, "Ctrl-C stops it")?;
        }
    }
    Ok(out.flush()?)
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
        check("sqlite::memory:", "memory");
    }
}
