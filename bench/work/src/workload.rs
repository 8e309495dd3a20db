//! What is measured.

use bench_harness::{Case, Group, Unit};

use crate::entry::Entry;
use crate::setup::Setup;

/// A kind of work; every library that can do it has a case.
pub struct Workload {
    name: &'static str,
    unit: Unit,
    work: Work,
}

/// What is done.
#[derive(Clone, Copy)]
pub enum Work {
    /// Reads rows by random keys.
    PointSelect {
        /// So many tasks at once.
        tasks: usize,
        /// What a task does after a call.
        pace: Pace,
    },
    /// Writes rows in transactions of their own.
    Insert,
    /// Writes so many rows in one transaction, by a statement each.
    ExecuteMany {
        /// Rows of a transaction.
        rows: usize,
    },
    /// Writes many rows in one transaction.
    Bulk,
    /// Reads a large table.
    Stream,
    /// Takes connections out of a pool.
    Acquire,
    /// What only this engine's benchmark does.
    Own(fn(&Setup) -> Vec<Case>),
}

/// Whether a task runs on after a call or lets the runtime's other tasks in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// It runs on.
    Tight,
    /// It lets them in.
    Yielding,
}

impl Workload {
    /// Work under a name.
    pub const fn new(name: &'static str, unit: Unit, work: Work) -> Self {
        Self { name, unit, work }
    }

    /// Point selects in so many tasks.
    pub const fn point_select(name: &'static str, tasks: usize, pace: Pace) -> Self {
        Self::new(name, Unit::Call, Work::PointSelect { tasks, pace })
    }

    /// The name of the group in the table.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Opens every library for this work.
    pub(crate) fn group(&self, entries: &[Entry], setup: &Setup) -> Group {
        let mut group = Group::new(self.name, self.unit);
        for entry in entries {
            self.work.cases(entry, setup).into_iter().for_each(|case| group.add(case));
        }
        if let Work::Own(cases) = self.work {
            cases(setup).into_iter().for_each(|case| group.add(case));
        }
        group
    }
}

impl Work {
    fn cases(self, entry: &Entry, setup: &Setup) -> Vec<Case> {
        match self {
            Self::PointSelect { tasks, pace } if tasks >= entry.tasks_min => {
                vec![(entry.point_select)(setup, tasks, pace)]
            }
            Self::PointSelect { .. } | Self::Own(_) => Vec::new(),
            Self::Insert => entry.insert.iter().map(|case| case(setup)).collect(),
            Self::ExecuteMany { rows } => {
                entry.execute_many.iter().map(|case| case(setup, rows)).collect()
            }
            Self::Bulk => entry.bulk.iter().map(|case| case(setup)).collect(),
            Self::Stream => {
                let own = entry.streams.iter().map(|stream| stream.case(setup));
                own.chain(entry.stream_elsewhere.iter().map(|case| case(setup))).collect()
            }
            Self::Acquire => entry.acquire.iter().map(|case| case(setup)).collect(),
        }
    }
}
