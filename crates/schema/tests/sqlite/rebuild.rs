//! Schemas made anew from what was inspected.

use hypostyle::schema::diff::diff;
use hypostyle::sql::Dialect;
use hypostyle::{Database, Result};
use hypostyle_schema::{Schema, inspect};

use crate::open;

/// Makes what a database holds once more, from the model alone.
async fn rebuild(db: &Database) -> Result<(Schema, Database)> {
    let schema = inspect(db).await?;
    assert_eq!(diff(&schema, &schema, Dialect::Sqlite, &[]).changes, []);
    let again = open("").await?;
    for statement in &schema.create_statements(Dialect::Sqlite)? {
        let made = again.execute(statement, ()).await;
        made.map_err(|error| error.while_doing(statement))?;
    }
    Ok((schema, again))
}

/// The texts that the engine keeps, in an order of their own, blanks apart.
async fn dump(db: &Database) -> Result<String> {
    const TEXTS: &str = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema \
                         ORDER BY type, name";
    let texts: Vec<(String, String, String, String)> = db.fetch_all(TEXTS, ()).await?;
    let line = |(kind, name, table, sql): (String, String, String, String)| {
        let words = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{kind} {name} {table}: {}", words.replace("( ", "(").replace(" )", ")"))
    };
    Ok(texts.into_iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// What differs, line by line, with the lines around it.
fn differing(one: &str, other: &str) -> String {
    similar::TextDiff::from_lines(one, other).unified_diff().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_made_again_and_dumps_are_equal() -> Result<()> {
    let db = open(include_str!("everything.sql")).await?;
    let (schema, again) = rebuild(&db).await?;
    let (texts, texts_again) = (dump(&db).await?, dump(&again).await?);
    assert!(texts == texts_again, "{}", differing(&texts, &texts_again));
    assert!(schema.tables.iter().all(|table| table.beyond.is_empty()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_in_other_words_is_made_again_as_it_is() -> Result<()> {
    let db = open(
        "CREATE TABLE [parent] (a INT, b integer primary key desc, `c d` INT UNIQUE);
         CREATE TABLE t (id INTEGER PRIMARY KEY, -- the key
             x int not null default -1 check (x <> 2) /* why */ references parent (b) on delete cascade,
             y text collate nocase default 'a', z as (x + 1), w DEFAULT TRUE, v INT CONSTRAINT small CHECK (v < 5),
             FOREIGN KEY (v) REFERENCES parent, unique (y, x));
         CREATE INDEX i on t (y COLLATE binary, x asc) where x is not null;
         CREATE INDEX j ON parent (b desc, [c d])",
    )
    .await?;
    let (schema, again) = rebuild(&db).await?;
    let without_texts = |mut schema: Schema| {
        schema.tables.iter_mut().for_each(|table| table.sql = None);
        schema
    };
    let (once, twice) = rebuild(&again).await?;
    assert_eq!(without_texts(once), without_texts(schema));
    assert_eq!(dump(&twice).await?, dump(&again).await?);
    Ok(())
}
