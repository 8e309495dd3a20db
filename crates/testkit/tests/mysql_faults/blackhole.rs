//! A network that loses everything, under connections at rest and at work.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle::{ErrorKind, Result};
use hypostyle_testkit::server::Brand;
use hypostyle_testkit::{Outcome, Proxy, holds};

use crate::support::{BUSY, Site, all_succeed, at_once, joined, options, recovers, tests};

tests! { "blackhole":
    callers_have_their_error_in_time_and_all_is_well_soon_after,
}

const TIMEOUT: Duration = Duration::from_secs(1);
/// What a caller may wait beyond its timeout.
const BEYOND: Duration = Duration::from_secs(2);
const CALLERS: usize = 40;

async fn callers_have_their_error_in_time_and_all_is_well_soon_after(brand: Brand) -> Outcome {
    let site = Site::new(brand, "CREATE TABLE t (id bigint)").await?;
    let proxy = Arc::new(Proxy::start(site.server().port())?);
    let url = site.url_through(proxy.port());
    let timed_out = options().connections_max(12).timeout(TIMEOUT).connect_timeout(TIMEOUT);
    let db = timed_out.open(&url).await?;
    all_succeed(&db, 64).await?;
    let busy: Vec<_> = (0..4)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { timed(db.execute("SELECT sleep(0.9)", ())).await })
        })
        .collect();
    site.until(BUSY, 4).await?;
    proxy.blackhole();
    let idle = at_once(CALLERS, |number| {
        let db = db.clone();
        async move {
            match number % 4 {
                0 => timed(db.fetch_value::<i64>("SELECT 0 + ?", (1_u64,))).await,
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
