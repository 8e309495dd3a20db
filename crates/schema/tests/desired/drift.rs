//! How a database differs from its model file.

use hypostyle::{Database, Result};
use hypostyle_schema::desired::{ModelFile, Part, drift};
use hypostyle_schema::inspect;

/// Compares the sentences of what differs, without what to do.
async fn check(wanted: &str, found: &str, expect: &[&str]) -> Result<()> {
    let (scratch, db) =
        (Database::open("sqlite::memory:").await?, Database::open("sqlite::memory:").await?);
    db.execute(found, ()).await?;
    let models = ModelFile::parse(format!("-- database: shop\n{wanted}"), "m.sql")?;
    let differences = drift(&models.check(&scratch).await?, &inspect(&db).await?);
    let sentences: Vec<&str> = differences
        .iter()
        .map(|difference| difference.sentence.rsplit_once(": ").unwrap().0)
        .collect();
    assert_eq!(sentences, expect, "{wanted}\n{found}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_tables_do_not_differ() -> Result<()> {
    let text = "CREATE TABLE p (id INTEGER PRIMARY KEY, a VARCHAR(20) DEFAULT 'x' CHECK (a <> ''));
         CREATE UNIQUE INDEX i ON p (lower(a)) WHERE a > 'b';
         CREATE VIEW v AS SELECT a FROM p;";
    check(text, text, &[]).await?;
    // Case of names, spaces and the order of columns make no difference; nor do other tables.
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a  INT CHECK (a  > 0), b REFERENCES T (id));",
        "CREATE TABLE T (ID integer PRIMARY KEY, b REFERENCES t (ID), a int CHECK (a > 0));
         CREATE TABLE other (x)",
        &[],
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_compared() -> Result<()> {
    check(
        "CREATE TABLE t (note TEXT, a INT NOT NULL, b DEFAULT 'x', c AS (a + 1))",
        "CREATE TABLE t (a TEXT, b DEFAULT 'X', c AS (a + 2), old)",
        &[
            "column `t.note` is in models.sql but not in the database",
            "the type of `t.a` is INT in models.sql but TEXT in the database",
            "the nullability of `t.a` is NOT NULL in models.sql but NULL in the database",
            "the default of `t.b` is 'x' in models.sql but 'X' in the database",
            "the expression of `t.c` is (a + 1) virtual in models.sql but (a + 2) virtual in the \
             database",
            "column `t.old` is in the database but not in models.sql",
        ],
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_indexes_and_checks_are_compared() -> Result<()> {
    check(
        "CREATE TABLE t (a INT, b INT REFERENCES t (a) ON DELETE CASCADE, PRIMARY KEY (a),
             UNIQUE (b), CHECK (a > 0));
         CREATE INDEX i ON t (b DESC) WHERE a > 1;",
        "CREATE TABLE t (a INT, b INT REFERENCES t (a), PRIMARY KEY (a, b),
             CONSTRAINT c CHECK (a > 1));
         CREATE INDEX i ON t (b);",
        &[
            "the primary key of `t` is (a) in models.sql but (a, b) in the database",
            "foreign key `(b) REFERENCES t (a) ON DELETE CASCADE` of `t` is in models.sql but not \
             in the database",
            "foreign key `(b) REFERENCES t (a)` of `t` is in the database but not in models.sql",
            "index `UNIQUE (b)` of `t` is in models.sql but not in the database",
            "index `i (b DESC) WHERE a > 1` of `t` is in models.sql but not in the database",
            "index `i (b)` of `t` is in the database but not in models.sql",
            "check `a > 0` of `t` is in models.sql but not in the database",
            "check `c: a > 1` of `t` is in the database but not in models.sql",
        ],
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_and_options_are_compared() -> Result<()> {
    check(
        "CREATE TABLE t (a TEXT PRIMARY KEY) STRICT; CREATE VIEW v AS SELECT 1",
        "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID; CREATE TABLE v (x)",
        &[
            "`t` is STRICT, with row ids in models.sql but not STRICT, WITHOUT ROWID in the \
             database",
            "`v` is view in models.sql but table in the database",
        ],
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_says_what_to_do() -> Result<()> {
    let (scratch, db) =
        (Database::open("sqlite::memory:").await?, Database::open("sqlite::memory:").await?);
    db.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)", ()).await?;
    let text = "-- database: shop\nCREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT)";
    let desired = ModelFile::parse(text, "models.sql")?.check(&scratch).await?;
    let differences = drift(&desired, &inspect(&db).await?);
    let [difference] = differences.as_slice() else { panic!("{differences:?}") };
    assert_eq!((&*difference.table, difference.what), ("orders", Part::Column));
    assert_eq!(
        difference.to_string(),
        "column `orders.note` is in models.sql but not in the database: write a migration"
    );
    Ok(())
}
