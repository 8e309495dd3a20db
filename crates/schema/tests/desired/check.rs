//! What the engine says of a model file.

use hypostyle::{Database, Error, ErrorKind, Result};
use hypostyle_schema::desired::ModelFile;
use hypostyle_schema::tables;

/// Compares the names of what is made, or the problem; the text begins in line 2.
async fn check(text: &str, expect: &str) -> Result<()> {
    let scratch = Database::open("sqlite::memory:").await?;
    let models = ModelFile::parse(format!("-- database: shop\n{text}"), "m.sql")?;
    let found = match models.check(&scratch).await {
        Ok(schema) => {
            let names: Vec<&str> = schema.tables.iter().map(|table| &*table.name).collect();
            names.join(" ")
        }
        Err(problem) => problem.to_string(),
    };
    assert!(found.starts_with(expect), "{found}\nis not\n{expect}");
    assert!(tables(&scratch).await?.is_empty(), "nothing stays on the scratch database");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_file_answers_its_schema() -> Result<()> {
    check(
        "CREATE TABLE line (item REFERENCES item ON DELETE CASCADE, at, UNIQUE (item, at));
         CREATE TABLE item (id INTEGER PRIMARY KEY, code TEXT, self REFERENCES item (ID));
         CREATE TABLE tag (code REFERENCES item (code));
         CREATE UNIQUE INDEX item_code ON item (code);
         CREATE VIEW items AS SELECT * FROM item;
         CREATE TRIGGER t AFTER INSERT ON item BEGIN DELETE FROM line; END;",
        "item items line tag",
    )
    .await?;
    check("", "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_engine_refuses_has_its_place() -> Result<()> {
    check("\nCREATE TABLE t (x,\n  y NOT NUL);", "m.sql:4:9: near \"NUL\": syntax error").await?;
    check("CREATE TABLE t (x);\nCREATE INDEX i ON t (y)", "m.sql:3:22: no such column: y").await?;
    check("CREATE INDEX i ON t (y)", "m.sql:2: no such table: main.t").await?;
    check("CREATE VIRTUAL TABLE t USING nope (x)", "m.sql:2: no such module: nope").await?;
    check(
        "CREATE TABLE t (x);\nCREATE VIEW v AS SELECT y FROM t",
        "m.sql:3: the view `v` cannot be read: no such column: y",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_keys_refer_to_keys_of_the_file() -> Result<()> {
    let parent = "CREATE TABLE p (id INTEGER PRIMARY KEY, a, b, UNIQUE (a, b));\n";
    for (key, expect) in [
        ("REFERENCES nowhere", "`nowhere`, which is no table of this file; expected a table"),
        ("REFERENCES p (c)", "`p.c`, which is no column"),
        ("REFERENCES p (a)", "`p (a)`, which is not unique"),
        ("REFERENCES k", "`k`, which has no primary key"),
    ] {
        let text = format!("{parent}CREATE TABLE k (x {key})");
        check(&text, &format!("m.sql:3: a foreign key of `k` refers to {expect}")).await?;
    }
    let text = "CREATE TABLE k (x, y, FOREIGN KEY (x, y) REFERENCES p)";
    check(&format!("{parent}{text}"), "m.sql:3: a foreign key of `k` refers to 1 columns").await?;
    let text = "CREATE TABLE k (x, y, FOREIGN KEY (x, y) REFERENCES p (B, a))";
    check(&format!("{parent}{text}"), "k p").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scratch_database_is_empty() -> Result<()> {
    let scratch = Database::open("sqlite::memory:").await?;
    scratch.execute("CREATE TABLE mine (x)", ()).await?;
    let models = ModelFile::parse("-- database: shop\nCREATE TABLE t (x)", "m.sql")?;
    let problem = models.check(&scratch).await.unwrap_err();
    assert!(problem.message.contains("holds the table `mine` already"), "{problem}");
    assert_eq!(tables(&scratch).await?, ["mine"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_as_an_error_keeps_what_the_engine_said() -> Result<()> {
    let scratch = Database::open("sqlite::memory:").await?;
    let models = ModelFile::parse("-- database: shop\nCREATE TABEL t (x)", "m.sql");
    assert_eq!(Error::from(models.unwrap_err()).kind(), ErrorKind::Validation);
    let models = ModelFile::parse("-- database: shop\nCREATE TABLE t (x", "m.sql")?;
    let error = Error::from(models.check(&scratch).await.unwrap_err());
    assert_eq!((error.kind(), error.code()), (ErrorKind::Query, Some("SQLITE_ERROR")));
    assert!(error.message().starts_with("m.sql:2"), "{error}");
    Ok(())
}
