//! Migrations of live MySQL and MariaDB databases.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hypostyle::schema::migrate::{DataMigration, MigrationKind, MigrationSet, Migrator};
use hypostyle::{ErrorKind, Result};
use tokio::sync::Notify;

use crate::{BRANDS, Home};

#[tokio::test(flavor = "multi_thread")]
async fn a_script_of_the_client_and_code_are_run_as_migrations() -> Result<()> {
    let text = "CREATE TABLE t (a int, b int);\nDELIMITER $$\nCREATE TRIGGER made BEFORE INSERT ON t \
                FOR EACH ROW BEGIN SET NEW.b = NEW.a; SET NEW.b = NEW.b + 1; END$$\nDELIMITER ;\n\
                INSERT INTO t (a) VALUES (1)";
    for brand in BRANDS {
        let home = Home::new(brand, "").await?;
        let more = DataMigration::new("1", "add a row", "1");
        let more = more.up(|tx| {
            Box::pin(async move { tx.execute("CREATE TABLE c (a int)", ()).await.map(drop) })
        });
        let set = MigrationSet::empty(MigrationKind::App).with_data(more)?;
        let error = Migrator::new(&home.db).app(set).up(None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        let more = DataMigration::new("2", "add a row", "1").up(|tx| {
            Box::pin(async move { tx.execute("INSERT INTO t (a) VALUES (6)", ()).await.map(drop) })
        });
        let files = [("V1__t.sql", text), ("V3__u.sql", "CREATE TABLE u (a int)")];
        let set = MigrationSet::embedded(MigrationKind::App, &files)?.with_data(more)?;
        let report = Migrator::new(&home.db).app(set.clone()).up(None).await?;
        assert_eq!(report.applied.len(), 3);
        let sum: Option<i64> =
            home.db.fetch_value("SELECT CAST(sum(b) AS SIGNED) FROM t", ()).await?;
        assert_eq!(sum, Some(9));
        assert_eq!(Migrator::new(&home.db).app(set).up(None).await?.applied.len(), 0);
    }
    Ok(())
}

/// The first is in the middle of its code when the second begins.
#[tokio::test(flavor = "multi_thread")]
async fn code_of_two_runs_at_once_runs_once() -> Result<()> {
    for brand in BRANDS {
        let home = Home::new(brand, "CREATE TABLE t (a int)").await?;
        let (entered, arrived) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let (counts, tells) = (Arc::clone(&entered), Arc::clone(&arrived));
        let code = DataMigration::new("1", "add a row", "1").up(move |tx| {
            let (counts, tells) = (Arc::clone(&counts), Arc::clone(&tells));
            Box::pin(async move {
                counts.fetch_add(1, Ordering::SeqCst);
                tells.notify_one();
                tokio::time::sleep(Duration::from_millis(500)).await;
                tx.execute("INSERT INTO t VALUES (1)", ()).await.map(drop)
            })
        });
        let set = MigrationSet::empty(MigrationKind::App).with_data(code)?;
        let (db, again) = (home.db.clone(), set.clone());
        let first = tokio::spawn(async move { Migrator::new(&db).app(again).up(None).await });
        arrived.notified().await;
        let second = Migrator::new(&home.db).app(set.clone()).up(None).await?;
        let first = first.await.expect("it does not panic")?;
        assert_eq!((first.applied.len(), second.applied_elsewhere), (1, 1), "{brand:?}");
        assert_eq!(entered.load(Ordering::SeqCst), 1, "{brand:?}");
        // The lock goes with the run.
        let other = MigrationSet::embedded(MigrationKind::App, &[("V2__u.sql", "SELECT 1")])?;
        let code = DataMigration::new("1", "add a row", "1");
        let third = Migrator::new(&home.db).app(other.with_data(code)?);
        let third = third.lock_wait(Duration::from_secs(20)).up(None).await?;
        assert_eq!(third.applied.len(), 1);
    }
    Ok(())
}
