//! Reads that share connections.

use std::time::{Duration, Instant};

use hypostyle::{Database, Effect, Retry};
use hypostyle_testkit::server::PostgresOptions;
use hypostyle_testkit::{Outcome, equal, holds};

use crate::support::{
    Site, all_at_once, at_once, joined, killed, options, recovers, restarted, server, small, tests,
    up_to,
};

tests! { "pipelines":
    a_slow_read_holds_up_no_neighbour,
    a_write_hidden_in_a_read_runs_once,
    large_results_are_whole,
    a_dropped_call_harms_no_neighbour,
    reads_fail_so_that_they_may_be_repeated_when_the_server_is_killed,
    the_server_holds_the_default_deadline_on_shared_connections,
}

const TASKS: usize = 64;
/// Whether reads share connections by themselves or in any case.
const WAYS: [&str; 2] = ["", "?pipeline=always"];
/// Answers what only shared connections have.
const IS_SHARED: &str =
    "SELECT setting = 'on' FROM pg_settings WHERE name = 'transaction_read_only'";

async fn open(site: &Site, query: &str) -> Outcome<Database> {
    Ok(options().open(&format!("{}{query}", site.url())).await?)
}

/// Reads at once until some of it was on shared connections.
async fn is_sharing(db: &Database) -> Outcome<Duration> {
    let began = Instant::now();
    loop {
        let read = all_at_once(TASKS, |_| {
            let db = db.clone();
            async move { Ok(db.fetch_value::<bool>(IS_SHARED, ()).await?) }
        });
        if read.await?.contains(&true) {
            return Ok(began.elapsed());
        }
        holds(began.elapsed() < Duration::from_secs(10), "nothing shares a connection")?;
    }
}

async fn a_slow_read_holds_up_no_neighbour() -> Outcome {
    const STALL: Duration = Duration::from_millis(100);

    let site = Site::new("").await?;
    for way in WAYS {
        let db = open(&site, way).await?;
        is_sharing(&db).await?;
        db.execute("SELECT 1 FROM pg_sleep(?)", (0.0,)).await?;
        let slow: Vec<_> = (0..8)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move { db.execute("SELECT 1 FROM pg_sleep(?)", (4.0,)).await })
            })
            .collect();
        let began = Instant::now();
        let longest = all_at_once(TASKS, |task| {
            let db = db.clone();
            async move {
                let mut longest = Duration::ZERO;
                for _ in 0..10 {
                    let asked = Instant::now();
                    let found: i64 = db.fetch_value("SELECT ?::bigint", (task as u64,)).await?;
                    equal(found, small(task))?;
                    longest = longest.max(asked.elapsed());
                }
                Ok(longest)
            }
        });
        let longest = longest.await?.into_iter().max().unwrap_or_default();
        println!(
            "beside slow reads{way}: {} reads in {:?}, the longest {longest:?}",
            TASKS * 10,
            began.elapsed()
        );
        holds(longest < STALL * 10, format!("a read took {longest:?} beside a slow one"))?;
        for task in slow {
            joined(task).await??;
        }
    }
    Ok(())
}

async fn a_write_hidden_in_a_read_runs_once() -> Outcome {
    let schema = "CREATE TABLE t (id bigint); CREATE FUNCTION hide(id bigint) RETURNS bigint
        LANGUAGE sql AS 'INSERT INTO t VALUES (id) RETURNING id'";
    for way in WAYS {
        let site = Site::new(schema).await?;
        let db = open(&site, way).await?;
        is_sharing(&db).await?;
        let written = all_at_once(TASKS, |task| {
            let db = db.clone();
            async move {
                for round in 0..10 {
                    let id = (task * 10 + round) as u64;
                    db.fetch_value::<i64>("SELECT hide(?)", (id,)).await?;
                }
                Ok(())
            }
        });
        written.await?;
        let found = site.psql("SELECT count(*), count(DISTINCT id) FROM t").await?;
        println!("writes hidden in reads{way}: {found} of {}", TASKS * 10);
        equal(found, format!("{0}|{0}", TASKS * 10))?;
    }
    Ok(())
}

