//! Cancellation: a future dropped at any of its awaits leaves nothing behind.
//!
//! Each case drops a call at its first await, then at its second, and so on until the call ends
//! before it can be dropped; after each drop it looks at what is left.

pub mod savepoints;

use std::future::Future;
use std::time::Duration;

use hypostyle_core::{
    Capability, Database, Error, ErrorKind, PoolOptions, Retry, Transaction, Type, ValueRef,
};

use crate::{Bench, Dropped, Outcome, cases, drop_at, equal, eventually, fails, holds, ids_are};

cases! { "cancellation":
    a_dropped_read_leaves_nothing,
    a_dropped_write_is_there_once_or_not_at_all,
    a_dropped_endless_read_stops [INTERRUPT],
    a_dropped_endless_write_stops_and_leaves_nothing [INTERRUPT],
    a_dropped_begin_leaves_no_transaction,
    a_dropped_read_only_begin_leaves_no_transaction [READ_ONLY_TRANSACTIONS],
    a_dropped_statement_leaves_its_transaction_usable_or_aborts_it,
    a_dropped_commit_is_whole_or_nothing,
    a_dropped_rollback_is_a_rollback,
    a_dropped_stream_leaves_nothing,
    a_dropped_next_loses_no_row_in_silence,
    a_dropped_transaction_with_a_half_read_stream_is_rolled_back,
    a_dropped_script_stops_between_its_statements [MULTIPLE_RESULTS],
    a_dropped_bulk_is_whole_or_nothing,
    a_dropped_transact_is_whole_or_nothing,
    a_dropped_wait_for_a_lock_takes_nothing,
    a_dropped_close_closes_at_the_next,
    a_dropped_task_leaves_nothing,
}

const AWAITS_MAX: usize = 200;

/// Drops a call at its first, second, … await, and looks at what is left after each.
async fn at_every_await<T, C, L>(
    call: impl Fn(usize) -> C,
    look: impl Fn(usize, Option<T>) -> L,
) -> Outcome
where
    C: Future<Output = T>,
    L: Future<Output = Outcome>,
{
    for polls in 0..AWAITS_MAX {
        match drop_at(polls, call(polls)).await {
            Dropped::Pending => look(polls, None).await?,
            Dropped::Ready(answer) => return look(polls, Some(answer)).await,
        }
    }
    holds(false, format!("the call waits more than {AWAITS_MAX} times"))
}

fn key(polls: usize) -> i64 {
    i64::try_from(polls).unwrap_or_default()
}

async fn count_of(db: &Database, id: i64) -> Outcome<i64> {
    Ok(db.fetch_value("SELECT count(*) FROM t WHERE id = ?", (id,)).await?)
}

async fn a_dropped_read_leaves_nothing(bench: Bench) -> Outcome {
    let bench = &bench;
    let read = |_| bench.db.fetch_all::<(i64,)>(bench.target.series(), (2000,));
    at_every_await(read, |_, rows| async move {
        if let Some(rows) = rows {
            equal(rows?.len(), 2000)?;
        }
        bench.is_settled().await
    })
    .await
}

async fn a_dropped_write_is_there_once_or_not_at_all(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let bench = &bench;
    let write =
        |polls| async move { bench.db.execute("INSERT INTO t VALUES (?, 0)", (key(polls),)).await };
    at_every_await(write, |polls, done| async move {
        bench.is_settled().await?;
        let count = count_of(&bench.db, key(polls)).await?;
        match done {
            Some(done) => equal((done?.rows_affected, count), (1, 1)),
            None => holds(count <= 1, count),
        }
    })
    .await
}

async fn a_dropped_endless_read_stops(bench: Bench) -> Outcome {
    let limit = Duration::from_millis(30);
    let db = bench.db.clone();
    let endless = bench.target.endless();
    // On the runtime's own threads a statement without a limit would never give its thread back.
    let call = async move { db.request(endless).offload().execute().await };
    holds(tokio::time::timeout(limit, call).await.is_err(), "it ended by itself")?;
    bench.is_settled().await
}

async fn a_dropped_endless_write_stops_and_leaves_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let limit = Duration::from_millis(30);
    let endless = bench.db.request(bench.target.endless_write()).offload();
    holds(tokio::time::timeout(limit, endless.execute()).await.is_err(), "it ended by itself")?;
    bench.is_settled().await?;
    ids_are(&bench.db, &[]).await
}

async fn a_dropped_begin_leaves_no_transaction(bench: Bench) -> Outcome {
    let bench = &bench;
    at_every_await(
        |_| bench.db.begin(),
        |_, begun| async move {
            drop(begun.transpose()?);
            bench.is_settled().await
        },
    )
    .await
}

