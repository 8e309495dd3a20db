//! What the server plans of its own; records are planned as operations.

mod destroys;
pub(crate) mod idempotency;

pub(crate) use destroys::{beginning, destroys};
