//! Runs that are dropped: the file under way is undone, those before it stay.

use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::{Duration, Instant};

use hypostyle::{Database, Result};
use hypostyle_schema::Inspector;
use hypostyle_schema::migrate::Migrator;

use crate::{Home, tables};

const FILES: [(&str, &str); 4] = [
    ("V1__a.sql", "CREATE TABLE a1 (x); CREATE TABLE a2 (x)"),
    ("V2__b.sql", "CREATE TABLE b1 (x); INSERT INTO b1 VALUES (1); CREATE TABLE b2 (x)"),
    ("V3__c.sql", "CREATE TABLE c1 (x); CREATE TABLE c2 (x)"),
    ("V4__d.sql", "CREATE TABLE d1 (x); CREATE TABLE d2 (x)"),
];

const STATES: [&str; 5] =
    ["", "a1 a2", "a1 a2 b1 b2", "a1 a2 b1 b2 c1 c2", "a1 a2 b1 b2 c1 c2 d1 d2"];

/// Tells how many files are applied, and that the tables are those of these files and of no other.
/// It reads one moment: the commit of a run that was dropped may end at the next.
async fn applied(db: &Database) -> Result<usize> {
    let mut transaction = db.begin_read_only().await?;
    let mut tables = Inspector::new(db, &mut transaction)?.tables().await?;
    let has_rows = tables.iter().any(|name| name == "ia_migrations");
    tables.retain(|name| name != "ia_migrations");
    let rows: i64 = match has_rows {
        true => transaction.fetch_value("SELECT count(*) FROM ia_migrations", ()).await?,
        false => 0,
    };
    let rows = usize::try_from(rows).unwrap();
    assert_eq!(tables.join(" "), STATES[rows]);
    Ok(rows)
}

/// Polls a future at most so many times and drops it.
async fn polled<F: Future>(future: F, polls: usize) {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(()),
            Poll::Pending if left == 0 => Poll::Ready(()),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// With one thread every statement waits for another, so each is a place to be dropped at.
#[tokio::test]
async fn dropped_at_any_await_a_run_leaves_whole_files() -> Result<()> {
    let mut seen = [0; 5];
    // A statement may end before it is waited for, so a run takes fewer polls at times.
    for round in 0..400 {
        let home = Home::new(&FILES)?;
        let db = home.open().await?;
        let polls = round % 60;
        polled(Migrator::new(&db).app(home.set()?).up(None), polls).await;
        seen[applied(&db).await?] += 1;
        home.up(&db).await?;
        assert_eq!(applied(&db).await?, 4, "after {polls} polls the rest could not be run");
        db.close().await?;
        if round >= 60 && seen.iter().all(|times| *times > 0) {
            break;
        }
    }
    assert!(seen.iter().all(|times| *times > 0), "{seen:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropped_at_any_moment_a_run_leaves_whole_files() -> Result<()> {
    let home = Home::new(&FILES)?;
    let db = home.open().await?;
    let whole = Instant::now();
    home.up(&db).await?;
    let whole = whole.elapsed().max(Duration::from_millis(1));
    for round in 0..40 {
        let home = Home::new(&FILES)?;
        let db = home.open().await?;
        // Spread over the time of a run, and past its end.
        let patience = whole.mul_f64(f64::from(round) / 30.0);
        let run = Migrator::new(&db).app(home.set()?).up(None);
        let _ = tokio::time::timeout(patience, run).await;
        applied(&db).await?;
        home.up(&db).await?;
        assert_eq!(applied(&db).await?, 4, "round {round}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_statement_ends_when_its_run_is_dropped() -> Result<()> {
    let endless = "CREATE TABLE t (x);
         INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
         SELECT i FROM n WHERE i < 0";
    let home = Home::new(&[("V1__a.sql", "CREATE TABLE a (x)"), ("V2__endless.sql", endless)])?;
    let db = home.open().await?;
    let began = Instant::now();
    let run = Migrator::new(&db).app(home.set()?).up(None);
    assert!(tokio::time::timeout(Duration::from_millis(300), run).await.is_err());
    assert_eq!(home.status(&db).await?, "app 1 applied, app 2 pending");
    db.execute("CREATE TABLE free (x)", ()).await?;
    assert_eq!(tables(&db).await?, "a free");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    Ok(())
}
