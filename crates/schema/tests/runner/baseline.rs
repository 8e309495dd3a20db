//! Databases that were made without migrations, and rows that are to be mended.

use hypostyle::{ErrorKind, Result};

use super::{ENGINES, Home, set};

const FIRST: (&str, &str) = ("V1__a.sql", "CREATE TABLE a (id INTEGER)");
const SECOND: (&str, &str) = ("V2__b.sql", "CREATE TABLE b (id INTEGER)");

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_already_counts_as_applied() -> Result<()> {
    for engine in ENGINES {
        let home = Home::new(engine).await?;
        home.db.execute(FIRST.1, ()).await?;
        let set = set(&[FIRST, SECOND]);
        assert_eq!(home.migrator(&set).baseline(&"1".parse()?).await?, 1, "{engine:?}");
        assert_eq!(home.migrator(&set).up(None).await?.applied.len(), 1, "{engine:?}");
        assert_eq!(home.tables().await?, "a b", "{engine:?}");
        let refused = home.migrator(&set).baseline(&"2".parse()?).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Validation, "{engine:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_confirmed_is_rewritten() -> Result<()> {
    for engine in ENGINES {
        let home = Home::new(engine).await?;
        home.migrator(&set(&[FIRST, SECOND])).up(None).await?;
        let changed = set(&[("V1__a.sql", "CREATE TABLE a (id BIGINT)")]);
        assert_eq!(home.states(&changed).await?, "1 changed, 2 missing", "{engine:?}");
        let repairs = home.migrator(&changed).repairs().await?;
        assert_eq!(repairs.len(), 2, "{engine:?}");
        home.migrator(&changed).repair(&repairs[..1]).await?;
        assert_eq!(home.states(&changed).await?, "1 applied, 2 missing", "{engine:?}");
        home.migrator(&changed).repair(&repairs[1..]).await?;
        assert_eq!(home.states(&changed).await?, "1 applied", "{engine:?}");
        assert_eq!(home.migrator(&changed).up(None).await?.applied, [], "{engine:?}");
    }
    Ok(())
}
