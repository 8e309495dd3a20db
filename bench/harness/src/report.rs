//! What a run found, for the table and for JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;

use crate::goal::Verdict;
use crate::statistics::{median, speed_ratio, spread};
use crate::{Sample, Unit, table};

/// Everything a run found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// How the run was made.
    pub settings: Settings,
    /// The cases that ratios refer to, in the order of the columns.
    pub references: Vec<String>,
    /// One entry for each kind of work.
    pub groups: Vec<GroupReport>,
    /// The goals whose cases took part.
    pub verdicts: Vec<Verdict>,
}

impl Report {
    /// Writes the report as JSON.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_json(&self, path: &Path) -> io::Result<()> {
        fs::write(path, serde_json::to_string_pretty(self)? + "\n")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        table::write(formatter, self)
    }
}

/// How the run was made.
#[derive(Clone, Debug, Serialize)]
pub struct Settings {
    /// Measured rounds of each case.
    pub rounds: usize,
    /// How long a round of a case with repeated calls takes.
    pub round_ms: u64,
    /// The CPUs the process may use: 1 when pinned.
    pub cores: usize,
}

/// All cases of one kind of work.
#[derive(Debug, Serialize)]
pub struct GroupReport {
    /// The name of the work.
    pub name: String,
    /// What one operation is.
    pub unit: Unit,
    /// One entry for each library.
    pub cases: Vec<CaseReport>,
}

/// One library's figures: medians of the rounds.
#[derive(Debug, Serialize)]
pub struct CaseReport {
    /// The name of the library.
    pub name: String,
    /// Wall time of one operation.
    pub wall_ns: f64,
    /// Distance between the quartiles of the wall time as a share of its median.
    pub spread: f64,
    /// Process CPU time of one operation.
    pub cpu_ns: f64,
    /// How many times faster than each reference: the median of the rounds' ratios of wall time.
    pub ratios: BTreeMap<String, f64>,
    /// Peak memory over the idle process.
    pub growth_bytes: Option<f64>,
    /// Wall time of one operation in each round.
    pub wall_ns_rounds: Vec<f64>,
}

impl CaseReport {
    pub(crate) fn new(name: &str, samples: &[Sample], references: &[(&str, &[Sample])]) -> Self {
        let wall = wall_ns(samples);
        let cpu: Vec<f64> = samples.iter().map(Sample::cpu_ns).collect();
        let growth: Option<Vec<f64>> =
            samples.iter().map(|sample| sample.growth_bytes.map(|bytes| bytes as f64)).collect();
        Self {
            name: name.to_owned(),
            wall_ns: median(&wall),
            spread: spread(&wall),
            cpu_ns: median(&cpu),
            ratios: references
                .iter()
                .map(|(name, base)| ((*name).to_owned(), speed_ratio(&wall_ns(base), &wall)))
                .collect(),
            growth_bytes: growth.map(|bytes| median(&bytes)),
            wall_ns_rounds: wall,
        }
    }
}

fn wall_ns(samples: &[Sample]) -> Vec<f64> {
    samples.iter().map(Sample::wall_ns).collect()
}
