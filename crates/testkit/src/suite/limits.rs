//! Limits: each has a value, a refusal that names it, and an edge that is looked at from both sides.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hypostyle_core::{
    Batch, Error, ErrorKind, Event, Observer, OwnedRow, PoolOptions, Retry, Type, ValueRef,
};

use crate::{Bench, Outcome, cases, equal, eventually, fails, fails_with, holds};

cases! { "limits":
    as_many_rows_as_one_batch_holds_come_whole,
    one_row_more_than_a_batch_holds_comes_too,
    one_row_less_than_a_batch_holds_comes_whole,
    rows_of_many_bytes_are_cut_into_batches_and_none_is_lost,
    a_row_larger_than_a_batch_comes_whole,
    three_hundred_columns_come_back,
    as_many_parameters_as_the_engine_takes_are_bound,
    one_parameter_too_many_is_refused,
    a_name_of_many_bytes_comes_back,
    a_text_of_a_thousand_statements_runs [MULTIPLE_RESULTS],
    five_hundred_different_texts_come_through_the_statement_cache,
    collecting_stops_at_its_limit_and_says_so,
    a_pool_of_one_serves_calls_one_after_another,
    a_full_pool_makes_calls_wait,
    a_call_that_waits_too_long_is_told_as_a_pool_timeout,
    a_deadline_ends_the_wait_for_a_connection_too,
    a_dropped_wait_gives_its_place_in_the_queue_up,
    a_connection_is_kept_for_the_next_call,
    a_reply_not_read_is_reported_with_its_place,
    an_idle_transaction_is_reported_with_its_place,
    a_transaction_in_use_is_not_reported,
    an_endless_timeout_is_no_limit,
}

/// Checks that so many rows come back, each once and in order.
async fn check(bench: &Bench, count: i64) -> Outcome {
    let rows = bench.db.fetch_all::<(i64,)>(bench.target.series(), (count,)).await?;
    holds(rows.iter().zip(1..).all(|((found,), expect)| *found == expect), "out of order")?;
    equal(i64::try_from(rows.len()).unwrap_or_default(), count)?;
    bench.is_settled().await
}

const BATCH_ROWS: i64 = 512;

async fn as_many_rows_as_one_batch_holds_come_whole(bench: Bench) -> Outcome {
    equal(i64::try_from(Batch::ROWS_MAX).unwrap_or_default(), BATCH_ROWS)?;
    check(&bench, BATCH_ROWS).await
}

async fn one_row_more_than_a_batch_holds_comes_too(bench: Bench) -> Outcome {
    check(&bench, BATCH_ROWS + 1).await?;
    check(&bench, 2 * BATCH_ROWS + 1).await
}

async fn one_row_less_than_a_batch_holds_comes_whole(bench: Bench) -> Outcome {
    check(&bench, BATCH_ROWS - 1).await?;
    check(&bench, 1).await
}

async fn rows_of_many_bytes_are_cut_into_batches_and_none_is_lost(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let long = "x".repeat(100_000);
    for id in 0..20 {
        bench.db.execute("INSERT INTO t VALUES (?, ?)", (id, &long)).await?;
    }
    let rows = bench.db.fetch_all::<(i64, String)>("SELECT id, v FROM t ORDER BY id", ()).await?;
    holds(rows.iter().all(|(_, text)| *text == long), "a text was cut")?;
    equal(rows.iter().map(|(id, _)| *id).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>())
}

async fn a_row_larger_than_a_batch_comes_whole(bench: Bench) -> Outcome {
    bench.table(Type::Bytes).await?;
    let bytes = vec![7_u8; 4 * Batch::HEAP_BYTES_MAX];
    bench.db.execute("INSERT INTO t VALUES (1, ?), (2, ?)", (&bytes, &bytes)).await?;
    let rows = bench.db.fetch_all::<(Vec<u8>,)>("SELECT v FROM t", ()).await?;
    holds(rows.len() == 2 && rows.iter().all(|(row,)| *row == bytes), "bytes differ")
}

async fn three_hundred_columns_come_back(bench: Bench) -> Outcome {
    let columns: Vec<String> = (0..300).map(|at| format!("{at} AS c{at}")).collect();
    let text = format!("SELECT {}", columns.join(", "));
    let row = bench.db.fetch_one::<OwnedRow>(&text, ()).await?;
    equal(row.columns().len(), 300)?;
    equal((row.get::<i64>("c0")?, row.get::<i64>(299)?), (0, 299))
}

