//! The pool: what one borrower leaves never reaches the next, who comes first, and how it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hypostyle_core::{Database, Error, ErrorKind, Intent, PoolOptions, Result, Retry, Type, Value};
use tokio::task::JoinHandle;

use crate::{Bench, Outcome, cases, equal, eventually, fails, holds, ids_are};

cases! { "pool":
    a_setting_of_a_session_never_reaches_the_next,
    a_setting_of_a_transaction_never_reaches_the_next,
    a_setting_of_a_text_never_reaches_the_next,
    a_setting_of_a_transaction_rolled_back_never_reaches_the_next,
    a_setting_of_a_task_that_panicked_never_reaches_the_next,
    a_temporary_table_of_a_text_never_reaches_the_next,
    a_temporary_table_of_a_transaction_never_reaches_the_next,
    statements_prepared_before_a_reset_run_after_it,
    a_transaction_of_a_task_that_panicked_is_undone,
    no_more_connections_are_open_than_there_may_be,
    five_connections_serve_five_hundred_calls,
    callers_past_their_deadline_leave_a_pool_that_works,
    readers_come_in_the_order_in_which_they_asked,
    a_caller_that_gives_up_is_passed_over,
    a_caller_that_waits_is_served_among_others_that_come_again,
    closing_waits_for_a_stream_that_is_read,
    closing_while_a_hundred_calls_run_ends_each_of_them,
    a_statement_under_way_ends_well_when_the_pool_closes,
    a_handle_dropped_while_busy_harms_nobody,
    two_handles_have_pools_of_their_own,
    connections_that_rest_long_are_closed_but_one,
    connections_are_made_anew_at_the_end_of_their_life,
    a_connection_that_rested_is_checked_before_its_use,
    a_pool_that_cannot_connect_says_why,
}

fn joined<T>(ended: std::result::Result<Result<T>, tokio::task::JoinError>) -> Result<T> {
    ended.unwrap_or_else(|error| Err(Error::closed("task").caused_by(error)))
}

/// Reads the setting as the next borrower of the only connection for what writes sees it.
async fn setting(bench: &Bench) -> Result<Value> {
    bench.db.request(bench.target.setting().read).intent(Intent::Write).fetch_value().await
}

/// A bench with one connection and the setting it begins with.
async fn fresh(bench: &Bench) -> Outcome<(Bench, Value)> {
    let bench = bench.with_one_connection().await?;
    let before = setting(&bench).await?;
    Ok((bench, before))
}

async fn a_setting_of_a_session_never_reaches_the_next(bench: Bench) -> Outcome {
    let (bench, before) = fresh(&bench).await?;
    let words = bench.target.setting();
    let mut session = bench.db.session(Intent::Write).await?;
    session.execute(words.change, ()).await?;
    let changed = session.fetch_value::<Value>(words.read, ()).await?;
    holds(changed != before, format!("{changed:?} is what it was"))?;
    drop(session);
    equal(setting(&bench).await?, before)
}

async fn a_setting_of_a_transaction_never_reaches_the_next(bench: Bench) -> Outcome {
    let (bench, before) = fresh(&bench).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute(bench.target.setting().change, ()).await?;
    transaction.commit().await?;
    equal(setting(&bench).await?, before)
}

async fn a_setting_of_a_text_never_reaches_the_next(bench: Bench) -> Outcome {
    let (bench, before) = fresh(&bench).await?;
    for text in [bench.target.setting().change.to_owned(), {
        format!("{}; SELECT 1", bench.target.setting().change)
    }] {
        bench.db.execute(&text, ()).await?;
        equal(&setting(&bench).await?, &before)?;
    }
    Ok(())
}

async fn a_setting_of_a_transaction_rolled_back_never_reaches_the_next(bench: Bench) -> Outcome {
    let (bench, before) = fresh(&bench).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute(bench.target.setting().change, ()).await?;
    transaction.rollback().await?;
    equal(setting(&bench).await?, before)
}

/// Runs a task that changes the setting and writes into `t`, and panics with all of it open.
async fn panicked(bench: &Bench) -> Outcome {
    let (db, change) = (bench.db.clone(), bench.target.setting().change);
    let task: JoinHandle<Result<()>> = tokio::spawn(async move {
        let mut transaction = db.begin().await?;
        transaction.execute(change, ()).await?;
        transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
        // Without a message on the way: the panic is the point.
        std::panic::resume_unwind(Box::new("on purpose"))
    });
    holds(task.await.is_err_and(|error| error.is_panic()), "the task did not panic")
}

