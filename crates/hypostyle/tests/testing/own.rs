//! Databases of one test on a server: made, migrated, dropped.

use hypostyle::testing::Setup;
use hypostyle::{Database, Environment, ErrorKind, Result};
use hypostyle_testkit::server::{Brand, MySql, Postgres};

use crate::cases;
use crate::shop::{count, models, users};

cases![
    a_database_goes_with_its_last_handle,
    one_that_was_left_behind_goes_with_the_next,
    migrations_are_run,
    the_environment_says_where_tests_run,
];

fn at(url: String) -> Setup {
    Setup::default().environment(Environment::empty()).url(url)
}

/// The databases of tests on a server.
async fn made(server: &Database) -> Result<Vec<(String,)>> {
    let query = match server.engine().name {
        "postgres" => {
            "SELECT datname::text FROM pg_database WHERE datname LIKE 'hypostyle\\_test\\_%'"
        }
        _ => {
            "SELECT schema_name FROM information_schema.schemata \
             WHERE schema_name LIKE 'hypostyle\\_scratch\\_%'"
        }
    };
    server.fetch_all(query, ()).await
}

async fn a_database_goes_with_its_last_handle(_: Setup) -> Result<()> {
    let postgres = Postgres::start(Default::default()).unwrap();
    let mariadb = MySql::start(Default::default()).unwrap();
    for url in [postgres.url("postgres"), mariadb.url("mysql")] {
        let server = Database::open(&url).await?;
        let setup = at(url).concurrent().models(&models());
        let db = setup.clone().open().await?;
        assert_eq!(made(&server).await?.len(), 1);
        let task = db.clone();
        let working = tokio::spawn(async move { users().create_many(&task, 5).await.map(drop) });
        working.await.unwrap()?;
        // A transaction that a test forgot keeps its database no longer than that.
        let tx = db.begin().await?;
        assert_eq!(count(&db).await?, 5);
        drop(db);
        drop(tx);
        assert_eq!(made(&server).await?, []);

        let panicking = setup.clone();
        let ended = tokio::spawn(async move {
            let db = panicking.open().await.unwrap();
            let mut tx = db.begin().await.unwrap();
            users().create(&mut tx).await.unwrap();
            assert_eq!(made(&db).await.unwrap(), [], "the test fails");
        });
        assert!(ended.await.unwrap_err().is_panic());
        assert_eq!(made(&server).await?, []);
        server.close().await?;
    }
    Ok(())
}

async fn one_that_was_left_behind_goes_with_the_next(_: Setup) -> Result<()> {
    let postgres = Postgres::start(Default::default()).unwrap();
    let server = Database::open(&postgres.url("postgres")).await?;
    server.execute("CREATE DATABASE hypostyle_test_1_1", ()).await?;
    server.execute("CREATE DATABASE hypostyle_tests", ()).await?;
    let first = at(postgres.url("postgres")).concurrent().open().await?;
    let second = at(postgres.url("postgres")).concurrent().open().await?;
    let names = made(&server).await?;
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(!names.contains(&("hypostyle_test_1_1".to_owned(),)));
    drop((first, second));
    Ok(())
}

async fn migrations_are_run(_: Setup) -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let text = "CREATE TABLE note (id INTEGER PRIMARY KEY, body VARCHAR(80));\n\
                INSERT INTO note VALUES (1, 'first');\n";
    std::fs::write(folder.path().join("V001__notes.sql"), text).unwrap();
    let urls = [
        "sqlite::memory:".to_owned(),
        Postgres::shared().unwrap().url("postgres"),
        MySql::shared(Brand::MariaDb).unwrap().url("mysql"),
    ];
    for url in urls {
        let db = at(url).migrations(folder.path()).open().await?;
        let body: String = db.fetch_value("SELECT body FROM note WHERE id = 1", ()).await?;
        assert_eq!(body, "first");
        assert!(db.table_exists("ia_migrations").await?);
    }
    Ok(())
}

async fn the_environment_says_where_tests_run(_: Setup) -> Result<()> {
    let engine = async |url: &str| {
        let environment = Environment::from_map([("HYPOSTYLE_TEST_URL", url)]);
        let db = Setup::default().environment(environment).open().await?;
        Ok::<_, hypostyle::Error>(db.engine().name)
    };
    assert_eq!(engine(&Postgres::shared().unwrap().url("postgres")).await?, "postgres");
    assert_eq!(engine("duckdb:ignored.db").await?, "duckdb");
    assert!(!std::path::Path::new("ignored.db").exists());
    assert_eq!(engine("").await?, "sqlite");
    assert_eq!(engine("nonsense").await.unwrap_err().kind(), ErrorKind::Config);
    Ok(())
}
