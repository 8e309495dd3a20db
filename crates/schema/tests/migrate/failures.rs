//! What a failed migration leaves, and what its error says.

use hypostyle::{ErrorKind, Result, Retry};

use crate::{Home, tables};

const FIRST: (&str, &str) = ("V1__a.sql", "CREATE TABLE a (x INTEGER CHECK (x > 0))");

/// Runs a file after the first; answers the kind and the message of its error.
async fn check(text: &str, kind: ErrorKind, expect: &str) -> Result<()> {
    let home = Home::new(&[FIRST, ("V2__b.sql", text), ("V3__c.sql", "CREATE TABLE c (x)")])?;
    let db = home.open().await?;
    let error = home.up(&db).await.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    let file = home.folder.path().join("migrations").join("V2__b.sql");
    let message = error.message().strip_prefix(&*file.to_string_lossy());
    assert_eq!(message, Some(expect), "{error}");
    assert_eq!(error.retry(), Retry::Never);
    assert!(error.code().is_some_and(|code| code.starts_with("SQLITE_")), "{error:?}");

    assert_eq!(tables(&db).await?, "a", "what was applied stays, and nothing of the failed file");
    assert_eq!(db.fetch_value::<i64>("SELECT count(*) FROM a", ()).await?, 0);
    assert_eq!(home.status(&db).await?, "app 1 applied, app 2 pending, app 3 pending");

    home.write("V2__b.sql", "CREATE TABLE b (x)")?;
    assert_eq!(home.up(&db).await?, ["V2__b.sql", "V3__c.sql"], "a mended file goes on");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_names_the_place_and_nothing_of_its_file_stays() -> Result<()> {
    check(
        "CREATE TABLE b (x);\r\nINSERT INTO a VALUES (1);\r\n-- ö\r\n  INSERT INTO a\r\n  \
         VALUES (nope);\r\nCREATE TABLE d (x);",
        ErrorKind::Query,
        ":5:11: `INSERT INTO a VALUES (nope)`: no such column: nope",
    )
    .await?;
    check(
        "CREATE TABLE b (x); CREATE TABEL c (x)",
        ErrorKind::Query,
        ":1:28: `CREATE TABEL c (x)`: near \"TABEL\": syntax error",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_at_run_time_names_the_line() -> Result<()> {
    check(
        "INSERT INTO a VALUES (1);\n\nINSERT INTO a VALUES (0)",
        ErrorKind::CheckViolation,
        ":3: `INSERT INTO a VALUES (0)`: CHECK constraint failed: x > 0",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_rolls_back_by_itself_takes_the_whole_file() -> Result<()> {
    check(
        "CREATE TABLE b (x);\nINSERT OR ROLLBACK INTO a VALUES (0);\nCREATE TABLE d (x)",
        ErrorKind::CheckViolation,
        ":2: `INSERT OR ROLLBACK INTO a VALUES (0)`: CHECK constraint failed: x > 0",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_key_that_is_checked_late_fails_the_commit() -> Result<()> {
    let parents = "CREATE TABLE p (id INTEGER PRIMARY KEY);
         CREATE TABLE k (p REFERENCES p DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO k VALUES (7)";
    check(parents, ErrorKind::ForeignKeyViolation, ": FOREIGN KEY constraint failed").await
}
