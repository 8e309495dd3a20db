//! Whole transactions as functions: repeated on a conflict, undone on any other error.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hypostyle_core::{Begin, Effect, Error, ErrorKind, Retry, TransactRetry, Type};

use crate::{Bench, Outcome, cases, equal, fails, ids_are};

cases! { "transact":
    transact_commits_what_its_body_did,
    transact_rolls_back_when_its_body_fails,
    transact_repeats_its_body_on_a_conflict,
    transact_gives_up_after_so_many_attempts,
    transact_repeats_no_other_error,
    transact_repeats_nothing_whose_effect_is_unknown,
    transact_answers_errors_of_the_caller,
    transact_refuses_a_body_that_keeps_its_transaction,
    transact_nests_by_savepoints [SAVEPOINTS],
    transact_inside_another_waits_for_no_lock_of_its_own,
}

async fn transact_commits_what_its_body_did(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let answer = bench.db.transact(|mut transaction| async move {
        transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
        Ok::<_, Error>(42)
    });
    equal(answer.await?, 42)?;
    ids_are(&bench.db, &[1]).await
}

async fn transact_rolls_back_when_its_body_fails(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let answer = bench.db.transact(|mut transaction| async move {
        transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
        transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await
    });
    fails(answer.await, ErrorKind::UniqueViolation)?;
    ids_are(&bench.db, &[]).await?;
    bench.is_settled().await
}

/// Runs a body that writes and then fails so many times; answers how often it ran.
async fn failing(
    bench: &Bench,
    failures: u32,
    error: fn() -> Error,
) -> Outcome<(Result<(), Error>, u32)> {
    bench.table(Type::I64).await?;
    let runs = Arc::new(AtomicU32::new(0));
    let retry = TransactRetry { attempts_max: 4, backoff: Duration::from_millis(1) };
    let ended = bench.db.transact_with(Begin::default(), retry, |mut transaction| {
        let run = runs.fetch_add(1, Ordering::Relaxed);
        async move {
            transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
            if run < failures { Err(error()) } else { Ok(()) }
        }
    });
    let ended = ended.await;
    bench.is_settled().await?;
    Ok((ended, runs.load(Ordering::Relaxed)))
}

fn conflict() -> Error {
    Error::new(ErrorKind::Conflict, "made by the test").retry_by(Retry::Transaction)
}

async fn transact_repeats_its_body_on_a_conflict(bench: Bench) -> Outcome {
    let (ended, runs) = failing(&bench, 2, conflict).await?;
    ended?;
    equal(runs, 3)?;
    ids_are(&bench.db, &[1]).await
}

async fn transact_gives_up_after_so_many_attempts(bench: Bench) -> Outcome {
    let (ended, runs) = failing(&bench, 99, conflict).await?;
    fails(ended, ErrorKind::Conflict)?;
    equal(runs, 4)?;
    ids_are(&bench.db, &[]).await
}

async fn transact_repeats_no_other_error(bench: Bench) -> Outcome {
    let locked = || Error::new(ErrorKind::Locked, "made by the test").retry_by(Retry::Request);
    let (ended, runs) = failing(&bench, 99, locked).await?;
    fails(ended, ErrorKind::Locked)?;
    equal(runs, 1)
}

async fn transact_repeats_nothing_whose_effect_is_unknown(bench: Bench) -> Outcome {
    let (ended, runs) = failing(&bench, 99, || conflict().effect_of(Effect::Unknown)).await?;
    fails(ended, ErrorKind::Conflict)?;
    equal(runs, 1)
}

async fn transact_answers_errors_of_the_caller(bench: Bench) -> Outcome {
    type Boxed = Box<dyn std::error::Error + Send + Sync>;
    let answer: Result<(), Boxed> =
        bench.db.transact(|_transaction| async { Err(Boxed::from("not today")) }).await;
    equal(answer.map_err(|error| error.to_string()), Err("not today".to_owned()))?;
    bench.is_settled().await
}

async fn transact_refuses_a_body_that_keeps_its_transaction(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let kept = Mutex::new(None);
    let answer = bench.db.transact(|mut transaction| {
        let kept = &kept;
        async move {
            transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(transaction);
            Ok::<_, Error>(())
        }
    });
    fails(answer.await, ErrorKind::Validation)?;
    drop(kept);
    bench.is_settled().await?;
    ids_are(&bench.db, &[]).await
}

async fn transact_nests_by_savepoints(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let answer = bench.db.transact(|mut transaction| async move {
        transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
        let mut inner = transaction.savepoint().await?;
        inner.execute("INSERT INTO t VALUES (2, 2)", ()).await?;
        inner.rollback().await?;
        let mut inner = transaction.savepoint().await?;
        inner.execute("INSERT INTO t VALUES (3, 3)", ()).await?;
        inner.commit().await
    });
    answer.await?;
    ids_are(&bench.db, &[1, 3]).await
}

async fn transact_inside_another_waits_for_no_lock_of_its_own(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let db = &bench.db;
    let answer = db.transact(|mut outer| async move {
        outer.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
        // A read beside the writer sees what was committed, and does not wait for it.
        let seen: i64 = db.fetch_value("SELECT count(*) FROM t", ()).await?;
        outer.execute("INSERT INTO t VALUES (2, ?)", (seen,)).await
    });
    answer.await?;
    equal(db.fetch_value::<i64>("SELECT v FROM t WHERE id = 2", ()).await?, 0)
}
