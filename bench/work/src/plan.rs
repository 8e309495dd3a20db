//! What a run does, in its order.

use bench_harness::{Goal, Report, Settings};

use crate::cli::RunArguments;
use crate::entry::Entry;
use crate::setup::Setup;
use crate::workload::Workload;

/// What a run of an engine's benchmark does.
pub struct Plan<'a> {
    /// What is measured, in the order of the table.
    pub workloads: &'a [Workload],
    /// The libraries, in the order of the table.
    pub libraries: &'a [Entry],
    /// The cases that ratios refer to.
    pub references: &'a [&'static str],
    /// What hypostyle is meant to reach.
    pub goals: &'a [Goal],
}

impl Plan<'_> {
    /// Measures what is wanted, prints the table and writes the JSON file.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn run(&self, setup: &Setup, arguments: &RunArguments) {
        let rounds = arguments.rounds();
        let wanted = self.workloads.iter().filter(|workload| arguments.wants(workload.name()));
        let groups: Vec<_> = wanted
            .map(|workload| workload.group(self.libraries, setup).run(rounds, self.references))
            .collect();
        let report = Report {
            settings: Settings { rounds, round_ms: arguments.round_ms(), cores: setup.cores },
            references: self.references.iter().map(|name| (*name).to_owned()).collect(),
            verdicts: self.goals.iter().filter_map(|goal| goal.judge(&groups)).collect(),
            groups,
        };
        print!("{report}");
        if let Some(path) = &arguments.json {
            report.write_json(path).expect("the JSON file can be written");
        }
    }
}
