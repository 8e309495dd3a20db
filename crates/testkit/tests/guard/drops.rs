//! Every call dropped at each of its awaits: what it left is undone before the connection is used
//! again, and what was answered is true.

use std::future::Future;
use std::pin::Pin;

use hypostyle_core::{Database, ErrorKind, Intent};
use hypostyle_testkit::fault::{Behaviour, Op};
use hypostyle_testkit::{Dropped, drop_at};

use crate::support::{open, settled_as};

type Ended<'a> = Pin<Box<dyn Future<Output = bool> + 'a>>;

/// Runs a scenario that drops its call at the first await, then at the second, until the call
/// ends; while it runs, calls of `op` wait. `may_commit` lists what may then be committed.
async fn check(
    op: Op,
    may_commit: &[&[u64]],
    scenario: impl for<'a> Fn(&'a Database, usize) -> Ended<'a>,
) {
    let (mut polls, mut has_ended) = (0, false);
    while !has_ended {
        assert!(polls < 100, "the call never ended");
        let (faults, db) = open(1).await;
        faults.always(op, Behaviour::waits(2));
        has_ended = scenario(&db, polls).await;
        settled_as(&faults, &db, may_commit).await;
        polls += 1;
    }
    // At least the call's own start, a wait before and one after.
    assert!(polls > 3, "{op:?} was never waited for");
}

/// Tells whether a call ended before it was dropped; it must then have succeeded.
#[track_caller]
fn ended<T>(dropped: Dropped<hypostyle_core::Result<T>>) -> bool {
    match dropped {
        Dropped::Pending => false,
        Dropped::Ready(done) => done.map(|_| true).expect("a call that is not dropped"),
    }
}

