//! Model files on real SQLite files.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod apply;
mod check;
mod drift;
mod parse;

use hypostyle::{Database, Result};
use tempfile::TempDir;

/// Opens the database of a folder.
async fn open(folder: &TempDir) -> Result<Database> {
    let path = folder.path().join("shop.db");
    Database::open(&format!("sqlite:{}", path.display())).await
}
