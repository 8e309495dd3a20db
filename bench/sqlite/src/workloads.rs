//! What is measured, in the order of the table.

use bench_harness::{Case, Group, Unit};

use crate::registry::{self, Entry};
use crate::setup::Setup;

/// A kind of work; every library that can do it has a case.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    unit: Unit,
    work: Work,
}

#[derive(Clone, Copy)]
enum Work {
    PointSelect { tasks: usize, pace: Pace },
    Insert,
    Bulk,
    Stream,
    Acquire,
    Ticker,
}

/// Whether a task runs on after a call or lets the runtime's other tasks in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    Tight,
    Yielding,
}

/// What is measured, in the order of the table.
pub(crate) const WORKLOADS: [Workload; 9] = [
    point_select("point-select-1", 1, Pace::Tight),
    point_select("point-select-yield", 1, Pace::Yielding),
    point_select("point-select-16", 16, Pace::Tight),
    point_select("point-select-64", 64, Pace::Tight),
    Workload { name: "insert", unit: Unit::Call, work: Work::Insert },
    Workload { name: "bulk", unit: Unit::Row, work: Work::Bulk },
    Workload { name: "stream", unit: Unit::Row, work: Work::Stream },
    Workload { name: "acquire", unit: Unit::Call, work: Work::Acquire },
    Workload { name: "ticker", unit: Unit::Delay, work: Work::Ticker },
];

const fn point_select(name: &'static str, tasks: usize, pace: Pace) -> Workload {
    Workload { name, unit: Unit::Call, work: Work::PointSelect { tasks, pace } }
}

impl Workload {
    /// Opens every library for this work.
    pub(crate) fn group(&self, setup: &Setup) -> Group {
        let mut group = Group::new(self.name, self.unit);
        for entry in registry::libraries() {
            self.work.cases(&entry, setup).into_iter().for_each(|case| group.add(case));
        }
        group
    }
}

impl Work {
    fn cases(self, entry: &Entry, setup: &Setup) -> Vec<Case> {
        match self {
            Self::PointSelect { tasks, pace } => vec![(entry.point_select)(setup, tasks, pace)],
            Self::Insert => vec![(entry.insert)(setup)],
            Self::Bulk => vec![(entry.bulk)(setup)],
            Self::Stream => entry.streams.iter().map(|stream| stream.case(setup)).collect(),
            Self::Acquire => entry.acquire.iter().map(|case| case(setup)).collect(),
            Self::Ticker => vec![(entry.ticker)(setup)],
        }
    }
}