#[tokio::test]
async fn a_dropped_begin_is_undone() {
    check(Op::Begin, &[&[]], |db, polls| {
        Box::pin(async move { ended(drop_at(polls, db.begin()).await) })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_begin_in_a_session_is_undone_before_its_next_call() {
    check(Op::Begin, &[&[1]], |db, polls| {
        Box::pin(async move {
            let mut session = db.session(Intent::Write).await.unwrap();
            let ended = ended(drop_at(polls, session.begin()).await);
            session.execute("write 1", ()).await.unwrap();
            ended
        })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_query_is_ended() {
    check(Op::Text, &[&[], &[1]], |db, polls| {
        Box::pin(async move { ended(drop_at(polls, db.execute("write 1", ())).await) })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_fill_is_ended() {
    check(Op::Fill, &[&[]], |db, polls| {
        let read = async move {
            let mut reply = db.stream("rows 9", ()).await?;
            while reply.next().await?.is_some() {}
            Ok(())
        };
        Box::pin(async move { ended(drop_at(polls, read).await) })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_savepoint_call_leaves_its_transaction_usable() {
    check(Op::Savepoint, &[&[2]], |db, polls| {
        Box::pin(async move {
            let mut transaction = db.begin().await.unwrap();
            let ended = ended(drop_at(polls, transaction.savepoint()).await);
            transaction.execute("write 2", ()).await.unwrap();
            transaction.commit().await.unwrap();
            ended
        })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_statement_leaves_its_transaction_usable() {
    check(Op::Text, &[&[2], &[1, 2]], |db, polls| {
        Box::pin(async move {
            let mut transaction = db.begin().await.unwrap();
            let ended = ended(drop_at(polls, transaction.execute("write 1", ())).await);
            transaction.execute("write 2", ()).await.unwrap();
            transaction.commit().await.unwrap();
            ended
        })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_statement_goes_with_its_savepoint() {
    check(Op::Text, &[&[2]], |db, polls| {
        Box::pin(async move {
            let mut transaction = db.begin().await.unwrap();
            let mut inner = transaction.savepoint().await.unwrap();
            let ended = ended(drop_at(polls, inner.execute("write 1", ())).await);
            drop(inner);
            transaction.execute("write 2", ()).await.unwrap();
            transaction.commit().await.unwrap();
            ended
        })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_commit_is_whole_or_nothing() {
    check(Op::Commit, &[&[], &[1, 2]], |db, polls| {
        Box::pin(async move {
            let mut transaction = db.begin().await.unwrap();
            transaction.execute("write 1", ()).await.unwrap();
            transaction.execute("write 2", ()).await.unwrap();
            ended(drop_at(polls, transaction.commit()).await)
        })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_rollback_is_a_rollback() {
    check(Op::Rollback, &[&[]], |db, polls| {
        Box::pin(async move {
            let mut transaction = db.begin().await.unwrap();
            transaction.execute("write 1", ()).await.unwrap();
            ended(drop_at(polls, transaction.rollback()).await)
        })
    })
    .await;
}

/// Ends a savepoint by a call that is dropped, after a stream that was left half read, goes on in
/// the transaction and commits. Answers whether the call had ended.
async fn savepoint_ended(db: &Database, polls: usize, commits: bool) -> bool {
    let mut transaction = db.begin().await.expect("nothing fails");
    let mut inner = transaction.savepoint().await.expect("nothing fails");
    inner.execute("write 1", ()).await.expect("nothing fails");
    drop(inner.stream("rows 9", ()).await.expect("nothing fails"));
    let ended = match commits {
        true => ended(drop_at(polls, inner.commit()).await),
        false => ended(drop_at(polls, inner.rollback()).await),
    };
    match transaction.execute("write 2", ()).await {
        Ok(_) => transaction.commit().await.expect("nothing fails"),
        // Nobody can tell whether the savepoint is still there: the transaction is gone, and says so.
        Err(error) => assert_eq!(error.kind(), ErrorKind::Aborted),
    }
    ended
}

#[tokio::test]
async fn a_dropped_commit_of_a_savepoint_is_never_lost_in_silence() {
    for op in [Op::Abandon, Op::Release] {
        check(op, &[&[], &[2], &[1, 2]], |db, polls| Box::pin(savepoint_ended(db, polls, true)))
            .await;
    }
}

#[tokio::test]
async fn a_dropped_rollback_of_a_savepoint_is_a_rollback() {
    for op in [Op::Abandon, Op::RollbackTo, Op::Release] {
        check(op, &[&[], &[2]], |db, polls| Box::pin(savepoint_ended(db, polls, false))).await;
    }
}

#[tokio::test]
async fn a_dropped_call_before_anything_is_settled_settles_later() {
    check(Op::Abandon, &[&[2], &[1, 2]], |db, polls| {
        Box::pin(async move {
            let mut transaction = db.begin().await.unwrap();
            drop(transaction.stream("rows 9", ()).await.unwrap());
            let ended = ended(drop_at(polls, transaction.execute("write 1", ())).await);
            transaction.execute("write 2", ()).await.unwrap();
            transaction.commit().await.unwrap();
            ended
        })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_connect_gives_its_place_up() {
    check(Op::Connect, &[&[], &[1]], |db, polls| {
        Box::pin(async move {
            db.execute("break", ()).await.unwrap_err();
            ended(drop_at(polls, db.execute("write 1", ())).await)
        })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_wait_for_a_connection_gives_its_place_in_the_queue_up() {
    check(Op::Reset, &[&[], &[1]], |db, polls| {
        Box::pin(async move {
            drop(db.begin().await.unwrap());
            ended(
                drop_at(polls, async {
                    tokio::task::yield_now().await;
                    db.execute("write 1", ()).await
                })
                .await,
            )
        })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_bulk_is_whole_or_nothing() {
    check(Op::Text, &[&[]], |db, polls| {
        Box::pin(async move {
            let rows = (0..20_000).map(|id| [hypostyle_core::ValueRef::I64(id)]);
            ended(drop_at(polls, db.insert_many("t", &["id"], rows)).await)
        })
    })
    .await;
}

#[tokio::test]
async fn a_dropped_transact_is_whole_or_nothing() {
    for op in [Op::Begin, Op::Text, Op::Commit] {
        check(op, &[&[], &[1, 2]], |db, polls| {
            let transact = db.transact(|mut transaction| async move {
                transaction.execute("write 1", ()).await?;
                transaction.execute("write 2", ()).await
            });
            Box::pin(async move { ended(drop_at(polls, transact).await) })
        })
        .await;
    }
}
