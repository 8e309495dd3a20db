//! Results as Arrow record batches, and record batches into tables.
//!
//! # Invariants
//! - Values are exact or refused: nothing is rounded, cut or turned into NULL.
//! - The schema of a result is fixed with its first record batch. What the engine does not declare
//!   is learned from the first [`ROWS`] rows; a later value that does not fit is an error that names
//!   the column.
//! - A result of many rows is never held whole.

mod chunk;
mod decimal;
mod encode;
mod infer;
mod insert;
mod read;
mod reply;
#[cfg(test)]
mod tests;

pub use chunk::{Chunk, ROWS};
pub use insert::insert_batches;
pub use reply::{ArrowQuery, RecordBatches};
/// The arrays that record batches are made of.
pub use {arrow_array, arrow_schema};
