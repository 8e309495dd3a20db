//! One data layer over many databases.
//!
//! Open a URL, and what lies behind it takes the same calls: typed rows, streaming, transactions
//! that undo themselves, deadlines, retries, a slow-statement log, and errors that say what to do.
//!
//! ```
//! use hypostyle::{Database, FromRow, Result};
//!
//! #[derive(FromRow)]
//! struct Person {
//!     id: i64,
//!     name: String,
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<()> {
//! let db = Database::open("sqlite::memory:").await?;
//! db.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL)", ()).await?;
//! db.execute("INSERT INTO person (name) VALUES (?)", ("Ada",)).await?;
//!
//! let ada: Person = db.fetch_one("SELECT * FROM person WHERE id = ?", (1,)).await?;
//! assert_eq!((ada.id, &*ada.name), (1, "Ada"));
//! # Ok(())
//! # }
//! ```
//!
//! # Parts
//! - [`Database`] and its [`Options`]: what an application opens and holds.
//! - [`Manager`]: a database with its migrations and tables, opened, initialised and closed;
//!   [`Services`]: several of them by name.
//! - [`migrate`] and [`desired`]: migration files, and the tables a module wants.
//! - `arrow`: results as Arrow record batches, and record batches into tables.
//! - [`blocking`]: the same without a runtime.
//! - [`core`]: values, rows, requests, errors, and the traits of drivers and layers.
//! - [`layers`]: retry, timeout, trace.
//! - [`model`]: models, repositories, typed queries.
//! - [`mysql`]: what MySQL and MariaDB have beyond the handle, such as passwords that rotate.
//! - [`postgres`]: what PostgreSQL has beyond the handle, such as passwords that rotate.
//! - [`schema`]: what a database looks like.
//! - [`sql`]: SQL as text: tokens, placeholders, statements, quoting.
//! - `testing`: a database for each test of an application, factories, fixtures.
//!
//! # Features
//! `mysql`, `postgres`, `sqlite` and `blocking` are on by default. `arrow` reads and writes Arrow
//! record batches. `duckdb` opens DuckDB databases, whose library is looked for when the first one is
//! opened. `chrono` and `decimal` read and write the types of
//! `chrono` and `rust_decimal`; `garde` has its rules check models before they are written. `testing`
//! is for the tests of an application: a dependency of its `[dev-dependencies]`.
//!
//! # Invariants
//! - The default layers are trace, retry and timeout; no request runs without a deadline.
//! - What code or a URL's option says wins over the environment, and the environment over the
//!   defaults. The environment is read in one place.

#[cfg(feature = "blocking")]
pub mod blocking;
mod database;
mod environment;
mod manager;
mod options;
mod scratch;
mod services;
#[cfg(feature = "testing")]
pub mod testing;

pub use database::Database;
pub use environment::Environment;
#[cfg(feature = "arrow")]
pub use hypostyle_arrow as arrow;
pub use hypostyle_core as core;
pub use hypostyle_core::{
    Access, AsError, Batch, Begin, BodyTransaction, BulkInsert, CancellationToken, Capability,
    Column, ColumnIndex, Columns, ConnectionConfig, Context, Date, Decimal, Effect, Engine, Error,
    ErrorKind, Event, Executor, FromRow, FromValue, HeldSession, Intent, Interval, IntoParams,
    IntoRow, Isolation, Layer, Mismatch, Name, Native, Outcome, OwnedRow, PoolStatus, Query,
    QueryResult, ROWS_MAX, Rank, Registry, Reply, Request, Result, Retry, Row, Time, Timestamp,
    TransactRetry, Transaction, Type, Uuid, Value, ValueRef, named, params,
};
pub use hypostyle_layers as layers;
pub use hypostyle_layers::{Backoff, Budget, Figures, RetryPolicy, SlowStatement};
pub use hypostyle_macros::FromRow;
pub use hypostyle_model::{self as model, Embed, Filter, Json, Labels, Model, Models};
#[cfg(feature = "mysql")]
pub use hypostyle_mysql as mysql;
#[cfg(feature = "postgres")]
pub use hypostyle_postgres as postgres;
pub use hypostyle_schema as schema;
pub use hypostyle_schema::desired::{self, ModelFile};
pub use hypostyle_schema::migrate::{self, MigrationKind, MigrationSet, Migrator};
pub use hypostyle_sql as sql;
pub use manager::{Initialize, Initialized, Manager};
pub use options::{Options, registry};
pub use scratch::Scratch;
pub use services::{SERVICES_MAX, Service, Services};

/// The README, whose Rust is compiled as the other examples are.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// The guide of models, whose programs are run as well.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/models.md")]
struct ModelsGuide;

/// The guide of tests, whose programs are run as well.
#[cfg(all(doctest, feature = "testing"))]
#[doc = include_str!("../../../docs/guide/testing.md")]
struct TestingGuide;
