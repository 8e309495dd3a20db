//! Databases open with what the settings say.

use crate::place::Said;

/// Checks the URL of the database `shop`; `{}` stands for the folder.
#[track_caller]
fn check(toml: &str, expect: &str) {
    let said = Said::toml(toml);
    let folder = said.folder();
    let settings = said.load_in(&folder).unwrap();
    let url = settings.url_of("shop").unwrap_or_else(|error| error.message().to_owned());
    assert_eq!(url.replace(folder.path().to_str().unwrap(), "{}"), expect, "{toml}");
}

#[test]
fn a_database_lies_in_the_folder_unless_it_has_a_url_of_its_own() {
    let rest = "journal_mode=WAL&synchronous=NORMAL";
    check("", &format!("sqlite:{{}}/data/database/shop.db?{rest}"));
    check("database_url = 'sqlite:///./x y/'", &format!("sqlite:{{}}/x y/shop.db?{rest}"));
    check("database_url = 'sqlite:////srv/data/'", &format!("sqlite:/srv/data/shop.db?{rest}"));
    check("database_url = 'sqlite://////srv//data/'", &format!("sqlite:/srv//data/shop.db?{rest}"));
    check("databases.shop.url = 'sqlite:a%3Fb.db'", &format!("sqlite:{{}}/a%3Fb.db?{rest}"));
    check("databases.shop.url = 'sqlite::memory:'", &format!("sqlite::memory:?{rest}"));
    check("databases.shop.url = 'postgres://u:p@h/db'", "postgres://u:p@h/db");
    let message = "the database `shop` has no URL: set databases.shop.url, or let database_url be \
                   a folder, as in sqlite:data/database/";
    check("database_url = 'sqlite:one.db'", message);
    check("database_url = 'postgres://h/db'", message);
}

#[test]
fn the_options_of_sqlite_are_added_unless_the_url_has_them() {
    let toml = "[sqlite]\njournal_mode = 'DELETE'\ncache_size = -100\n[databases.shop]\n";
    let url = |query: &str| format!("{toml}url = 'sqlite:x.db{query}'");
    check(&url(""), "sqlite:{}/x.db?journal_mode=DELETE&synchronous=NORMAL&cache_size=-100");
    check(
        &url("?synchronous=OFF&cache_bytes=9"),
        "sqlite:{}/x.db?synchronous=OFF&cache_bytes=9&journal_mode=DELETE",
    );
    let folder = "database_url = 'sqlite:d/?busy_timeout=5'";
    let rest = "busy_timeout=5&journal_mode=WAL&synchronous=NORMAL";
    check(folder, &format!("sqlite:{{}}/d/shop.db?{rest}"));
}

#[tokio::test]
async fn a_database_opens_in_a_folder_with_an_odd_name() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("50% off? #1");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("hypostyle.toml"), "sqlite.journal_mode = 'DELETE'\npool_size = 3")
        .unwrap();
    let sources = hypostyle_app::settings::Sources::new(&folder);
    let settings = hypostyle_app::settings::Settings::load(sources).unwrap();
    let db = settings.options().open(&settings.url_of("shop").unwrap()).await.unwrap();
    let mode: String = db.fetch_value("PRAGMA journal_mode", ()).await.unwrap();
    // SQLite has a writer besides those that read.
    assert_eq!((&*mode, db.pool().max), ("delete", 4));
    assert!(folder.join("data/database/shop.db").is_file());
    db.close().await.unwrap();
}

#[tokio::test]
async fn statements_end_at_the_timeout_that_is_set() {
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
                   SELECT count(*) FROM n";
    let said = Said::toml("statement_timeout = '50ms'");
    let folder = said.folder();
    let settings = said.load_in(&folder).unwrap();
    let db = settings.options().open("sqlite::memory:").await.unwrap();
    let error = db.fetch_value::<i64>(endless, ()).await.unwrap_err();
    assert_eq!(error.kind(), hypostyle::ErrorKind::Timeout);
    db.close().await.unwrap();
}
