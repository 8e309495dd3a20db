//! Results half read and long statements that nobody waits for any more.

use std::time::{Duration, Instant};

use hypostyle::{CancellationToken, Database, ErrorKind};
use hypostyle_testkit::server::Brand;
use hypostyle_testkit::{Dropped, Outcome, Proxy, drop_at, equal, fails, holds};

use crate::support::{BUSY, Site, all_at_once, at_once, joined, options, tests, up_to};

tests! { "abandoned":
    results_dropped_half_read_give_nobody_anothers_rows,
    calls_dropped_anywhere_give_nobody_anothers_rows,
    dropped_statements_leave_no_session_busy,
    statements_past_their_deadline_leave_no_session_busy,
    cancelled_statements_leave_no_session_busy,
    a_request_to_interrupt_that_was_not_heard_hits_no_later_statement,
}

const RESULTS: usize = 300;
const STATEMENTS: usize = 30;
/// How soon the server is to be at rest.
const REST: Duration = Duration::from_secs(2);

/// The numbers from 1 to fifty thousand, each with a text.
const NUMBERS: &str = "CREATE TABLE digit (d int PRIMARY KEY);
    INSERT INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
    CREATE TABLE number (n int PRIMARY KEY, v varchar(100));
    INSERT INTO number SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d,
        repeat('x', 100) FROM digit a, digit b, digit c, digit e, digit f WHERE f.d < 5;
    CREATE TABLE t (id bigint)";

async fn results_dropped_half_read_give_nobody_anothers_rows(brand: Brand) -> Outcome {
    let site = Site::new(brand, NUMBERS).await?;
    let db = options().connections_max(3).open(&site.url()).await?;
    let began = Instant::now();
    let dropping = all_at_once(6, |task| {
        let db = db.clone();
        async move {
            for result in (task..RESULTS).step_by(6) {
                let mut reply = db.stream("SELECT n, v FROM number ORDER BY n", ()).await?;
                for expect in 1..=i64::try_from(result % 700).unwrap_or_default() {
                    let row = reply.next().await?;
                    equal(row.map(|row| row.get::<i64>(0)).transpose()?, Some(expect))?;
                }
            }
            Ok(())
        }
    });
    dropping.await?;
    println!("{RESULTS} half-read results dropped in {:?}", began.elapsed());
    answers_are_right(&db).await?;
    holds(db.pool().max == 3, "another pool")
}

async fn calls_dropped_anywhere_give_nobody_anothers_rows(brand: Brand) -> Outcome {
    let site = Site::new(brand, NUMBERS).await?;
    let db = options().connections_max(3).open(&site.url()).await?;
    let dropping = all_at_once(6, |task| {
        let db = db.clone();
        async move {
            let mut dropped = 0;
            for call in (task..RESULTS).step_by(6) {
                let text = "SELECT n, v FROM number WHERE n <= 20000";
                let read = db.fetch_all::<(i64, String)>(text, ());
                let is_dropped = match call % 2 {
                    0 => matches!(drop_at(call / 2 % 40, read).await, Dropped::Pending),
                    _ => {
                        let limit = up_to(Duration::from_millis(20));
                        tokio::time::timeout(limit, read).await.is_err()
                    }
                };
                dropped += usize::from(is_dropped);
            }
            Ok(dropped)
        }
    });
    let dropped: usize = dropping.await?.into_iter().sum();
    println!("{dropped} of {RESULTS} calls dropped");
    holds(dropped > RESULTS / 10, "hardly a call was dropped")?;
    answers_are_right(&db).await
}

/// Checks that as many questions each have their own answer.
async fn answers_are_right(db: &Database) -> Outcome {
    let asking = all_at_once(6, |task| {
        let db = db.clone();
        async move {
            for question in (task..RESULTS).step_by(6) {
                let number = question as u64;
                let text = format!("SELECT {question}, 0 + ?, count(*) FROM digit");
                let answer: (u64, u64, i64) = db.fetch_one(&text, (number,)).await?;
                equal(answer, (number, number, 10))?;
            }
            Ok(())
        }
    });
    asking.await.map(drop)
}

async fn open(site: &Site) -> Outcome<Database> {
    Ok(options().connections_max(STATEMENTS + 10).open(&site.url()).await?)
}

/// A statement that runs for five minutes: one that waits, or one that computes.
fn endless(number: usize) -> &'static str {
    match number % 3 {
        0 => "SELECT sleep(300)",
        1 => "INSERT INTO t SELECT max(a.n * b.n % c.n) FROM number a, number b, number c",
        _ => "SELECT max(a.n * b.n % c.n) FROM number a, number b, number c",
    }
}

/// Prints how long sessions were busy after something happened, and checks it with the slack of a
/// shared machine.
async fn rests(site: &Site, how: &str, since: Instant) -> Outcome {
    let busy = site.until(BUSY, 0).await;
    let rested = since.elapsed();
    println!("{STATEMENTS} statements {how}: no session busy after {rested:?}");
    busy?;
    // Ten times the figure aimed at.
    holds(rested < REST * 10, format!("busy for {rested:?}"))
}

async fn dropped_statements_leave_no_session_busy(brand: Brand) -> Outcome {
    let site = Site::new(brand, NUMBERS).await?;
    let db = open(&site).await?;
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

async fn statements_past_their_deadline_leave_no_session_busy(brand: Brand) -> Outcome {
    let deadline = Duration::from_secs(1);
    let site = Site::new(brand, NUMBERS).await?;
    let db = open(&site).await?;
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
    holds(told < deadline + REST * 2, format!("told after {told:?}"))
}

async fn cancelled_statements_leave_no_session_busy(brand: Brand) -> Outcome {
    let site = Site::new(brand, NUMBERS).await?;
    let (db, token) = (open(&site).await?, CancellationToken::new());
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
    let cancelled = joined(cancelling).await??;
    rests(&site, "cancelled", cancelled).await?;
    equal(kinds, vec![Some(ErrorKind::Cancelled); STATEMENTS])
}

async fn a_request_to_interrupt_that_was_not_heard_hits_no_later_statement(
    brand: Brand,
) -> Outcome {
    let site = Site::new(brand, "").await?;
    let proxy = Proxy::start(site.server().port())?;
    let db = options().connections_max(1).open(&site.url_through(proxy.port())).await?;
    let session = "SELECT connection_id()";
    let first: i64 = db.fetch_value(session, ()).await?;
    proxy.swallow_reply(|bytes| bytes.windows(10).any(|part| part == b"KILL QUERY"));
    let slow = db.request("SELECT sleep(300)").timeout(Duration::from_millis(100));
    fails(slow.execute().await, ErrorKind::Timeout)?;
    // The request may still be on its way to the first.
    holds(db.fetch_value::<i64>(session, ()).await? != first, "the connection was used again")?;
    proxy.heal()?;
    site.until(BUSY, 0).await.map(drop)
}
