//! What a database looks like and how it changes: a model of its tables, the inspection of live
//! databases, [`migrate`], and [`desired`].
//!
//! # Invariants
//! - [`inspect`] answers what stood in the database at one moment: it reads in one transaction.
//! - The number of queries does not grow with the number of tables; of MySQL and MariaDB views,
//!   routines, events and tables in partitions are asked for one by one.
//! - What an engine keeps for itself is left out: `sqlite_…` tables, the shadow tables of a
//!   full-text index, PostgreSQL's own schemas.
//! - What the model cannot describe is named, not dropped: `beyond` of [`Table`] and [`Schema`].
//! - Names are as the engine answers them; nothing is folded to one case.

mod create;
pub mod desired;
pub mod diff;
mod export;
mod files;
mod generate;
mod inspect;
pub mod migrate;
mod model;
mod on;
mod order;
pub mod plan;
mod scratch;
mod script;
mod words;

pub use create::create;
pub use export::{mermaid, rust};
pub use generate::{GeneratedMigration, generate, replay};
pub use inspect::{Inspector, inspect, table, tables};
pub use model::{
    Action, Check, Column, Definition, DefinitionKind, Dependency, Domain, Enumeration, Extension,
    ForeignKey, Generated, Identity, Index, IndexPart, IndexedBy, Nulls, Origin, Schema, Sequence,
    SequenceOptions, Storage, Subject, SubjectKind, Table, TableKind, TableOption, Timing, Trigger,
};
pub use scratch::ScratchDatabase;
