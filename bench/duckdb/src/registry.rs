//! The libraries of a run and what is measured, in the order of the table.

use bench_harness::Unit;
use bench_work::{Entry, Library, Pace, Work, Workload};

use crate::c_interface::CInterface;
use crate::duckdb_rows::DuckDbRows;
use crate::hypostyle::Hypostyle;

/// The cases that ratios refer to.
pub(crate) const REFERENCES: [&str; 2] = [CInterface::NAME, DuckDbRows::NAME];

/// What is measured, in the order of the table.
pub(crate) const WORKLOADS: [Workload; 6] = [
    Workload::point_select("point-select-1", 1, Pace::Tight),
    Workload::point_select("point-select-16", 16, Pace::Tight),
    Workload::new("insert", Unit::Call, Work::Insert),
    Workload::new("bulk", Unit::Row, Work::Bulk),
    Workload::new("stream", Unit::Row, Work::Stream),
    Workload::new("acquire", Unit::Call, Work::Acquire),
];

/// Every library, in the order of the table.
pub(crate) fn libraries() -> Vec<Entry> {
    vec![
        Entry::of::<Hypostyle>().pooled::<Hypostyle>(),
        Entry::of::<CInterface>(),
        Entry::of::<DuckDbRows>(),
    ]
}
