//! `hypostyle db`: the databases of an application, or of a server.

use std::io::{self, Write as _};

use clap::{Args, Subcommand};
use hypostyle::{ConnectionConfig, FromRow};
use hypostyle_app::{Status, status};
use serde::Serialize;
use serde_json::{Value, json};

use crate::application::{Place, url_flag};
use crate::args::Global;
use crate::database::{self, Use};
use crate::exit::Result;
use crate::output::layout;
use crate::terminal::Terminal;

const HELP: &str = "\
Nothing is made or changed. A database that is not there yet is made by
`hypostyle serve` and `hypostyle migrate up`. With -d and the URL of a server its
databases are listed instead.

Examples:
  hypostyle db list
  hypostyle db list -d postgres://app@db.example.com
  hypostyle db list --folder shop --json";

/// The databases of an application, or of a server
#[derive(Debug, Subcommand)]
pub(crate) enum Db {
    List(List),
}

/// Lists the databases: whose they are, where they are, how they stand
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct List {
    #[command(flatten)]
    place: Place,
}

impl Db {
    pub(crate) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let Self::List(List { place }) = self;
        match server(&place, global)? {
            Some(config) => list_of_server(config, global, terminal).await,
            None => list_of_application(&place, global, terminal).await,
        }
    }
}

async fn list_of_application(place: &Place, global: &Global, terminal: &Terminal) -> Result {
    let all = status(&place.of_application(global)?).await?;
    let mut out = io::stdout();
    if global.json {
        let all: Vec<Value> = all.iter().map(one).collect();
        writeln!(out, "{}", json!({ "databases": all }))?;
        return Ok(out.flush()?);
    }
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    let names = ["database", "module", "state", "tables", "size", "location"];
    out.write_all(layout(terminal, &names, &rows).as_bytes())?;
    for status in &all {
        if let (Some(module), Err(problem)) = (&status.module, &status.found) {
            writeln!(out, "{} {module}: {problem}", terminal.red("failed"))?;
        }
    }
    Ok(out.flush()?)
}

/// Answers the server that is named: on the command line itself, or by the environment where there
/// is no application.
fn server(place: &Place, global: &Global) -> Result<Option<ConnectionConfig>> {
    let is_named = url_flag(global).is_some() || !place.is_application();
    if !is_named || database::url(global)?.is_none() {
        return Ok(None);
    }
    let config = database::config(global, Use::Existing)?;
    Ok(Some(config).filter(|config| config.database_type.starts_with("postgres")))
}

/// A database of a server.
#[derive(FromRow, Serialize)]
struct Listed {
    name: String,
    owner: String,
    encoding: String,
    /// None where the role may not connect to it.
    bytes: Option<i64>,
    sessions: i64,
}

const DATABASES: &str = "\
SELECT datname::text AS name, pg_get_userbyid(datdba)::text AS owner, \
pg_encoding_to_char(encoding)::text AS encoding, \
CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) END AS bytes, \
(SELECT count(*) FROM pg_catalog.pg_stat_activity \
 WHERE datid = d.oid AND backend_type = 'client backend') AS sessions \
FROM pg_catalog.pg_database d WHERE datallowconn ORDER BY 1";

async fn list_of_server(config: ConnectionConfig, global: &Global, terminal: &Terminal) -> Result {
    let db = database::open_config(config).await?;
    let all: Vec<Listed> = db.fetch_all(DATABASES, ()).await?;
    let mut out = io::stdout();
    if global.json {
        writeln!(out, "{}", json!({ "databases": all }))?;
        return Ok(out.flush()?);
    }
    let row = |one: &Listed| {
        let bytes = one.bytes.map_or_else(|| "–".to_owned(), |bytes| size(bytes.unsigned_abs()));
        let sessions = one.sessions.to_string();
        vec![one.name.clone(), one.owner.clone(), one.encoding.clone(), bytes, sessions]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    let names = ["database", "owner", "encoding", "size", "sessions"];
    out.write_all(layout(terminal, &names, &rows).as_bytes())?;
    Ok(out.flush()?)
}

/// Names how a database stands.
fn state(status: &Status) -> String {
    match &status.found {
        Err(_) => "failed".to_owned(),
        Ok(found) if !found.exists => "not made yet".to_owned(),
        Ok(found) if found.pending() > 0 => format!("{} pending", found.pending()),
        Ok(_) => "ready".to_owned(),
    }
}

fn row(status: &Status) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    let mut row = vec![text(&status.database), text(&status.module), state(status)];
    match &status.found {
        Ok(found) => row.extend([
            found.tables.to_string(),
            found.bytes.map_or_else(|| "–".to_owned(), size),
            found.location.clone(),
        ]),
        Err(_) => row.extend(["–", "–", "–"].map(str::to_owned)),
    }
    row
}

fn one(status: &Status) -> Value {
    let found = status.found.as_ref();
    json!({
        "name": status.database,
        "module": status.module,
        "state": state(status),
        "location": found.ok().map(|found| &found.location),
        "exists": found.is_ok_and(|found| found.exists),
        "bytes": found.ok().and_then(|found| found.bytes),
        "tables": found.ok().map(|found| found.tables),
        "pending": found.ok().map(|found| found.pending()),
        "problem": found.err().map(ToString::to_string),
    })
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", bytes / 1_024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}
