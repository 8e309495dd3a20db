//! The libraries of a run, in the order of the table.

use bench_harness::Case;

use crate::diesel_async::DieselAsync;
use crate::diesel_sync::DieselSync;
use crate::hypostyle::Hypostyle;
use crate::library::{Dynamic, Library, Pooled};
use crate::rusqlite_direct::RusqliteDirect;
use crate::sea::Sea;
use crate::setup::Setup;
use crate::sqlx_pool::{SqlxPool, SqlxPoolUntested};
use crate::stream::{self, Stream};
use crate::workloads::Pace;
use crate::{cases, ticker};

/// The cases that ratios refer to.
pub(crate) const REFERENCES: [&str; 3] = [RusqliteDirect::NAME, SqlxPool::NAME, Sea::NAME];

/// Every library, in the order of the table.
pub(crate) fn libraries() -> Vec<Entry> {
    vec![
        Entry::of::<Hypostyle>().pooled::<Hypostyle>().dynamic::<Hypostyle>("hypostyle dynamic"),
        Entry::of::<RusqliteDirect>().dynamic::<RusqliteDirect>("rusqlite dynamic"),
        Entry::of::<SqlxPool>().pooled::<SqlxPool>(),
        Entry::of::<SqlxPoolUntested>().pooled::<SqlxPoolUntested>(),
        Entry::of::<Sea>(),
        Entry::of::<DieselSync>().pooled::<DieselSync>(),
        Entry::of::<DieselAsync>().pooled::<DieselAsync>(),
    ]
}

/// How each workload becomes a case of one library.
pub(crate) struct Entry {
    pub(crate) point_select: fn(&Setup, usize, Pace) -> Case,
    pub(crate) insert: fn(&Setup) -> Case,
    pub(crate) bulk: fn(&Setup) -> Case,
    pub(crate) ticker: fn(&Setup) -> Case,
    pub(crate) acquire: Option<fn(&Setup) -> Case>,
    pub(crate) streams: Vec<Stream>,
}

impl Entry {
    fn of<L: Library>() -> Self {
        Self {
            point_select: cases::point_select::<L>,
            insert: cases::insert::<L>,
            bulk: cases::bulk::<L>,
            ticker: ticker::case::<L>,
            acquire: None,
            streams: vec![stream::typed::<L>()],
        }
    }

    fn pooled<L: Pooled>(mut self) -> Self {
        self.acquire = Some(cases::acquire::<L>);
        self
    }

    fn dynamic<L: Dynamic>(mut self, name: &'static str) -> Self {
        self.streams.push(stream::dynamic::<L>(name));
        self
    }
}
