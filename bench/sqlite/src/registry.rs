//! The libraries of a run and what is measured, in the order of the table.

use bench_harness::{Case, Unit};
use bench_work::{Entry, Library, Pace, Setup, Work, Workload};

use crate::diesel_async::DieselAsync;
use crate::diesel_sync::DieselSync;
use crate::hypostyle::Hypostyle;
use crate::rusqlite_direct::RusqliteDirect;
use crate::sea::Sea;
use crate::sqlx_pool::{SqlxPool, SqlxPoolUntested};
use crate::ticker;

/// The cases that ratios refer to.
pub(crate) const REFERENCES: [&str; 3] = [RusqliteDirect::NAME, SqlxPool::NAME, Sea::NAME];

/// What is measured, in the order of the table.
pub(crate) const WORKLOADS: [Workload; 9] = [
    Workload::point_select("point-select-1", 1, Pace::Tight),
    Workload::point_select("point-select-yield", 1, Pace::Yielding),
    Workload::point_select("point-select-16", 16, Pace::Tight),
    Workload::point_select("point-select-64", 64, Pace::Tight),
    Workload::new("insert", Unit::Call, Work::Insert),
    Workload::new("bulk", Unit::Row, Work::Bulk),
    Workload::new("stream", Unit::Row, Work::Stream),
    Workload::new("acquire", Unit::Call, Work::Acquire),
    Workload::new("ticker", Unit::Delay, Work::Own(tickers)),
];

/// Every library, in the order of the table.
pub(crate) fn libraries() -> Vec<Entry> {
    vec![
        Entry::of::<Hypostyle>()
            .pooled::<Hypostyle>()
            .dynamic::<Hypostyle>("hypostyle dynamic", false),
        Entry::of::<RusqliteDirect>().dynamic::<RusqliteDirect>("rusqlite dynamic", false),
        Entry::of::<SqlxPool>().pooled::<SqlxPool>(),
        Entry::of::<SqlxPoolUntested>().pooled::<SqlxPoolUntested>(),
        Entry::of::<Sea>(),
        Entry::of::<DieselSync>().pooled::<DieselSync>(),
        Entry::of::<DieselAsync>().pooled::<DieselAsync>(),
    ]
}

fn tickers(setup: &Setup) -> Vec<Case> {
    vec![
        ticker::case::<Hypostyle>(setup),
        ticker::case::<RusqliteDirect>(setup),
        ticker::case::<SqlxPool>(setup),
        ticker::case::<SqlxPoolUntested>(setup),
        ticker::case::<Sea>(setup),
        ticker::case::<DieselSync>(setup),
        ticker::case::<DieselAsync>(setup),
    ]
}
