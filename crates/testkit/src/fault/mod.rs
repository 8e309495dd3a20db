//! The fault driver: an engine in memory that waits, fails and hangs on command.
//!
//! It is no stand-in for an engine in tests of behaviour: it attacks guard and pool. It keeps a
//! small truth of its own — which ids were written and committed, which savepoints are set — and
//! notes as a violation whatever no driver may ever see: a request beside another one, a connection
//! handed out dirty, a statement on a connection that broke.
//!
//! # Texts
//! `write N` writes an id; `rows N` answers N rows in batches of [`BATCH_ROWS`]; `fail` fails and
//! leaves the transaction open; `give-up` fails and rolls the transaction back, as SQLite and MySQL
//! do; `spoil` fails and leaves it to be rolled back, as PostgreSQL does; `break` loses the
//! connection; `set` changes a setting of the session; `probe` notes a violation unless the session
//! is as new; anything else does nothing.

mod connection;
mod control;
mod driver;

pub use connection::{BATCH_ROWS, FaultConnection};
pub use control::{Behaviour, Faults, Op};
pub use driver::FaultDriver;
