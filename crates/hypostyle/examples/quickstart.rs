//! Opens a database, writes and reads typed rows.

use hypostyle::{Database, FromRow, Result, named};

#[derive(Debug, FromRow)]
struct Person {
    id: i64,
    name: String,
    born: Option<i64>,
}

#[tokio::main]
async fn main() -> Result<()> {
    // Any other URL works the same: `sqlite:app.db` is a file.
    let db = Database::open("sqlite::memory:").await?;
    let create = "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INTEGER)";
    db.execute(create, ()).await?;

    // Many rows at once, all or nothing.
    let rows = [["Ada".into(), 1815.into()], ["Grace".into(), 1906.into()]];
    db.insert_many("person", &["name", "born"], rows).await?;
    db.execute("INSERT INTO person (name) VALUES (:name)", named! { name: "Anonymous" }).await?;

    let people: Vec<Person> = db.fetch_all("SELECT * FROM person ORDER BY id", ()).await?;
    for Person { id, name, born } in people {
        println!("{id}: {name}, {}", born.map_or("?".to_owned(), |year| year.to_string()));
    }
    let early: i64 = db.fetch_value("SELECT count(*) FROM person WHERE born < ?", (1900,)).await?;
    println!("born before 1900: {early}");

    // A failure as a value, for callers that show it rather than pass it on.
    let result = db.query("SELECT * FROM nobody", ()).await;
    println!("success: {}, error: {:?}", result.success, result.error_message);
    db.close().await
}
