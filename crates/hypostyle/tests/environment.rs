//! Which of code, URL, environment and default decides.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hypostyle::core::{Backend, BoxFuture, Opener, PoolOptions};
use hypostyle::{
    ConnectionConfig, Database, Environment, Error, ErrorKind, Options, Registry, Result,
};

/// A driver that keeps what it was asked to open, and opens nothing.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Option<(ConnectionConfig, PoolOptions)>>>);

impl Opener for Recorder {
    fn schemes(&self) -> &'static [&'static str] {
        &["sqlite", "postgres", "postgresql"]
    }

    fn open<'a>(
        &'a self,
        config: &'a ConnectionConfig,
        pool: PoolOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Backend>>> {
        *self.0.lock().expect("no test panicked") = Some((config.clone(), pool));
        Box::pin(async { Err(Error::new(ErrorKind::Other, "opens nothing")) })
    }
}

type Variables<'a> = &'a [(&'a str, &'a str)];

/// Opens with variables; answers the configuration and the pool that reached the driver.
async fn open(
    options: Options,
    url: &str,
    variables: Variables<'_>,
) -> Result<(ConnectionConfig, PoolOptions)> {
    open_in(Environment::from_map(variables.iter().copied()), options, url).await
}

async fn open_in(
    environment: Environment,
    options: Options,
    url: &str,
) -> Result<(ConnectionConfig, PoolOptions)> {
    let recorder = Recorder::default();
    let error = options
        .registry(Registry::default().with(recorder.clone()))
        .environment(environment)
        .open(url)
        .await
        .expect_err("the recorder opens nothing");
    recorder.0.lock().expect("no test panicked").take().ok_or(error)
}

async fn check(url: &str, variables: Variables<'_>, expect: Result<&str, &str>) {
    let opened = open(Database::options(), url, variables).await;
    let opened = opened.map(|(config, _)| config.to_string());
    assert_eq!(opened.as_deref().map_err(Error::message), expect);
}

const SQLITE: Variables<'_> = &[
    ("SQLITE_JOURNAL_MODE", "delete"),
    ("SQLITE_SYNCHRONOUS", "FULL"),
    ("SQLITE_CACHE_SIZE", "-2000"),
];

#[tokio::test]
async fn the_environment_completes_a_sqlite_url() {
    check("sqlite:a.db", &[], Ok("sqlite:a.db")).await;
    check(
        "sqlite:a.db",
        SQLITE,
        Ok("sqlite:a.db?cache_size=-2000&journal_mode=delete&synchronous=FULL"),
    )
    .await;
    check("postgres://h/db", SQLITE, Ok("postgres://h/db")).await;
    check("sqlite:a.db", &[("SQLITE_SYNCHRONOUS", "")], Ok("sqlite:a.db")).await;
}

#[tokio::test]
async fn an_option_of_the_url_wins_over_the_environment() {
    let url = "sqlite:a.db?cache_bytes=4096&journal_mode=WAL&synchronous=OFF";
    check(url, SQLITE, Ok(url)).await;
}

const POSTGRES: Variables<'_> = &[
    ("PGHOST", "h"),
    ("PGPORT", "5433"),
    ("PGUSER", "ada"),
    ("PGPASSWORD", "secret"),
    ("PGDATABASE", "shop"),
    ("PGSSLMODE", "verify-full"),
    ("PGSSLROOTCERT", "ca.pem"),
    ("PGSSLCERT", "ada.pem"),
    ("PGSSLKEY", "ada.key"),
    ("PGAPPNAME", "till"),
    ("PGOPTIONS", "-c geqo=off"),
    ("PGCONNECT_TIMEOUT", "5"),
    ("PGTARGETSESSIONATTRS", "primary"),
];

#[tokio::test]
async fn the_environment_completes_a_postgres_url() {
    let rest = "application_name=till&connect_timeout=5";
    let target = "target_session_attrs=primary";
    let tls = "sslcert=ada.pem&sslkey=***&sslmode=verify-full&sslrootcert=ca.pem";
    let all = format!(
        "postgres:?{rest}&dbname=shop&host=h&options=-c geqo=off&password=***&port=5433&{tls}\
         &{target}&user=ada"
    );
    check("postgres:", POSTGRES, Ok(&all)).await;
    let some =
        format!("postgresql://bob:***@db/hr?{rest}&options=-c geqo=off&port=5433&{tls}&{target}");
    check("postgresql://bob:x@db/hr", POSTGRES, Ok(&some)).await;
    let none = "postgres://bob:***@db:1/hr?application_name=a&connect_timeout=1&options=o&sslcert=c\
                &sslkey=***&sslmode=disable&sslrootcert=r&target_session_attrs=any";
    check(&none.replace("***", "x"), POSTGRES, Ok(none)).await;
    check("sqlite:a.db", POSTGRES, Ok("sqlite:a.db")).await;
}

