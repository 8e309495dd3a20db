//! More callers than connections.

use std::time::{Duration, Instant};

use hypostyle::ErrorKind;
use hypostyle_testkit::{Outcome, equal, holds};

use crate::support::{Site, all_at_once, all_succeed, at_once, options, tests};

tests! { "pools":
    callers_of_a_full_pool_time_out_at_their_deadline_and_then_all_succeed,
    callers_of_a_small_pool_are_served_in_turn,
}

const CALLERS: usize = 500;
const CONNECTIONS: usize = 5;

async fn callers_of_a_full_pool_time_out_at_their_deadline_and_then_all_succeed() -> Outcome {
    const DEADLINE: Duration = Duration::from_millis(300);

    let site = Site::new("CREATE TABLE t (id bigint)").await?;
    let url = format!("{}?pipeline=off", site.url());
    let db = options().connections_max(CONNECTIONS).open(&url).await?;
    let held = all_at_once(CONNECTIONS, |_| {
        let db = db.clone();
        async move { Ok(db.begin().await?) }
    });
    let held = held.await?;
    let ended = at_once(CALLERS, |number| {
        let db = db.clone();
        async move {
            let text = if number % 2 == 0 { "SELECT 1" } else { "INSERT INTO t VALUES (1)" };
            let began = Instant::now();
            let done = db.request(text).timeout(DEADLINE).execute().await;
            (done.err().map(|error| error.kind()), began.elapsed())
        }
    });
    let ended = ended.await;
    let shortest = ended.iter().map(|(_, took)| *took).min().unwrap_or_default();
    let longest = ended.iter().map(|(_, took)| *took).max().unwrap_or_default();
    let timeouts = ended.iter().filter(|(kind, _)| *kind == Some(ErrorKind::PoolTimeout)).count();
    println!(
        "{timeouts} of {CALLERS} pool timeouts after {shortest:?} to {longest:?} of {DEADLINE:?}"
    );
    equal(timeouts, CALLERS)?;
    holds(shortest >= DEADLINE, format!("{shortest:?}"))?;
    holds(longest < DEADLINE * 10, format!("{longest:?}"))?;
    drop(held);
    all_succeed(&db, 100).await?;
    let status = db.pool();
    equal((status.waiting, status.max), (0, CONNECTIONS))?;
    equal(site.count("SELECT count(*) FROM t").await?, 0)
}

async fn callers_of_a_small_pool_are_served_in_turn() -> Outcome {
    let site = Site::new("").await?;
    let db = options().connections_max(CONNECTIONS).open(&site.url()).await?;
    let began = Instant::now();
    all_succeed(&db, CALLERS).await?;
    println!(
        "{CALLERS} of {CALLERS} callers of {CONNECTIONS} connections served in {:?}",
        began.elapsed()
    );
    holds(site.sessions("true").await? <= CONNECTIONS, "more connections than there may be")
}
