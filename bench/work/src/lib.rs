//! The work that the benchmarks of all engines do: the row, the loops around a library's calls, the
//! checks, the order of a run.
//!
//! An engine's benchmark brings its [`Library`]s, a [`Target`] that is emptied and read back beside
//! them, and a [`Plan`].

mod cases;
mod cli;
pub mod diesel_tables;
mod entry;
mod item;
mod keys;
mod library;
mod plan;
pub mod sea_tables;
mod setup;
mod stream;
mod totals;
mod workload;

pub use cases::count;
pub use cli::RunArguments;
pub use entry::{Entry, Make, MakeMany, MakeSelect};
pub use item::Item;
pub use keys::Keys;
pub use library::{Dynamic, Library, Many, OneByOne, POOL_CONNECTIONS, Pooled, handles_max};
pub use plan::Plan;
pub use setup::{BULK_ROWS, ITEM_ROWS, LARGE_ROWS, Setup, Target, runtime};
pub use stream::{Stream, expected_totals, stream_child};
pub use totals::Totals;
pub use workload::{Pace, Work, Workload};
