//! Savepoints whose calls are dropped: undone before their transaction goes on.

use hypostyle_core::Type;

use super::{AWAITS_MAX, goes_on};
use crate::{Bench, Dropped, Outcome, cases, drop_at, equal, holds, ids_are};

cases! { "cancellation":
    a_dropped_statement_in_a_savepoint_is_undone_with_it [SAVEPOINTS],
    a_dropped_savepoint_call_leaves_its_transaction_usable_or_aborts_it [SAVEPOINTS],
    a_dropped_commit_of_a_savepoint_loses_nothing_in_silence [SAVEPOINTS],
    a_dropped_rollback_of_a_savepoint_is_a_rollback [SAVEPOINTS],
    a_dropped_savepoint_with_a_half_read_stream_is_rolled_back [SAVEPOINTS],
    a_savepoint_dropped_after_a_dropped_one_is_undone_too [SAVEPOINTS],
    five_dropped_savepoints_are_undone_together [SAVEPOINTS],
}

async fn a_dropped_statement_in_a_savepoint_is_undone_with_it(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    for polls in 0..AWAITS_MAX {
        let mut transaction = bench.db.begin().await?;
        let mut inner = transaction.savepoint().await?;
        let dropped = drop_at(polls, inner.execute("INSERT INTO t VALUES (1, 0)", ())).await;
        drop(inner);
        transaction.execute("INSERT INTO t VALUES (2, 0)", ()).await?;
        transaction.commit().await?;
        ids_are(&bench.db, &[2]).await?;
        bench.db.execute("DELETE FROM t", ()).await?;
        if matches!(dropped, Dropped::Ready(_)) {
            return bench.is_settled().await;
        }
    }
    holds(false, "the call never ended")
}

async fn a_dropped_savepoint_call_leaves_its_transaction_usable_or_aborts_it(
    bench: Bench,
) -> Outcome {
    bench.table(Type::I64).await?;
    for polls in 0..AWAITS_MAX {
        let mut transaction = bench.db.begin().await?;
        transaction.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
        let ended = match drop_at(polls, transaction.savepoint()).await {
            Dropped::Pending => false,
            Dropped::Ready(inner) => inner?.rollback().await.map(|()| true)?,
        };
        let committed = goes_on(&bench, transaction).await?;
        ids_are(&bench.db, if committed { &[1, 2] } else { &[] }).await?;
        bench.db.execute("DELETE FROM t", ()).await?;
        if ended {
            return equal(committed, true);
        }
    }
    holds(false, "the call never ended")
}

/// Ends a savepoint with a half-read stream in it by a call that is dropped, and goes on.
async fn savepoint_ended_by_a_dropped_call(bench: &Bench, commits: bool) -> Outcome {
    bench.table(Type::I64).await?;
    for polls in 0..AWAITS_MAX {
        let mut transaction = bench.db.begin().await?;
        transaction.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
        let mut inner = transaction.savepoint().await?;
        inner.execute("INSERT INTO t VALUES (2, 0)", ()).await?;
        drop(inner.stream(bench.target.series(), (5000,)).await?);
        let dropped = match commits {
            true => drop_at(polls, inner.commit()).await,
            false => drop_at(polls, inner.rollback()).await,
        };
        let went_on = match transaction.execute("INSERT INTO t VALUES (3, 0)", ()).await {
            Ok(_) => transaction.commit().await,
            Err(error) => transaction.rollback().await.and(Err(error)),
        };
        bench.is_settled().await?;
        let rows = bench.db.fetch_all::<(i64,)>("SELECT id FROM t ORDER BY id", ()).await?;
        let ids: Vec<i64> = rows.into_iter().map(|(id,)| id).collect();
        // What was answered is true: a commit that succeeded is there, one that failed is not.
        let expect: &[&[i64]] = match (&went_on, &dropped) {
            (Err(_), _) => &[&[]],
            (Ok(()), Dropped::Ready(_)) if commits => &[&[1, 2, 3]],
            (Ok(()), Dropped::Pending) if commits => &[&[1, 3], &[1, 2, 3]],
            (Ok(()), _) => &[&[1, 3]],
        };
        holds(expect.contains(&ids.as_slice()), format!("{went_on:?} after {polls}: {ids:?}"))?;
        bench.db.execute("DELETE FROM t", ()).await?;
        if let Dropped::Ready(done) = dropped {
            done?;
            return equal(went_on.is_ok(), true);
        }
    }
    holds(false, "the call never ended")
}

async fn a_dropped_commit_of_a_savepoint_loses_nothing_in_silence(bench: Bench) -> Outcome {
    savepoint_ended_by_a_dropped_call(&bench, true).await
}

async fn a_dropped_rollback_of_a_savepoint_is_a_rollback(bench: Bench) -> Outcome {
    savepoint_ended_by_a_dropped_call(&bench, false).await
}

async fn a_dropped_savepoint_with_a_half_read_stream_is_rolled_back(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    let mut inner = transaction.savepoint().await?;
    inner.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    drop(inner.stream(bench.target.series(), (5000,)).await?);
    drop(inner);
    transaction.execute("INSERT INTO t VALUES (2, 0)", ()).await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[2]).await
}

async fn a_savepoint_dropped_after_a_dropped_one_is_undone_too(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    for id in 1..=4 {
        let mut inner = transaction.savepoint().await?;
        inner.execute("INSERT INTO t VALUES (?, 0)", (id,)).await?;
        drop(inner);
    }
    transaction.execute("INSERT INTO t VALUES (5, 0)", ()).await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[5]).await?;
    bench.is_settled().await
}

async fn five_dropped_savepoints_are_undone_together(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut one = bench.db.begin().await?;
    {
        let mut two = one.savepoint().await?;
        two.execute("INSERT INTO t VALUES (2, 0)", ()).await?;
        let mut three = two.savepoint().await?;
        three.execute("INSERT INTO t VALUES (3, 0)", ()).await?;
        let mut four = three.savepoint().await?;
        four.execute("INSERT INTO t VALUES (4, 0)", ()).await?;
        let mut five = four.savepoint().await?;
        five.execute("INSERT INTO t VALUES (5, 0)", ()).await?;
        drop(five.savepoint().await?);
    }
    one.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    one.commit().await?;
    ids_are(&bench.db, &[1]).await
}
