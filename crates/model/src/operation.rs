//! Operation documents: what is to be done to tables that are named at run time, as JSON or as data.
//!
//! A document is read ([`Operation::parse`]) into an [`Operation`], planned against the live schema and
//! run in one transaction ([`run`], or a [`Runner`] in a transaction of the caller). What it answers
//! ([`Answer`]) is JSON again. REST, steps of workflows and agents run on the same.
//!
//! # Examples
//! ```
//! use hypostyle::model::operation::{self, Limits, Operation};
//! use hypostyle::Database;
//!
//! # #[tokio::main]
//! # async fn main() -> hypostyle::Result<()> {
//! let db = Database::open("sqlite::memory:").await?;
//! db.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, age INTEGER)", ()).await?;
//! let limits = Limits::default();
//! let run = async |document: &str| {
//!     let operation = Operation::parse(document, &limits)?;
//!     Ok::<_, hypostyle::Error>(operation::run(&db, &operation, &limits).await?.to_json())
//! };
//!
//! let inserted = run(
//!     r#"{"operation": "insert", "table": "person", "record": {"name": "Ada", "age": 36}}"#,
//! );
//! assert_eq!(
//!     inserted.await?,
//!     r#"{"data":[{"id":1,"name":"Ada","age":36}],"success":true,"rowcount":1}"#,
//! );
//! let found = run(r#"{"table": "person", "filter": {"age": {"gte": 18}}, "columns": ["name"]}"#);
//! assert_eq!(found.await?, r#"{"data":[{"name":"Ada"}]}"#);
//! # Ok(())
//! # }
//! ```
//!
//! # Invariants
//! - No text of a document becomes SQL: names come from the inspected schema and are quoted, values are
//!   bound. The one exception is SQL as such, which is off unless [`Limits::sql`] allows it.
//! - An operation is one transaction: all of it happens or nothing.
//! - No row is changed or deleted for want of a condition: the whole table is meant only by saying so.
//! - Values are exact or refused (of a moment, MySQL keeps the fraction that its column has room for),
//!   and everything has a limit.

mod answer;
mod document;
mod filter;
mod json;
mod kinds;
mod limits;
mod parse;
mod plan;
mod reads;
mod refusal;
mod run;
mod runner;
mod sql;
mod writes;

pub use answer::{Answer, Data};
pub use filter::{Comparison, Filter, Is, Test};
pub use json::{Json, Record};
pub use kinds::{
    Count, Delete, Insert, Key, Operation, Params, Query, Rows, Select, Sort, Update, Upsert,
};
pub use limits::{CallerSql, Limits};
pub use plan::{count_all, free_value};
pub use refusal::Refusal;
pub use run::{Until, run, run_until};
pub use runner::Runner;
pub use sql::Ran;

pub use crate::writer::Writer;

/// The guide, whose Rust is compiled as the other examples are.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/operations.md")]
struct Guide;
