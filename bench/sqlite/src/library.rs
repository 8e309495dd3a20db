//! What every library does, under the same names.

use std::path::Path;

use crate::item::Item;
use crate::totals::Totals;

pub(crate) const SELECT: &str = "SELECT id, name, score, active, ts FROM item WHERE id = ?1";
pub(crate) const SCAN: &str = "SELECT id, name, score, active, ts FROM large";
pub(crate) const INSERT: &str =
    "INSERT INTO target (name, score, active, ts) VALUES (?1, ?2, ?3, ?4)";

/// How the libraries that open connections by themselves set each of them up.
pub(crate) const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
     PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000";

/// Connections of a pool.
pub(crate) const POOL_CONNECTIONS: u32 = 8;

/// What one task of a library works with: a clone of a pool, or a connection of its own.
///
/// Every method panics where the library reports an error: a failed operation has no figure.
pub(crate) trait Library: Sized + Send + 'static {
    /// The library's name in the table.
    const NAME: &'static str;

    /// Opens the database for `tasks` tasks.
    ///
    /// A pooled library returns a handle for each task. A library without a pool, whose calls block,
    /// returns at most one handle for each core: more threads than cores only slow it down.
    fn open(database: &Path, tasks: usize) -> impl Future<Output = Vec<Self>> + Send;

    /// Reads the row of `item` with this id by [`SELECT`] or the library's equal of it.
    fn point_select(&mut self, id: i64) -> impl Future<Output = Item> + Send;

    /// Writes one row to `target` in a transaction of its own by [`INSERT`].
    fn insert(&mut self, item: &Item) -> impl Future<Output = ()> + Send;

    /// Writes all rows to `target` in one transaction, the fastest way the library offers.
    fn bulk(&mut self, items: &[Item]) -> impl Future<Output = ()> + Send;

    /// Reads all rows of `large` by [`SCAN`] and adds each to the totals.
    fn stream(&mut self, totals: &mut Totals) -> impl Future<Output = ()> + Send;

    /// Reads the one integer that `sql` answers.
    fn scalar(&mut self, sql: &str) -> impl Future<Output = i64> + Send;
}

/// A library with a pool.
pub(crate) trait Pooled: Library {
    /// Takes a connection out of the idle pool and puts it back.
    fn acquire(&mut self) -> impl Future<Output = ()> + Send;
}

/// A library that reads rows whose columns it does not know beforehand.
pub(crate) trait Dynamic: Library {
    /// As [`Library::stream`], but by rows of values instead of a struct.
    fn stream_dynamic(&mut self, totals: &mut Totals) -> impl Future<Output = ()> + Send;
}

/// The handles of a library without a pool: one for each core at most.
pub(crate) fn handles_max(tasks: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    tasks.min(cores)
}
