//! MySQL and MariaDB for Hypostyle: the wire itself, exact types, honest transaction state.
//!
//! # Statements
//! Each is prepared once and sent in binary form; one without parameters that answers no values goes
//! as text. A text of several statements is cut here and sent one by one: the server is told to take
//! one only, so that nothing that slips into a text begins another. Updates count the rows they found.
//!
//! # Transactions
//! The server commits by itself before and after statements that change tables or users. Inside a
//! transaction they are refused where their words tell; where a procedure hides one, the statement
//! that ended the transaction answers `Aborted` with an unknown effect. Tables of other kinds than
//! InnoDB have no transactions.
//!
//! # Sessions
//! Text is `utf8mb4`, time is UTC, modes are strict (the server's other modes stay; those that change
//! what quotes mean are switched off). What the server says a statement changed of its session, and
//! what words say, marks it: a marked session is cleaned before its next borrower. `reset=always`
//! cleans each time, which costs a round trip and every prepared statement.
//!
//! # Options of the URL
//! `user`, `password`, `socket`, `ssl-mode` (= `sslmode`: `disabled`, `preferred`, `required`,
//! `verify_ca`, `verify_identity`), `ssl-ca`, `ssl-cert`, `ssl-key`, `charset` (`utf8mb4`),
//! `zero_dates` (`refuse`, or `null`), `connect_timeout` in seconds, `keepalives_idle` in seconds (60),
//! `tcp_user_timeout` in ms, `statement_cache` (256 statements per connection), `reset` (`changed` or
//! `always`). Several hosts by comma are tried in order; a Galera node that is not ready is left.
//!
//! # Invariants
//! - The server's own flags say whether a transaction is open.
//! - Every await may be dropped: what was read or is to be written stays in the connection.
//! - No server gets a file: the protocol's request for one is never agreed upon.
//! - A statement that was interrupted is at its end before the connection is used again.
//!
//! # Source
//! <https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html>,
//! <https://mariadb.com/kb/en/clientserver-protocol/>

mod array;
mod authentication;
mod bulk;
mod commands;
mod config;
mod connection;
mod driver;
mod errors;
mod exchange;
mod execute;
mod failure;
mod greeting;
mod hosts;
mod interrupt;
mod key;
mod keys;
mod load;
mod names;
mod open;
mod opened;
mod packet;
mod prepare;
mod reach;
mod reading;
mod rows;
mod script;
mod session;
mod statements;
mod taint;
mod tls;
mod transactions;
mod types;
mod wire;

pub use connection::MySqlConnection;
pub use driver::{MySql, MySqlDriver};
