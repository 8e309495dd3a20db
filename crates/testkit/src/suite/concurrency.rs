//! Concurrency: many tasks on one handle, and on two handles of one database.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hypostyle_core::{
    Begin, Capability, Database, Error, Isolation, PoolOptions, Result, TransactRetry, Type,
};
use tokio::task::JoinHandle;

use crate::{Bench, Outcome, cases, equal, eventually, fails, holds, ids_are};

cases! { "concurrency":
    increments_of_eight_tasks_are_never_lost [SERIALIZABLE],
    a_single_writer_is_never_in_conflict_with_itself [SERIALIZABLE],
    two_handles_of_one_database_lose_no_increment [SERIALIZABLE],
    sixty_four_tasks_read_at_once,
    sixty_four_tasks_write_in_turn,
    readers_read_while_a_writer_writes,
    a_stream_goes_on_while_rows_are_inserted,
    two_streams_go_on_at_once,
    writers_come_in_the_order_in_which_they_asked,
    a_writer_is_served_among_many_readers,
    a_failed_writer_does_not_hold_up_the_next,
    an_increment_by_statement_is_never_lost,
    tables_made_and_dropped_beside_readers_harm_nobody,
    a_task_of_short_statements_lets_others_run,
}

async fn joined<T>(tasks: Vec<JoinHandle<Result<T>>>) -> Result<Vec<T>> {
    let mut answers = Vec::new();
    for task in tasks {
        let answer = task.await.map_err(|error| Error::closed("task").caused_by(error))?;
        answers.push(answer?);
    }
    Ok(answers)
}

async fn counter(bench: &Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    Ok(())
}

/// Reads the counter and writes one more, so many times, as if alone; answers how many attempts
/// that took.
fn increments(db: &Database, times: usize) -> JoinHandle<Result<usize>> {
    let db = db.clone();
    let begin = Begin { isolation: Some(Isolation::Serializable), ..Begin::default() };
    // Eight rivals for one row: patience is to be no limit here.
    let retry = TransactRetry { attempts_max: 1_000, backoff: Duration::from_millis(1) };
    tokio::spawn(async move {
        let attempts = AtomicUsize::new(0);
        for _ in 0..times {
            let increment = db.transact_with(begin, retry, |mut transaction| {
                attempts.fetch_add(1, Ordering::Relaxed);
                async move {
                    let value: i64 =
                        transaction.fetch_value("SELECT v FROM t WHERE id = 1", ()).await?;
                    tokio::task::yield_now().await;
                    transaction.execute("UPDATE t SET v = ? WHERE id = 1", (value + 1,)).await
                }
            });
            increment.await?;
        }
        Ok(attempts.load(Ordering::Relaxed))
    })
}

async fn value(bench: &Bench) -> Result<i64> {
    bench.db.fetch_value("SELECT v FROM t WHERE id = 1", ()).await
}

async fn increments_of_eight_tasks_are_never_lost(bench: Bench) -> Outcome {
    counter(&bench).await?;
    // Where rivals do not queue, most attempts are in vain.
    let (times, sum) = if bench.can(Capability::SINGLE_WRITER) { (100, 800) } else { (25, 200) };
    joined((0..8).map(|_| increments(&bench.db, times)).collect()).await?;
    equal(value(&bench).await?, sum)?;
    bench.is_settled().await
}

async fn a_single_writer_is_never_in_conflict_with_itself(bench: Bench) -> Outcome {
    counter(&bench).await?;
    let attempts = joined((0..8).map(|_| increments(&bench.db, 25)).collect()).await?;
    let attempts: usize = attempts.iter().sum();
    equal(value(&bench).await?, 200)?;
    match bench.can(Capability::SINGLE_WRITER) {
        true => equal(attempts, 200),
        false => holds(attempts >= 200, attempts),
    }
}

async fn two_handles_of_one_database_lose_no_increment(bench: Bench) -> Outcome {
    counter(&bench).await?;
    let other = bench.again(PoolOptions::default()).await?;
    if !bench.target.is_shared() {
        joined(vec![increments(&bench.db, 1)]).await?;
        return equal(other.table_exists("t").await?, false);
    }
    let tasks = (0..4).map(|at| increments(if at % 2 == 0 { &bench.db } else { &other }, 25));
    joined(tasks.collect()).await?;
    equal(value(&bench).await?, 100)
}

async fn sixty_four_tasks_read_at_once(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let rows = (0..1000).map(|id| [id.into(), (id * 2).into()]);
    bench.db.insert_many("t", &["id", "v"], rows).await?;
    let tasks = (0..64_i64).map(|task| {
        let db = bench.db.clone();
        tokio::spawn(async move {
            let mut sum = 0;
            for id in (task..1000).step_by(64) {
                sum += db.fetch_value::<i64>("SELECT v FROM t WHERE id = ?", (id,)).await?;
            }
            Ok(sum)
        })
    });
    equal(joined(tasks.collect()).await?.iter().sum::<i64>(), 999 * 1000)?;
    let pool = bench.db.pool();
    holds(pool.idle <= pool.max, format!("{pool:?}"))
}

async fn sixty_four_tasks_write_in_turn(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let tasks = (0..64_i64).map(|task| {
        let db = bench.db.clone();
        tokio::spawn(async move {
            for at in 0..10 {
                let id = task * 10 + at;
                db.execute("INSERT INTO t VALUES (?, ?)", (id, task)).await?;
            }
            Ok(())
        })
    });
    joined(tasks.collect()).await?;
    ids_are(&bench.db, &(0..640).collect::<Vec<_>>()).await
}

