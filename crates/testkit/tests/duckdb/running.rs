//! Where statements run, how they are stopped, and by which plan.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hypostyle_core::{CancellationToken, Database, ErrorKind, Intent, PoolOptions, Type, ValueRef};
use hypostyle_testkit::{Bench, Outcome, cases, equal, fails, holds, ids_are};

use crate::targets::open;

cases! { "duckdb running":
    a_plan_is_made_anew_once_its_own_data_has_changed,
    a_plan_is_made_anew_once_others_have_changed_the_data,
    a_plan_is_made_anew_within_a_transaction,
    a_plan_is_made_anew_after_a_bulk_and_a_rollback,
    an_endless_aggregate_ends_at_its_deadline,
    an_endless_aggregate_ends_on_its_token,
    a_statement_interrupted_in_a_transaction_fails_it,
    long_statements_starve_nobody,
    a_light_statement_that_turns_long_starves_nobody,
    a_large_result_is_streamed_within_its_memory,
    a_refused_query_leaves_its_transaction_open,
    a_failed_commit_of_two_rivals_is_a_conflict,
    the_first_statement_of_a_transaction_waits_for_a_lock,
    a_wait_for_a_lock_ends_at_its_deadline,
    a_session_sets_how_long_it_waits,
    what_is_attached_and_temporary_goes_with_its_session,
    a_write_marked_as_a_read_is_refused,
    a_script_is_told_where_it_fails,
    comments_dollar_quotes_and_whole_divisions_are_read_as_the_engine_reads_them,
}

const COUNT: &str = "SELECT count(*) FROM t WHERE id > 20000";
const FILL: &str = "CREATE TABLE t (id BIGINT, v BIGINT); \
                    INSERT INTO t SELECT i, i % 3 FROM range(10000) AS r (i)";
const GROUPS: &str = "SELECT v FROM t GROUP BY v ORDER BY v DESC";

async fn count(db: &Database) -> Outcome<i64> {
    Ok(db.fetch_value(COUNT, ()).await?)
}

async fn a_plan_is_made_anew_once_its_own_data_has_changed(bench: Bench) -> Outcome {
    bench.db.execute(FILL, ()).await?;
    equal(count(&bench.db).await?, 0)?;
    equal(bench.db.fetch_all::<(i64,)>(GROUPS, ()).await?, [(2,), (1,), (0,)])?;
    bench.db.execute("INSERT INTO t VALUES (?, ?)", (20_001, 7_777_777_777_i64)).await?;
    equal(count(&bench.db).await?, 1)?;
    let groups = bench.db.fetch_all::<(i64,)>(GROUPS, ()).await?;
    equal(groups, [(7_777_777_777,), (2,), (1,), (0,)])?;
    let update = "UPDATE t SET v = ? WHERE id = 20002";
    equal(bench.db.execute(update, (1,)).await?.rows_affected, 0)?;
    bench.db.execute("INSERT INTO t VALUES (20002, 0)", ()).await?;
    equal(bench.db.execute(update, (1,)).await?.rows_affected, 1)
}

async fn a_plan_is_made_anew_once_others_have_changed_the_data(bench: Bench) -> Outcome {
    bench.db.execute(FILL, ()).await?;
    let mut session = bench.db.session(Intent::Read).await?;
    equal(session.fetch_value::<i64>(COUNT, ()).await?, 0)?;
    bench.db.execute("INSERT INTO t VALUES (20001, 77)", ()).await?;
    equal(session.fetch_value::<i64>(COUNT, ()).await?, 1)?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (20002, 78)", ()).await?;
    equal(session.fetch_value::<i64>(COUNT, ()).await?, 1)?;
    transaction.commit().await?;
    equal(session.fetch_value::<i64>(COUNT, ()).await?, 2)
}

