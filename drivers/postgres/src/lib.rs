//! PostgreSQL for Hypostyle.

mod authentication;
mod backend;
mod binding;
mod bulk;
mod catalog;
mod config;
mod connection;
mod driver;
mod errors;
mod exchange;
mod execute;
mod failure;
mod gate;
mod hosts;
mod interrupt;
mod known;
mod open;
mod pipeline;
mod script;
mod socket;
mod statements;
mod taint;
mod tls;
mod transactions;
mod types;
mod wire;

pub use connection::PostgresConnection;
pub use driver::{Postgres, PostgresDriver};
