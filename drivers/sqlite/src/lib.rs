//! SQLite for Hypostyle: many readers, one writer behind a fair queue, statements inline.
//!
//! # Where statements run
//! On a runtime with several threads a statement runs on the caller's thread: nothing is faster.
//! Past half a millisecond it hands the runtime's worker over to another thread, so that other
//! tasks go on; other futures *of the same task* wait, unless the query says `offload()`. On a
//! runtime with one thread, statements run on a thread of their own.
//!
//! # Durability
//! The journal is a write-ahead log. With `synchronous = NORMAL`, the default, a commit survives
//! the death of the process, also by `kill -9`; a power loss can undo the last commits and never
//! damages the database. With `synchronous = FULL` a commit survives a power loss too and waits for
//! the disk.
//!
//! # Values
//! SQLite stores integers, floats, text and bytes. Dates, times and UUIDs are stored as text,
//! decimals as text that a column declared `DECIMAL` turns into a number. When read, the declared
//! type of a column decides where the stored value fits it; a value that does not fit is answered
//! as it is stored. NaN, integers beyond 64 bits and decimals of more digits than such a column
//! keeps are refused.
//!
//! # Options of the URL
//! `mode` (`ro`, `rw`, `rwc`), `journal_mode`, `synchronous`, `cache_bytes` for the whole pool
//! (40 MB), `cache_size` as the pragma has it, `busy_timeout` in ms (10 000), `foreign_keys`,
//! `wal_pages_max` (1 000), `statements_max` (100), `value_bytes_max` (1 000 000 000). See
//! [`Location`] for the path.
//!
//! # Invariants
//! - `raw.rs` is the only file with `unsafe`.
//! - A reader's engine refuses writes, attached databases and changes of settings.
//! - A connection whose settings a caller changed is opened anew before the next caller gets it.

mod binding;
mod blocking;
mod bulk;
mod config;
mod connection;
mod driver;
mod errors;
mod handover;
mod hooks;
mod memory;
mod network;
mod open;
mod raw;
mod script;
mod sequence;
mod statements;
mod transactions;
mod types;
mod wal;

pub use config::Location;
pub use connection::SqliteConnection;
pub use driver::{Sqlite, SqliteDriver};

/// Answers the version of the SQLite that is linked.
pub fn version() -> &'static str {
    raw::version()
}
