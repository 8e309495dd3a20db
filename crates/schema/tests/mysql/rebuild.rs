//! Schemas made anew from what was inspected.

use hypostyle::Result;
use hypostyle::schema::diff::diff;
use hypostyle::schema::{Schema, inspect};
use hypostyle::sql::Dialect;
use hypostyle_testkit::server::Brand;

use crate::Home;

/// Makes what a script made once more, from the model alone, and compares what `mariadb-dump` writes
/// of both.
async fn check(brand: Brand, script: &str) -> Result<Schema> {
    let home = Home::new(brand, script).await?;
    let schema = inspect(&home.db).await?;
    assert_eq!(diff(&schema, &schema, Dialect::Mysql, &[]).changes, []);
    let again = Home::new(brand, "").await?;
    for statement in &schema.create_statements(Dialect::Mysql)? {
        let made = again.db.execute(statement, ()).await;
        made.map_err(|error| error.while_doing(statement))?;
    }
    let (dump, dump_again) = (home.dump()?, again.dump()?);
    assert!(dump == dump_again, "{}", differing(&dump, &dump_again));
    Ok(schema)
}

impl Home {
    /// What is dumped, but how far a table has counted.
    fn dump(&self) -> Result<String> {
        let text = self.scratch.dump()?;
        let words = text.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT="));
        Ok(words.collect::<Vec<_>>().join(" "))
    }
}

/// What differs, line by line, with the lines around it.
fn differing(one: &str, other: &str) -> String {
    similar::TextDiff::from_lines(one, other).unified_diff().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_mariadb_is_made_again_and_dumps_are_equal() -> Result<()> {
    let script = concat!(include_str!("common.sql"), include_str!("mariadb.sql"));
    let schema = check(Brand::MariaDb, script).await?;
    assert_eq!(schema.beyond, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_mysql_is_made_again_and_dumps_are_equal() -> Result<()> {
    let script = concat!(include_str!("common.sql"), include_str!("oracle.sql"));
    let schema = check(Brand::Oracle, script).await?;
    assert_eq!(schema.beyond, Vec::<String>::new());
    Ok(())
}
