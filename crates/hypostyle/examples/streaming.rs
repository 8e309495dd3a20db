//! Reads a large result without holding it, and several results of one text.

use hypostyle::{Database, FromRow, Result};

#[derive(FromRow)]
struct Reading {
    at: i64,
    value: f64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let db = Database::open("sqlite::memory:").await?;
    db.execute("CREATE TABLE reading (at INTEGER PRIMARY KEY, value REAL NOT NULL)", ()).await?;
    let rows = (0..100_000).map(|at| [at.into(), (f64::from(at % 100) / 10.0).into()]);
    db.insert_many("reading", &["at", "value"], rows).await?;

    // Row by row, lent from the batch they came in.
    let mut reply = db.stream("SELECT value FROM reading WHERE at >= ?", (99_000,)).await?;
    let mut sum = 0.0;
    while let Some(row) = reply.next().await? {
        sum += row.get::<f64>("value")?;
    }
    println!("sum of the last thousand: {sum:.1}");

    // Typed, and without a wait for each row.
    let (mut count, mut last) = (0, 0);
    let mut reply = db.stream("SELECT * FROM reading", ()).await?;
    let each = |reading: Reading| {
        count += usize::from(reading.value > 9.0);
        last = reading.at;
        Ok(())
    };
    reply.for_each(each).await?;
    println!("{count} above nine, the last at {last}");

    let mut reply = db.stream("SELECT 1; SELECT 2", ()).await?;
    loop {
        println!("a result: {:?}", reply.next_as::<(i64,)>().await?);
        if !reply.next_result().await? {
            return Ok(());
        }
    }
}
