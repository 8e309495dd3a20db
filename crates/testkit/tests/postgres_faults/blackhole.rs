//! A network that loses everything, under connections at rest and at work.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle::{Database, ErrorKind, Result};
use hypostyle_testkit::{Outcome, Proxy, holds};

use crate::support::{Site, all_at_once, all_succeed, at_once, joined, options, recovers, tests};

tests! { "blackhole":
    callers_have_their_error_in_time_and_all_is_well_soon_after,
    a_rollback_ends_in_a_blackhole,
}

const TIMEOUT: Duration = Duration::from_secs(1);
/// What a caller may wait beyond its timeout.
const BEYOND: Duration = Duration::from_secs(2);
const CALLERS: usize = 40;

async fn open(site: &Site, proxy: &Proxy) -> Result<Database> {
    let url = site.url_through(proxy.port());
    options().connections_max(12).timeout(TIMEOUT).connect_timeout(TIMEOUT).open(&url).await
}

async fn callers_have_their_error_in_time_and_all_is_well_soon_after() -> Outcome {
    let site = Site::new("CREATE TABLE t (id bigint)").await?;
    let proxy = Arc::new(Proxy::start(site.server().port())?);
    let db = open(&site, &proxy).await?;
    all_succeed(&db, 64).await?;
    let busy: Vec<_> = (0..4)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { timed(db.execute("SELECT pg_sleep(0.5)", ())).await })
        })
        .collect();
    site.until("state = 'active'", 4).await?;
    proxy.blackhole();
    let idle = at_once(CALLERS, |number| {
        let db = db.clone();
        async move {
            match number % 4 {
                0 => timed(db.fetch_value::<i64>("SELECT ?::bigint", (1_u64,))).await,
                1 => timed(db.execute("INSERT INTO t VALUES (1)", ())).await,
                2 => timed(db.begin()).await,
                _ => timed(db.transact(insert)).await,
            }
        }
    });
    let mut longest = Duration::ZERO;
    let idle = idle.await;
    for (kind, took) in idle {
        let kinds = [ErrorKind::Timeout, ErrorKind::PoolTimeout, ErrorKind::Connection];
        holds(kind.is_some_and(|kind| kinds.contains(&kind)), format!("{kind:?}"))?;
        longest = longest.max(took);
    }
    for task in busy {
        let (kind, took) = joined(task).await?;
        holds(kind == Some(ErrorKind::Timeout), format!("{kind:?}"))?;
        longest = longest.max(took);
    }
    proxy.heal()?;
    let healed = Instant::now();
    let first = recovers(&db, Duration::from_secs(5)).await?;
    all_succeed(&db, 100).await?;
    let after = healed.elapsed();
    println!(
        "blackhole: errors after at most {longest:?} of {TIMEOUT:?}; first answer {first:?}, 100 of 100 {after:?} after healing"
    );
    holds(longest < TIMEOUT + BEYOND, format!("{longest:?}"))?;
    holds(after < Duration::from_secs(5), format!("{after:?}"))
}

async fn insert(mut tx: hypostyle::BodyTransaction) -> Result<()> {
    tx.execute("INSERT INTO t VALUES (2)", ()).await.map(drop)
}

/// Answers how a call ended, and after which time.
async fn timed<T>(call: impl Future<Output = Result<T>>) -> (Option<ErrorKind>, Duration) {
    let began = Instant::now();
    (call.await.err().map(|error| error.kind()), began.elapsed())
}

async fn a_rollback_ends_in_a_blackhole() -> Outcome {
    /// A rollback has no deadline of the caller's, and five seconds of its own.
    const UNDONE: Duration = Duration::from_secs(5);

    let site = Site::new("CREATE TABLE t (id bigint)").await?;
    let proxy = Arc::new(Proxy::start(site.server().port())?);
    let db = open(&site, &proxy).await?;
    let begun = all_at_once(3, |_| {
        let db = db.clone();
        async move {
            let mut tx = db.begin().await?;
            tx.execute("INSERT INTO t VALUES (1)", ()).await?;
            Ok(tx)
        }
    });
    let [mut first, second, third] =
        <[_; 3]>::try_from(begun.await?).map_err(|_| hypostyle::Error::closed("transaction"))?;
    let savepoint = first.savepoint().await?;
    proxy.blackhole();
    let began = Instant::now();
    let (savepoint, rollback) = tokio::join!(savepoint.rollback(), second.rollback());
    let took = began.elapsed();
    drop(third);
    println!("blackhole: rolled back with {rollback:?} after {took:?}");
    let failed = |done: Result<()>| done.err().ok_or_else(|| hypostyle::Error::closed("blackhole"));
    for error in [failed(savepoint)?, failed(rollback)?] {
        holds(error.kind() == ErrorKind::Timeout, &error)?;
    }
    holds(took < UNDONE + BEYOND, format!("{took:?}"))?;
    drop(first);
    proxy.heal()?;
    recovers(&db, Duration::from_secs(5)).await?;
    site.until("state LIKE 'idle in transaction%'", 0).await.map(drop)
}
