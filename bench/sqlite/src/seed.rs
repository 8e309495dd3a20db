//! Makes the database.

use std::fs;
use std::path::{Path, PathBuf};

use bench_work::{ITEM_ROWS, Item, LARGE_ROWS};
use rusqlite::{Connection, params};

use crate::rusqlite_direct::open_connection;

/// Kept in the database as the last step of `seed`; raised when the rows change.
const SEED_VERSION: i64 = 1;

const TABLES: [(&str, i64); 3] = [("item", ITEM_ROWS), ("large", LARGE_ROWS), ("target", 0)];

/// Makes the database anew.
pub(crate) fn seed(database: &Path) {
    remove(database);
    let mut connection = open_connection(database);
    for (table, rows) in TABLES {
        fill(&mut connection, table, rows).expect("the tables can be filled");
    }
    finish(&connection).expect("the seed can be marked as complete");
}

/// Whether `seed` has finished with this database.
pub(crate) fn is_complete(database: &Path) -> bool {
    let version = |connection: Connection| {
        connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
    };
    database.exists()
        && Connection::open(database).and_then(version).is_ok_and(|it| it == SEED_VERSION)
}

fn remove(database: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut file = database.as_os_str().to_owned();
        file.push(suffix);
        let file = PathBuf::from(file);
        if file.exists() {
            fs::remove_file(file).expect("the old database can be removed");
        }
    }
}

fn fill(connection: &mut Connection, table: &str, rows: i64) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(&format!(
        "CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, score REAL NOT NULL, \
         active BOOLEAN NOT NULL, ts TEXT NOT NULL)"
    ))?;
    let mut insert =
        transaction.prepare(&format!("INSERT INTO {table} VALUES (?1, ?2, ?3, ?4, ?5)"))?;
    for item in (1..=rows).map(Item::numbered) {
        let ts = item.ts.format("%Y-%m-%d %H:%M:%S%.6f").to_string();
        insert.execute(params![item.id, item.name, item.score, item.active, ts])?;
    }
    drop(insert);
    transaction.commit()
}

fn finish(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "user_version", SEED_VERSION)?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
}
