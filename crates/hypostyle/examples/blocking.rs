//! The same calls in a program without a runtime.

use hypostyle::blocking::Database;
use hypostyle::{FromRow, Result};

#[derive(Debug, FromRow)]
struct Task {
    id: i64,
    title: String,
}

fn main() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.execute("CREATE TABLE task (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE)", ())?;

    db.transact(|tx| {
        tx.execute("INSERT INTO task (title) VALUES (?)", ("write",))?;
        tx.execute("INSERT INTO task (title) VALUES (?)", ("read",))
    })?;
    if let Err(error) = db.execute("INSERT INTO task (title) VALUES (?)", ("read",)) {
        println!("{:?} on {:?}: {error}", error.kind(), error.columns());
    }

    let mut rows = db.stream("SELECT * FROM task ORDER BY id", ())?;
    while let Some(Task { id, title }) = rows.next_as()? {
        println!("{id}: {title}");
    }
    Ok(())
}
