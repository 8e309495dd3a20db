//! The same rows through the models of several libraries, in one run, on SQLite and PostgreSQL.
//!
//! Each library in Rust is one file that implements [`library::Library`]; `registry.rs` lists them,
//! `goals.rs` says what hypostyle is meant to reach.

mod cases;
mod child;
mod diesel_pool;
mod diesel_tables;
mod elsewhere;
mod goals;
mod hypostyle_documents;
mod hypostyle_models;
mod hypostyle_untyped;
mod keys;
mod library;
mod place;
mod registry;
mod rows;
mod sea;
mod sqlx_pool;
mod statements;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bench_harness::{Group, GroupReport, Report, Settings, Unit};
use bench_work::runtime;
use clap::Parser;

use crate::cases::Work;
use crate::elsewhere::Elsewhere;
use crate::registry::{Entry, Setup};

const QUICK_ROUNDS: u16 = 3;
const QUICK_MS: u32 = 20;

/// The cases that ratios refer to.
const REFERENCES: [&str; 4] = ["hypostyle untyped", "sqlx", "sea-orm", "diesel-async"];

/// Measures the same rows through the models of several libraries
#[derive(Parser)]
#[command(name = "bench-models")]
struct Cli {
    /// Run only what begins so (`sqlite`, or `postgres-include`), by commas
    #[arg(long = "group", value_name = "NAME", value_delimiter = ',')]
    groups: Vec<String>,
    /// Measured rounds of each case
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    rounds: u16,
    /// How long a round of a case with repeated calls takes
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    ms: u32,
    /// Few and short rounds: says that everything works, not how fast
    #[arg(long)]
    quick: bool,
    /// The folder in which the database of SQLite is made
    #[arg(long, value_name = "PATH")]
    dir: Option<PathBuf>,
    /// Also write the report to this file
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    #[command(flatten)]
    elsewhere: Elsewhere,
}

impl Cli {
    fn rounds(&self) -> usize {
        usize::from(if self.quick { self.rounds.min(QUICK_ROUNDS) } else { self.rounds })
    }

    fn round(&self) -> Duration {
        let ms = if self.quick { self.ms.min(QUICK_MS) } else { self.ms };
        Duration::from_millis(u64::from(ms))
    }

    fn wants(&self, group: &str) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|name| group.starts_with(name.as_str()))
    }

    /// The work of an engine that is wanted, each with the name of its group.
    fn wanted(&self, engine: &str) -> Vec<(Work, String)> {
        let named = Work::ALL.into_iter().map(|work| (work, format!("{engine}-{}", work.name())));
        named.filter(|(_, group)| self.wants(group)).collect()
    }
}

fn main() {
    let cli = Cli::parse();
    let mut groups = sqlite(&cli);
    groups.extend(postgres(&cli));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let round_ms = u64::try_from(cli.round().as_millis()).expect("a round is short");
    let report = Report {
        settings: Settings { rounds: cli.rounds(), round_ms, cores },
        references: REFERENCES.map(str::to_owned).to_vec(),
        verdicts: goals::of_all().iter().filter_map(|goal| goal.judge(&groups)).collect(),
        groups,
    };
    print!("{report}");
    if let Some(path) = &cli.json {
        report.write_json(path).expect("the JSON file can be written");
    }
}

fn sqlite(cli: &Cli) -> Vec<GroupReport> {
    let wanted = cli.wanted("sqlite");
    if wanted.is_empty() {
        return Vec::new();
    }
    let folder = match &cli.dir {
        Some(dir) => tempfile::tempdir_in(dir),
        None => tempfile::tempdir(),
    };
    let folder = folder.expect("a folder can be made");
    let (place, target) = place::sqlite(folder.path());
    let setup = Setup { place, target, round: cli.round(), runtime: Arc::new(runtime(2)) };
    run(cli, wanted, &registry::sqlite(&setup, &cli.elsewhere), &setup)
}

fn postgres(cli: &Cli) -> Vec<GroupReport> {
    let wanted = cli.wanted("postgres");
    if wanted.is_empty() {
        return Vec::new();
    }
    let (place, target, server) = place::postgres();
    println!("PostgreSQL {}", server.version());
    let setup = Setup { place, target, round: cli.round(), runtime: Arc::new(runtime(2)) };
    run(cli, wanted, &registry::postgres(&setup, &cli.elsewhere), &setup)
}

fn run(
    cli: &Cli,
    wanted: Vec<(Work, String)>,
    entries: &[Entry],
    setup: &Setup,
) -> Vec<GroupReport> {
    let group = |(work, name): (Work, String)| {
        let unit = match work {
            Work::CreateMany | Work::Walk => Unit::Row,
            _ => Unit::Call,
        };
        let mut group = Group::new(name, unit);
        entries.iter().for_each(|entry| group.add(entry(setup, work)));
        group.run(cli.rounds(), &REFERENCES)
    };
    wanted.into_iter().map(group).collect()
}
