//! What the server refuses to everybody: too many sessions, sessions that wait, writes in recovery.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hypostyle::{Effect, ErrorKind, Retry};
use hypostyle_testkit::server::PostgresOptions;
use hypostyle_testkit::{Outcome, equal, fails, holds};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::hosts::standby;
use crate::support::{Site, all_succeed, at_once, joined, options, restarted, server, tests};

tests! { "fatal":
    more_sessions_than_the_server_takes_are_told_and_come_later,
    a_session_that_is_ended_by_hand_is_told,
    a_session_that_waits_in_a_transaction_for_too_long_is_told,
    a_server_that_shuts_down_is_told_and_one_that_is_back_is_used,
    a_server_in_recovery_answers_reads_and_refuses_writes,
}

async fn more_sessions_than_the_server_takes_are_told_and_come_later() -> Outcome {
    const CALLERS: usize = 20;

    let settings = &[("max_connections", "10"), ("superuser_reserved_connections", "0")];
    let server = server(PostgresOptions { settings, ..PostgresOptions::default() }).await?;
    let url = format!("{}?pipeline=off", server.url("postgres"));
    let db = options().retry(None).open(&url).await?;
    let held = at_once(CALLERS, |_| {
        let db = db.clone();
        async move { db.begin().await }
    });
    let (held, refused): (Vec<_>, Vec<_>) = held.await.into_iter().partition(Result::is_ok);
    println!("of {CALLERS} sessions {} were refused", refused.len());
    holds(!held.is_empty() && !refused.is_empty(), "all or nobody was refused")?;
    for error in refused.into_iter().filter_map(Result::err) {
        let told = (error.kind(), error.retry(), error.effect(), error.code());
        equal(told, (ErrorKind::Connection, Retry::Request, Effect::None, Some("53300")))?;
    }
    drop(held);
    db.close().await?;
    let began = Instant::now();
    let patient = loop {
        match options().open(&url).await {
            Ok(patient) => break patient,
            // The server takes a moment to see that sessions have ended.
            Err(error) => holds(began.elapsed() < Duration::from_secs(30), error)?,
        }
    };
    all_succeed(&patient, 100).await
}

async fn a_session_that_is_ended_by_hand_is_told() -> Outcome {
    const END: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                       WHERE query LIKE '%pg_sleep%' AND datname = current_database() \
                       AND pid <> pg_backend_pid()";

    let site = Site::new("CREATE TABLE t (id bigint)").await?;
    let db = options().retry(None).open(&site.url()).await?;
    let (read, write) = ("SELECT pg_sleep(60)", "INSERT INTO t SELECT 1 FROM pg_sleep(60)");
    for (text, in_transaction, retry, effect) in [
        (read, false, Retry::Request, Effect::None),
        (write, false, Retry::Request, Effect::Unknown),
        (write, true, Retry::Transaction, Effect::None),
    ] {
        let asking = db.clone();
        let asked = tokio::spawn(async move {
            if !in_transaction {
                return asking.execute(text, ()).await;
            }
            let mut tx = asking.begin().await?;
            tx.execute(text, ()).await
        });
        site.until("state = 'active'", 1).await?;
        equal(site.count(END).await?, 1)?;
        let error = fails(joined(asked).await?, ErrorKind::Connection)?;
        let told = (error.code(), error.retry(), error.effect());
        equal(told, (Some("57P01"), retry, effect))?;
    }
    all_succeed(&db, 100).await
}

async fn a_session_that_waits_in_a_transaction_for_too_long_is_told() -> Outcome {
    let site = Site::new("CREATE TABLE t (id bigint)").await?;
    let url = format!("{}?idle_in_transaction_session_timeout=200", site.url());
    let db = options().open(&url).await?;
    let mut tx = db.begin().await?;
    tx.execute("INSERT INTO t VALUES (1)", ()).await?;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let error = fails(tx.execute("INSERT INTO t VALUES (2)", ()).await, ErrorKind::Closed)?;
    let told = (error.code(), error.retry(), error.effect());
    equal(told, (Some("25P03"), Retry::Transaction, Effect::None))?;
    drop(tx);
    let (attempts, site_db) = (AtomicUsize::new(0), db.clone());
    let counted = &attempts;
    let waited = site_db.transact(|mut tx| async move {
        tx.execute("INSERT INTO t VALUES (3)", ()).await?;
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(600)).await;
        }
        Ok::<_, hypostyle::Error>(())
    });
    waited.await?;
    equal(attempts.load(Ordering::SeqCst), 2)?;
    equal(site.psql("SELECT id FROM t").await?, "3")
}

async fn a_server_that_shuts_down_is_told_and_one_that_is_back_is_used() -> Outcome {
    let server = server(PostgresOptions::default()).await?;
    let db = options().retry(None).open(&server.url("postgres")).await?;
    let tx = db.begin().await?;
    let pid = server.pid().and_then(|pid| i32::try_from(pid).ok()).unwrap_or_default();
    holds(pid > 0, "the server has no process")?;
    // It waits for the open session, and lets no other in.
    kill(Pid::from_raw(pid), Signal::SIGTERM)
        .map_err(|e| hypostyle::Error::closed("server").caused_by(e))?;
    let began = Instant::now();
    let error = loop {
        match db.execute("SELECT 1", ()).await {
            Ok(_) => holds(began.elapsed() < Duration::from_secs(30), "it lets sessions in")?,
            Err(error) => break error,
        }
    };
    let told = (error.kind(), error.retry(), error.effect(), error.code());
    equal(told, (ErrorKind::Connection, Retry::Request, Effect::None, Some("57P03")))?;
    tx.commit().await?;
    drop(db);
    restarted(&server).await?;
    all_succeed(&options().open(&server.url("postgres")).await?, 100).await
}

async fn a_server_in_recovery_answers_reads_and_refuses_writes() -> Outcome {
    let server = standby().await?;
    let db = options().open(&server.url("postgres")).await?;
    all_succeed(&db, 100).await?;
    let error = fails(db.execute("CREATE TABLE t (id int)", ()).await, ErrorKind::ReadOnly)?;
    equal(
        (error.code(), error.retry(), error.effect()),
        (Some("25006"), Retry::Never, Effect::None),
    )
}
