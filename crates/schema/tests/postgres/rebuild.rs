//! Schemas made anew from what was inspected.

use hypostyle::Result;
use hypostyle_schema::{Schema, inspect};

use crate::Home;

/// Makes what a script made once more, from the model alone, and compares what `pg_dump` writes of
/// both.
async fn check(script: &str) -> Result<Schema> {
    let home = Home::new("").await?;
    home.scratch.query(script)?;
    let schema = inspect(&home.db).await?;
    let again = Home::new("").await?;
    let statements = schema.create_statements(again.db.engine().dialect)?;
    let mut transaction = again.db.begin().await?;
    for statement in &statements {
        let made = transaction.execute(statement, ()).await;
        made.unwrap_or_else(|error| panic!("{error}\n{statement}\nof {statements:#?}"));
    }
    transaction.commit().await?;
    let (dump, dump_again) = (home.scratch.dump()?, again.scratch.dump()?);
    assert!(dump == dump_again, "{}", differing(&dump, &dump_again));
    assert_eq!(inspect(&again.db).await?, schema);
    Ok(schema)
}

/// What differs, line by line, with the lines around it.
fn differing(one: &str, other: &str) -> String {
    similar::TextDiff::from_lines(one, other).unified_diff().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_made_again_and_dumps_are_equal() -> Result<()> {
    let schema = check(include_str!("everything.sql")).await?;
    assert_eq!(schema.schemas, ["empty one", "zoo"]);
    assert_eq!(schema.beyond, Vec::<String>::new());
    Ok(())
}
