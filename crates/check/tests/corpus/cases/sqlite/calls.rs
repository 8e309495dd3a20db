//! Every form of a call.

const BY_NAME: &str = "SELECT id FROM person WHERE nme = ?";
static ALL: &str = concat!("SELECT id, ", "nam", " FROM person");

async fn right(db: &Database) -> Result<()> {
    db.execute("DELETE FROM post WHERE id = ?", (1,)).await?;
    let _: Vec<(i64, String)> = db.fetch_all("SELECT id, name FROM person", ()).await?;
    let _ = db.fetch_one::<Person>("SELECT * FROM person WHERE id = $1", [1]).await?;
    let _ = db.fetch_optional::<Vec<(i64, Option<String>)>>(r#"SELECT "id" FROM "person""#, ()).await?;
    assert_eq!(db.fetch_value::<i64>("SELECT count(*) FROM post", ()).await?, 3);
    db.request("UPDATE person SET name = :name WHERE id = :id").params(named! { id: 1, name: "A" }).execute().await?;
    db.request("SELECT 1").timeout(SECOND).fetch_value::<i64>().await?;
    db.execute_many("INSERT INTO person (name) VALUES (?)", rows).await?;
    db.query("INSERT INTO person (name) VALUES ('a'); INSERT INTO post (author, title) VALUES (1, 'b')", ()).await;
    db.stream("SELECT * FROM author", &params![]).await?;
    // What other methods of these names take is no SQL.
    client.execute("job", ()).await?;
    client.query(&[("a", "b")]);
    client.request(Method::GET, url);
    Ok(())
}

async fn wrong(db: &Database, text: &str) -> Result<()> {
    db.execute("DELETE FROM posts WHERE id = ?", (1,)).await?;
    db.fetch_all::<(i64,)>("SELECT id, nam FROM person", ()).await?;
    db.fetch_one::<Person>(
        "SELECT * \
         FROM person \
         WHERE emial = ?",
        (1,),
    )
    .await?;
    db.fetch_optional(r#"
        SELECT id
        FROM person
        WHERE bron > ?
    "#, (1,)).await?;
    assert_eq!(db.fetch_value::<i64>("SELECT count(*) FROM pots", ()).await?, 3);
    db.request("UPDATE person SET name = :name WHERE id = :id").params(named! { id: 1 }).execute().await?;
    db.request("SELECT ?").fetch_value::<i64>().await?;
    db.query("SELECT name FROM person WHERE id = ? OR id = ?", (1,)).await;
    db.stream(BY_NAME, (1,)).await?;
    db.stream(ALL, ()).await?;
    db.query("SELECT 1; SELECT titel FROM post", ()).await;
    Ok(())
}

async fn unchecked(db: &Database, text: &str) -> Result<()> {
    db.execute(text, ()).await?;
    db.execute(&format!("SELECT {text}"), ()).await?;
    // hypostyle:unchecked
    db.execute("SELECT * FROM another", ()).await?;
    Ok(())
}
