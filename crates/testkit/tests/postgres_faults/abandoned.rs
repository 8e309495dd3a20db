//! Long statements that nobody waits for any more.

use std::time::{Duration, Instant};

use hypostyle::{CancellationToken, Database, ErrorKind};
use hypostyle_testkit::{Outcome, Proxy, equal, fails, holds};

use crate::support::{Site, at_once, options, tests};

tests! { "abandoned":
    dropped_statements_leave_no_backend_busy,
    dropped_reads_on_shared_connections_leave_no_backend_busy,
    statements_past_their_deadline_leave_no_backend_busy,
    cancelled_statements_leave_no_backend_busy,
    a_request_to_cancel_that_was_not_heard_hits_no_later_statement,
}

const STATEMENTS: usize = 30;
const BUSY: &str = "state = 'active'";
/// How soon the server is to be at rest.
const REST: Duration = Duration::from_secs(2);

async fn open(site: &Site, query: &str) -> Outcome<Database> {
    let options = options().connections_max(STATEMENTS + 10);
    Ok(options.open(&format!("{}{query}", site.url())).await?)
}

/// A statement that runs for five minutes: one that waits, or one that computes.
fn endless(number: usize) -> &'static str {
    match number % 3 {
        0 => "SELECT pg_sleep(300)",
        1 => "INSERT INTO t SELECT 1 FROM pg_sleep(300)",
        _ => "SELECT max(n) FROM generate_series(1, 9000000000000000000) AS n",
    }
}

/// Prints how long backends were busy after something happened, and checks it with the slack of a
/// shared machine.
async fn rests(site: &Site, how: &str, since: Instant) -> Outcome {
    let busy = site.until(BUSY, 0).await;
    let rested = since.elapsed();
    println!("{STATEMENTS} statements {how}: no backend busy after {rested:?}");
    busy?;
    // Ten times the figure aimed at.
    holds(rested < REST * 10, format!("busy for {rested:?}"))
}

async fn dropped_statements_leave_no_backend_busy() -> Outcome {
    let site = Site::new("CREATE TABLE t (id bigint)").await?;
    let db = open(&site, "").await?;
    let tasks: Vec<_> = (0..STATEMENTS)
        .map(|number| {
            let db = db.clone();
            tokio::spawn(async move { db.execute(endless(number), ()).await.map(drop) })
        })
        .collect();
    site.until(BUSY, STATEMENTS).await?;
    let dropped = Instant::now();
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    rests(&site, "dropped", dropped).await?;
    equal(site.count("SELECT count(*) FROM t").await?, 0)
}

async fn dropped_reads_on_shared_connections_leave_no_backend_busy() -> Outcome {
    let site = Site::new("").await?;
    let db = open(&site, "?pipeline=always").await?;
    // What is known shares connections once there are some.
    let read = "SELECT 1 FROM pg_sleep(?)";
    for _ in 0..20 {
        db.execute(read, (0.001,)).await?;
    }
    let tasks: Vec<_> = (0..STATEMENTS)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { db.execute(read, (300.0,)).await.map(drop) })
        })
        .collect();
    site.until(BUSY, STATEMENTS).await?;
    let shared = site.sessions("state = 'active' AND query LIKE '%pg_sleep%'").await?;
    let dropped = Instant::now();
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    rests(&site, "dropped, some on shared connections", dropped).await?;
    equal(shared, STATEMENTS)
}

async fn statements_past_their_deadline_leave_no_backend_busy() -> Outcome {
    let deadline = Duration::from_secs(1);
    let site = Site::new("CREATE TABLE t (id bigint)").await?;
    let db = open(&site, "").await?;
    let began = Instant::now();
    let kinds = at_once(STATEMENTS, |number| {
        let db = db.clone();
        async move {
            let done = db.request(endless(number)).timeout(deadline).execute().await;
            done.err().map(|error| error.kind())
        }
    });
    let kinds = kinds.await;
    let told = began.elapsed();
    rests(&site, "past their deadline", began + deadline).await?;
    equal(kinds, vec![Some(ErrorKind::Timeout); STATEMENTS])?;
    holds(told < deadline + REST, format!("told after {told:?}"))
}

async fn cancelled_statements_leave_no_backend_busy() -> Outcome {
    let site = Site::new("CREATE TABLE t (id bigint)").await?;
    let (db, token) = (open(&site, "").await?, CancellationToken::new());
    let running = at_once(STATEMENTS, |number| {
        let (db, token) = (db.clone(), token.clone());
        async move {
            let done = db.request(endless(number)).cancel(&token).execute().await;
            done.err().map(|error| error.kind())
        }
    });
    let (watched, token) = (site.clone(), token.clone());
    let cancelling = tokio::spawn(async move {
        watched.until(BUSY, STATEMENTS).await?;
        token.cancel();
        Ok::<_, hypostyle_testkit::Failure>(Instant::now())
    });
    let kinds = running.await;
    let cancelled = crate::support::joined(cancelling).await??;
    rests(&site, "cancelled", cancelled).await?;
    equal(kinds, vec![Some(ErrorKind::Cancelled); STATEMENTS])
}

async fn a_request_to_cancel_that_was_not_heard_hits_no_later_statement() -> Outcome {
    /// What a request to cancel has for the version of the protocol.
    const CANCEL: [u8; 4] = 80_877_102_u32.to_be_bytes();

    let site = Site::new("").await?;
    let proxy = Proxy::start(site.server().port())?;
    let db = options().connections_max(1).open(&site.url_through(proxy.port())).await?;
    let backend = "SELECT pg_backend_pid()";
    let first: i64 = db.fetch_value(backend, ()).await?;
    proxy.swallow_reply(|bytes| bytes.get(4..8) == Some(&CANCEL[..]));
    let slow = db.request("SELECT pg_sleep(300)").timeout(Duration::from_millis(100));
    fails(slow.execute().await, ErrorKind::Timeout)?;
    // The request may still be on its way to the first.
    holds(db.fetch_value::<i64>(backend, ()).await? != first, "the connection was used again")?;
    proxy.heal()?;
    site.until(BUSY, 0).await.map(drop)
}