/// Binds so many parameters, of which `t` holds the first and the last; answers how many it holds.
async fn found(bench: &Bench, count: usize) -> hypostyle_core::Result<i64> {
    let last = i64::try_from(count).unwrap_or_default();
    bench.db.execute("DELETE FROM t", ()).await?;
    bench.db.execute("INSERT INTO t (id) VALUES (1), (?)", (last,)).await?;
    let values: Vec<ValueRef<'_>> = (1..=last).map(ValueRef::I64).collect();
    let text = format!("SELECT count(*) FROM t WHERE id IN ({})", vec!["?"; count].join(", "));
    bench.db.fetch_value(&text, values.as_slice()).await
}

async fn as_many_parameters_as_the_engine_takes_are_bound(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    equal(found(&bench, bench.target.parameters_max()).await?, 2)
}

async fn one_parameter_too_many_is_refused(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let error = match found(&bench, bench.target.parameters_max() + 1).await {
        Ok(found) => return holds(false, format!("bound, {found} found")),
        Err(error) => error,
    };
    let kinds = [ErrorKind::Query, ErrorKind::Parameter, ErrorKind::Limit];
    holds(kinds.contains(&error.kind()), error)?;
    bench.is_settled().await
}

async fn a_name_of_many_bytes_comes_back(bench: Bench) -> Outcome {
    let name = "n".repeat(60);
    let row = bench.db.fetch_one::<OwnedRow>(&format!("SELECT 1 AS {name}"), ()).await?;
    equal(row.get::<i64>(name.as_str())?, 1)
}

async fn a_text_of_a_thousand_statements_runs(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = (0..1000).map(|id| format!("INSERT INTO t VALUES ({id}, 0);\n")).collect::<String>();
    equal(bench.db.execute(&text, ()).await?.rows_affected, 1000)?;
    equal(bench.count().await?, 1000)
}

async fn five_hundred_different_texts_come_through_the_statement_cache(bench: Bench) -> Outcome {
    for round in 0..2 {
        for number in 0..500_i64 {
            let text = format!("SELECT ? + {number}");
            equal(bench.db.fetch_value::<i64>(&text, (round,)).await?, round + number)?;
        }
    }
    Ok(())
}

async fn collecting_stops_at_its_limit_and_says_so(bench: Bench) -> Outcome {
    let series = bench.db.request(bench.target.series()).params((1_000_000_000_i64,));
    let began = Instant::now();
    let result = series.rows_max(10_000).run().await;
    equal(result.error.map(|error| error.kind()), Some(ErrorKind::Limit))?;
    holds(began.elapsed() < Duration::from_secs(5), "read on after the limit")?;
    bench.is_settled().await
}

async fn small(bench: &Bench, acquire_timeout: Duration) -> hypostyle_core::Result<Bench> {
    let options = PoolOptions { connections_max: 1, acquire_timeout, ..PoolOptions::default() };
    bench.with_pool(options).await
}

async fn a_pool_of_one_serves_calls_one_after_another(bench: Bench) -> Outcome {
    let bench = small(&bench, Duration::from_secs(10)).await?;
    let calls: Vec<_> = (0..20)
        .map(|number: i64| {
            let db = bench.db.clone();
            tokio::spawn(async move { db.fetch_value::<i64>("SELECT ?", (number,)).await })
        })
        .collect();
    for (number, call) in (0..).zip(calls) {
        let answer = call.await.unwrap_or_else(|_| Err(Error::closed("task")))?;
        equal(answer, number)?;
    }
    bench.is_settled().await
}

async fn a_full_pool_makes_calls_wait(bench: Bench) -> Outcome {
    let bench = small(&bench, Duration::from_secs(10)).await?;
    let holding = bench.db.begin_read_only().await?;
    let db = bench.db.clone();
    let call = tokio::spawn(async move { db.begin_read_only().await.map(drop) });
    eventually("the call waits", || bench.db.pool().waiting == 1).await?;
    drop(holding);
    call.await.unwrap_or_else(|_| Err(Error::closed("task")))?;
    bench.is_settled().await
}

async fn a_call_that_waits_too_long_is_told_as_a_pool_timeout(bench: Bench) -> Outcome {
    let bench = small(&bench, Duration::from_secs(1)).await?;
    let holding = bench.db.begin_read_only().await?;
    let began = Instant::now();
    let waited = bench.db.begin_read_only().await.map(drop);
    let error = fails_with(waited, ErrorKind::PoolTimeout, "in use")?;
    holds(began.elapsed() >= Duration::from_secs(1), "gave up early")?;
    equal(error.retry(), Retry::Request)?;
    equal(error.context("last_connect_error"), None)?;
    drop(holding);
    bench.is_settled().await
}

