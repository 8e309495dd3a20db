//! Model files: the tables that a module wants, as plain `CREATE` statements.
//!
//! A module's `models.sql` names its database in the first line, `-- database: shop`, and holds
//! `CREATE` statements in the words of that database's engine: `TABLE`, `INDEX`, `VIEW`, `TRIGGER`
//! and `VIRTUAL TABLE` on SQLite; `MATERIALIZED VIEW`, `TYPE`, `DOMAIN`, `SEQUENCE`, `FUNCTION`,
//! `PROCEDURE` and `EXTENSION`, too, on PostgreSQL; `FUNCTION` and `PROCEDURE` on MySQL; `SEQUENCE`,
//! `TYPE` and `MACRO` on DuckDB, which has no triggers.
//!
//! # Invariants
//! - A model file only makes objects: it inserts, changes and drops nothing.
//! - What is wrong with a file is a [`Problem`] with its place, found before a database is touched.
//! - All objects are made in one transaction, where tables are made in transactions (not on MySQL);
//!   an object that exists is left alone.

mod apply;
mod check;
mod drift;
mod foreign_keys;
mod header;
mod home;
mod model_file;
mod object;
mod problem;
mod statement;
mod types;

pub(crate) use check::enter_scratch;
pub use drift::{Difference, Part, drift};
pub use home::actual;
pub(crate) use home::without_schema;
pub use model_file::{MODEL_BYTES_MAX, ModelFile, OBJECTS_MAX};
pub use object::{Object, ObjectKind};
pub use problem::Problem;
