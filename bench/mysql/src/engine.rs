//! What every library is told of MariaDB.

pub(crate) const SELECT: &str = "SELECT id, name, score, active, ts FROM item WHERE id = ?";
pub(crate) const SCAN: &str = "SELECT id, name, score, active, ts FROM large";
pub(crate) const INSERT: &str = "INSERT INTO target (name, score, active, ts) VALUES (?, ?, ?, ?)";
/// How rows are loaded into the table, from the lines that the client sends.
pub(crate) const LOAD: &str =
    "LOAD DATA LOCAL INFILE 'items' INTO TABLE target (name, score, active, ts)";

/// Rows of one statement of a bulk insert, for those that do not load: more parameters than four
/// times as many MariaDB does not take.
pub(crate) const BULK_CHUNK_ROWS: usize = 1_000;