async fn a_deadline_ends_the_wait_for_a_connection_too(bench: Bench) -> Outcome {
    let bench = small(&bench, Duration::from_secs(30)).await?;
    let holding = bench.db.begin_read_only().await?;
    let began = Instant::now();
    let call = bench.db.request("SELECT 1").timeout(Duration::from_millis(40));
    fails(call.fetch_value::<i64>().await, ErrorKind::PoolTimeout)?;
    holds(began.elapsed() < Duration::from_secs(20), "waited past the deadline")?;
    drop(holding);
    bench.is_settled().await
}

async fn a_dropped_wait_gives_its_place_in_the_queue_up(bench: Bench) -> Outcome {
    let bench = small(&bench, Duration::from_secs(10)).await?;
    let holding = bench.db.begin_read_only().await?;
    let limit = Duration::from_millis(20);
    for _ in 0..3 {
        let waited = tokio::time::timeout(limit, bench.db.begin_read_only()).await;
        holds(waited.is_err(), "a second connection in a pool of one")?;
    }
    equal(bench.db.pool().waiting, 0)?;
    drop(holding);
    bench.is_settled().await
}

async fn a_connection_is_kept_for_the_next_call(bench: Bench) -> Outcome {
    equal(bench.db.fetch_value::<i64>("SELECT 1", ()).await?, 1)?;
    let before = bench.db.pool();
    for _ in 0..20 {
        equal(bench.db.fetch_value::<i64>("SELECT 1", ()).await?, 1)?;
    }
    equal(bench.db.pool(), before)
}

/// A bench whose pool reports what is held for so long, and what it has told.
async fn observed(bench: &Bench, report_ms: u64) -> Outcome<(Bench, Arc<Mutex<Vec<Event>>>)> {
    let told: Arc<Mutex<Vec<Event>>> = Arc::default();
    let heard = told.clone();
    let observer = Observer(Arc::new(move |event: &Event| {
        heard.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
    }));
    let report = Duration::from_millis(report_ms);
    let options = PoolOptions {
        idle_transaction_report: report,
        leaked_reply_report: report,
        observer: Some(observer),
        ..PoolOptions::default()
    };
    Ok((bench.with_pool(options).await?, told))
}

fn events(told: &Mutex<Vec<Event>>) -> Vec<Event> {
    told.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

async fn a_reply_not_read_is_reported_with_its_place(bench: Bench) -> Outcome {
    let (bench, told) = observed(&bench, 40).await?;
    let line = line!() + 1;
    let reply = bench.db.stream(bench.target.series(), (100_000,)).await?;
    eventually("the reply is reported", || !events(&told).is_empty()).await?;
    tokio::time::sleep(Duration::from_millis(100)).await;
    match &events(&told)[..] {
        [Event::LeakedReply { origin, .. }] => {
            equal((origin.file(), origin.line()), (file!(), line))?;
        }
        other => holds(false, format!("told {other:?}, expected one leaked reply"))?,
    }
    drop(reply);
    bench.is_settled().await
}

async fn an_idle_transaction_is_reported_with_its_place(bench: Bench) -> Outcome {
    let (bench, told) = observed(&bench, 40).await?;
    let line = line!() + 1;
    let transaction = bench.db.begin().await?;
    eventually("the transaction is reported", || !events(&told).is_empty()).await?;
    match &events(&told)[..] {
        [Event::IdleSession { origin, idle }] => {
            equal((origin.file(), origin.line()), (file!(), line))?;
            holds(*idle >= Duration::from_millis(40), format!("{idle:?}"))?;
        }
        other => holds(false, format!("told {other:?}, expected one idle session"))?,
    }
    drop(transaction);
    bench.is_settled().await
}

async fn a_transaction_in_use_is_not_reported(bench: Bench) -> Outcome {
    let (bench, told) = observed(&bench, 2_000).await?;
    let mut transaction = bench.db.begin().await?;
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(2_500) {
        transaction.execute("SELECT 1", ()).await?;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    equal(events(&told), Vec::new())?;
    Ok(transaction.commit().await?)
}

async fn an_endless_timeout_is_no_limit(bench: Bench) -> Outcome {
    let call = bench.db.request("SELECT 1").timeout(Duration::MAX);
    equal(call.fetch_value::<i64>().await?, 1)?;
    let options = PoolOptions {
        acquire_timeout: Duration::MAX,
        connect_timeout: Duration::MAX,
        idle_timeout: Duration::MAX,
        lifetime_max: Duration::MAX,
        connections_max: 1,
        ..PoolOptions::default()
    };
    let bench = bench.with_pool(options).await?;
    let holding = bench.db.begin_read_only().await?;
    let db = bench.db.clone();
    let waiting = tokio::spawn(async move { db.begin_read_only().await.map(drop) });
    eventually("the call waits", || bench.db.pool().waiting == 1).await?;
    drop(holding);
    waiting.await.unwrap_or_else(|_| Err(Error::closed("task")))?;
    Ok(bench.db.close().await?)
}
