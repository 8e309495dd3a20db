//! What every library does, under the same names.

use crate::item::Item;
use crate::totals::Totals;

/// Connections of a pool.
pub const POOL_CONNECTIONS: u32 = 8;

/// What one task of a library works with: a clone of a pool, or a connection of its own.
///
/// Every method panics where the library reports an error: a failed operation has no figure.
pub trait Library: Sized + Send + 'static {
    /// The library's name in the table.
    const NAME: &'static str;

    /// Opens the database, at a path or a URL, for `tasks` tasks.
    ///
    /// A pooled library returns a handle for each task. A library without a pool, whose calls block,
    /// returns at most one handle for each core: more threads than cores only slow it down.
    fn open(location: &str, tasks: usize) -> impl Future<Output = Vec<Self>> + Send;

    /// Reads the row of `item` with this id.
    fn point_select(&mut self, id: i64) -> impl Future<Output = Item> + Send;

    /// Writes one row to `target` in a transaction of its own.
    fn insert(&mut self, item: &Item) -> impl Future<Output = ()> + Send;

    /// Writes all rows to `target` in one transaction, the fastest way the library offers.
    fn bulk(&mut self, items: &[Item]) -> impl Future<Output = ()> + Send;

    /// Reads all rows of `large` and adds each to the totals.
    fn stream(&mut self, totals: &mut Totals) -> impl Future<Output = ()> + Send;
}

/// A library with a pool.
pub trait Pooled: Library {
    /// Takes a connection out of the idle pool and puts it back.
    fn acquire(&mut self) -> impl Future<Output = ()> + Send;
}

/// A library that reads rows whose columns it does not know beforehand.
pub trait Dynamic: Library {
    /// As [`Library::stream`], but by rows of values instead of a struct.
    fn stream_dynamic(&mut self, totals: &mut Totals) -> impl Future<Output = ()> + Send;
}

/// A library that writes a few rows in a transaction, by a statement each.
pub trait OneByOne: Library {
    /// Writes the rows to `target` in one transaction, each statement sent once the one before it
    /// is answered.
    fn execute_each(&mut self, items: &[Item]) -> impl Future<Output = ()> + Send;
}

/// A library that takes one statement with many rows of parameters.
pub trait Many: Library {
    /// Writes the rows to `target` in one transaction, by a statement each, handed over as one.
    fn execute_many(&mut self, items: &[Item]) -> impl Future<Output = ()> + Send;
}

/// The handles of a library without a pool: one for each core at most.
pub fn handles_max(tasks: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    tasks.min(cores)
}