async fn a_setting_of_a_task_that_panicked_never_reaches_the_next(bench: Bench) -> Outcome {
    let (bench, before) = fresh(&bench).await?;
    bench.table(Type::I64).await?;
    panicked(&bench).await?;
    equal(setting(&bench).await?, before)
}

async fn a_transaction_of_a_task_that_panicked_is_undone(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    panicked(&bench).await?;
    bench.is_settled().await?;
    ids_are(&bench.db, &[]).await
}

async fn a_temporary_table_of_a_text_never_reaches_the_next(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    for _ in 0..3 {
        bench.db.execute("CREATE TEMPORARY TABLE chosen (id INTEGER)", ()).await?;
        let write = bench.db.execute("INSERT INTO chosen VALUES (1)", ()).await;
        fails(write, ErrorKind::Query)?;
    }
    bench.is_settled().await
}

async fn a_temporary_table_of_a_transaction_never_reaches_the_next(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    for commits in [true, false] {
        let mut transaction = bench.db.begin().await?;
        transaction.execute("CREATE TEMPORARY TABLE chosen (id INTEGER)", ()).await?;
        transaction.execute("INSERT INTO chosen VALUES (1)", ()).await?;
        match commits {
            true => transaction.commit().await?,
            false => transaction.rollback().await?,
        }
        let write = bench.db.execute("INSERT INTO chosen VALUES (1)", ()).await;
        fails(write, ErrorKind::Query)?;
    }
    Ok(())
}

async fn statements_prepared_before_a_reset_run_after_it(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    bench.table(Type::I64).await?;
    for id in 0..4 {
        bench.db.execute("INSERT INTO t VALUES (?, 0)", (id,)).await?;
        equal(bench.db.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, id + 1)?;
        let mut session = bench.db.session(Intent::Write).await?;
        session.execute(bench.target.setting().change, ()).await?;
        equal(session.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, id + 1)?;
    }
    ids_are(&bench.db, &[0, 1, 2, 3]).await
}

async fn with_connections(bench: &Bench, count: usize, wait_ms: u64) -> Result<Bench> {
    let acquire_timeout = Duration::from_millis(wait_ms);
    let options = PoolOptions { connections_max: count, acquire_timeout, ..PoolOptions::default() };
    bench.with_pool(options).await
}

async fn no_more_connections_are_open_than_there_may_be(bench: Bench) -> Outcome {
    let bench = with_connections(&bench, 3, 30_000).await?;
    let most = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let (db, most) = (bench.db.clone(), most.clone());
            tokio::spawn(async move {
                let mut transaction = db.begin_read_only().await?;
                let pool = db.pool();
                most.fetch_max(pool.active + pool.idle, Ordering::Relaxed);
                transaction.fetch_value::<i64>("SELECT 1", ()).await?;
                tokio::task::yield_now().await;
                transaction.commit().await
            })
        })
        .collect();
    for task in tasks {
        joined(task.await)?;
    }
    let (most, max) = (most.load(Ordering::Relaxed), bench.db.pool().max);
    holds((1..=max).contains(&most), format!("{most} of {max}"))?;
    bench.is_settled().await
}

async fn five_connections_serve_five_hundred_calls(bench: Bench) -> Outcome {
    let bench = with_connections(&bench, 5, 30_000).await?;
    let calls: Vec<_> = (0..500_i64)
        .map(|number| {
            let db = bench.db.clone();
            tokio::spawn(async move {
                let mut transaction = db.begin_read_only().await?;
                let found = transaction.fetch_value::<i64>("SELECT 0 + ?", (number,)).await?;
                transaction.rollback().await.map(|()| found)
            })
        })
        .collect();
    for (number, call) in (0..).zip(calls) {
        equal(joined(call.await)?, number)?;
    }
    bench.is_settled().await
}

