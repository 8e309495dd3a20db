//! Several servers, and passwords that change.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hypostyle::{Database, ErrorKind, Registry, Retry};
use hypostyle_postgres::Postgres as Driver;
use hypostyle_testkit::server::{Auth, Postgres, PostgresOptions};
use hypostyle_testkit::{Outcome, equal, fails};

use crate::support::{all_succeed, blocking, killed, options, recovers, server, tests};

tests! { "hosts":
    the_server_of_the_kind_that_is_asked_for_is_found,
    the_next_host_serves_when_one_is_down,
    a_password_that_changes_is_asked_for_anew,
}

/// A server that waits for what a primary never sends.
pub(crate) async fn standby() -> Outcome<Arc<Postgres>> {
    let server = server(PostgresOptions::default()).await?;
    let standing = Arc::clone(&server);
    blocking(move || {
        standing.stop();
        let signal = standing.folder().join("data/standby.signal");
        std::fs::write(&signal, "")
            .map_err(|error| hypostyle::Error::new(ErrorKind::Io, "no standby").caused_by(error))?;
        standing.restart()
    })
    .await?;
    Ok(server)
}

async fn the_server_of_the_kind_that_is_asked_for_is_found() -> Outcome {
    let (primary, standby) = tokio::try_join!(server(PostgresOptions::default()), standby())?;
    let (p, s) = (primary.port(), standby.port());
    for (hosts, target, expect) in [
        (&[s, p][..], "any", Some(s)),
        (&[s, p], "read-write", Some(p)),
        (&[p, s], "read-only", Some(s)),
        (&[s, p], "primary", Some(p)),
        (&[p, s], "standby", Some(s)),
        (&[p, s], "prefer-standby", Some(s)),
        (&[p], "prefer-standby", Some(p)),
        (&[s], "primary", None),
        (&[s], "read-write", None),
        (&[p], "standby", None),
        (&[p], "read-only", None),
        (&[1, p], "any", Some(p)),
        (&[1, s, p], "primary", Some(p)),
    ] {
        let found = found(hosts, target).await?;
        equal((hosts, target, found), (hosts, target, expect))?;
    }
    let promoting = Arc::clone(&standby);
    blocking(move || promoting.query("postgres", "SELECT pg_promote()")).await?;
    equal(found(&[s], "primary").await?, Some(s))
}

async fn open(hosts: &[u16], target: &str) -> hypostyle::Result<Database> {
    let hosts: Vec<_> = hosts.iter().map(|port| format!("127.0.0.1:{port}")).collect();
    let url =
        format!("postgres://postgres@{}/postgres?target_session_attrs={target}", hosts.join(","));
    options().retry(None).open(&url).await
}

/// Answers the port of the server that was found.
async fn found(hosts: &[u16], target: &str) -> Outcome<Option<u16>> {
    match open(hosts, target).await {
        Ok(db) => {
            let port: i64 = db.fetch_value("SELECT inet_server_port()", ()).await?;
            Ok(u16::try_from(port).ok())
        }
        Err(error) => {
            equal((error.kind(), error.retry()), (ErrorKind::Connection, Retry::Request))?;
            Ok(None)
        }
    }
}

async fn the_next_host_serves_when_one_is_down() -> Outcome {
    let of = || server(PostgresOptions::default());
    let (first, second) = tokio::try_join!(of(), of())?;
    let db = open(&[first.port(), second.port()], "any").await?;
    all_succeed(&db, 50).await?;
    killed(&first).await?;
    let took = recovers(&db, Duration::from_secs(5)).await?;
    println!("the next host answers {took:?} after the first was killed");
    let port: i64 = db.fetch_value("SELECT inet_server_port()", ()).await?;
    equal(port, i64::from(second.port()))?;
    all_succeed(&db, 50).await
}

async fn a_password_that_changes_is_asked_for_anew() -> Outcome {
    let server =
        server(PostgresOptions { auth: Auth::Scram, ..PostgresOptions::default() }).await?;
    let psql = |text: &'static str| {
        let server = Arc::clone(&server);
        blocking(move || server.query("postgres", text))
    };
    psql("CREATE ROLE app LOGIN PASSWORD 'first'").await?;
    let password = Arc::new(Mutex::new("first".to_owned()));
    let current = Arc::clone(&password);
    let driver = Driver::default().password_from(move || {
        let current = current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        async move { Ok(current) }
    });
    let url = format!("postgres://app@127.0.0.1:{}/postgres", server.port());
    // A second connection might be opened while the password is already another.
    let options = options().connections_max(1);
    let db = options.registry(Registry::default().with(driver)).open(&url).await?;
    all_succeed(&db, 50).await?;
    psql("ALTER ROLE app PASSWORD 'second'").await?;
    // Sessions outlive their password.
    all_succeed(&db, 50).await?;
    psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'").await?;
    let error = fails(db.execute("SELECT 1", ()).await, ErrorKind::Permission)?;
    equal(error.retry(), Retry::Never)?;
    *password.lock().unwrap_or_else(PoisonError::into_inner) = "second".to_owned();
    all_succeed(&db, 50).await
}