async fn a_plan_is_made_anew_within_a_transaction(bench: Bench) -> Outcome {
    bench.db.execute(FILL, ()).await?;
    let mut transaction = bench.db.begin().await?;
    equal(transaction.fetch_value::<i64>(COUNT, ()).await?, 0)?;
    transaction.execute("INSERT INTO t VALUES (20001, 77)", ()).await?;
    equal(transaction.fetch_value::<i64>(COUNT, ()).await?, 1)?;
    transaction.rollback().await?;
    equal(count(&bench.db).await?, 0)
}

async fn a_plan_is_made_anew_after_a_bulk_and_a_rollback(bench: Bench) -> Outcome {
    bench.db.execute(FILL, ()).await?;
    equal(count(&bench.db).await?, 0)?;
    let rows = (20_001..20_101).map(|id| [ValueRef::I64(id), ValueRef::I64(9)]);
    bench.db.insert_many("t", &["id", "v"], rows).await?;
    equal(count(&bench.db).await?, 100)?;
    let rows = (20_101..20_201).map(|id| [ValueRef::I64(id), ValueRef::I64(9)]);
    bench.db.execute_many("INSERT INTO t VALUES (?, ?)", rows).await?;
    equal(count(&bench.db).await?, 200)
}

async fn an_endless_aggregate_ends_at_its_deadline(bench: Bench) -> Outcome {
    for _ in 0..3 {
        let began = Instant::now();
        let endless = bench.db.request(bench.target.endless()).timeout(Duration::from_millis(100));
        fails(endless.execute().await, ErrorKind::Timeout)?;
        let took = began.elapsed();
        holds(took < Duration::from_secs(20), format!("ended after {took:?}"))?;
    }
    bench.is_settled().await
}

