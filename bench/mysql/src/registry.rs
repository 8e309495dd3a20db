//! The libraries of a run and what is measured, in the order of the table.

use bench_harness::Unit;
use bench_work::{Entry, Library, Pace, Work, Workload};

use crate::diesel_pool::DieselAsync;
use crate::hypostyle::Hypostyle;
use crate::mysql_direct::MysqlAsync;
use crate::mysql_pool::MysqlAsyncPool;
use crate::sea::Sea;
use crate::sqlx_pool::{SqlxPool, SqlxPoolUntested};

pub(crate) type Default = Hypostyle<false>;

/// The cases that ratios refer to.
pub(crate) const REFERENCES: [&str; 4] =
    [MysqlAsync::NAME, SqlxPool::NAME, Sea::NAME, DieselAsync::NAME];

/// What is measured, in the order of the table.
pub(crate) const WORKLOADS: [Workload; 7] = [
    Workload::point_select("point-select-1", 1, Pace::Tight),
    Workload::point_select("point-select-64", 64, Pace::Tight),
    Workload::new("insert", Unit::Call, Work::Insert),
    Workload::new("execute-many", Unit::Row, Work::ExecuteMany { rows: 64 }),
    Workload::new("bulk", Unit::Row, Work::Bulk),
    Workload::new("stream", Unit::Row, Work::Stream),
    Workload::new("acquire", Unit::Call, Work::Acquire),
];

/// Every library, in the order of the table.
pub(crate) fn libraries() -> Vec<Entry> {
    vec![
        Entry::of::<Default>()
            .pooled::<Default>()
            .dynamic::<Default>("hypostyle dynamic", true)
            .many::<Default>()
            .one_by_one::<Default>("hypostyle one by one"),
        Entry::concurrent::<Hypostyle<true>>(),
        Entry::of::<MysqlAsync>()
            .dynamic::<MysqlAsync>("mysql_async dynamic", true)
            .many::<MysqlAsync>()
            .one_by_one::<MysqlAsync>("mysql_async one by one"),
        Entry::of::<MysqlAsyncPool>()
            .pooled::<MysqlAsyncPool>()
            .one_by_one::<MysqlAsyncPool>(MysqlAsyncPool::NAME),
        Entry::of::<SqlxPool>().pooled::<SqlxPool>().one_by_one::<SqlxPool>(SqlxPool::NAME),
        Entry::of::<SqlxPoolUntested>().pooled::<SqlxPoolUntested>(),
        Entry::of::<Sea>().one_by_one::<Sea>(Sea::NAME),
        Entry::of::<DieselAsync>()
            .pooled::<DieselAsync>()
            .one_by_one::<DieselAsync>(DieselAsync::NAME),
    ]
}
