//! What every library is told of SQLite.

use bench_work::Library;

pub(crate) const SELECT: &str = "SELECT id, name, score, active, ts FROM item WHERE id = ?1";
pub(crate) const SCAN: &str = "SELECT id, name, score, active, ts FROM large";
pub(crate) const INSERT: &str =
    "INSERT INTO target (name, score, active, ts) VALUES (?1, ?2, ?3, ?4)";

/// How the libraries that open connections by themselves set each of them up.
pub(crate) const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
     PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000";

/// A library that runs a long statement beside a ticker.
pub(crate) trait Scalar: Library {
    /// Reads the one integer that `sql` answers.
    fn scalar(&mut self, sql: &str) -> impl Future<Output = i64> + Send;
}
