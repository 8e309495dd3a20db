//! What is refused before anything runs.

use std::process::Command;

use hypostyle::{ErrorKind, Result};
use hypostyle_schema::migrate::{MigrationKind, MigrationSet, Migrator};

use crate::{Home, assert_refused, tables};

const FILES: [(&str, &str); 2] =
    [("V1__a.sql", "CREATE TABLE a (x);\n"), ("V2__b.sql", "CREATE TABLE b (x);\n")];

/// A home where the two files are applied and a third is pending.
async fn applied() -> Result<(Home, hypostyle::Database)> {
    let home = Home::new(&FILES)?;
    let db = home.open().await?;
    home.up(&db).await?;
    home.write("V3__c.sql", "CREATE TABLE c (x)")?;
    Ok((home, db))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_stops_the_run() -> Result<()> {
    let (home, db) = applied().await?;
    home.write("V1__a.sql", "CREATE TABLE a (x, y);\n")?;
    assert_eq!(home.status(&db).await?, "app 1 changed, app 2 applied, app 3 pending");
    let was: String =
        db.fetch_value("SELECT checksum FROM ia_migrations WHERE version = '1'", ()).await?;
    let is = home.set()?.migrations()[0].checksum.clone();
    let run = home.up(&db).await;
    assert_eq!(run.as_ref().unwrap_err().kind(), ErrorKind::Validation);
    assert_refused(run, &["V1__a.sql (app) was changed", &was, &is, "write the change as a new"]);
    assert_eq!(tables(&db).await?, "a b");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_is_shown_beside_what_git_remembers_of_it() -> Result<()> {
    let (home, db) = applied().await?;
    let folder = home.folder.path().join("migrations");
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
        let git = Command::new("git").args(identity).args(arguments).current_dir(&folder).output();
        assert!(git.unwrap().status.success(), "{arguments:?}");
    };
    git(&["init", "--quiet"]);
    home.write("V1__old name.sql", FILES[0].1)?;
    home.remove("V1__a.sql")?;
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "1"]);
    git(&["mv", "V1__old name.sql", "V1__a.sql"]);
    git(&["commit", "--quiet", "-m", "2"]);
    home.write("V1__a.sql", "CREATE TABLE a (x, y);\n")?;
    git(&["commit", "--quiet", "-a", "-m", "3"]);
    home.write("V2__b.sql", "CREATE TABLE b (x, z);\n")?;
    assert_refused(
        home.up(&db).await,
        &[
            "V1__a.sql (app) was changed",
            "\n--- V1__a.sql (applied)\n+++ V1__a.sql (now)\n@@ -1 +1 @@\n-CREATE TABLE a (x);\n\
             +CREATE TABLE a (x, y);\nV2__b.sql (app) was changed",
            "\n-CREATE TABLE b (x);\n+CREATE TABLE b (x, z);",
        ],
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn line_ends_and_trailing_blanks_are_no_change() -> Result<()> {
    let (home, db) = applied().await?;
    home.write("V1__a.sql", "\u{feff}CREATE TABLE a (x);  \r\n\r\n")?;
    home.write("V2__b.sql", "CREATE TABLE b (x);")?;
    assert_eq!(home.up(&db).await?, ["V3__c.sql"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_file_stops_the_run() -> Result<()> {
    let (home, db) = applied().await?;
    home.remove("V2__b.sql")?;
    assert_eq!(home.status(&db).await?, "app 1 applied, app 2 missing, app 3 pending");
    assert_refused(
        home.up(&db).await,
        &["V2__b.sql (app, version 2)", "file is gone", "restore it"],
    );
    assert_eq!(tables(&db).await?, "a b");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_comes_late_stops_the_run_unless_it_is_allowed() -> Result<()> {
    let (home, db) = applied().await?;
    home.write("V1.5__late.sql", "CREATE TABLE late (x)")?;
    assert_eq!(
        home.status(&db).await?,
        "app 1 applied, app 1.5 before 2, app 2 applied, app 3 pending"
    );
    assert_refused(home.up(&db).await, &["V1.5__late.sql", "newer version 2", "above 2"]);
    let migrator = || -> Result<_> { Ok(Migrator::new(&db).app(home.set()?)) };
    assert_eq!(migrator()?.up(Some("1".parse()?)).await?.applied.len(), 0, "it is not asked for");
    assert_eq!(migrator()?.allow_out_of_order(true).up(None).await?.applied.len(), 2);
    assert_eq!(tables(&db).await?, "a b c late");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_shown_as_a_person_reads_it() -> Result<()> {
    let (home, db) = applied().await?;
    home.write("V1__a.sql", "")?;
    home.remove("V2__b.sql")?;
    home.write("V1.5__late.sql", "")?;
    db.execute("UPDATE ia_migrations SET applied_at = '2026-11-21 12:00:00'", ()).await?;
    let status = Migrator::new(&db).app(home.set()?).status().await?;
    let shown: Vec<String> = status.iter().map(|entry| entry.state.to_string()).collect();
    assert_eq!(
        shown,
        [
            "changed since it was applied 2026-11-21 12:00:00",
            "pending, out of order: 2 is applied",
            "its file is gone; applied 2026-11-21 12:00:00",
            "pending",
        ]
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn all_faults_are_told_at_once() -> Result<()> {
    let (home, db) = applied().await?;
    home.write("V1__a.sql", "")?;
    home.remove("V2__b.sql")?;
    home.write("V0.1__late.sql", "")?;
    assert_refused(home.up(&db).await, &["V0.1__late.sql", "\nV1__a.sql", "\nV2__b.sql"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_spelling_of_a_version_is_the_same_migration() -> Result<()> {
    let (home, db) = applied().await?;
    home.remove("V1__a.sql")?;
    home.write("V01.0__a.sql", FILES[0].1)?;
    assert_eq!(home.up(&db).await?, ["V3__c.sql"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_without_a_checksum_are_taken_as_applied_and_odd_ones_are_refused() -> Result<()> {
    let (home, db) = applied().await?;
    db.execute(
        "UPDATE ia_migrations SET checksum = NULL, version = 'V001' WHERE version = '1'",
        (),
    )
    .await?;
    assert_eq!(home.up(&db).await?, ["V3__c.sql"]);
    db.execute("UPDATE ia_migrations SET version = 'abc' WHERE version = '2'", ()).await?;
    assert_refused(home.up(&db).await, &["a row of ia_migrations", "`abc` is no version"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn transaction_control_in_a_later_file_keeps_the_first_from_running() -> Result<()> {
    let home = Home::new(&FILES)?;
    let db = home.open().await?;
    for text in ["SELECT 1;\nCOMMIT", "SELECT 1;\nVACUUM", "SELECT 1;\nPRAGMA journal_mode = OFF"] {
        home.write("V3__c.sql", text)?;
        assert_refused(home.up(&db).await, &["V3__c.sql:2: `", "may not stand in a migration"]);
        assert_eq!(tables(&db).await?, "");
    }
    Ok(())
}

#[test]
fn a_folder_holds_migrations_and_no_other_sql() -> Result<()> {
    let check = |name: &str, bytes: &[u8], kind: ErrorKind, parts: &[&str]| -> Result<()> {
        let home = Home::new(&FILES)?;
        home.write(name, bytes)?;
        let set = home.set();
        assert_eq!(set.as_ref().unwrap_err().kind(), kind, "{name}");
        assert_refused(set, parts);
        Ok(())
    };
    let invalid = ErrorKind::Validation;
    check("schema.sql", b"", invalid, &["`schema.sql`", "V{version}__{description}.sql"])?;
    check(
        "V3__c.down.sql",
        b"",
        invalid,
        &["V3__c.down.sql undoes version 3, which no file here"],
    )?;
    check("V3__c.SQL", b"", invalid, &["`V3__c.SQL`"])?;
    check("V01.0__b.sql", b"", invalid, &["V01.0__b.sql", "V1__a.sql", "of one version"])?;
    check("V3__c.sql", b"SELECT '\xff'", invalid, &["V3__c.sql is not UTF-8 at byte 8"])?;
    let large = vec![b' '; 16 * 1024 * 1024 + 1];
    check("V3__c.sql", &large, ErrorKind::Limit, &["V3__c.sql is larger than 16777216 bytes"])
}

#[test]
fn several_folders_are_one_set_and_a_missing_one_is_empty() -> Result<()> {
    let (one, two) = (Home::new(&FILES)?, Home::new(&[("V3__c.sql", "")])?);
    let folder = |home: &Home| home.folder.path().join("migrations");
    let kind = MigrationKind::App;
    let set = MigrationSet::read_all(kind, [folder(&two), folder(&one), "/nowhere".into()])?;
    assert_eq!(set.migrations().len(), 3);
    assert_eq!(MigrationSet::read(kind, "/nowhere")?, MigrationSet::empty(kind));
    assert_refused(
        MigrationSet::read_all(kind, [folder(&one), folder(&one)]),
        &["are two migrations of one version"],
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_of_the_other_kind_is_refused() -> Result<()> {
    let home = Home::new(&FILES)?;
    let db = home.open().await?;
    let run = Migrator::new(&db).system(home.set()?).up(None).await;
    assert_refused(run, &["a set of app migrations was given as the system set"]);
    Ok(())
}
