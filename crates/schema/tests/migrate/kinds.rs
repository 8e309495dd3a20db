//! What migrations there are beside numbered files: repeatable ones, code, and what takes them back.

use std::collections::BTreeMap;

use hypostyle::{Error, ErrorKind, Result};
use hypostyle_schema::migrate::{DataMigration, MigrationKind, MigrationSet, Migrator};

use crate::{Home, assert_refused, tables};

#[tokio::test(flavor = "multi_thread")]
async fn repeatable_files_run_last_and_again_whenever_they_change() -> Result<()> {
    let home = Home::new(&[
        ("R__b_view.sql", "DROP VIEW IF EXISTS b; CREATE VIEW b AS SELECT x FROM a"),
        ("R__a_log.sql", "INSERT INTO log VALUES (1)"),
        ("V1__a.sql", "CREATE TABLE a (x, y); CREATE TABLE log (x)"),
    ])?;
    let db = home.open().await?;
    assert_eq!(home.up(&db).await?, ["V1__a.sql", "R__a_log.sql", "R__b_view.sql"]);
    assert!(home.up(&db).await?.is_empty());
    assert_eq!(
        home.status(&db).await?,
        "app 1 applied, app R__a_log applied, app R__b_view applied"
    );
    home.write("R__b_view.sql", "DROP VIEW IF EXISTS b; CREATE VIEW b AS SELECT y FROM a")?;
    home.write("V2__c.sql", "CREATE TABLE c (x)")?;
    assert_eq!(home.up(&db).await?, ["V2__c.sql", "R__b_view.sql"]);
    let rows =
        "SELECT group_concat(version, ' ') FROM (SELECT version FROM ia_migrations ORDER BY 1)";
    assert_eq!(db.fetch_value::<String>(rows, ()).await?, "1 2 R__a_log R__b_view");
    home.remove("R__a_log.sql")?;
    assert!(home.up(&db).await?.is_empty(), "what is gone has nothing to run again");
    assert!(home.status(&db).await?.contains("app R__a_log missing"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_leaves_repeatable_files_for_later() -> Result<()> {
    let files = [("V1__a.sql", "CREATE TABLE a (x)"), ("V2__b.sql", "CREATE TABLE b (x)")];
    let home = Home::new(&files)?;
    home.write("R__v.sql", "CREATE VIEW v AS SELECT x FROM b")?;
    let db = home.open().await?;
    let report = Migrator::new(&db).app(home.set()?).up(Some("1".parse()?)).await?;
    assert_eq!(report.applied.len(), 1);
    assert_eq!(home.up(&db).await?, ["V2__b.sql", "R__v.sql"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_in_folders_are_one_set() -> Result<()> {
    let home = Home::new(&[("V1__a.sql", "CREATE TABLE a (x)")])?;
    let folder = home.folder.path().join("migrations");
    for (name, text) in [("2026/V2__b.sql", "CREATE TABLE b (x)"), (".old/V1__c.sql", "")] {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).map_err(crate::io)?;
        std::fs::write(path, text).map_err(crate::io)?;
    }
    let db = home.open().await?;
    assert_eq!(home.up(&db).await?, ["V1__a.sql", "V2__b.sql"]);
    home.write("V2__again.sql", "")?;
    assert_refused(home.set(), &["V2__again.sql", "2026/V2__b.sql and ", "of one version"]);
    Ok(())
}

#[test]
fn what_undoes_a_version_is_found_where_it_stands() -> Result<()> {
    let files = [
        ("U1__a.sql", "DROP TABLE a"),
        ("V1__a.sql", "CREATE TABLE a (x)"),
        ("2_b.up.sql", "CREATE TABLE b (x)"),
        ("2_b.down.sql", "DROP TABLE b"),
        ("V3__c.sql", "CREATE TABLE c (x);\n-- rollback\nDROP TABLE c"),
        ("V4__d.sql", "CREATE TABLE d (x)"),
    ];
    let set = MigrationSet::embedded(MigrationKind::App, &files)?;
    let undo = |at: usize| {
        let undo = set.migrations()[at].undo.as_ref().and_then(|undo| undo.script());
        undo.map(|script| (script.file.as_str(), script.text.trim()))
    };
    assert_eq!(undo(0), Some(("U1__a.sql", "DROP TABLE a")));
    assert_eq!(undo(1), Some(("2_b.down.sql", "DROP TABLE b")));
    assert_eq!(undo(2), Some(("V3__c.sql", "-- rollback\nDROP TABLE c")));
    assert_eq!(undo(3), None);
    let refused = |more: (&'static str, &'static str), part: &str| {
        let files = [&files[..], &[more]].concat();
        assert_refused(MigrationSet::embedded(MigrationKind::App, &files), &[more.0, part]);
    };
    refused(("U3__c.sql", ""), "undoes version 3, and so does V3__c.sql");
    refused(("U01__a.sql", ""), "and so does U1__a.sql");
    refused(("U9__x.sql", ""), "which no file here makes");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn placeholders_are_replaced_where_they_are_defined_and_not_in_the_checksum() -> Result<()> {
    let home = Home::new(&[(
        "V1__a.sql",
        "CREATE TABLE ${table} (x); INSERT INTO ${table} VALUES ('${unknown}')",
    )])?;
    let db = home.open().await?;
    let filled = |table: &str| -> Result<_> {
        let values = BTreeMap::from([("table".to_owned(), table.to_owned())]);
        Ok(home.set()?.with_placeholders(&values))
    };
    assert_eq!(Migrator::new(&db).app(filled("a")?).up(None).await?.applied.len(), 1);
    assert_eq!(db.fetch_value::<String>("SELECT x FROM a", ()).await?, "${unknown}");
    assert_eq!(Migrator::new(&db).app(filled("b")?).up(None).await?.applied.len(), 0);
    Ok(())
}

/// Code that writes a line into `log`, and whose validation wants to find this many.
fn log(revision: &str, expect: i64) -> DataMigration {
    DataMigration::new("1.5", "write a line", revision)
        .up(|tx| {
            Box::pin(async move { tx.execute("INSERT INTO log VALUES (1)", ()).await.map(drop) })
        })
        .validate(move |tx| {
            Box::pin(async move {
                match tx.fetch_value::<i64>("SELECT count(*) FROM log", ()).await? {
                    found if found == expect => Ok(()),
                    found => Err(Error::new(ErrorKind::Validation, format!("{found} lines"))),
                }
            })
        })
}

#[tokio::test(flavor = "multi_thread")]
async fn code_runs_in_its_place_once() -> Result<()> {
    let home = Home::new(&[
        ("V1__a.sql", "CREATE TABLE log (x)"),
        ("V2__b.sql", "ALTER TABLE log RENAME TO log2"),
    ])?;
    let db = home.open().await?;
    let up = async |data| Migrator::new(&db).app(home.set()?.with_data(data)?).up(None).await;
    let applied = up(log("1", 1)).await?.applied;
    let names: Vec<&str> = applied.iter().map(|one| one.filename.as_str()).collect();
    assert_eq!(names, ["V1__a.sql", "V1.5__write_a_line", "V2__b.sql"]);
    assert_eq!(up(log("1", 1)).await?.applied.len(), 0);
    assert_refused(up(log("2", 1)).await, &["V1.5__write_a_line (app) was changed"]);
    assert_refused(
        home.set()?.with_data(DataMigration::new("2.0", "x", "1")),
        &["V2__b.sql", "V2.0__x"],
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn code_that_does_not_validate_is_undone_and_stops_the_run() -> Result<()> {
    let home =
        Home::new(&[("V1__a.sql", "CREATE TABLE log (x)"), ("V2__b.sql", "CREATE TABLE b (x)")])?;
    let db = home.open().await?;
    let set = home.set()?.with_data(log("1", 7))?;
    let run = Migrator::new(&db).app(set).up(None).await;
    assert_refused(run, &["V1.5__write_a_line", "1 lines"]);
    assert_eq!(tables(&db).await?, "log");
    assert_eq!(db.fetch_value::<i64>("SELECT count(*) FROM log", ()).await?, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_applied_is_undone_by_files_sections_and_code() -> Result<()> {
    let home = Home::new(&[
        ("V1__log.sql", "CREATE TABLE log (x)"),
        ("V2__b.sql", "CREATE TABLE b (x);\n-- rollback\nDROP TABLE b;"),
        ("V3__c.sql", "CREATE TABLE c (x)"),
        ("U3__c.sql", "DROP TABLE c"),
    ])?;
    let db = home.open().await?;
    let code = log("1", 1)
        .down(|tx| Box::pin(async move { tx.execute("DELETE FROM log", ()).await.map(drop) }));
    let set = home.set()?.with_data(code)?;
    let migrator = || Migrator::new(&db).app(set.clone());
    assert_eq!(migrator().up(None).await?.applied.len(), 4);
    assert_eq!(tables(&db).await?, "b c log");
    migrator().down("1".parse()?).await?;
    assert_eq!(tables(&db).await?, "log");
    assert_eq!(db.fetch_value::<i64>("SELECT count(*) FROM log", ()).await?, 0);
    assert_refused(migrator().down("0".parse()?).await, &["nothing undoes", "V1__log.sql"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_only_outside_a_transaction_is_told_by_the_head_of_its_file() -> Result<()> {
    let home = Home::new(&[("V1__a.sql", "-- no-transaction\nCREATE TABLE a (x);\nVACUUM")])?;
    let db = home.open().await?;
    assert_eq!(home.up(&db).await?, ["V1__a.sql"]);
    home.write("V2__b.sql", "CREATE TABLE b (x); VACUUM")?;
    assert_refused(home.up(&db).await, &["`VACUUM` may not stand", "`-- no-transaction`"]);
    home.write("V2__b.sql.conf", "executeInTransaction = false\n")?;
    assert_eq!(home.up(&db).await?, ["V2__b.sql"]);
    assert_eq!(tables(&db).await?, "a b ia_migration_statements");
    Ok(())
}

#[test]
fn callbacks_of_flyway_are_passed_over_and_named() -> Result<()> {
    let home = Home::new(&[("V1__a.sql", ""), ("beforeMigrate.sql", "SELECT 1")])?;
    let set = home.set()?;
    assert_eq!(
        (set.migrations().len(), set.passed_over()),
        (1, &["beforeMigrate.sql".to_owned()][..])
    );
    Ok(())
}
