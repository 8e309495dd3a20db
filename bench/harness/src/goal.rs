//! What the figures are meant to reach.

use std::fmt;

use serde::Serialize;

use crate::GroupReport;
use crate::statistics::speed_ratio;

const MIB: f64 = 1024.0 * 1024.0;

/// A bound on one case of one group.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// The group's name.
    pub group: &'static str,
    /// The case's name.
    pub case: &'static str,
    /// What the case is meant to reach.
    pub bound: Bound,
}

/// What a case is meant to reach.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// At least this many times as fast as another case of the group.
    Ratio {
        /// The other case's name.
        to: &'static str,
        /// The smallest ratio.
        min: f64,
    },
    /// At most this wall time for one operation.
    WallMaxNs(f64),
    /// At most this much memory over the idle process.
    GrowthMaxBytes(f64),
}

impl fmt::Display for Bound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ratio { to, min } => write!(formatter, "≥ {min:.2} × {to}"),
            Self::WallMaxNs(max) => write!(formatter, "≤ {:.2} µs", max / 1e3),
            Self::GrowthMaxBytes(max) => write!(formatter, "≤ {:.1} MiB over idle", max / MIB),
        }
    }
}

/// A goal beside what was measured.
#[derive(Debug, Serialize)]
pub struct Verdict {
    /// The group's name.
    pub group: &'static str,
    /// The case's name.
    pub case: &'static str,
    /// The bound in words.
    pub bound: String,
    /// The figure, in the unit of the bound's words.
    pub figure: f64,
    /// Whether the figure is within the bound.
    pub reached: bool,
}

impl Goal {
    /// Compares the goal with what was measured; `None` when a case it names took no part.
    pub fn judge(&self, groups: &[GroupReport]) -> Option<Verdict> {
        let group = groups.iter().find(|group| group.name == self.group)?;
        let named = |name: &str| group.cases.iter().find(|case| case.name == name);
        let case = named(self.case)?;
        let (figure, reached) = match self.bound {
            Bound::Ratio { to, min } => {
                let ratio = speed_ratio(&named(to)?.wall_ns_rounds, &case.wall_ns_rounds);
                (ratio, ratio >= min)
            }
            Bound::WallMaxNs(max) => (case.wall_ns / 1e3, case.wall_ns <= max),
            Bound::GrowthMaxBytes(max) => (case.growth_bytes? / MIB, case.growth_bytes? <= max),
        };
        let bound = self.bound.to_string();
        Some(Verdict { group: self.group, case: self.case, bound, figure, reached })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Case, Group, Sample, Unit};

    fn groups() -> Vec<GroupReport> {
        let mut group = Group::new("work", Unit::Call);
        for (name, micros) in [("base", 2), ("own", 1)] {
            let wall = Duration::from_micros(micros);
            let sample = Sample { operations: 1, wall, cpu: wall, growth_bytes: Some(1 << 20) };
            group.add(Case::new(name, move || sample));
        }
        vec![group.run(1, &[])]
    }

    #[track_caller]
    fn check(bound: Bound, expect: Option<(f64, bool)>) {
        let verdict = Goal { group: "work", case: "own", bound }.judge(&groups());
        assert_eq!(verdict.map(|verdict| (verdict.figure, verdict.reached)), expect);
    }

    #[test]
    fn goal_compares_ratio_time_and_memory() {
        check(Bound::Ratio { to: "base", min: 2.0 }, Some((2.0, true)));
        check(Bound::Ratio { to: "base", min: 2.1 }, Some((2.0, false)));
        check(Bound::WallMaxNs(1_000.0), Some((1.0, true)));
        check(Bound::GrowthMaxBytes(1_000.0), Some((1.0, false)));
    }

    #[test]
    fn goal_without_its_case_has_no_verdict() {
        check(Bound::Ratio { to: "absent", min: 1.0 }, None);
    }
}