async fn large_results_are_whole() -> Outcome {
    let site = Site::new("").await?;
    for way in WAYS {
        let db = open(&site, way).await?;
        is_sharing(&db).await?;
        let whole = all_at_once(TASKS, |task| {
            let db = db.clone();
            async move {
                // Around the 512 rows and the megabyte up to which a reply shares a connection.
                for count in [511, 512, 513, 1_024, 1_025, 100 * small(task % 30)] {
                    let text = "SELECT n FROM generate_series(1, ?::bigint) AS n";
                    let rows: Vec<(i64,)> = db.fetch_all(text, (count,)).await?;
                    holds(rows.iter().map(|(n,)| *n).eq(1..=count), format!("{count} rows"))?;
                }
                for length in [1_048_575, 1_048_576, 1_048_577, 3_000_000] {
                    if (task + length) % 8 == 0 {
                        let text = "SELECT repeat('ü', ?::int)";
                        let found: String = db.fetch_value(text, (length as u64 / 2,)).await?;
                        equal(found.chars().filter(|c| *c == 'ü').count(), length / 2)?;
                    }
                }
                Ok(())
            }
        });
        whole.await?;
    }
    Ok(())
}

async fn a_dropped_call_harms_no_neighbour() -> Outcome {
    let site = Site::new("").await?;
    for way in WAYS {
        let db = open(&site, way).await?;
        is_sharing(&db).await?;
        let right = all_at_once(TASKS, |task| {
            let db = db.clone();
            async move {
                let mut dropped = 0;
                for round in 0..40 {
                    let asked = small(task * 100 + round);
                    let call = db.fetch_value::<i64>("SELECT ?::bigint", (asked,));
                    if (task + round) % 2 == 0 {
                        let limit = up_to(Duration::from_millis(4));
                        match tokio::time::timeout(limit, call).await {
                            Ok(found) => equal(found?, asked)?,
                            Err(_) => dropped += 1,
                        }
                    } else {
                        equal(call.await?, asked)?;
                    }
                }
                Ok(dropped)
            }
        });
        let dropped: usize = right.await?.into_iter().sum();
        println!("{dropped} of {} reads dropped{way}: all others right", TASKS * 40);
        holds(dropped > 0, "none was dropped")?;
    }
    Ok(())
}

async fn reads_fail_so_that_they_may_be_repeated_when_the_server_is_killed() -> Outcome {
    let server = server(PostgresOptions::default()).await?;
    let url = format!("{}?pipeline=always", server.url("postgres"));
    let db = options().retry(None).open(&url).await?;
    is_sharing(&db).await?;
    let reading = {
        let db = db.clone();
        tokio::spawn(at_once(TASKS, move |task| {
            let db = db.clone();
            async move {
                let began = Instant::now();
                while began.elapsed() < Duration::from_secs(10) {
                    let read = db.fetch_value::<i64>("SELECT ?::bigint", (task as u64,)).await;
                    if let Err(error) = read {
                        return Some(error);
                    }
                }
                None
            }
        }))
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    killed(&server).await?;
    let errors: Vec<_> = joined(reading).await?.into_iter().flatten().collect();
    println!("killed under {TASKS} reads: {} told", errors.len());
    equal(errors.len(), TASKS)?;
    for error in errors {
        equal((error.retry(), error.effect()), (Retry::Request, Effect::None))?;
    }
    restarted(&server).await?;
    recovers(&db, Duration::from_secs(5)).await?;
    let again = is_sharing(&db).await?;
    println!("connections are shared again after {again:?}");
    Ok(())
}

async fn the_server_holds_the_default_deadline_on_shared_connections() -> Outcome {
    let site = Site::new("").await?;
    let text = "SELECT a.setting = 'on', b.setting FROM pg_settings a, pg_settings b
        WHERE a.name = 'transaction_read_only' AND b.name = 'statement_timeout'";
    for (timeout_s, expect) in [(30, "30000"), (7, "7000")] {
        let url = format!("{}?pipeline=always", site.url());
        let db = options().timeout(Duration::from_secs(timeout_s)).open(&url).await?;
        is_sharing(&db).await?;
        let found = all_at_once(TASKS, |_| {
            let db = db.clone();
            async move {
                // Known to all connections after the first time.
                db.execute(text, ()).await?;
                Ok(db.fetch_one::<(bool, String)>(text, ()).await?)
            }
        });
        let shared: Vec<_> = found.await?.into_iter().filter(|(is_shared, _)| *is_shared).collect();
        holds(!shared.is_empty(), "nothing shared a connection")?;
        holds(shared.iter().all(|(_, limit)| limit == expect), format!("{shared:?}"))?;
    }
    Ok(())
}