async fn callers_past_their_deadline_leave_a_pool_that_works(bench: Bench) -> Outcome {
    let bench = with_connections(&bench, 4, 100).await?;
    let (mut held, mut refusals) = (Vec::new(), 0);
    // One refusal may stand for a connection that was made too slowly.
    while refusals < 5 {
        match bench.db.begin_read_only().await {
            Ok(transaction) => held.push(transaction),
            Err(_) => refusals += 1,
        }
    }
    let began = Instant::now();
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let db = bench.db.clone();
            tokio::spawn(async move { db.begin_read_only().await.map(drop) })
        })
        .collect();
    for call in calls {
        let error = fails(joined(call.await), ErrorKind::PoolTimeout)?;
        equal(error.retry(), Retry::Request)?;
    }
    let took = began.elapsed();
    holds(took >= Duration::from_millis(100), "gave up early")?;
    holds(took < Duration::from_secs(20), format!("gave up after {took:?}"))?;
    equal(bench.db.pool().waiting, 0)?;
    drop(held);
    eventually("all are back", || bench.db.pool().active == 0).await?;
    for _ in 0..100 {
        bench.db.begin_read_only().await?.rollback().await?;
    }
    bench.is_settled().await
}

/// Has so many callers wait for the only connection; each answers when its turn came.
async fn queued(bench: &Bench, count: usize) -> Outcome<Vec<JoinHandle<Result<usize>>>> {
    let turn = Arc::new(AtomicUsize::new(0));
    let mut callers = Vec::new();
    for waiting in 1..=count {
        let (db, turn) = (bench.db.clone(), turn.clone());
        callers.push(tokio::spawn(async move {
            let transaction = db.begin_read_only().await?;
            let came = turn.fetch_add(1, Ordering::SeqCst);
            transaction.rollback().await.map(|()| came)
        }));
        eventually("it waits", || bench.db.pool().waiting == waiting).await?;
    }
    Ok(callers)
}

async fn readers_come_in_the_order_in_which_they_asked(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    let holding = bench.db.begin_read_only().await?;
    let callers = queued(&bench, 20).await?;
    holding.rollback().await?;
    for (at, caller) in callers.into_iter().enumerate() {
        equal(joined(caller.await)?, at)?;
    }
    Ok(())
}

async fn a_caller_that_gives_up_is_passed_over(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    let holding = bench.db.begin_read_only().await?;
    let callers = queued(&bench, 9).await?;
    for gone in callers.iter().step_by(3) {
        gone.abort();
    }
    eventually("six wait", || bench.db.pool().waiting == 6).await?;
    holding.rollback().await?;
    let mut turns = Vec::new();
    for caller in callers {
        turns.extend(caller.await.ok().transpose()?);
    }
    equal(turns, (0..6).collect::<Vec<_>>())?;
    bench.is_settled().await
}

async fn a_caller_that_waits_is_served_among_others_that_come_again(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    let stop = Arc::new(AtomicUsize::new(0));
    let others: Vec<_> = (0..4)
        .map(|_| {
            let (db, stop) = (bench.db.clone(), stop.clone());
            tokio::spawn(async move {
                while stop.load(Ordering::Relaxed) == 0 {
                    db.begin_read_only().await?.rollback().await?;
                }
                Ok(())
            })
        })
        .collect();
    let began = Instant::now();
    for _ in 0..50 {
        bench.db.begin_read_only().await?.rollback().await?;
    }
    stop.store(1, Ordering::Relaxed);
    for other in others {
        joined(other.await)?;
    }
    holds(began.elapsed() < Duration::from_secs(60), "starved")
}

async fn closing_waits_for_a_stream_that_is_read(bench: Bench) -> Outcome {
    let mut reply = bench.db.stream(bench.target.series(), (5_000,)).await?;
    let closing = tokio::spawn({
        let db = bench.db.clone();
        async move { db.close().await }
    });
    tokio::time::sleep(Duration::from_millis(30)).await;
    holds(!closing.is_finished(), "closed over an open stream")?;
    let mut read = 0;
    while reply.next().await?.is_some() {
        read += 1;
    }
    drop(reply);
    joined(closing.await)?;
    equal(read, 5_000)
}

