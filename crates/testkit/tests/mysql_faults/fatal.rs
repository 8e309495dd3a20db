//! What the server refuses to everybody, and what ends sessions.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle::{Effect, ErrorKind, Retry};
use hypostyle_testkit::server::{Brand, MySqlOptions};
use hypostyle_testkit::{Outcome, equal, fails, holds};

use crate::support::{BUSY, Site, all_succeed, at_once, blocking, joined, options, server, tests};

tests! { "fatal":
    more_sessions_than_the_server_takes_are_told_and_come_later,
    a_session_that_is_ended_by_hand_is_told,
    a_session_that_rested_for_too_long_is_made_anew,
    a_server_that_only_reads_answers_reads_and_refuses_writes,
}

async fn more_sessions_than_the_server_takes_are_told_and_come_later(brand: Brand) -> Outcome {
    const CALLERS: usize = 20;

    let settings = &[("max_connections", "10")];
    let server = server(MySqlOptions { brand, settings, ..MySqlOptions::default() }).await?;
    let url = server.url("");
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
        equal(told, (ErrorKind::Connection, Retry::Request, Effect::None, Some("1040")))?;
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

async fn a_session_that_is_ended_by_hand_is_told(brand: Brand) -> Outcome {
    let site = Site::new(brand, "CREATE TABLE t (id bigint)").await?;
    let db = options().retry(None).open(&site.url()).await?;
    let (read, write) = ("SELECT sleep(60)", "INSERT INTO t SELECT sleep(60)");
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
        site.until(BUSY, 1).await?;
        let sessions = "SELECT concat('KILL ', id, ';') FROM information_schema.processlist \
                        WHERE db = database() AND id <> connection_id() AND info LIKE '%sleep%'";
        let kills = site.query(sessions).await?;
        site.query(kills).await?;
        let error = fails(joined(asked).await?, ErrorKind::Connection)?;
        equal((error.retry(), error.effect()), (retry, effect))?;
    }
    all_succeed(&db, 100).await
}

async fn a_session_that_rested_for_too_long_is_made_anew(brand: Brand) -> Outcome {
    let settings = &[("wait_timeout", "1")];
    let server = server(MySqlOptions { brand, settings, ..MySqlOptions::default() }).await?;
    let db = options().retry(None).connections_max(3).open(&server.url("")).await?;
    all_succeed(&db, 20).await?;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    // The server has closed them all, and nobody is told: they were at rest.
    all_succeed(&db, 20).await?;
    let mut tx = db.begin().await?;
    tx.execute("SELECT 1", ()).await?;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let error = fails(tx.execute("SELECT 1", ()).await, ErrorKind::Connection)?;
    equal((error.retry(), error.effect()), (Retry::Transaction, Effect::None))
}

async fn a_server_that_only_reads_answers_reads_and_refuses_writes(brand: Brand) -> Outcome {
    // Whoever may do everything may write all the same.
    let settings = &[("read_only", "1")];
    let server = server(MySqlOptions { brand, settings, ..MySqlOptions::default() }).await?;
    let port = server.port();
    let setup = "CREATE DATABASE app; CREATE TABLE app.t (id int); \
                 CREATE USER app@'%' IDENTIFIED BY 'p'; GRANT ALL ON app.* TO app@'%'";
    let asked = Arc::clone(&server);
    blocking(move || asked.query("", setup)).await?;
    let db = options().open(&format!("mysql://app:p@127.0.0.1:{port}/app")).await?;
    all_succeed(&db, 100).await?;
    let error = fails(db.execute("INSERT INTO t VALUES (1)", ()).await, ErrorKind::ReadOnly)?;
    equal((error.code(), error.retry(), error.effect()), (Some("1290"), Retry::Never, Effect::None))
}
