//! What a database looks like: a model of its tables, and the inspection of live databases.
//!
//! # Invariants
//! - [`inspect`] answers what stood in the database at one moment: it reads in one transaction.
//! - The number of queries does not grow with the number of tables.
//! - What an engine keeps for itself is left out: `sqlite_…` tables, the shadow tables of a
//!   full-text index.
//! - Names are as the engine answers them; nothing is folded to one case.

mod inspect;
mod model;

pub use inspect::{Inspector, inspect, table, tables};
pub use model::{
    Action, Check, Column, ForeignKey, Generated, Index, IndexPart, IndexedBy, Origin, Schema,
    Storage, Table, TableKind,
};
