//! SQL in sources, checked against a schema before it runs.
//!
//! A [`Target`] is a database as it is to be; [`check`] finds SQL in files and holds each statement
//! against the targets, and a [`Report`] says what is wrong, where, and what exists.
//!
//! # Invariants
//! - Nothing that is checked runs, but for changes of the schema on a database in memory, which is
//!   thrown away.
//! - No false alarm: what cannot be judged is counted as not checked, with why.
//! - SQLite and DuckDB judge by themselves, in memory; PostgreSQL and MySQL where a server is given,
//!   and otherwise names and parameters are held against what makes the schema.

mod check;
mod definition;
mod engine;
mod meant;
mod names;
mod offline;
mod parameters;
mod report;
mod sources;
mod target;
mod words;

pub use check::check;
pub use definition::Definition;
pub use report::{Finding, Report, Unchecked};
pub use target::Target;

/// The programs of the guide, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/checking.md")]
struct Guide;
