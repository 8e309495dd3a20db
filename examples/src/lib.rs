//! Programs that people know, written with Hypostyle; the same on SQLite, PostgreSQL, MySQL, MariaDB and
//! DuckDB.
//!
//! - [`transfer`]: money from one account to another, and a row in the ledger.
//! - [`features`]: a feature and the log of its making.
//! - [`orders`]: an order that takes its items from the stock.
//! - [`blog`]: users with their posts, pages of posts, figures.
//! - [`chinook`], [`northwind`]: two sample databases, modelled in full.
//!
//! `cargo run -p hypostyle-examples` runs them on a database in memory, or on that of a URL.

pub mod blog;
pub mod chinook;
pub mod features;
pub mod northwind;
pub mod orders;
pub mod transfer;
