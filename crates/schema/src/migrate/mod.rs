//! Migrations: files that change a schema step by step, and the runner that applies each once.
//!
//! A file is called `V{version}__{description}.sql` and holds plain statements; what takes it back
//! stands in `U{version}__{description}.sql`, or in the file itself after a line `-- rollback`.
//! `R__{description}.sql` runs after all versions, whenever it has changed. The names of sqlx and
//! golang-migrate are read too. A [`DataMigration`] is code. The `system` set of a library or
//! service runs first, then the `app` set of the application.
//!
//! # Invariants
//! - One transaction for each file holds its statements and its row in `ia_migrations`; where that
//!   cannot be, each statement is noted in `ia_migration_statements` before it runs and after.
//! - What was applied is checked before anything runs; one fault refuses the whole run.
//! - A checksum ignores line ends and trailing blanks, and nothing else.
//! - Everything about a dialect's words for the tracking table is in `tracking.rs`.

mod apply;
mod body;
mod checksum;
mod data;
mod draft;
mod folder;
mod history;
mod journal;
mod lock;
mod migration;
mod name;
mod pieces;
mod plan;
mod report;
mod runner;
mod set;
mod statements;
mod stepwise;
mod tracking;
mod version;

pub use body::{Change, Script};
pub use data::{Code, DataMigration};
pub use draft::Draft;
pub use journal::JOURNAL_TABLE;
pub use migration::{Migration, MigrationKind};
pub use plan::{Entry, State};
pub use report::{Applied, Planned, Progress, ProgressEvent, Report};
pub use runner::Migrator;
pub use set::{FILE_BYTES_MAX, FILES_MAX, MigrationSet};
pub use tracking::TRACKING_TABLE;
pub use version::Version;

/// The remark at the head of a file whose statements each commit by themselves.
pub const NO_TRANSACTION: &str = "no-transaction";

/// The remark at the head of a file that SQLite runs without following references; they are checked
/// at its end.
pub const WITHOUT_FOREIGN_KEYS: &str = "without-foreign-keys";
