//! Which of code, URL, environment and default decides.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hypostyle::core::{Backend, BoxFuture, Opener, PoolOptions};
use hypostyle::{
    ConnectionConfig, Database, Environment, Error, ErrorKind, Options, Registry, Result,
};

/// A driver that keeps what it was asked to open, and opens nothing.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Option<(String, PoolOptions)>>>);

impl Opener for Recorder {
    fn schemes(&self) -> &'static [&'static str] {
        &["sqlite", "postgres"]
    }

    fn open<'a>(
        &'a self,
        config: &'a ConnectionConfig,
        pool: PoolOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Backend>>> {
        *self.0.lock().expect("no test panicked") = Some((config.to_string(), pool));
        Box::pin(async { Err(Error::new(ErrorKind::Other, "opens nothing")) })
    }
}

type Variables<'a> = &'a [(&'a str, &'a str)];

/// Opens with an environment; answers the URL and the pool that reached the driver.
async fn open(
    options: Options,
    url: &str,
    variables: Variables<'_>,
) -> Result<(String, PoolOptions)> {
    let recorder = Recorder::default();
    let error = options
        .registry(Registry::default().with(recorder.clone()))
        .environment(Environment::from_map(variables.iter().copied()))
        .open(url)
        .await
        .expect_err("the recorder opens nothing");
    recorder.0.lock().expect("no test panicked").take().ok_or(error)
}

async fn check(url: &str, variables: Variables<'_>, expect: Result<&str, &str>) {
    let opened = open(Database::options(), url, variables).await;
    let opened = opened.as_ref().map(|(url, _)| url.as_str()).map_err(Error::message);
    assert_eq!(opened, expect);
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
    assert_eq!(recorder.0.lock().unwrap().as_ref().unwrap().0, "postgres://u:***@h/db");
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let value = std::ffi::OsString::from_vec(b"sqlite:\xff".to_vec());
    let error = Environment::from_map([("DATABASE_URL", value)]).get("DATABASE_URL").unwrap_err();
    assert_eq!(error.message(), "DATABASE_URL takes Unicode text, not `sqlite:\u{fffd}`");
}
