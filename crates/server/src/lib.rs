//! Any Hypostyle database over HTTP: REST for programs, a console for people.
//!
//! Data goes one way: **auth → request → query → response**, pure until `query`. `auth`
//! decides who may ask, `request` reads the URL, `query` runs the operation that it stands for, which
//! is planned against the inspected table in the same transaction, `response` writes it.
//!
//! # Invariants
//! - No text of a request becomes SQL: names come from the inspected schema and are quoted, values
//!   are bound. The one exception is SQL as such, for the console's editor: one statement, in a
//!   transaction in which the engine itself refuses writes.
//! - Records are written only where a table was named as writable; each request writes all it says
//!   in one transaction, or nothing.
//! - Without an API key the server listens on a loopback address only; the `Host` of every request
//!   is one the server knows, so that no other site's page reaches it by rebinding a name.
//! - Every failure is one of a closed set of codes; only those of a caller's own SQL and of
//!   migrations tell what the engine said.
//! - Migrations are run only where there is an API key, one run at a time for each database.
//! - Every number in JSON keeps all its digits; a stored JSON document is checked before it becomes
//!   part of an answer.
//! - Everything has a limit: the URL, filters, values, rows, bytes, requests, connections, time.
#![doc = include_str!("docs/rest.md")]

mod app;
mod auth;
mod body;
mod call;
mod clock;
mod config;
mod console;
mod cors;
mod error;
mod gate;
mod openapi;
mod plan;
mod query;
mod request;
mod response;
mod rest;
mod runs;
mod server;
mod site;

pub use config::Config;
pub use server::Server;
pub use site::{Chart, MigrationFiles, Migrations, Module, Mount, Panel, Problem, Site, Writable};

use hypostyle::core as data;
use hypostyle::model::operation;
use hypostyle::{schema, sql};