async fn a_dropped_read_only_begin_leaves_no_transaction(bench: Bench) -> Outcome {
    let bench = &bench;
    at_every_await(
        |_| bench.db.begin_read_only(),
        |_, begun| async move {
            drop(begun.transpose()?);
            bench.is_settled().await
        },
    )
    .await
}

/// Goes on in a transaction in which a call was dropped, and ends it; answers whether it was
/// committed. An engine that cannot undo a statement alone may have aborted it instead.
async fn goes_on(bench: &Bench, mut transaction: Transaction<'_>) -> Outcome<bool> {
    let next = transaction.execute("INSERT INTO t VALUES (2, 0)", ()).await;
    let committed = match next {
        Err(error) if !bench.can(Capability::STATEMENT_ROLLBACK) => {
            equal((error.kind(), error.retry()), (ErrorKind::Aborted, Retry::Transaction))?;
            fails(transaction.commit().await, ErrorKind::Aborted)?;
            false
        }
        next => {
            next?;
            transaction.commit().await?;
            true
        }
    };
    bench.is_settled().await?;
    Ok(committed)
}

async fn a_dropped_statement_leaves_its_transaction_usable_or_aborts_it(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    for polls in 0..AWAITS_MAX {
        let mut transaction = bench.db.begin().await?;
        let write = transaction.execute("INSERT INTO t VALUES (1, 0)", ());
        let dropped = drop_at(polls, write).await;
        let committed = goes_on(&bench, transaction).await?;
        let counts = (count_of(&bench.db, 1).await?, count_of(&bench.db, 2).await?);
        bench.db.execute("DELETE FROM t", ()).await?;
        match dropped {
            Dropped::Ready(done) => {
                done?;
                return equal((committed, counts), (true, (1, 1)));
            }
            Dropped::Pending if committed => holds(counts.0 <= 1 && counts.1 == 1, counts.0)?,
            Dropped::Pending => equal(counts, (0, 0))?,
        }
    }
    holds(false, "the call never ended")
}

async fn a_dropped_commit_is_whole_or_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let bench = &bench;
    let commit = |_| async move {
        let mut transaction = bench.db.begin().await?;
        let text = "INSERT INTO t VALUES (1, 0), (2, 0), (3, 0)";
        transaction.execute(text, ()).await?;
        transaction.commit().await
    };
    at_every_await(commit, |_, done| async move {
        bench.is_settled().await?;
        let count = bench.count().await?;
        bench.db.execute("DELETE FROM t", ()).await?;
        match done {
            Some(done) => equal((done?, count), ((), 3)),
            None => holds(count == 0 || count == 3, count),
        }
    })
    .await
}

async fn a_dropped_rollback_is_a_rollback(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let bench = &bench;
    let rollback = |_| async move {
        let mut transaction = bench.db.begin().await?;
        transaction.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
        transaction.rollback().await
    };
    at_every_await(rollback, |_, done| async move {
        done.transpose()?;
        bench.is_settled().await?;
        ids_are(&bench.db, &[]).await
    })
    .await
}

async fn a_dropped_stream_leaves_nothing(bench: Bench) -> Outcome {
    let bench = &bench;
    let stream = |_| async move {
        let mut reply = bench.db.stream(bench.target.series(), (5000,)).await?;
        for _ in 0..1500 {
            reply.next().await?;
        }
        Ok::<_, Error>(())
    };
    at_every_await(stream, |_, done| async move {
        done.transpose()?;
        bench.is_settled().await
    })
    .await
}

async fn a_dropped_next_loses_no_row_in_silence(bench: Bench) -> Outcome {
    for polls in 0..AWAITS_MAX {
        let mut reply = bench.db.stream(bench.target.series(), (600,)).await?;
        for _ in 0..512 {
            reply.next().await?;
        }
        let dropped = match drop_at(polls, reply.next()).await {
            Dropped::Pending => true,
            Dropped::Ready(row) => {
                equal(row?.map(|row| row.get::<i64>(0)).transpose()?, Some(513))?;
                false
            }
        };
        let next = match reply.next().await {
            Ok(row) => row.map(|row| row.get::<i64>(0)).transpose()?,
            // Closed is an honest answer; a row left out would not be.
            Err(error) => {
                equal(error.kind(), ErrorKind::Closed)?;
                continue;
            }
        };
        equal(next, Some(if dropped { 513 } else { 514 }))?;
        if !dropped {
            drop(reply);
            return bench.is_settled().await;
        }
    }
    holds(false, "the call never ended")
}

