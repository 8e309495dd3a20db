//! What a run applies, in which order, and what it remembers.

use std::sync::{Arc, Mutex};

use hypostyle::{Database, Result, Timestamp};
use hypostyle_schema::migrate::{MigrationKind, MigrationSet, Migrator, ProgressEvent};

use crate::{Home, assert_refused, show, tables};

const SYSTEM: [(&str, &str); 2] = [
    ("V1__base.sql", "CREATE TABLE base (x); CREATE TABLE log (line)"),
    ("V2__more.sql", "INSERT INTO log VALUES ('system 2')"),
];

fn system() -> Result<MigrationSet> {
    MigrationSet::embedded(MigrationKind::System, &SYSTEM)
}

#[tokio::test(flavor = "multi_thread")]
async fn files_run_once_by_version() -> Result<()> {
    let home = Home::new(&[
        ("V1.10__c.sql", "INSERT INTO log VALUES ('1.10')"),
        ("V1.9__b.sql", "INSERT INTO log VALUES ('1.9')"),
        ("V20261121120000__d.sql", "INSERT INTO log VALUES ('2026'); -- the end"),
        ("V01__a.sql", "CREATE TABLE log (line)"),
        ("V1.9.1__empty.sql", "-- nothing to do\n"),
        ("README.md", "no migration"),
    ])?;
    let db = home.open().await?;
    assert_eq!(
        home.status(&db).await?,
        "app 01 pending, app 1.9 pending, app 1.9.1 pending, app 1.10 pending, \
         app 20261121120000 pending"
    );
    assert!(!db.table_exists("ia_migrations").await?, "status writes nothing");
    let names = home.up(&db).await?;
    assert_eq!(
        names,
        [
            "V01__a.sql",
            "V1.9__b.sql",
            "V1.9.1__empty.sql",
            "V1.10__c.sql",
            "V20261121120000__d.sql"
        ]
    );
    let lines: Vec<(String,)> = db.fetch_all("SELECT line FROM log ORDER BY rowid", ()).await?;
    assert_eq!(lines.into_iter().map(|(line,)| line).collect::<Vec<_>>(), ["1.9", "1.10", "2026"]);
    assert!(home.up(&db).await?.is_empty());
    assert_eq!(
        home.status(&db).await?,
        "app 01 applied, app 1.9 applied, app 1.9.1 applied, app 1.10 applied, \
         app 20261121120000 applied"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tracking_table_is_the_one_that_was_specified() -> Result<()> {
    let home = Home::new(&[("V001__create_items.sql", "CREATE TABLE item (x)")])?;
    let db = home.open().await?;
    home.up(&db).await?;
    let columns = "SELECT name, type, \"notnull\", dflt_value, pk \
                   FROM pragma_table_info('ia_migrations')";
    let columns: Vec<(String, String, bool, Option<String>, i64)> =
        db.fetch_all(columns, ()).await?;
    let shown = columns.iter().map(|(name, kind, not_null, default, key)| {
        format!("{name} {kind} {not_null} {} {key}", default.as_deref().unwrap_or("-"))
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            "version TEXT true - 1",
            "filename TEXT true - 0",
            "migration_type TEXT true - 2",
            "description TEXT true - 0",
            "applied_at TIMESTAMP false CURRENT_TIMESTAMP 0",
            "checksum TEXT false - 0",
        ]
    );
    let row = "SELECT version, filename, migration_type, description, length(checksum), applied_at \
               FROM ia_migrations";
    let (version, filename, kind, description, length, at): (
        String,
        String,
        String,
        String,
        i64,
        Timestamp,
    ) = db.fetch_one(row, ()).await?;
    assert_eq!((&*version, &*filename), ("001", "V001__create_items.sql"));
    assert_eq!((&*kind, &*description, length), ("app", "create items", 64));
    let now: Timestamp = db.fetch_value("SELECT CAST(CURRENT_TIMESTAMP AS TEXT)", ()).await?;
    assert!(at <= now);
    let odd = "INSERT INTO ia_migrations (version, filename, migration_type, description) \
               VALUES ('9', 'x', 'other', 'x')";
    assert!(db.execute(odd, ()).await.is_err());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_system_set_runs_first_and_is_numbered_by_itself() -> Result<()> {
    let home = Home::new(&[("V1__mine.sql", "INSERT INTO log VALUES ('app 1')")])?;
    let db = home.open().await?;
    let told = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&told);
    let report = Migrator::new(&db)
        .app(home.set()?)
        .system(system()?)
        .on_progress(move |progress| {
            let event = match progress.event {
                ProgressEvent::Begins => "begins",
                ProgressEvent::Applied(_) => "applied",
                _ => "odd",
            };
            let migration = progress.migration;
            let line = format!("{} {} {event}", migration.kind, migration.version);
            hear.lock().unwrap().push(format!("{}/{} {line}", progress.number, progress.total));
        })
        .up(None)
        .await?;
    let applied =
        report.applied.iter().map(|a| format!("{} {} {}", a.kind, a.version, a.statements));
    assert_eq!(applied.collect::<Vec<_>>(), ["system 1 2", "system 2 1", "app 1 1"]);
    assert_eq!(
        told.lock().unwrap().join(", "),
        "1/3 system 1 begins, 1/3 system 1 applied, 2/3 system 2 begins, 2/3 system 2 applied, \
         3/3 app 1 begins, 3/3 app 1 applied"
    );
    let both = Migrator::new(&db).app(home.set()?).system(system()?).status().await?;
    assert_eq!(show(&both), "system 1 applied, system 2 applied, app 1 applied");
    assert_eq!(
        home.status(&db).await?,
        "app 1 applied",
        "a set that is not given is not looked at"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_the_last_version_of_the_app_set() -> Result<()> {
    let home = Home::new(&[
        ("V001__a.sql", "CREATE TABLE a (x)"),
        ("V002__b.sql", "CREATE TABLE b (x)"),
        ("V003__c.sql", "CREATE TABLE c (x)"),
    ])?;
    let db = home.open().await?;
    let migrator = || -> Result<_> { Ok(Migrator::new(&db).system(system()?).app(home.set()?)) };
    assert_refused(
        migrator()?.up(Some("7".parse()?)).await,
        &["no app migration of version 7; the newest is 003"],
    );
    assert_eq!(tables(&db).await?, "");
    assert_eq!(migrator()?.up(Some("V2".parse()?)).await?.applied.len(), 4);
    assert_eq!(tables(&db).await?, "a b base log");
    assert_eq!(migrator()?.up(Some("1".parse()?)).await?.applied.len(), 0, "nothing is taken back");
    assert_eq!(migrator()?.up(None).await?.applied.len(), 1);
    assert_eq!(tables(&db).await?, "a b base c log");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_database_answers_its_status() -> Result<()> {
    let home = Home::new(&[("V1__a.sql", "CREATE TABLE a (x)")])?;
    let db = home.open().await?;
    home.up(&db).await?;
    db.close().await?;
    let path = home.folder.path().join("app.db");
    let db = Database::open(&format!("sqlite:{}?mode=ro", path.display())).await?;
    assert_eq!(home.status(&db).await?, "app 1 applied");
    assert!(home.up(&db).await?.is_empty(), "nothing is pending, nothing is written");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn status_is_written_as_json() -> Result<()> {
    let home = Home::new(&[("V1__a.sql", "CREATE TABLE a (x)")])?;
    let db = home.open().await?;
    let json = |entries: Vec<_>| serde_json::to_string(&entries).unwrap();
    let status = Migrator::new(&db).app(home.set()?).status().await?;
    assert_eq!(
        json(status),
        r#"[{"version":"1","kind":"app","description":"a","filename":"V1__a.sql","state":"pending"}]"#
    );
    home.up(&db).await?;
    let status = json(Migrator::new(&db).app(home.set()?).status().await?);
    assert!(status.contains(r#""state":"applied","applied_at":"2"#), "{status}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_can_be_spawned() -> Result<()> {
    let home = Home::new(&[("V1__a.sql", "CREATE TABLE a (x)")])?;
    let db = home.open().await?;
    let set = home.set()?;
    let task = db.clone();
    let run = tokio::spawn(async move { Migrator::new(&task).app(set).up(None).await });
    assert_eq!(run.await.unwrap()?.applied.len(), 1);
    assert_eq!(tables(&db).await?, "a");
    Ok(())
}
