//! What every library is told of PostgreSQL.

pub(crate) const SELECT: &str = "SELECT id, name, score, active, ts FROM item WHERE id = $1";
pub(crate) const SCAN: &str = "SELECT id, name, score, active, ts FROM large";
pub(crate) const INSERT: &str =
    "INSERT INTO target (name, score, active, ts) VALUES ($1, $2, $3, $4)";
/// How rows are copied into the table; each library adds its format.
pub(crate) const COPY: &str = "COPY target (name, score, active, ts) FROM STDIN";

/// Rows of one statement of a bulk insert, for those that do not copy: more parameters than four
/// times as many PostgreSQL does not take.
pub(crate) const BULK_CHUNK_ROWS: usize = 10_000;
