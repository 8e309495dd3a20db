//! Settings as applications load them: from real folders.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by it")]

mod listing;
mod open;
mod place;
mod problems;
mod ranks;
mod schema;
mod secrets;
mod values;
