//! `hypostyle schema`: what a database looks like.

use std::io::{self, Write as _};

use clap::{Args, Subcommand};

use crate::args::Global;
use crate::database::{self, Use};
use crate::describe::{beyond, describe};
use crate::exit::{Exit, Failure, Result};
use crate::progress::Progress;
use crate::terminal::Terminal;

const HELP: &str = "\
Examples:
  hypostyle schema inspect -d shop.db
  hypostyle schema inspect -d shop.db orders
  hypostyle schema inspect -d shop.db --json
  hypostyle schema inspect -d shop.db --mermaid > shop.mmd
  hypostyle schema inspect -d shop.db --rust > src/tables.rs
  hypostyle schema inspect -d postgres://localhost/shop sales.orders";

/// What a database looks like
#[derive(Debug, Subcommand)]
pub(crate) enum Schema {
    Inspect(Inspect),
}

/// Shows tables, columns, keys and indexes
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Inspect {
    /// One table or view; all without it
    table: Option<String>,
    /// Draws tables and references as a Mermaid diagram
    #[arg(long, conflicts_with_all = ["rust", "json"])]
    mermaid: bool,
    /// Writes a Rust structure for each table
    #[arg(long, conflicts_with = "json")]
    rust: bool,
}

impl Schema {
    pub(crate) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let Self::Inspect(Inspect { table, mermaid, rust }) = self;
        let database = database::open(global, Use::Existing).await?;
        let progress = Progress::start(terminal, global.quiet, "inspecting");
        let mut schema = hypostyle::schema::inspect(&database).await?;
        drop(progress);
        let dialect = database.engine().dialect;
        if let Some(name) = &table {
            let found = schema.table(name).cloned().ok_or_else(|| unknown(&schema, name))?;
            schema = hypostyle::schema::Schema { tables: vec![found], ..Default::default() };
        }
        let text = match (&table, &schema.tables[..]) {
            _ if mermaid => hypostyle::schema::mermaid(&schema),
            _ if rust => hypostyle::schema::rust(&schema, dialect),
            (Some(_), [one]) if global.json => json(one)?,
            _ if global.json => json(&schema)?,
            (_, tables) => {
                let tables = tables.iter();
                let mut described: Vec<String> =
                    tables.map(|table| describe(table, dialect, terminal)).collect();
                if !schema.beyond.is_empty() {
                    described.push(format!("beside the tables\n{}", beyond(&schema)));
                }
                described.join("\n")
            }
        };
        let mut out = io::stdout();
        out.write_all(text.as_bytes())?;
        if !global.json && !mermaid && !rust && schema.tables.is_empty() {
            writeln!(out, "no tables")?;
        }
        Ok(out.flush()?)
    }
}

/// Makes the failure of a table that is not there, with those that are.
pub(crate) fn unknown(schema: &hypostyle::schema::Schema, name: &str) -> Failure {
    let names: Vec<&str> = schema.tables.iter().map(|table| table.name.as_str()).collect();
    let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Failure::new(Exit::Failure, format!("no table or view `{name}`; there are: {known}"))
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
    Ok(text + "\n")
}