#[tokio::test]
async fn the_account_is_the_last_resort_for_the_user() {
    let user_of = async |url: &str, variables: Variables<'_>| {
        let environment = Environment::from_map(variables.iter().copied()).account("root");
        let opened = open_in(environment, Database::options(), url).await;
        opened.map(|(config, _)| config.to_string())
    };
    assert_eq!(user_of("postgres://h/db", &[]).await.unwrap(), "postgres://h/db?user=root");
    assert_eq!(user_of("postgres://u@h/db", &[]).await.unwrap(), "postgres://u@h/db");
    let named = user_of("postgres://h/db", &[("PGUSER", "ada")]).await;
    assert_eq!(named.unwrap(), "postgres://h/db?user=ada");
    assert_eq!(user_of("sqlite:a.db", &[]).await.unwrap(), "sqlite:a.db");
}

#[cfg(unix)]
#[tokio::test]
async fn a_password_that_nothing_says_is_looked_up_in_the_password_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    for (file, password) in [(".pgpass", "home"), ("other", "named")] {
        let path = folder.path().join(file);
        std::fs::write(&path, format!("h:5432:db:ada:{password}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let home = folder.path().to_str().unwrap();
    let other = format!("{home}/other");
    let with = async |more: &[(&'static str, String)]| {
        let variables = [&[("HOME", home.to_owned())][..], more].concat();
        let environment = Environment::from_map(variables);
        let opened = open_in(environment, Database::options(), "postgres://ada@h/db").await;
        opened.unwrap().0.options.get("password").cloned()
    };
    assert_eq!(with(&[]).await.as_deref(), Some("home"));
    assert_eq!(with(&[("PGPASSFILE", other.clone())]).await.as_deref(), Some("named"));
    let said = with(&[("PGPASSFILE", other), ("PGPASSWORD", "said".to_owned())]).await;
    assert_eq!(said.as_deref(), Some("said"));
    assert_eq!(with(&[("PGPASSFILE", format!("{home}/nowhere"))]).await, None);
}

#[test]
fn parts_make_a_url_where_there_is_none() {
    let check = |variables: Variables<'_>, expect: Option<&str>| {
        let environment = Environment::from_map(variables.iter().copied());
        assert_eq!(environment.database_url().unwrap().as_deref(), expect, "{variables:?}");
    };
    check(&[], None);
    check(&[("DB_USER", "u"), ("DB_PASSWORD", "p")], None);
    check(&[("DATABASE_NAME", "shop")], Some("postgres://localhost/shop"));
    check(&[("DATABASE_NAME", "shop"), ("PGHOST", "h")], Some("postgres://h/shop"));
    let all = [
        ("DATABASE_HOST", "h"),
        ("DATABASE_PORT", "6432"),
        ("DATABASE_NAME", "my shop"),
        ("DATABASE_USER", "ada@x"),
        ("DATABASE_PASSWORD", "p:/@ss%"),
    ];
    let url = "postgres://ada%40x:p%3A%2F%40ss%25@h:6432/my%20shop";
    check(&all, Some(url));
    let read = ConnectionConfig::parse(url).unwrap();
    assert_eq!(read.username.as_deref(), Some("ada@x"));
    assert_eq!(read.password.as_deref(), Some("p:/@ss%"));
    assert_eq!((read.database.as_str(), read.port), ("my shop", Some(6432)));
    let db = [("DB_HOST", "a, b"), ("DB_PORT", "1"), ("DB_NAME", "n"), ("DB_PASSWORD", "p")];
    check(&db, Some("postgres://:p@a:1,b:1/n"));
    check(&[("DATABASE_HOST", "h"), ("DB_HOST", "x"), ("DB_NAME", "n")], Some("postgres://h/n"));
    check(&[("DB_HOST", "/run/pg"), ("DB_NAME", "n")], Some("postgres://%2Frun%2Fpg/n"));
    check(&[("DATABASE_URL", "sqlite:a.db"), ("DB_HOST", "h")], Some("sqlite:a.db"));
}

#[test]
fn parts_want_tls_in_production() {
    let url = |variables: Variables<'_>| {
        let variables = [&[("DB_HOST", "h"), ("DB_NAME", "n")][..], variables].concat();
        Environment::from_map(variables).database_url().unwrap().unwrap()
    };
    assert_eq!(url(&[("ENVIRONMENT", "production")]), "postgres://h/n?sslmode=require");
    assert_eq!(url(&[("ENVIRONMENT", "staging")]), "postgres://h/n");
    let said = [("ENVIRONMENT", "production"), ("PGSSLMODE", "verify-full")];
    assert_eq!(url(&said), "postgres://h/n");
    let port = Environment::from_map([("DB_HOST", "h"), ("DB_PORT", "x")]).database_url();
    assert_eq!(port.unwrap_err().message(), "DB_PORT takes a port, not `x`");
}

#[tokio::test]
async fn a_variable_that_cannot_be_read_is_named_with_what_it_takes() {
    for (name, value, expect) in [
        ("SQLITE_JOURNAL_MODE", "wall", "WAL, DELETE, TRUNCATE, PERSIST or MEMORY"),
        ("SQLITE_SYNCHRONOUS", "1", "OFF, NORMAL, FULL or EXTRA"),
        ("SQLITE_CACHE_SIZE", "40MB", "a number of pages, or of KiB when negative"),
        ("DATABASE_POOL_SIZE", "0", "a number of connections, at least 1"),
        ("DATABASE_CONNECTION_TIMEOUT", "-1", "seconds, more than 0"),
        ("DATABASE_CONNECTION_TIMEOUT", "NaN", "seconds, more than 0"),
        ("DATABASE_MAX_RETRIES", "many", "a number of attempts"),
    ] {
        let message = format!("{name} takes {expect}, not `{value}`");
        check("sqlite:a.db", &[(name, value)], Err(&message)).await;
    }
    for (name, value, expect) in [
        ("PGPORT", "five", "a port, or several by comma"),
        ("PGSSLMODE", "on", "disable, allow, prefer, require, verify-ca or verify-full"),
        ("PGCONNECT_TIMEOUT", "soon", "seconds; 0 waits as long as it takes"),
        (
            "PGTARGETSESSIONATTRS",
            "master",
            "any, read-write, read-only, primary, standby or prefer-standby",
        ),
    ] {
        let message = format!("{name} takes {expect}, not `{value}`");
        check("postgres:", &[(name, value)], Err(&message)).await;
    }
}

#[tokio::test]
async fn code_wins_over_the_environment_and_the_environment_over_the_default() -> Result<()> {
    let variables = [("DATABASE_POOL_SIZE", "7"), ("DATABASE_CONNECTION_TIMEOUT", "2.5")];
    for (options, variables, connections, connect) in [
        (Database::options(), &[][..], 20, 30_000),
        (Database::options(), &variables, 7, 2_500),
        (
            Database::options().connections_max(3).connect_timeout(Duration::from_secs(1)),
            &variables,
            3,
            1_000,
        ),
    ] {
        let (_, pool) = open(options, "sqlite:a.db", variables).await?;
        assert_eq!(pool.connections_max, connections);
        assert_eq!(pool.connect_timeout, Duration::from_millis(connect));
    }
    Ok(())
}

#[tokio::test]
async fn database_url_is_what_open_env_opens() {
    let unset = Database::options().environment(Environment::empty()).open_env().await;
    let error = unset.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().starts_with("DATABASE_URL is not set; set it to"), "{error}");

    let recorder = Recorder::default();
    let opened = Database::options()
        .registry(Registry::default().with(recorder.clone()))
        .environment(Environment::from_map([("DATABASE_URL", "postgres://u:p@h/db")]))
        .open_env()
        .await;
    assert_eq!(opened.unwrap_err().message(), "opens nothing");
    assert_eq!(recorder.0.lock().unwrap().as_ref().unwrap().0.to_string(), "postgres://u:***@h/db");
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let value = std::ffi::OsString::from_vec(b"sqlite:\xff".to_vec());
    let error = Environment::from_map([("DATABASE_URL", value)]).get("DATABASE_URL").unwrap_err();
    assert_eq!(error.message(), "DATABASE_URL takes Unicode text, and its value is none");
}
