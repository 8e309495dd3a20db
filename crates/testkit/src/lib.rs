//! The behaviour suite every engine runs, and the faults that attack guard and pool.
//!
//! # Invariants
//! - A behaviour is a [`Case`]: data with a name, what it needs, and a function of a [`Bench`].
//! - No case is skipped: on an engine without a capability that a case needs, the same case runs
//!   and must be refused, naming the capability ([`trials`]).
//! - A case fails by answering a [`Failure`], never by a panic, and ends within [`CASE_MS_MAX`].
//! - Each case has a database of its own.

pub mod child;
pub mod fault;
pub mod hostile;
pub mod server;
pub mod suite;

mod bench;
mod case;
mod failure;
mod matrix;
mod polls;
mod port;
mod proxy;
mod same;
mod scenario;
mod target;

pub use bench::Bench;
pub use case::{CASE_MS_MAX, Case, trials};
pub use failure::{Failure, Outcome, equal, fails, fails_with, holds, ids_are, refused};
pub use matrix::{Record, conclude};
pub use polls::{Dropped, drop_at, eventually};
pub use proxy::Proxy;
pub use same::{read_as, same};
pub use target::{Anomaly, NullOrder, Setting, Site, Target, Wrong};
