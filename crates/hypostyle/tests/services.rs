//! The databases of an application by name.
#![cfg(all(feature = "blocking", feature = "sqlite"))]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use hypostyle::{
    Database, ErrorKind, Initialize, MigrationKind, MigrationSet, ModelFile, Result, Service,
    Services, blocking,
};

#[track_caller]
fn assert_fails<T: std::fmt::Debug>(result: Result<T>, kind: ErrorKind, part: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.message().contains(part), "{error}");
}

fn shop() -> Result<Service> {
    let models = "-- database: shop\nCREATE TABLE item (id INTEGER PRIMARY KEY)";
    let models = Initialize::default().models(ModelFile::parse(models, "models.sql")?);
    Ok(Service::new("sqlite::memory:").initialize(models))
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_are_registered_then_initialised_in_order() -> Result<()> {
    let services = Services::default();
    assert_fails(
        services.database("shop"),
        ErrorKind::Config,
        "no database `shop` is registered; none is",
    );
    services.register("shop", shop()?)?;
    services.register("log", "sqlite::memory:")?;
    assert_fails(services.database("shop"), ErrorKind::Config, "call initialize() first");
    assert_fails(services.database("Shop"), ErrorKind::Config, "there are shop, log");
    assert_fails(services.url("x"), ErrorKind::Config, "there are shop, log");

    let done = services.initialize().await?;
    let made = done.iter().map(|(name, done)| (&**name, done.made.len()));
    assert_eq!(made.collect::<Vec<_>>(), [("shop", 1), ("log", 0)]);
    assert!(services.clone().initialize().await?.is_empty(), "each is initialised once");
    assert_eq!(services.names(), ["shop", "log"]);

    let insert = "INSERT INTO item DEFAULT VALUES";
    services.database("shop")?.execute(insert, ()).await?;
    let task = services.clone();
    let count = tokio::spawn(async move {
        task.database("shop")?.fetch_value::<i64>("SELECT count(*) FROM item", ()).await
    });
    assert_eq!(count.await.unwrap()?, 1, "all see one database");

    let kept = services.database("shop")?;
    services.close().await?;
    assert_eq!(kept.execute(insert, ()).await.unwrap_err().kind(), ErrorKind::Closed);
    assert_fails(services.database("shop"), ErrorKind::Config, "call initialize() first");
    assert_eq!(services.initialize().await?.len(), 2);
    services.database("shop")?.execute(insert, ()).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_registered_is_refused() -> Result<()> {
    let services = Services::default();
    services.register("shop", "sqlite:a.db")?;
    let check = |name: &str, url: &str, part: &str| {
        assert_fails(services.register(name, url), ErrorKind::Config, part);
    };
    check("shop", "sqlite:b.db", "`shop` is registered already: sqlite:a.db");
    check("", "sqlite:b.db", "1 to 128 bytes");
    check(&"x".repeat(129), "sqlite:b.db", "1 to 128 bytes");
    check("b", "b.db", "the database `b`: a database URL begins with its kind");
    for at in 1..hypostyle::SERVICES_MAX {
        services.register(format!("s{at}"), "sqlite:b.db")?;
    }
    assert_fails(services.register("one more", "sqlite:b.db"), ErrorKind::Limit, "the most");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn urls_are_shown_without_secrets() -> Result<()> {
    let services = Services::default();
    services.register("far", "postgres://u:secret@h/db")?;
    assert_eq!(services.url("far")?, "postgres://u:***@h/db");
    assert!(
        !format!("{services:?}{:?}", Service::new("postgres://u:secret@h/db")).contains("secret")
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_names_its_database_and_the_next_call_goes_on() -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("V1__a.sql");
    std::fs::write(&file, "CREATE TABEL a (x)").unwrap();
    let services = Services::default();
    services.register("first", shop()?)?;
    let broken = Initialize::default().app_migrations(folder.path());
    services.register("second", Service::new("sqlite::memory:").initialize(broken))?;
    assert_fails(services.initialize().await, ErrorKind::Query, "the database `second`: ");
    assert!(services.database("first").is_ok());
    assert_fails(services.database("second"), ErrorKind::Config, "call initialize() first");
    std::fs::write(&file, "CREATE TABLE a (x)").unwrap();
    let done = services.initialize().await?;
    assert_eq!((done.len(), &*done[0].0), (1, "second"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_at_once_initialise_each_database_once() -> Result<()> {
    let services = Services::default();
    let system =
        MigrationSet::embedded(MigrationKind::System, &[("V1__a.sql", "CREATE TABLE a (x)")])?;
    for at in 0..8 {
        let initialize = Initialize::default().system(system.clone());
        services
            .register(format!("s{at}"), Service::new("sqlite::memory:").initialize(initialize))?;
    }
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let services = services.clone();
            tokio::spawn(async move { services.initialize().await })
        })
        .collect();
    let mut count = 0;
    for task in tasks {
        count += task.await.unwrap()?.len();
    }
    assert_eq!(count, 8);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_open_is_taken_as_it_is() -> Result<()> {
    let db = Database::open("sqlite::memory:").await?;
    db.execute("CREATE TABLE mine (x)", ()).await?;
    let services = Services::default();
    services.register("mine", db)?;
    services.initialize().await?;
    assert!(services.database("mine")?.table_exists("mine").await?);
    assert_eq!(services.url("mine")?, "sqlite::memory:");
    Ok(())
}

#[test]
fn services_wait_where_there_is_no_runtime() -> Result<()> {
    let services = blocking::Services::default();
    services.register("shop", shop()?)?;
    assert_eq!(services.initialize()?.len(), 1);
    assert!(services.database("shop")?.table_exists("item")?);
    assert_eq!(
        (services.names(), services.url("shop")?),
        (vec!["shop".to_owned()], "sqlite::memory:".to_owned())
    );
    services.close()
}

#[test]
fn services_are_shared_between_threads() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    check::<Services>();
    check::<hypostyle::Manager>();
    check::<blocking::Services>();
}
