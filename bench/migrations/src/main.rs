//! A thousand migrations of one statement each, from files into an empty database, through several
//! libraries in one run; and the difference of two schemas of a thousand tables.

mod diff;
mod files;
mod hypostyle;
mod place;
mod refinery;
mod sqlx;

use std::path::PathBuf;
use std::rc::Rc;

use bench_harness::{Bound, Case, Goal, Group, GroupReport, Report, Settings, Unit, measure};
use clap::Parser;

use crate::files::{COUNT, Files};
use crate::place::Place;

const GOALS: [Goal; 7] = [
    goal("sqlite", "refinery"),
    goal("sqlite", "sqlx"),
    goal("postgres", "refinery"),
    goal("postgres", "sqlx"),
    within_a_second("equal"),
    within_a_second("each-table-changed"),
    within_a_second("each-table-renamed"),
];

const fn goal(group: &'static str, to: &'static str) -> Goal {
    Goal { group, case: "hypostyle", bound: Bound::Ratio { to, min: 1.0 } }
}

const fn within_a_second(case: &'static str) -> Goal {
    Goal { group: "diff", case, bound: Bound::WallMaxNs(1e9) }
}

/// Applies a thousand migrations through several libraries
#[derive(Parser)]
#[command(name = "bench-migrations")]
struct Cli {
    /// Measured rounds of each library
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    rounds: u16,
    /// Few rounds: says that everything works, not how fast
    #[arg(long)]
    quick: bool,
    /// Also write the report to this file
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
}

fn main() {
    let cli = Cli::parse();
    let rounds = usize::from(if cli.quick { cli.rounds.min(2) } else { cli.rounds });
    let files = Rc::new(Files::write());
    let groups = vec![
        run("sqlite", rounds, &files, Rc::new(Place::sqlite())),
        run("postgres", rounds, &files, Rc::new(Place::postgres())),
        diff::run(rounds),
    ];
    let verdicts = GOALS.iter().filter_map(|goal| goal.judge(&groups)).collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let references = ["refinery", "sqlx"].map(str::to_owned).to_vec();
    let settings = Settings { rounds, round_ms: 0, cores };
    let report = Report { settings, references, groups, verdicts };
    print!("{report}");
    if let Some(path) = cli.json {
        report.write_json(&path).expect("the report can be written");
    }
}

fn run(name: &str, rounds: usize, files: &Rc<Files>, place: Rc<Place>) -> GroupReport {
    let mut group = Group::new(name, Unit::Call);
    let libraries: [(&str, fn(&Files, &Place, &str)); 3] =
        [("hypostyle", hypostyle::up), ("refinery", refinery::up), ("sqlx", sqlx::up)];
    for (name, up) in libraries {
        let (files, place) = (files.clone(), place.clone());
        group.add(Case::new(name, move || {
            let database = place.empty();
            let sample = measure(|| {
                up(&files, &place, &database);
                COUNT
            });
            place.check(&database);
            sample
        }));
    }
    group.run(rounds, &["refinery", "sqlx"])
}
