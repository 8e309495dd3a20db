//! Making what is missing.

use std::time::Duration;

use hypostyle::{Database, ErrorKind, Result};
use hypostyle_schema::desired::ModelFile;
use hypostyle_schema::tables;

use crate::open;

const TEXT: &str = "-- database: shop
    CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT);
    CREATE INDEX item_name ON item (name);
    CREATE VIEW items AS SELECT * FROM item;
    CREATE TRIGGER item AFTER DELETE ON item BEGIN SELECT 1; END;
    CREATE TABLE line (item REFERENCES item);";

fn models() -> Result<ModelFile> {
    Ok(ModelFile::parse(TEXT, "m.sql")?)
}

/// Applies the file and answers what was made.
async fn made(db: &Database) -> Result<Vec<String>> {
    Ok(models()?.apply(db).await?.iter().map(ToString::to_string).collect())
}

async fn objects(db: &Database) -> Result<i64> {
    db.fetch_value("SELECT count(*) FROM sqlite_schema", ()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_made_and_what_is_there_stays() -> Result<()> {
    let db = Database::open("sqlite::memory:").await?;
    db.execute("CREATE TABLE Item (id INTEGER PRIMARY KEY, name, extra); INSERT INTO item (name) VALUES ('a')", ())
        .await?;
    let expect = ["index `item_name`", "view `items`", "trigger `item`", "table `line`"];
    assert_eq!(made(&db).await?, expect);
    assert!(made(&db).await?.is_empty());
    let row: (String, Option<String>) = db.fetch_one("SELECT name, extra FROM item", ()).await?;
    assert_eq!(row, ("a".to_owned(), None));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_fails_leaves_the_database_as_it_was() -> Result<()> {
    let db = Database::open("sqlite::memory:").await?;
    // A table where the file wants a view, without the column that the index wants.
    db.execute("CREATE TABLE items (x)", ()).await?;
    let error = made(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Query);
    assert!(error.message().starts_with("m.sql:4"), "{error}");
    assert_eq!(tables(&db).await?, ["items"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_at_once_make_each_object_once() -> Result<()> {
    for round in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (open(&folder).await?, open(&folder).await?);
        let run = |db: Database| tokio::spawn(async move { made(&db).await });
        let (first, second) = (run(one.clone()), run(two));
        let (first, second) = (first.await.unwrap()?, second.await.unwrap()?);
        assert_eq!(first.len() + second.len(), 5, "round {round}: {first:?} {second:?}");
        assert_eq!(objects(&one).await?, 5, "round {round}");
    }
    Ok(())
}

#[tokio::test]
async fn a_dropped_call_leaves_all_or_nothing() -> Result<()> {
    let (mut none, mut all) = (0, 0);
    for round in 0..60 {
        let folder = tempfile::tempdir().unwrap();
        let db = open(&folder).await?;
        // From nothing to what is enough on any machine.
        let patience = Duration::from_micros(10).mul_f64(1.2_f64.powi(round));
        let _ = tokio::time::timeout(patience, made(&db)).await;
        match objects(&db).await? {
            0 => none += 1,
            5 => all += 1,
            some => panic!("round {round}: {some} objects"),
        }
        made(&db).await?;
        assert_eq!(objects(&db).await?, 5);
        db.close().await?;
    }
    assert!(none > 0 && all > 0, "{none} {all}");
    Ok(())
}