async fn an_endless_aggregate_ends_on_its_token(bench: Bench) -> Outcome {
    let token = CancellationToken::new();
    let (db, cancel) = (bench.db.clone(), token.clone());
    let endless = bench.target.endless();
    let running = tokio::spawn(async move { db.request(endless).cancel(&cancel).execute().await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    token.cancel();
    let ended = running.await.unwrap_or_else(|_| Err(hypostyle_core::Error::closed("task")));
    fails(ended, ErrorKind::Cancelled)?;
    bench.is_settled().await
}

async fn a_statement_interrupted_in_a_transaction_fails_it(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let endless = transaction.request(bench.target.endless());
    fails(endless.timeout(Duration::from_millis(50)).execute().await, ErrorKind::Timeout)?;
    fails(transaction.execute("INSERT INTO t VALUES (2, 1)", ()).await, ErrorKind::Aborted)?;
    fails(transaction.commit().await, ErrorKind::Aborted)?;
    ids_are(&bench.db, &[]).await
}

/// Runs some work beside a task that ticks each millisecond; answers the longest time between two
/// ticks.
async fn longest_gap(work: impl Future<Output = Outcome>) -> Outcome<Duration> {
    let worst_us = Arc::new(AtomicU64::new(0));
    let noted = worst_us.clone();
    let ticker = tokio::spawn(async move {
        let mut last = Instant::now();
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let gap = u64::try_from(last.elapsed().as_micros()).unwrap_or(u64::MAX);
            noted.fetch_max(gap, Ordering::Relaxed);
            last = Instant::now();
        }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    worst_us.store(0, Ordering::Relaxed);
    let done = work.await;
    ticker.abort();
    done?;
    Ok(Duration::from_micros(worst_us.load(Ordering::Relaxed)))
}

const LONG: &str = "SELECT sum(sqrt(n)) FROM range(?::BIGINT) AS r (n)";

/// Runs the long statement over so many numbers each, beside a ticker: a thread that is kept would
/// stop it for as long as the longest takes, every time; a busy machine only now and then.
async fn starve_nobody(bench: &Bench, counts: &[i64]) -> Outcome {
    for _ in 0..4 {
        if starved(bench, counts).await.is_ok() {
            return Ok(());
        }
    }
    starved(bench, counts).await
}

async fn starved(bench: &Bench, counts: &[i64]) -> Outcome {
    let mut longest = Duration::ZERO;
    let work = async {
        for count in counts {
            let began = Instant::now();
            let sum: Option<f64> = bench.db.fetch_value(LONG, (*count,)).await?;
            longest = longest.max(began.elapsed());
            holds(sum.is_some_and(|sum| sum > 0.0), "no sum")?;
        }
        Ok(())
    };
    let gap = longest_gap(work).await?;
    holds(gap < longest / 2, format!("nobody ran for {gap:?} of {longest:?}"))
}

async fn long_statements_starve_nobody(bench: Bench) -> Outcome {
    starve_nobody(&bench, &[60_000_000; 3]).await
}

async fn a_light_statement_that_turns_long_starves_nobody(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    starve_nobody(&bench, &[10, 10, 10, 60_000_000, 10, 10, 10, 60_000_000]).await
}

/// The memory that the process has in use.
fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split_ascii_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or_default() * 4_096
}

async fn a_large_result_is_streamed_within_its_memory(bench: Bench) -> Outcome {
    let text = "SELECT i, repeat('a text of some forty bytes, number ' || i, 8) FROM range(5000000) AS r (i)";
    let mut reply = bench.db.stream(text, ()).await?;
    let (before, mut most, mut rows) = (resident_bytes(), 0, 0_i64);
    while let Some(row) = reply.next().await? {
        equal(row.get::<i64>(0)?, rows)?;
        rows += 1;
        if rows % 100_000 == 0 {
            most = resident_bytes().max(most);
        }
    }
    equal(rows, 5_000_000)?;
    // Other cases run beside this one: far below the 1,700 MB of the whole result.
    let grown = most.saturating_sub(before) / (1024 * 1024);
    holds(grown < 500, format!("{grown} MB more"))
}

async fn a_refused_query_leaves_its_transaction_open(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    fails(transaction.execute("SELECT * FROM nowhere", ()).await, ErrorKind::Query)?;
    fails(transaction.execute("SELEC 1", ()).await, ErrorKind::Query)?;
    transaction.execute("INSERT INTO t VALUES (2, 1)", ()).await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[1, 2]).await
}

async fn a_failed_commit_of_two_rivals_is_a_conflict(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut first = bench.db.begin().await?;
    let mut second = bench.db.begin().await?;
    first.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    second.execute("INSERT INTO t VALUES (1, 2)", ()).await?;
    second.commit().await?;
    let error = fails(first.commit().await, ErrorKind::Conflict)?;
    equal(error.retry(), hypostyle_core::Retry::Transaction)?;
    equal(bench.db.fetch_value::<i64>("SELECT v FROM t", ()).await?, 2)?;
    bench.is_settled().await
}

/// Holds the lock of row 1 of `t` for a while.
async fn held(bench: &Bench, time: Duration) -> Outcome<tokio::task::JoinHandle<()>> {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    let mut holding = bench.db.begin().await?;
    holding.execute("UPDATE t SET v = v + 1 WHERE id = 1", ()).await?;
    Ok(tokio::spawn(async move {
        tokio::time::sleep(time).await;
        drop(holding.commit().await);
    }))
}

async fn the_first_statement_of_a_transaction_waits_for_a_lock(bench: Bench) -> Outcome {
    let holder = held(&bench, Duration::from_millis(200)).await?;
    let began = Instant::now();
    let mut transaction = bench.db.begin().await?;
    transaction.execute("UPDATE t SET v = v + 10 WHERE id = 1", ()).await?;
    holds(began.elapsed() >= Duration::from_millis(150), "it did not wait")?;
    transaction.commit().await?;
    drop(holder.await);
    equal(bench.db.fetch_value::<i64>("SELECT v FROM t", ()).await?, 11)
}

async fn a_wait_for_a_lock_ends_at_its_deadline(bench: Bench) -> Outcome {
    let holder = held(&bench, Duration::from_secs(5)).await?;
    let write = bench.db.request("UPDATE t SET v = v + 10 WHERE id = 1");
    let began = Instant::now();
    fails(write.timeout(Duration::from_millis(60)).execute().await, ErrorKind::Timeout)?;
    holds(began.elapsed() < Duration::from_secs(4), "it waited on")?;
    drop(holder.await);
    equal(bench.db.fetch_value::<i64>("SELECT v FROM t", ()).await?, 1)
}

async fn a_session_sets_how_long_it_waits(bench: Bench) -> Outcome {
    let holder = held(&bench, Duration::from_secs(5)).await?;
    let mut session = bench.db.session(Intent::Write).await?;
    session.execute("SET VARIABLE busy_timeout = 20", ()).await?;
    let began = Instant::now();
    let write = session.execute("UPDATE t SET v = v + 10 WHERE id = 1", ()).await;
    fails(write, ErrorKind::Locked)?;
    holds(began.elapsed() < Duration::from_secs(4), "it waited on")?;
    drop(holder.await);
    Ok(())
}

async fn what_is_attached_and_temporary_goes_with_its_session(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    let mut session = bench.db.session(Intent::Write).await?;
    session.execute("ATTACH ':memory:' AS \"o\"\"ther\"", ()).await?;
    session.execute("CREATE TEMP TABLE chosen (id BIGINT)", ()).await?;
    session.execute("SET VARIABLE x = 1", ()).await?;
    session.execute("USE \"o\"\"ther\"", ()).await?;
    drop(session);
    let text = "SELECT count(*) FROM duckdb_databases() WHERE database_name = 'o\"ther'";
    equal(bench.db.fetch_value::<i64>(text, ()).await?, 0)?;
    equal(bench.db.table_exists("chosen").await?, false)?;
    equal(bench.db.fetch_value::<Option<i64>>("SELECT getvariable('x')", ()).await?, None)
}

async fn a_write_marked_as_a_read_is_refused(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    for text in ["INSERT INTO t VALUES (1, 1)", "EXPLAIN ANALYZE INSERT INTO t VALUES (1, 1)"] {
        let write = bench.db.request(text).intent(Intent::Read).execute().await;
        fails(write, ErrorKind::ReadOnly)?;
    }
    ids_are(&bench.db, &[]).await
}

async fn a_script_is_told_where_it_fails(bench: Bench) -> Outcome {
    let text =
        "CREATE TABLE t (id BIGINT);\n-- é\nINSERT INTO t VALUES (1);\nSELECT nowhere FROM t";
    let error = fails(bench.db.execute(text, ()).await, ErrorKind::Query)?;
    equal(error.position(), text.find("nowhere"))?;
    ids_are(&bench.db, &[1]).await
}

async fn comments_dollar_quotes_and_whole_divisions_are_read_as_the_engine_reads_them(
    bench: Bench,
) -> Outcome {
    let text = "SELECT 7 // 2, $tag$ ? $1 ; $tag$, ? /* a /* ? */ b */ -- ? \n";
    let found: (i64, String, i64) = bench.db.fetch_one(text, (5,)).await?;
    equal(found, (3, " ? $1 ; ".to_owned(), 5))?;
    let named = hypostyle_core::named! { limit: 3 };
    let text = "SELECT [1, 2, 3, 4][2:$limit], {'a': $limit}['a']";
    let row = bench.db.request(text).params(named).fetch_one::<hypostyle_core::OwnedRow>().await?;
    equal(row.get::<i64>(1)?, 3)?;
    let list = row.values()[0].clone();
    let items = [2, 3].map(hypostyle_core::Value::I64).to_vec();
    equal(list, hypostyle_core::Value::List(items))?;
    let escaped: String = bench.db.fetch_value("SELECT e'it\\'s' || 'a\\'", ()).await?;
    equal(escaped.as_str(), "it'sa\\")?;
    let from: i64 = bench.db.fetch_value("FROM (VALUES (?)) AS t (x) SELECT x + 1", (1,)).await?;
    equal(from, 2)?;
    drop(open("duckdb::memory:", PoolOptions::default()).await?);
    Ok(())
}
