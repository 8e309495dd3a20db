//! Makes the databases, one for each library.

use std::fs;
use std::path::Path;

use bench_work::{ITEM_ROWS, LARGE_ROWS};
use duckdb::Connection;

use crate::engine::file_of;
use crate::registry::REFERENCES;

/// Kept in the database as the last step; raised when the rows change.
const SEED_VERSION: i64 = 1;

/// Makes the databases that are missing, or all of them anew.
pub(crate) fn seed(dir: &Path, all: bool) {
    let dir = dir.to_str().expect("the path of the folder is text");
    for library in REFERENCES.into_iter().chain(["hypostyle"]) {
        let file = file_of(dir, library);
        if all || !is_complete(&file) {
            let _ = fs::remove_file(&file);
            fill(&file).expect("the tables can be filled");
        }
    }
}

fn is_complete(file: &Path) -> bool {
    let version = |connection: Connection| {
        connection.query_row("SELECT version FROM seed", [], |row| row.get::<_, i64>(0))
    };
    file.exists() && Connection::open(file).and_then(version).is_ok_and(|it| it == SEED_VERSION)
}

/// The rows are those of `Item::numbered`.
fn fill(file: &Path) -> duckdb::Result<()> {
    let connection = Connection::open(file)?;
    for (table, rows) in [("item", ITEM_ROWS), ("large", LARGE_ROWS), ("target", 0)] {
        let key = if table == "item" { " PRIMARY KEY" } else { "" };
        connection.execute_batch(&format!(
            "CREATE TABLE {table} (id BIGINT{key}, name VARCHAR NOT NULL, score DOUBLE NOT NULL, \
             active BOOLEAN NOT NULL, ts TIMESTAMP NOT NULL); \
             INSERT INTO {table} SELECT id, format('customer name {{:08d}}', id), \
             id::DOUBLE * 1.25 + 0.1, id % 3 = 0, \
             make_timestamp((1700000000 + id) * 1000000 + id % 1000000) \
             FROM range(1, {rows} + 1) AS r (id)"
        ))?;
    }
    connection
        .execute_batch(&format!("CREATE TABLE seed AS SELECT {SEED_VERSION}::BIGINT AS version"))
}
