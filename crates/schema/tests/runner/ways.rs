//! Up, down, and what is seen of it.

use hypostyle::{ErrorKind, Result};

use super::{ENGINES, Home, set};

const FILES: [(&str, &str); 5] = [
    ("V1__first.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);\n-- rollback\nDROP TABLE a;\n"),
    ("V2__second.sql", "CREATE TABLE b (id INTEGER); INSERT INTO b VALUES (1), (2);"),
    ("U2__second.sql", "DROP TABLE b"),
    ("V10__third.sql", "CREATE TABLE c (id INTEGER)"),
    ("U10__third.sql", "DROP TABLE c"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_was_applied_is_undone_newest_first() -> Result<()> {
    for engine in ENGINES {
        let home = Home::new(engine).await?;
        let set = set(&FILES);
        let report = home.migrator(&set).up(None).await?;
        let names: Vec<&str> = report.applied.iter().map(|it| it.filename.as_str()).collect();
        assert_eq!(names, ["V1__first.sql", "V2__second.sql", "V10__third.sql"], "{engine:?}");
        assert_eq!(home.tables().await?, "a b c", "{engine:?}");
        assert_eq!(home.migrator(&set).up(None).await?.applied, [], "{engine:?}");
        let planned = home.migrator(&set).plan(None, Some("1".parse()?)).await?;
        let statements: Vec<&str> =
            planned.iter().flat_map(|it| &it.statements).map(String::as_str).collect();
        assert_eq!(statements, ["DROP TABLE c", "DROP TABLE b"]);
        let report = home.migrator(&set).down("1".parse()?).await?;
        let names: Vec<&str> = report.applied.iter().map(|it| it.filename.as_str()).collect();
        assert_eq!(names, ["V10__third.sql", "V2__second.sql"], "{engine:?}");
        assert_eq!(home.tables().await?, "a", "{engine:?}");
        assert_eq!(home.states(&set).await?, "1 applied, 2 pending, 10 pending", "{engine:?}");
        home.migrator(&set).up(None).await?;
        home.migrator(&set).down("0".parse()?).await?;
        assert_eq!(home.tables().await?, "", "{engine:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_undone_where_one_cannot_be() -> Result<()> {
    let files = [FILES[0], FILES[1], FILES[3], FILES[4]];
    for engine in ENGINES {
        let home = Home::new(engine).await?;
        let set = set(&files);
        home.migrator(&set).up(None).await?;
        let error = home.migrator(&set).down("1".parse()?).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        assert!(error.message().contains("nothing undoes V2__second.sql"), "{error}");
        assert_eq!(home.tables().await?, "a b c", "{engine:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeatable_file_runs_whenever_it_changed() -> Result<()> {
    for engine in ENGINES {
        let home = Home::new(engine).await?;
        let view = |text: &'static str| set(&[FILES[0], ("R__seen.sql", text)]);
        let first = view("DROP VIEW IF EXISTS seen; CREATE VIEW seen AS SELECT id FROM a");
        assert_eq!(home.migrator(&first).up(None).await?.applied.len(), 2, "{engine:?}");
        assert_eq!(home.migrator(&first).up(None).await?.applied.len(), 0, "{engine:?}");
        let second = view("DROP VIEW IF EXISTS seen; CREATE VIEW seen AS SELECT id, 1 AS b FROM a");
        assert_eq!(home.migrator(&second).up(None).await?.applied.len(), 1, "{engine:?}");
        let found = hypostyle::schema::table(&home.db, "seen").await?.unwrap();
        assert_eq!(found.columns.len(), 2, "{engine:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_file_set_for_its_connection_is_gone_afterwards() -> Result<()> {
    let files = [
        (super::Engine::Sqlite, "PRAGMA foreign_keys = OFF;", "PRAGMA foreign_keys", "1"),
        (
            super::Engine::Postgres,
            "SET search_path = pg_catalog;",
            "SELECT current_setting('search_path')",
            "\"$user\", public",
        ),
        (
            super::Engine::MySql(hypostyle_testkit::server::Brand::MariaDb),
            "SET foreign_key_checks = 0;",
            "SELECT @@foreign_key_checks + 0",
            "1",
        ),
    ];
    for (engine, text, question, expect) in files {
        let home = Home::new(engine).await?;
        let set = set(&[("V1__x.sql", text)]);
        home.migrator(&set).up(None).await?;
        for _ in 0..5 {
            let found: hypostyle::OwnedRow = home.db.fetch_one(question, ()).await?;
            let found = match &found.values()[0] {
                hypostyle::Value::I64(value) => value.to_string(),
                hypostyle::Value::Text(value) => value.to_string(),
                other => format!("{other:?}"),
            };
            assert_eq!(found, expect, "{engine:?}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn references_are_not_followed_while_a_file_says_so_and_hold_afterwards() -> Result<()> {
    let home = Home::new(super::Engine::Sqlite).await?;
    let first = "CREATE TABLE p (id INTEGER PRIMARY KEY);
        CREATE TABLE c (p INTEGER REFERENCES p (id) ON DELETE CASCADE);
        INSERT INTO p VALUES (1); INSERT INTO c VALUES (1);";
    let rebuild = "-- without-foreign-keys
        CREATE TABLE n (id INTEGER PRIMARY KEY, more TEXT); INSERT INTO n (id) SELECT id FROM p;
        DROP TABLE p; ALTER TABLE n RENAME TO p;";
    let loses = "-- without-foreign-keys\nDELETE FROM p;";
    let two = set(&[("V1__a.sql", first), ("V2__b.sql", rebuild)]);
    home.migrator(&two).up(None).await?;
    assert_eq!(home.db.fetch_value::<i64>("SELECT count(*) FROM c", ()).await?, 1);
    let three = set(&[("V1__a.sql", first), ("V2__b.sql", rebuild), ("V3__c.sql", loses)]);
    let error = home.migrator(&three).up(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert!(error.message().contains("1 rows of `c` refer to no row of `p`"), "{error}");
    assert_eq!(home.db.fetch_value::<i64>("SELECT count(*) FROM p", ()).await?, 1);
    Ok(())
}
