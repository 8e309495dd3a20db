//! How each workload becomes a case of one library.

use bench_harness::Case;

use crate::cases;
use crate::library::{Dynamic, Library, Many, OneByOne, Pooled};
use crate::setup::Setup;
use crate::stream::Stream;
use crate::workload::Pace;

/// How a kind of work becomes a case.
pub type Make = Box<dyn Fn(&Setup) -> Case>;
/// How point selects in so many tasks become one.
pub type MakeSelect = Box<dyn Fn(&Setup, usize, Pace) -> Case>;
/// How transactions of so many rows become one.
pub type MakeMany = Box<dyn Fn(&Setup, usize) -> Case>;

/// How each workload becomes a case of one library; what it cannot do has none.
pub struct Entry {
    /// Point selects in so many tasks.
    pub point_select: MakeSelect,
    /// Point selects in fewer tasks are left out.
    pub tasks_min: usize,
    /// Rows in transactions of their own.
    pub insert: Option<Make>,
    /// Transactions of so many rows, by a statement each.
    pub execute_many: Vec<MakeMany>,
    /// Many rows in one transaction.
    pub bulk: Option<Make>,
    /// Taking connections out of a pool.
    pub acquire: Option<Make>,
    /// Reading a large table by a child that runs [`stream_child`](crate::stream_child).
    pub streams: Vec<Stream>,
    /// Reading it by a child of another kind.
    pub stream_elsewhere: Option<Make>,
}

impl Entry {
    /// A library that does what every library does.
    pub fn of<L: Library>() -> Self {
        Self {
            insert: Some(Box::new(cases::insert::<L>)),
            bulk: Some(Box::new(cases::bulk::<L>)),
            streams: vec![Stream::typed::<L>()],
            tasks_min: 0,
            ..Self::concurrent::<L>()
        }
    }

    /// A way of a library that differs from its others only with many tasks.
    pub fn concurrent<L: Library>() -> Self {
        Self {
            point_select: Box::new(cases::point_select::<L>),
            tasks_min: 2,
            insert: None,
            execute_many: Vec::new(),
            bulk: None,
            acquire: None,
            streams: Vec::new(),
            stream_elsewhere: None,
        }
    }

    /// Adds taking connections out of its pool.
    pub fn pooled<L: Pooled>(mut self) -> Self {
        self.acquire = Some(Box::new(cases::acquire::<L>));
        self
    }

    /// Adds a few rows of one transaction, by a statement each.
    pub fn one_by_one<L: OneByOne>(mut self, name: &'static str) -> Self {
        let make = move |setup: &Setup, rows| cases::one_by_one::<L>(setup, name, rows);
        self.execute_many.push(Box::new(make));
        self
    }

    /// Adds the same handed over as one.
    pub fn many<L: Many>(mut self) -> Self {
        self.execute_many.push(Box::new(cases::execute_many::<L>));
        self
    }

    /// Adds streaming rows of values.
    pub fn dynamic<L: Dynamic>(mut self, name: &'static str, decodes_moments: bool) -> Self {
        self.streams.push(Stream::dynamic::<L>(name, decodes_moments));
        self
    }
}
