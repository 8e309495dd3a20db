//! Launchers of real servers: private instances on loopback with data folders that are thrown away.
//!
//! # Invariants
//! - A server runs with the rights of an ordinary account, listens on loopback alone, and writes
//!   into a folder of its own, its output into a file there.
//! - *Ready* means that a real query was answered.
//! - A server ends with its handle, and with the process that started it however that one ends
//!   (`watchdog`).
//! - A program that is missing is an error that names the packages to install; nothing is skipped.
//! - Nothing of the environment reaches a server or a client: only what the options say.
//!
//! # Rooms
//! Each server is one file of the same shape: options, `start`, `url`, `stop`, `kill`, `restart`.
//! `programs` finds what it runs, `account` is whom it runs as, `home` where, `port` on what;
//! `daemon` starts, watches and ends it.
//!
//! Calls block the thread; a server is started once, and what it answers takes milliseconds.

mod account;
mod command;
mod daemon;
mod galera;
mod home;
mod mysql;
mod pgbouncer;
mod postgres;
mod processes;
mod programs;
mod psql;
mod tls;
mod watchdog;

pub use galera::Galera;
pub use mysql::{Brand, MySql, MySqlAuth, MySqlOptions, MySqlScratch};
pub use nix::sys::signal::Signal;
pub use pgbouncer::{PgBouncer, PgBouncerOptions, PoolMode};
pub use postgres::{Auth, PASSWORD, Postgres, PostgresOptions, SUPERUSER, Scratch, Tls};
pub use processes::Process;

/// Lists the Debian packages of servers that are not installed.
pub fn missing_packages() -> Vec<&'static str> {
    let servers = [
        (postgres::PACKAGES, postgres::is_installed()),
        (pgbouncer::PACKAGES, pgbouncer::is_installed()),
        (mysql::PACKAGES, mysql::is_installed(Brand::MariaDb)),
    ];
    servers
        .iter()
        .filter(|(_, is_installed)| !is_installed)
        .map(|(packages, _)| *packages)
        .collect()
}

/// Lists the Debian packages of servers that are missing and cannot be installed beside others, so
/// that `./dev` unpacks them in a folder of their own.
pub fn missing_unpacked() -> Vec<&'static str> {
    if mysql::is_installed(Brand::Oracle) { Vec::new() } else { vec![mysql::UNPACKED] }
}
