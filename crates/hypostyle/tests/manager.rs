//! A database with everything that belongs to it.
#![cfg(all(feature = "blocking", feature = "sqlite"))]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use hypostyle::migrate::State;
use hypostyle::{
    Database, Error, ErrorKind, Initialize, Manager, MigrationKind, MigrationSet, ModelFile,
    Result, blocking,
};

const LONG: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000000) \
                    SELECT count(*) FROM n";

fn folder(parent: &Path, name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = parent.join(name);
    std::fs::create_dir(&folder).unwrap();
    for (file, text) in files {
        std::fs::write(folder.join(file), text).unwrap();
    }
    folder
}

/// Everything that a database can begin with, in an order that fails when it is not kept.
fn everything(home: &Path) -> Result<Initialize> {
    let system =
        MigrationSet::embedded(MigrationKind::System, &[("V1__log.sql", "CREATE TABLE log (x)")])?;
    let one = [("V2__b.sql", "INSERT INTO a VALUES (2)")];
    let two = [("V1__a.sql", "CREATE TABLE a (x); INSERT INTO log VALUES (1)")];
    let models = "-- database: shop\nCREATE TABLE a (other); CREATE VIEW v AS SELECT x FROM a";
    Ok(Initialize::default()
        .system(system)
        .app_migrations(folder(home, "one", &one))
        .app_migrations(folder(home, "two", &two))
        .app_migrations(home.join("missing"))
        .models(ModelFile::parse(models, "models.sql")?))
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_applied_once_and_in_order() -> Result<()> {
    let home = tempfile::tempdir().unwrap();
    let initialize = everything(home.path())?;
    let manager = Manager::open("sqlite::memory:").await?;
    let count = async |state: fn(&State) -> bool| -> Result<usize> {
        let status = manager.status(&initialize).await?;
        Ok(status.iter().filter(|entry| state(&entry.state)).count())
    };
    assert_eq!(count(|state| *state == State::Pending).await?, 3);
    let done = manager.initialize(&initialize).await?;
    let applied = done.migrations.applied.iter().map(|a| &*a.filename).collect::<Vec<_>>();
    assert_eq!(applied, ["V1__log.sql", "V1__a.sql", "V2__b.sql"]);
    assert_eq!(done.made.iter().map(ToString::to_string).collect::<Vec<_>>(), ["view `v`"]);
    assert_eq!(count(|state| matches!(state, State::Applied { .. })).await?, 3);

    let again = manager.initialize(&initialize).await?;
    assert!(again.migrations.applied.is_empty() && again.made.is_empty());
    assert_eq!(manager.database().fetch_value::<i64>("SELECT x FROM v", ()).await?, 2);
    manager.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_schema_a_database_is_only_opened() -> Result<()> {
    let home = tempfile::tempdir().unwrap();
    let manager = Manager::open("sqlite::memory:").await?;
    manager.initialize(&everything(home.path())?.apply_schema(false)).await?;
    let objects = "SELECT count(*) FROM sqlite_schema";
    assert_eq!(manager.database().fetch_value::<i64>(objects, ()).await?, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_may_take_longer_than_any_other_request() -> Result<()> {
    let options = Database::options().timeout(Duration::from_millis(5));
    let manager = Manager::open_with(options, "sqlite::memory:").await?;
    let db = manager.database();
    let late = db.fetch_value::<i64>(LONG, ()).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Timeout);
    let text = format!("CREATE TABLE t AS {LONG}");
    let text: &'static str = text.leak();
    let system = MigrationSet::embedded(MigrationKind::System, &[("V1__long.sql", text)])?;
    let done = manager.initialize(&Initialize::default().system(system)).await?;
    assert!(done.migrations.applied[0].took > Duration::from_millis(5));

    let patient = db.without_timeout();
    assert_eq!(patient.fetch_value::<i64>(LONG, ()).await?, 2_000_000);
    let (queries, patient_queries) = (db.figures().unwrap(), patient.figures().unwrap());
    assert_eq!(queries.queries, patient_queries.queries, "both are counted as one database");
    patient.close().await?;
    assert_eq!(db.execute("SELECT 1", ()).await.unwrap_err().kind(), ErrorKind::Closed);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn scoped_use_closes_on_success_error_and_panic() -> Result<()> {
    let kept = Mutex::new(Vec::new());
    let keep = |manager: &Manager| kept.lock().unwrap().push(manager.database().clone());
    let url = "sqlite::memory:";
    let answer = Manager::scoped(url, async |manager| {
        keep(&manager);
        manager.database().fetch_value::<i64>("SELECT 7", ()).await
    });
    assert_eq!(answer.await?, 7);
    let failed: Result<()> = Manager::scoped(url, async |manager| {
        keep(&manager);
        Err(Error::new(ErrorKind::Validation, "no"))
    })
    .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Validation);
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let task = tokio::spawn(Manager::scoped(url, async |manager| {
        let _ = sender.send(manager.database().clone());
        assert_eq!(manager.url(), "a URL that it has not");
        Ok::<(), Error>(())
    }));
    assert!(task.await.is_err_and(|error| error.is_panic()));
    let mut kept = kept.into_inner().unwrap();
    kept.push(receiver.await.unwrap());
    for (at, db) in kept.iter().enumerate() {
        assert!(is_closed_soon(db).await, "{at}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn scoped_use_that_is_dropped_closes() -> Result<()> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let scoped = Manager::scoped("sqlite::memory:", async |manager| {
        let _ = sender.send(manager.database().clone());
        std::future::pending::<()>().await;
        Ok::<(), Error>(())
    });
    assert!(tokio::time::timeout(Duration::from_millis(100), scoped).await.is_err());
    assert!(is_closed_soon(&receiver.await.unwrap()).await);
    Ok(())
}

async fn is_closed_soon(db: &Database) -> bool {
    for _ in 0..500 {
        if db.execute("SELECT 1", ()).await.is_err_and(|error| error.kind() == ErrorKind::Closed) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[test]
fn a_manager_waits_where_there_is_no_runtime() -> Result<()> {
    let home = tempfile::tempdir().unwrap();
    let initialize = everything(home.path())?;
    let kept = blocking::Manager::scoped("sqlite::memory:", |manager| {
        assert_eq!(manager.initialize(&initialize)?.migrations.applied.len(), 3);
        assert_eq!(manager.status(&initialize)?.len(), 3);
        assert_eq!(manager.url(), "sqlite::memory:");
        Ok::<_, Error>(manager.database().clone())
    })?;
    assert_eq!(kept.execute("SELECT 1", ()).unwrap_err().kind(), ErrorKind::Closed);

    let mut kept = None;
    let failed: Result<()> = blocking::Manager::scoped("sqlite::memory:", |manager| {
        kept = Some(manager.database().clone());
        Err(Error::new(ErrorKind::Validation, "no"))
    });
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Validation);
    assert_eq!(kept.unwrap().execute("SELECT 1", ()).unwrap_err().kind(), ErrorKind::Closed);
    Ok(())
}
