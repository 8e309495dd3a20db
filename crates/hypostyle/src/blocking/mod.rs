//! The same calls without a runtime: each waits until it is done.
//!
//! ```
//! use hypostyle::blocking::Database;
//!
//! let db = Database::open("sqlite::memory:")?;
//! db.transact(|tx| {
//!     tx.execute("CREATE TABLE person (name TEXT NOT NULL)", ())?;
//!     tx.execute("INSERT INTO person VALUES (?)", ("Ada",))
//! })?;
//! let mut rows = db.stream("SELECT name FROM person", ())?;
//! while let Some(row) = rows.next()? {
//!     assert_eq!(row.get::<&str>("name")?, "Ada");
//! }
//! # Ok::<(), hypostyle::Error>(())
//! ```
//!
//! Repositories take a [`Database`] and a [`Transaction`] of here as they take the asynchronous ones;
//! [`Wait`] waits for what they answer.
//!
//! A statement of SQLite runs on the calling thread. What needs a runtime uses one with a single
//! thread that all databases share and that starts with the first call.
//!
//! # Invariants
//! - A call inside an asynchronous runtime is refused with `Unsupported`; it never panics and never
//!   blocks the runtime.
//! - What is undone when dropped is undone before the drop returns, where the engine allows it.

mod bulk;
mod database;
mod executor;
mod manager;
mod query;
mod rows;
mod runtime;
mod services;
mod session;
mod transaction;

pub use bulk::BulkInsert;
pub use database::Database;
pub use executor::Wait;
pub use manager::Manager;
pub use query::Query;
pub use rows::Rows;
pub use services::Services;
pub use session::HeldSession;
pub use transaction::Transaction;
