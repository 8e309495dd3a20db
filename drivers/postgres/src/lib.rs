//! PostgreSQL for Hypostyle: the wire itself, honest transaction state, reads that share connections.
//!
//! # Values
//! Numbers are exact to the limits of `numeric`, with NaN and infinities; dates, times and intervals
//! have their infinities. Arrays are lists, composite types maps, enums text, domains what they are
//! made of. Whatever has no value of its own here (ranges, addresses, geometry, money) is carried as
//! text under its type's name and goes back as it came.
//!
//! # Sessions
//! A statement that changes its session (a setting, a role, a temporary table, a lock, a prepared
//! statement) marks it, and a marked session is cleaned before its next borrower. What a function
//! hides is cleaned with `reset=always`, which costs a round trip each time.
//!
//! # Options of the URL
//! Those of libpq: `host`, `port`, `user`, `password`, `dbname`, `sslmode`, `sslrootcert`, `sslcert`,
//! `sslkey`, `target_session_attrs`, `application_name`, `options`, `connect_timeout` in seconds,
//! `keepalives_idle` in seconds (60), `tcp_user_timeout` in ms. Settings: `search_path`,
//! `statement_timeout`, `lock_timeout`, `idle_in_transaction_session_timeout`, in ms. Own:
//! `statement_cache` (256 statements per connection; 0 for a pooler in transaction mode, which is also
//! detected), `reset` (`changed` or `always`), `pipeline` (`on`, `off`, `always`, or a number of
//! connections that reads share).
//!
//! # Invariants
//! - The server's own word says whether a transaction is open.
//! - Every await may be dropped: what was read or is to be written stays in the connection.
//! - Where a shared connection runs a statement, the server refuses writes.
//! - A name of a prepared statement always means the same text.
//!
//! # Source
//! <https://www.postgresql.org/docs/current/protocol.html>

mod authentication;
mod backend;
mod binding;
mod bulk;
mod catalog;
mod config;
mod connection;
mod copy;
mod driver;
mod errors;
mod exchange;
mod execute;
mod failure;
mod hosts;
mod interrupt;
mod known;
mod listen;
mod lock;
mod open;
mod opened;
mod pipeline;
mod reach;
mod script;
mod statements;
mod taint;
mod tls;
mod transactions;
mod types;
mod wire;

pub use connection::PostgresConnection;
pub use driver::{Postgres, PostgresDriver};
pub use listen::{Heard, Listener};
pub use lock::AdvisoryLock;