async fn closing_while_a_hundred_calls_run_ends_each_of_them(bench: Bench) -> Outcome {
    let bench = with_connections(&bench, 3, 10_000).await?;
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let db = bench.db.clone();
            tokio::spawn(async move {
                let mut transaction = db.begin_read_only().await?;
                transaction.fetch_value::<i64>("SELECT 1", ()).await?;
                tokio::time::sleep(Duration::from_millis(1)).await;
                transaction.rollback().await
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(5)).await;
    bench.db.close().await?;
    for call in calls {
        match joined(call.await) {
            Ok(()) => {}
            refusal => drop(fails(refusal, ErrorKind::Closed)?),
        }
    }
    equal(bench.db.pool().active, 0)
}

async fn a_statement_under_way_ends_well_when_the_pool_closes(bench: Bench) -> Outcome {
    let series = bench.target.series();
    let text = format!("SELECT count(*) FROM ({series}) s");
    let call = tokio::spawn({
        let db = bench.db.clone();
        async move { db.request(&text).params((300_000,)).offload().fetch_value::<i64>().await }
    });
    eventually("it runs", || bench.db.pool().active > 0 || call.is_finished()).await?;
    bench.db.close().await?;
    equal(joined(call.await)?, 300_000)
}

async fn a_handle_dropped_while_busy_harms_nobody(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    if !bench.target.is_shared() {
        return ids_are(&bench.db, &[]).await;
    }
    let other: Database = bench.again(PoolOptions::default()).await?;
    let mut transaction = other.begin().await?;
    drop(other);
    transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    transaction.commit().await?;
    let other = bench.again(PoolOptions::default()).await?;
    let mut transaction = other.begin().await?;
    transaction.execute("INSERT INTO t VALUES (2, 2)", ()).await?;
    drop(other);
    drop(transaction);
    bench.db.execute("INSERT INTO t VALUES (2, 0)", ()).await?;
    ids_are(&bench.db, &[1, 2]).await
}

async fn two_handles_have_pools_of_their_own(bench: Bench) -> Outcome {
    let one = bench.with_one_connection().await?;
    let other = one.again(PoolOptions { connections_max: 1, ..PoolOptions::default() }).await?;
    let holding = one.db.begin_read_only().await?;
    equal(other.fetch_value::<i64>("SELECT 1", ()).await?, 1)?;
    equal((one.db.pool().active, other.pool().active), (1, 0))?;
    other.close().await?;
    holding.rollback().await?;
    one.is_settled().await
}

async fn connections_that_rest_long_are_closed_but_one(bench: Bench) -> Outcome {
    let options = PoolOptions { idle_timeout: Duration::ZERO, ..PoolOptions::default() };
    let bench = bench.with_pool(options).await?;
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(bench.db.begin_read_only().await?);
    }
    drop(held);
    // One stays for what reads and, where that is another, one for what writes.
    eventually("all but one are closed", || {
        let pool = bench.db.pool();
        pool.active == 0 && pool.idle <= 2
    })
    .await?;
    bench.is_settled().await
}

async fn connections_are_made_anew_at_the_end_of_their_life(bench: Bench) -> Outcome {
    let lifetime_max = Duration::from_millis(1);
    let options = PoolOptions { lifetime_max, connections_max: 1, ..PoolOptions::default() };
    let bench = bench.with_pool(options).await?;
    bench.table(Type::I64).await?;
    let began = Instant::now();
    let mut id = 0;
    while began.elapsed() < Duration::from_millis(2_500) {
        bench.db.execute("INSERT INTO t VALUES (?, 0)", (id,)).await?;
        id += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    equal(bench.count().await?, id)?;
    bench.is_settled().await
}

async fn a_connection_that_rested_is_checked_before_its_use(bench: Bench) -> Outcome {
    let options = PoolOptions { ping_after: Duration::ZERO, ..PoolOptions::default() };
    let bench = bench.with_pool(options).await?;
    equal(bench.db.fetch_value::<i64>("SELECT 1", ()).await?, 1)?;
    bench.target.cut(&bench.site.url()).await?;
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    // Whatever became of it while it rested, no call hears of it.
    equal(bench.db.fetch_value::<i64>("SELECT 1", ()).await?, 1)?;
    bench.is_settled().await
}

async fn a_pool_that_cannot_connect_says_why(bench: Bench) -> Outcome {
    let (url, kind) = bench.target.wrong(&bench.site.url(), crate::Wrong::Address);
    let opened = bench.target.open(&url, PoolOptions::default()).await;
    let error = fails(opened, kind)?;
    holds(!error.message().is_empty() && error.retry() != Retry::Transaction, error)
}
