//! The facade on a real PostgreSQL: by URL, by environment, by the managers.
#![cfg(all(feature = "blocking", feature = "postgres"))]

use hypostyle::postgres::Postgres as Driver;
use hypostyle::{
    Database, Environment, ErrorKind, FromRow, Initialize, Manager, Registry, Result, Value, named,
};
use hypostyle_testkit::server::{Auth, PASSWORD, Postgres, PostgresOptions, SUPERUSER};

#[derive(Debug, FromRow, PartialEq)]
struct Person {
    id: i32,
    name: String,
}

fn scram() -> Result<Postgres> {
    Postgres::start(PostgresOptions { auth: Auth::Scram, ..PostgresOptions::default() })
}

#[tokio::test]
async fn a_url_is_all_that_changes() -> Result<()> {
    let scratch = Postgres::shared()?.scratch()?;
    for url in [scratch.url(), scratch.url().replace("postgres://", "postgresql+asyncpg://")] {
        let db = Database::open(&url).await?;
        db.execute("DROP TABLE IF EXISTS person", ()).await?;
        db.execute("CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL)", ()).await?;
        db.execute("INSERT INTO person VALUES (?, ?)", (1, "Ada")).await?;
        let mut transaction = db.begin().await?;
        transaction.execute("DELETE FROM person WHERE id = :id", named! { id: 1 }).await?;
        transaction.rollback().await?;
        let people: Vec<Person> = db.fetch_all("SELECT * FROM person", ()).await?;
        assert_eq!(people, [Person { id: 1, name: "Ada".to_owned() }]);
        assert_eq!(db.engine().name, "postgres");
        db.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_parts_of_a_url_in_the_environment_open_a_database() -> Result<()> {
    let server = scram()?;
    let port = server.port().to_string();
    let parts = [
        ("DATABASE_HOST", server.host()),
        ("DATABASE_PORT", &port),
        ("DATABASE_NAME", "postgres"),
        ("DATABASE_USER", SUPERUSER),
    ];
    let open = |more: &[(&'static str, &'static str)]| {
        let environment = Environment::from_map([&parts[..], more].concat());
        Database::options().retry(None).environment(environment).open_env()
    };
    let db = open(&[("DATABASE_PASSWORD", PASSWORD)]).await?;
    assert_eq!(db.fetch_value::<String>("SELECT current_user", ()).await?, SUPERUSER);
    let wrong = open(&[("DATABASE_PASSWORD", "wrong")]).await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Permission, "{wrong}");
    let production = open(&[("DATABASE_PASSWORD", PASSWORD), ("ENVIRONMENT", "production")]);
    let refused = production.await.expect_err("the server has no TLS");
    assert!(!refused.to_string().contains(PASSWORD), "{refused}");
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn a_password_comes_from_the_password_file_or_from_a_provider() -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let server = scram()?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pgpass");
    let escaped = PASSWORD.replace('\\', "\\\\").replace(':', "\\:");
    let line = format!("{}:{}:*:{SUPERUSER}:{escaped}\n", server.host(), server.port());
    std::fs::write(&path, line).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let url = format!("postgres://{SUPERUSER}@{}:{}/postgres", server.host(), server.port());
    let environment = Environment::from_map([("PGPASSFILE", path.to_str().unwrap())]);
    let db = Database::options().environment(environment).open(&url).await?;
    assert_eq!(db.fetch_value::<i32>("SELECT 1", ()).await?, 1);

    let provided = Driver::default().password_from(|| async { Ok(PASSWORD.to_owned()) });
    let options = Database::options().environment(Environment::empty());
    let db = options.registry(Registry::default().with(provided)).open(&url).await?;
    assert_eq!(db.fetch_value::<i32>("SELECT 1", ()).await?, 1);

    let none = Database::options().retry(None).environment(Environment::empty());
    assert_eq!(none.open(&url).await.unwrap_err().kind(), ErrorKind::Permission);
    Ok(())
}

#[tokio::test]
async fn a_manager_migrates_and_closes() -> Result<()> {
    let scratch = Postgres::shared()?.scratch()?;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("V001__make_people.sql");
    std::fs::write(file, "CREATE TABLE person (id int, name text);").unwrap();
    let initialize = Initialize::default().app_migrations(folder.path());
    let manager = Manager::open(&scratch.url()).await?;
    let done = manager.initialize(&initialize).await?;
    assert_eq!(done.migrations.applied.len(), 1);
    let again = manager.initialize(&initialize).await?;
    assert!(again.migrations.applied.is_empty());
    assert!(manager.database().table_exists("person").await?);
    manager.close().await
}

#[test]
fn the_blocking_form_takes_the_same_calls() -> Result<()> {
    let scratch = Postgres::shared()?.scratch()?;
    let db = hypostyle::blocking::Database::open(&scratch.url())?;
    db.execute("CREATE TABLE person (id int, name text)", ())?;
    let rows = (0..1_000).map(|id| vec![Value::I64(id), Value::Text(format!("name {id}"))]);
    db.insert_many("person", &["id", "name"], rows)?;
    assert_eq!(db.fetch_value::<i64>("SELECT sum(id) FROM person", ())?, 499_500);
    db.close()
}