async fn readers_read_while_a_writer_writes(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let reads = (0..8).map(|_| {
        let db = bench.db.clone();
        tokio::spawn(async move { db.fetch_value::<i64>("SELECT count(*) FROM t", ()).await })
    });
    equal(joined(reads.collect()).await?, vec![0; 8])?;
    transaction.commit().await?;
    equal(bench.count().await?, 1)
}

async fn a_stream_goes_on_while_rows_are_inserted(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let rows = (0..2000).map(|id| [id.into(), 0.into()]);
    bench.db.insert_many("t", &["id", "v"], rows).await?;
    let mut reply = bench.db.stream("SELECT id FROM t ORDER BY id", ()).await?;
    let mut read = 0;
    while let Some(row) = reply.next().await? {
        equal(row.get::<i64>(0)?, read)?;
        read += 1;
        if read % 500 == 0 {
            bench.db.execute("INSERT INTO t VALUES (?, 1)", (10_000 + read,)).await?;
        }
    }
    equal(read, 2000)?;
    equal(bench.count().await?, 2004)
}

async fn two_streams_go_on_at_once(bench: Bench) -> Outcome {
    let mut first = bench.db.stream(bench.target.series(), (2000,)).await?;
    let mut second = bench.db.stream(bench.target.series(), (1500,)).await?;
    let mut counts = (0, 0);
    loop {
        let more = (first.next().await?.is_some(), second.next().await?.is_some());
        counts = (counts.0 + i64::from(more.0), counts.1 + i64::from(more.1));
        if more == (false, false) {
            return equal(counts, (2000, 1500));
        }
    }
}

async fn writers_come_in_the_order_in_which_they_asked(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    let holding = bench.db.begin().await?;
    let turn = Arc::new(AtomicI64::new(0));
    let mut tasks = Vec::new();
    for task in 0..10_usize {
        let (db, turn) = (bench.db.clone(), turn.clone());
        tasks.push(tokio::spawn(async move {
            let transaction = db.begin().await?;
            let came = turn.fetch_add(1, Ordering::SeqCst);
            transaction.rollback().await?;
            Ok(came)
        }));
        eventually("it waits", || bench.db.pool().waiting == task + 1).await?;
    }
    holding.rollback().await?;
    equal(joined(tasks).await?, (0..10).collect::<Vec<_>>())
}

async fn a_writer_is_served_among_many_readers(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let stop = Arc::new(AtomicI64::new(0));
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let (bench, stop) = (bench.clone(), stop.clone());
            tokio::spawn(async move {
                while stop.load(Ordering::Relaxed) == 0 {
                    bench.db.fetch_all::<(i64,)>(bench.target.series(), (500,)).await?;
                    tokio::task::yield_now().await;
                }
                Ok(())
            })
        })
        .collect();
    let began = Instant::now();
    for id in 0..100 {
        bench.db.execute("INSERT INTO t VALUES (?, 0)", (id,)).await?;
    }
    stop.store(1, Ordering::Relaxed);
    joined(readers).await?;
    holds(began.elapsed() < Duration::from_secs(20), "the writer was starved")?;
    equal(bench.count().await?, 100)
}

async fn a_failed_writer_does_not_hold_up_the_next(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    for id in 0..20 {
        let mut transaction = bench.db.begin().await?;
        transaction.execute("INSERT INTO t VALUES (?, 0)", (id,)).await?;
        let twice = transaction.execute("INSERT INTO t VALUES (?, 0)", (id,)).await;
        fails(twice, hypostyle_core::ErrorKind::UniqueViolation)?;
        drop(transaction);
        bench.db.execute("INSERT INTO t VALUES (?, 0)", (id,)).await?;
    }
    equal(bench.count().await?, 20)
}

async fn an_increment_by_statement_is_never_lost(bench: Bench) -> Outcome {
    counter(&bench).await?;
    let tasks = (0..8).map(|_| {
        let db = bench.db.clone();
        tokio::spawn(async move {
            for _ in 0..50 {
                db.execute("UPDATE t SET v = v + 1 WHERE id = 1", ()).await?;
            }
            Ok(())
        })
    });
    joined(tasks.collect()).await?;
    equal(value(&bench).await?, 400)
}

async fn tables_made_and_dropped_beside_readers_harm_nobody(bench: Bench) -> Outcome {
    counter(&bench).await?;
    let db = bench.db.clone();
    let reader = tokio::spawn(async move {
        for _ in 0..300 {
            db.fetch_value::<i64>("SELECT v FROM t WHERE id = 1", ()).await?;
            tokio::task::yield_now().await;
        }
        Ok(())
    });
    for _ in 0..20 {
        bench.db.execute("CREATE TABLE u (id INTEGER)", ()).await?;
        bench.db.execute("DROP TABLE u", ()).await?;
    }
    joined(vec![reader]).await?;
    bench.is_settled().await
}

async fn a_task_of_short_statements_lets_others_run(bench: Bench) -> Outcome {
    let ticks = Arc::new(AtomicI64::new(0));
    let counted = ticks.clone();
    let ticker = tokio::spawn(async move {
        loop {
            tokio::task::yield_now().await;
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let db = bench.db.clone();
    let busy = tokio::spawn(async move {
        for _ in 0..2000 {
            db.fetch_value::<i64>("SELECT 1", ()).await?;
        }
        Ok(())
    });
    joined(vec![busy]).await?;
    ticker.abort();
    let ticked = ticks.load(Ordering::Relaxed);
    holds(ticked >= 10, format!("another task ran {ticked} times beside 2000 statements"))
}
