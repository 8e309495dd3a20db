//! DuckDB for Hypostyle: many readers and writers in one process, results by chunks of columns.
//!
//! # The library
//! DuckDB's library is looked for when the first database is opened, so that a program with this
//! driver is built and runs without it: where `HYPOSTYLE_DUCKDB_LIBRARY` says, else beside the
//! program, in `../lib` beside its folder, and where the system keeps its libraries. Version 1.5 is
//! needed, or a newer one with the same C interface. Built with `--cfg hypostyle_duckdb_bundled`, the
//! driver compiles DuckDB in, which takes half an hour.
//!
//! # Where statements run
//! A statement that ended quickly when it ran last runs on the caller's thread, task by task, and
//! leaves it for another once it has taken half a millisecond. All others run on a thread of their
//! own: those not prepared yet, those that took long, bulks, and what commits to a file.
//!
//! # Files
//! With `files=FOLDER` statements read and write the files in that folder by path (CSV, Parquet,
//! JSON, other databases), links and `..` out of it excluded. Without it they reach none, extensions are
//! neither installed nor loaded, and configuration is locked.
//!
//! # Locks
//! DuckDB does not wait for locks: who comes second is refused. Here a statement outside of
//! transactions, and the first one of a transaction, is run again until it gets through or
//! `busy_timeout` has passed. A file is open for writing in one process at a time.
//!
//! # Values
//! Exact or refused. A parameter is bound as the type DuckDB expects where it fits that without loss; a
//! statement that stores refuses one that does not, for DuckDB would round it. `ARRAY` and `LIST` of
//! `FLOAT` are vectors, a `STRUCT`, a `MAP` with texts as keys and a `UNION` (of the one member that is
//! there) are maps; a `MAP` with other keys is a list of pairs.
//!
//! # Arrow
//! With the feature `arrow`, a request that asks for columns gets the chunks as record batches:
//! numbers and times lent without a copy, texts and bytes copied; a result with other columns comes
//! as rows.
//!
//! # Options of the URL
//! `mode` (`ro`, `rw`, `rwc`), `threads`, `memory_limit`, `files`, `busy_timeout` in ms (10 000; a
//! session sets its own by `SET VARIABLE busy_timeout`), `statements_max` (100). See [`Location`] for
//! the path.
//!
//! # Invariants
//! - `raw/` is the only folder with `unsafe`.
//! - What has become of a transaction is asked of the engine after every error and every statement
//!   that may begin or end one.
//! - A connection whose session a caller changed is connected anew before the next caller gets it.

mod blocking;
mod bulk;
mod catalog;
mod changes;
#[cfg(feature = "arrow")]
mod columnar;
mod config;
mod connection;
mod control;
mod driver;
mod errors;
mod open;
mod raw;
mod run;
mod script;
mod session;
mod statements;
mod transactions;
mod types;

pub use config::Location;
pub use connection::DuckDbConnection;
pub use driver::{DuckDb, DuckDbDriver};

use hypostyle_core::{Error, ErrorKind, Result};

/// Answers the version of DuckDB's library, as `v1.5.6`.
///
/// # Errors
/// `Connection` where it is not found; the message says what to do.
pub fn version() -> Result<&'static str> {
    raw::version().map_err(|missing| Error::new(ErrorKind::Connection, missing))
}
