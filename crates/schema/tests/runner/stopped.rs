//! Files without a transaction: where they stop, and how they go on.

use hypostyle::{ErrorKind, Result};
use hypostyle_testkit::server::Brand;

use super::{Engine, Home, set};

const ENGINES: [Engine; 5] = super::ENGINES;

const BROKEN: &str = "-- no-transaction
CREATE TABLE a (id INTEGER);
INSERT INTO a VALUES (1);
INSERT INTO nowhere VALUES (1);
CREATE TABLE b (id INTEGER);";

const MENDED: &str = "-- no-transaction
CREATE TABLE a (id INTEGER);
INSERT INTO a VALUES (1);
INSERT INTO a VALUES (2);
CREATE TABLE b (id INTEGER);";

const REWRITTEN: &str = "-- no-transaction
CREATE TABLE a (id INTEGER, more INTEGER);
INSERT INTO a VALUES (1);
INSERT INTO a VALUES (2);
CREATE TABLE b (id INTEGER);";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_failed_in_the_middle_goes_on_once_mended() -> Result<()> {
    for engine in ENGINES {
        let home = Home::new(engine).await?;
        let broken = set(&[("V1__x.sql", BROKEN)]);
        let error = home.migrator(&broken).up(None).await.unwrap_err();
        assert!(error.message().contains("V1__x.sql:4"), "{engine:?}: {error}");
        assert_eq!(home.states(&broken).await?, "1 stopped at 3", "{engine:?}");

        let mended = set(&[("V1__x.sql", MENDED)]);
        let refused = home.migrator(&mended).up(None).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Validation, "{engine:?}");
        assert!(refused.message().contains("stopped at its statement 3"), "{refused}");

        let rewritten = set(&[("V1__x.sql", REWRITTEN)]);
        let refused = home.migrator(&rewritten).resume(None).await.unwrap_err();
        assert!(refused.message().contains("what ran may not change"), "{refused}");

        assert_eq!(home.migrator(&mended).resume(None).await?.applied.len(), 1, "{engine:?}");
        assert_eq!(home.tables().await?, "a b", "{engine:?}");
        let sum: i64 = home.db.fetch_value("SELECT count(*) FROM a", ()).await?;
        assert_eq!(sum, 2, "{engine:?}");
        assert_eq!(home.states(&mended).await?, "1 applied", "{engine:?}");
        assert_eq!(home.migrator(&mended).up(None).await?.applied, [], "{engine:?}");
    }
    Ok(())
}

/// Leaves the journal as a kill does between a statement and its second note.
async fn killed_after(home: &Home, ran: bool) -> Result<()> {
    let broken = set(&[("V1__x.sql", BROKEN)]);
    home.migrator(&broken).up(None).await.unwrap_err();
    let delete = "DELETE FROM ia_migration_statements WHERE number > 1";
    home.db.execute(delete, ()).await?;
    home.db.execute("DELETE FROM a", ()).await?;
    let begun = "UPDATE ia_migration_statements SET outcome = 'begun', ended_at = NULL";
    home.db.execute(begun, ()).await?;
    if !ran {
        home.db.execute("DROP TABLE a", ()).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_tells_whether_a_statement_ran_that_nobody_saw_end() -> Result<()> {
    for engine in ENGINES {
        for ran in [true, false] {
            let home = Home::new(engine).await?;
            killed_after(&home, ran).await?;
            let mended = set(&[("V1__x.sql", MENDED)]);
            assert_eq!(home.states(&mended).await?, "1 stopped at 1", "{engine:?}");
            home.migrator(&mended).resume(None).await?;
            assert_eq!(home.tables().await?, "a b", "{engine:?} {ran}");
            let sum: i64 = home.db.fetch_value("SELECT count(*) FROM a", ()).await?;
            assert_eq!(sum, 2, "{engine:?} {ran}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looked_may_say_that_a_statement_ran() -> Result<()> {
    let home = Home::new(Engine::MySql(Brand::MariaDb)).await?;
    killed_after(&home, true).await?;
    let mended = set(&[("V1__x.sql", MENDED)]);
    let error = home.migrator(&mended).resume(Some(false)).await.unwrap_err();
    assert!(error.message().contains("V1__x.sql:2"), "{error}");
    home.db.execute("UPDATE ia_migration_statements SET outcome = 'begun'", ()).await?;
    home.migrator(&mended).resume(Some(true)).await?;
    assert_eq!(home.tables().await?, "a b");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_a_killed_build_left_is_built_again() -> Result<()> {
    let home = Home::new(Engine::Postgres).await?;
    home.db.execute("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1)", ()).await?;
    let text = "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY once ON t (id);";
    let set = set(&[("V1__x.sql", text)]);
    let error = home.migrator(&set).up(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    let begun = "UPDATE ia_migration_statements SET outcome = 'begun'";
    home.db.execute(begun, ()).await?;
    home.db.execute("DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t)", ()).await?;
    home.migrator(&set).resume(None).await?;
    let valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'once'::regclass";
    assert!(home.db.fetch_value::<bool>(valid, ()).await?);
    Ok(())
}
