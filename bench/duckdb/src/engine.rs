//! What every library is told of DuckDB.

use std::path::{Path, PathBuf};

pub(crate) const SELECT: &str = "SELECT id, name, score, active, ts FROM item WHERE id = $1";
pub(crate) const SCAN: &str = "SELECT id, name, score, active, ts FROM large";
pub(crate) const INSERT: &str = "INSERT INTO target VALUES ($1, $2, $3, $4, $5)";
pub(crate) const CLEAR: &str = "DELETE FROM target";
pub(crate) const TARGET: &str = "SELECT id, name, score, active, ts FROM target ORDER BY id";

/// The file of a library in the folder of the databases.
pub(crate) fn file_of(dir: &str, library: &str) -> PathBuf {
    Path::new(dir).join(format!("{library}.duckdb"))
}