async fn a_dropped_transaction_with_a_half_read_stream_is_rolled_back(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    let mut reply = transaction.stream(bench.target.series(), (5000,)).await?;
    holds(reply.next().await?.is_some(), "a first row")?;
    drop(reply);
    drop(transaction);
    bench.is_settled().await?;
    ids_are(&bench.db, &[]).await
}

async fn a_dropped_script_stops_between_its_statements(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let bench = &bench;
    let text = "INSERT INTO t VALUES (1, 0); INSERT INTO t VALUES (2, 0); \
                INSERT INTO t VALUES (3, 0)";
    at_every_await(
        |_| bench.db.execute(text, ()),
        |_, done| async move {
            bench.is_settled().await?;
            let rows = bench.db.fetch_all::<(i64,)>("SELECT id FROM t ORDER BY id", ()).await?;
            let expect = [(1,), (2,), (3,)];
            holds(expect.starts_with(&rows), format!("{rows:?}"))?;
            bench.db.execute("DELETE FROM t", ()).await?;
            match done {
                Some(done) => equal((done?.rows_affected, rows.len()), (3, 3)),
                None => Ok(()),
            }
        },
    )
    .await
}

async fn a_dropped_bulk_is_whole_or_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let bench = &bench;
    let rows = || (0..20_000).map(|id| [ValueRef::I64(id)]);
    at_every_await(
        |_| bench.db.insert_many("t", &["id"], rows()),
        |_, done| async move {
            bench.is_settled().await?;
            let count = bench.count().await?;
            bench.db.execute("DELETE FROM t", ()).await?;
            match done {
                Some(done) => equal((done?.rows_affected, count), (20_000, 20_000)),
                None => holds(count == 0 || count == 20_000, count),
            }
        },
    )
    .await
}

async fn a_dropped_transact_is_whole_or_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let bench = &bench;
    let transact = |_| {
        bench.db.transact(|mut transaction| async move {
            transaction.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
            tokio::task::yield_now().await;
            transaction.execute("INSERT INTO t VALUES (2, 0)", ()).await
        })
    };
    at_every_await(transact, |_, done| async move {
        bench.is_settled().await?;
        let count = bench.count().await?;
        bench.db.execute("DELETE FROM t", ()).await?;
        match done {
            Some(done) => equal((done?.rows_affected, count), (1, 2)),
            None => holds(count == 0 || count == 2, count),
        }
    })
    .await
}

async fn a_dropped_wait_for_a_lock_takes_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    let increment = "UPDATE t SET v = v + 1 WHERE id = 1";
    let mut holding = bench.db.begin().await?;
    holding.execute(increment, ()).await?;
    for polls in [0, 1, 2, AWAITS_MAX] {
        let write = bench.db.execute(increment, ());
        let limit = Duration::from_millis(20);
        let waited = tokio::time::timeout(limit, drop_at(polls, write)).await;
        holds(!matches!(waited, Ok(Dropped::Ready(_))), "did not wait for the lock")?;
    }
    eventually("nobody waits", || bench.db.pool().waiting == 0).await?;
    // What was dropped is undone in the background, and must be so before the lock is free.
    eventually("only the holder is left", || bench.db.pool().active <= 1).await?;
    holding.rollback().await?;
    bench.is_settled().await?;
    equal(bench.db.fetch_value::<i64>("SELECT v FROM t", ()).await?, 0)
}

async fn a_dropped_close_closes_at_the_next(bench: Bench) -> Outcome {
    let bench = bench.with_pool(PoolOptions::default()).await?;
    let holding = bench.db.begin().await?;
    let closed = drop_at(1, bench.db.close()).await;
    holds(matches!(closed, Dropped::Pending), "closed over an open transaction")?;
    drop(holding);
    eventually("the transaction ends", || bench.db.pool().active == 0).await?;
    Ok(bench.db.close().await?)
}

async fn a_dropped_task_leaves_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    for wait_us in [0, 50, 200, 1_000, 5_000] {
        let db = bench.db.clone();
        let task = tokio::spawn(async move {
            let mut id = 0;
            loop {
                id += 1;
                let mut transaction = db.begin().await?;
                transaction.execute("INSERT INTO t VALUES (?, 0)", (id,)).await?;
                tokio::task::yield_now().await;
                transaction.rollback().await?;
                if id < 0 {
                    return Ok::<_, Error>(());
                }
            }
        });
        tokio::time::sleep(Duration::from_micros(wait_us)).await;
        task.abort();
        let _ = task.await;
        bench.is_settled().await?;
        ids_are(&bench.db, &[]).await?;
    }
    Ok(())
}
