//! Each mistake that the first sketch of the core made, and those found since.

use std::time::Duration;

use hypostyle_core::{
    Begin, CancellationToken, Capability, Effect, Error, ErrorKind, Intent, PoolOptions, TxState,
};
use hypostyle_testkit::fault::{Behaviour, Op};

use crate::support::{calls, open, open_able, open_with, settled};

#[tokio::test]
async fn an_error_while_rows_are_read_leaves_the_session_usable() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    faults.once(Op::Fill, Behaviour::fails(ErrorKind::Data));
    let mut reply = transaction.stream("rows 9", ()).await.unwrap();
    let mut read = 0;
    let error = loop {
        match reply.next().await {
            Ok(Some(_)) => read += 1,
            other => break other.map(drop).unwrap_err(),
        }
    };
    assert_eq!((read, error.kind()), (3, ErrorKind::Data));
    drop(reply);
    transaction.execute("write 1", ()).await.unwrap();
    transaction.commit().await.unwrap();
    settled(&faults, &db, &[1]).await;
}

#[tokio::test]
async fn an_error_inside_a_savepoint_leaves_rollback_and_commit_possible() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    transaction.execute("write 1", ()).await.unwrap();
    let mut inner = transaction.savepoint().await.unwrap();
    inner.execute("write 2", ()).await.unwrap();
    inner.execute("spoil", ()).await.unwrap_err();
    inner.rollback().await.unwrap();
    transaction.execute("write 3", ()).await.unwrap();
    transaction.commit().await.unwrap();
    settled(&faults, &db, &[1, 3]).await;
}

#[tokio::test]
async fn a_savepoint_is_rolled_back_to_and_then_released() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    let inner = transaction.savepoint().await.unwrap();
    faults.take_calls();
    inner.rollback().await.unwrap();
    assert_eq!(calls(&faults), "RollbackTo Release");
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_transaction_the_engine_gave_up_answers_aborted_to_all_but_rollback() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    transaction.execute("write 1", ()).await.unwrap();
    transaction.execute("give-up", ()).await.unwrap_err();
    faults.take_calls();
    for text in ["write 2", "rows 3"] {
        let error = transaction.execute(text, ()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Aborted);
    }
    assert_eq!(transaction.savepoint().await.map(drop).unwrap_err().kind(), ErrorKind::Aborted);
    assert_eq!(calls(&faults), "", "nothing may reach the engine");
    transaction.rollback().await.unwrap();
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn a_commit_of_a_transaction_the_engine_gave_up_answers_aborted() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    transaction.execute("write 1", ()).await.unwrap();
    transaction.execute("give-up", ()).await.unwrap_err();
    assert_eq!(transaction.commit().await.unwrap_err().kind(), ErrorKind::Aborted);
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn a_commit_of_a_failed_transaction_sends_rollback_and_answers_an_error() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    transaction.execute("write 1", ()).await.unwrap();
    transaction.execute("spoil", ()).await.unwrap_err();
    faults.take_calls();
    assert_eq!(transaction.commit().await.unwrap_err().kind(), ErrorKind::Aborted);
    assert_eq!(calls(&faults), "Rollback");
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn a_failed_commit_is_rolled_back_once() {
    let (faults, db) = open(1).await;
    let transaction = db.begin().await.unwrap();
    faults.once(Op::Commit, Behaviour::fails(ErrorKind::ForeignKeyViolation));
    faults.take_calls();
    let error = transaction.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(calls(&faults), "Commit Rollback");
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn a_commit_that_fails_beside_its_rollback_answers_its_own_error() {
    let (faults, db) = open(1).await;
    let transaction = db.begin().await.unwrap();
    faults.once(Op::Commit, Behaviour::fails(ErrorKind::CheckViolation));
    faults.once(Op::Rollback, Behaviour::fails(ErrorKind::Io));
    assert_eq!(transaction.commit().await.unwrap_err().kind(), ErrorKind::CheckViolation);
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn a_failed_commit_of_a_savepoint_is_undone_and_the_transaction_goes_on() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    let mut inner = transaction.savepoint().await.unwrap();
    inner.execute("write 1", ()).await.unwrap();
    faults.once(Op::Release, Behaviour::fails(ErrorKind::Conflict));
    assert_eq!(inner.commit().await.unwrap_err().kind(), ErrorKind::Conflict);
    transaction.execute("write 2", ()).await.unwrap();
    transaction.commit().await.unwrap();
    settled(&faults, &db, &[2]).await;
}

#[tokio::test]
async fn a_savepoint_that_cannot_be_undone_takes_its_transaction_with_it() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    transaction.execute("write 1", ()).await.unwrap();
    let inner = transaction.savepoint().await.unwrap();
    faults.once(Op::RollbackTo, Behaviour::fails(ErrorKind::Query));
    drop(inner);
    let error = transaction.execute("write 2", ()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    assert_eq!(transaction.commit().await.unwrap_err().kind(), ErrorKind::Aborted);
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn savepoints_dropped_one_after_another_are_undone_and_the_next_is_kept() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    for id in 1..=3 {
        let mut inner = transaction.savepoint().await.unwrap();
        inner.execute(&format!("write {id}"), ()).await.unwrap();
        drop(inner);
    }
    let mut kept = transaction.savepoint().await.unwrap();
    kept.execute("write 8", ()).await.unwrap();
    kept.commit().await.unwrap();
    transaction.execute("write 9", ()).await.unwrap();
    transaction.commit().await.unwrap();
    settled(&faults, &db, &[8, 9]).await;
}

#[tokio::test]
async fn transactions_dropped_one_after_another_in_a_session_are_each_undone() {
    let (faults, db) = open(1).await;
    let mut session = db.session(Intent::Write).await.unwrap();
    for id in 1..=3 {
        let mut transaction = session.begin().await.unwrap();
        transaction.execute(&format!("write {id}"), ()).await.unwrap();
        drop(transaction);
    }
    session.execute("write 9", ()).await.unwrap();
    drop(session);
    settled(&faults, &db, &[9]).await;
}

#[tokio::test]
async fn a_savepoint_that_was_leaked_is_undone_and_takes_no_later_write_with_it() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    let mut inner = transaction.savepoint().await.unwrap();
    inner.execute("write 1", ()).await.unwrap();
    std::mem::forget(inner);
    transaction.execute("write 2", ()).await.unwrap();
    std::mem::forget(transaction.savepoint().await.unwrap());
    transaction.commit().await.unwrap();
    settled(&faults, &db, &[2]).await;
}

#[tokio::test]
async fn a_commit_of_a_savepoint_that_fails_before_it_is_sent_is_undone() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    let mut inner = transaction.savepoint().await.unwrap();
    inner.execute("write 1", ()).await.unwrap();
    drop(inner.stream("rows 9", ()).await.unwrap());
    faults.once(Op::Abandon, Behaviour::fails(ErrorKind::Io));
    assert_eq!(inner.commit().await.unwrap_err().kind(), ErrorKind::Io);
    transaction.execute("write 2", ()).await.unwrap();
    transaction.commit().await.unwrap();
    settled(&faults, &db, &[2]).await;
}

#[tokio::test]
async fn a_text_that_begins_a_transaction_is_undone_and_told() {
    let (faults, db) = open(1).await;
    faults.once(Op::Text, Behaviour { leaves: Some(TxState::Open), ..Behaviour::default() });
    let error = db.execute("rows 9", ()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn a_transaction_on_a_session_that_text_left_open_is_refused() {
    let (faults, db) = open(1).await;
    let mut session = db.session(Intent::Write).await.unwrap();
    faults.once(Op::Text, Behaviour { leaves: Some(TxState::Open), ..Behaviour::default() });
    session.execute("begin by text", ()).await.unwrap();
    assert_eq!(session.begin().await.map(drop).unwrap_err().kind(), ErrorKind::Validation);
    drop(session);
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn finish_answers_what_the_statement_did() {
    let (faults, db) = open(1).await;
    let outcome = db.stream("write 1", ()).await.unwrap().finish().await.unwrap();
    assert_eq!(outcome.rows_affected, 1);
    settled(&faults, &db, &[1]).await;
}

#[tokio::test]
async fn a_dropped_reply_of_a_finished_statement_costs_nothing() {
    let (faults, db) = open(1).await;
    faults.take_calls();
    drop(db.stream("write 1", ()).await.unwrap());
    let mut transaction = db.begin().await.unwrap();
    drop(transaction.stream("write 2", ()).await.unwrap());
    drop(transaction.stream("rows 3", ()).await.unwrap());
    transaction.commit().await.unwrap();
    assert_eq!(calls(&faults), "Text Begin Text Text Commit");
}

#[tokio::test]
async fn a_clean_return_does_no_io_and_spawns_nothing() {
    let (faults, db) = open(1).await;
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    faults.take_calls();
    for _ in 0..10 {
        db.execute("rows 2", ()).await.unwrap();
        assert_eq!(db.pool().active, 0, "given back at once");
        assert_eq!(tasks(), before);
    }
    assert_eq!(calls(&faults), ["Text"; 10].join(" "));
}

#[tokio::test]
async fn a_dirty_return_is_one_reset() {
    let (faults, db) = open(1).await;
    faults.take_calls();
    drop(db.stream("rows 9", ()).await.unwrap());
    db.execute("set", ()).await.unwrap();
    drop(db.begin().await.unwrap());
    assert_eq!(calls(&faults), "Text Reset Text Reset Begin Reset");
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn a_dirty_return_keeps_its_place_until_it_ends() {
    let (faults, db) = open(1).await;
    faults.once(Op::Reset, Behaviour::waits(20));
    drop(db.begin().await.unwrap());
    assert_eq!(db.pool().active, 1);
    faults.take_calls();
    db.execute("probe", ()).await.unwrap();
    assert_eq!(calls(&faults), "Text", "the next call came before the reset had ended");
    settled(&faults, &db, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_reset_that_never_ends_is_given_up_and_its_connection_discarded() {
    let (faults, db) = open(1).await;
    faults.once(Op::Reset, Behaviour::hangs());
    drop(db.begin().await.unwrap());
    let began = tokio::time::Instant::now();
    db.execute("probe", ()).await.unwrap();
    assert!(began.elapsed() <= Duration::from_secs(6), "{:?}", began.elapsed());
    assert_eq!(calls(&faults), "Connect Begin Reset Connect Text");
    assert_eq!(faults.connections(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_blackholed_connection_blocks_no_stranger() {
    let (faults, db) = open(2).await;
    faults.once(Op::Reset, Behaviour::hangs());
    drop(db.begin().await.unwrap());
    let began = tokio::time::Instant::now();
    for _ in 0..5 {
        db.execute("probe", ()).await.unwrap();
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(db.pool().active, 1, "the blackholed connection keeps its own place");
}

#[tokio::test]
async fn a_failed_reset_discards_its_connection() {
    let (faults, db) = open(1).await;
    faults.once(Op::Reset, Behaviour::fails(ErrorKind::Io));
    drop(db.begin().await.unwrap());
    settled(&faults, &db, &[]).await;
    assert_eq!(calls(&faults), "Connect Begin Reset Connect Text Begin Text Rollback");
    assert_eq!(faults.connections(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_driver_that_never_answers_a_write_ends_at_the_deadline_with_unknown_effect() {
    let (faults, db) = open(1).await;
    faults.once(Op::Text, Behaviour::hangs());
    let write = db.request("write 1").timeout(Duration::from_millis(50));
    let error = write.execute().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::Unknown));
    settled(&faults, &db, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_driver_that_never_answers_a_read_ends_at_the_deadline_without_effect() {
    let (faults, db) = open(1).await;
    faults.once(Op::Fill, Behaviour::hangs());
    let read = db.request("rows 9").intent(Intent::Read).timeout(Duration::from_millis(50));
    let error = read.execute().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::None));
    settled(&faults, &db, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_what_a_driver_never_answers() {
    let (faults, db) = open(1).await;
    faults.once(Op::Text, Behaviour::hangs());
    let token = CancellationToken::new();
    let cancelling = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        token.cancel();
    };
    let write = db.request("write 1").cancel(&token).execute();
    let (written, ()) = tokio::join!(write, cancelling);
    let error = written.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Cancelled, Effect::Unknown));
    settled(&faults, &db, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn what_was_given_up_in_a_session_is_abandoned_before_the_next_call() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    faults.once(Op::Text, Behaviour::hangs());
    let write = transaction.request("write 1").timeout(Duration::from_millis(50));
    assert_eq!(write.execute().await.unwrap_err().kind(), ErrorKind::Timeout);
    faults.take_calls();
    transaction.execute("write 2", ()).await.unwrap();
    assert_eq!(calls(&faults), "Abandon Text");
    transaction.commit().await.unwrap();
    settled(&faults, &db, &[2]).await;
}

#[tokio::test(start_paused = true)]
async fn abandoning_what_never_ends_keeps_to_the_deadline_of_the_next_call() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    drop(transaction.stream("rows 9", ()).await.unwrap());
    faults.always(Op::Abandon, Behaviour::hangs());
    let began = tokio::time::Instant::now();
    let write = transaction.request("write 1").timeout(Duration::from_millis(50));
    let error = write.execute().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::None));
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(transaction.execute("write 1", ()).await.unwrap_err().kind(), ErrorKind::Timeout);
    assert!(began.elapsed() < Duration::from_secs(7), "{:?}", began.elapsed());
    drop(transaction);
    settled(&faults, &db, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_pool_timeout_names_the_last_connect_error() {
    let options = PoolOptions {
        acquire_timeout: Duration::from_millis(100),
        connect_timeout: Duration::from_secs(60),
        ..PoolOptions::default()
    };
    let (faults, db) = open_with(1, options).await;
    db.execute("break", ()).await.unwrap_err();
    faults.once(Op::Connect, Behaviour::fails(ErrorKind::Connection));
    assert_eq!(db.execute("write 1", ()).await.unwrap_err().kind(), ErrorKind::Connection);
    faults.once(Op::Connect, Behaviour::hangs());
    let (first, second) = (db.execute("write 1", ()), db.execute("write 2", ()));
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.unwrap_err().kind(), ErrorKind::Connection, "no connection in time");
    let error = second.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout);
    let last = error.context("last_connect_error").expect("the last connect error");
    assert!(last.contains("made by the fault driver"), "{last}");
    settled(&faults, &db, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_connect_that_never_ends_is_given_up_in_time() {
    let options =
        PoolOptions { connect_timeout: Duration::from_millis(200), ..PoolOptions::default() };
    let (faults, db) = open_with(1, options).await;
    db.execute("break", ()).await.unwrap_err();
    faults.once(Op::Connect, Behaviour::hangs());
    let began = tokio::time::Instant::now();
    assert_eq!(db.execute("write 1", ()).await.unwrap_err().kind(), ErrorKind::Connection);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn a_broken_connection_is_discarded_and_the_next_call_gets_another() {
    let (faults, db) = open(1).await;
    let error = db.execute("break", ()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(faults.connections(), 0);
    settled(&faults, &db, &[]).await;
    assert_eq!(faults.connections(), 1);
}

#[tokio::test]
async fn a_session_whose_connection_broke_answers_closed_and_is_discarded() {
    let (faults, db) = open(1).await;
    let mut transaction = db.begin().await.unwrap();
    transaction.execute("break", ()).await.unwrap_err();
    for _ in 0..2 {
        let error = transaction.execute("write 1", ()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
    }
    drop(transaction);
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn a_connection_lost_at_rest_is_not_handed_out() {
    let (faults, db) = open(3).await;
    let both = (db.begin().await.unwrap(), db.begin().await.unwrap());
    both.0.rollback().await.unwrap();
    both.1.rollback().await.unwrap();
    assert_eq!(db.pool().idle, 2);
    faults.lose_connections();
    db.begin().await.unwrap().rollback().await.unwrap();
    settled(&faults, &db, &[]).await;
    assert_eq!(faults.connections(), 1);
}

#[tokio::test]
async fn what_the_engine_lacks_is_refused_by_name_before_anything_is_sent() {
    let (faults, db) = open_able(Capability::SQL | Capability::TRANSACTIONS).await;
    faults.take_calls();
    let missing = |error: Error| error.context("capability").map(str::to_owned);
    let refusal = db.begin_read_only().await.map(drop).unwrap_err();
    assert_eq!(missing(refusal).as_deref(), Some("read_only_transactions"));
    let isolation = Some(hypostyle_core::Isolation::Serializable);
    let refusal = db.begin_with(Begin { isolation, ..Begin::default() }).await.map(drop);
    assert_eq!(missing(refusal.unwrap_err()).as_deref(), Some("serializable"));
    assert_eq!(calls(&faults), "");
    let mut transaction = db.begin().await.unwrap();
    let refusal = transaction.savepoint().await.map(drop).unwrap_err();
    assert_eq!(missing(refusal).as_deref(), Some("savepoints"));
    transaction.commit().await.unwrap();
    assert_eq!(calls(&faults), "Begin Commit");
}

#[tokio::test]
async fn transact_repeats_when_only_the_commit_shows_the_conflict() {
    let (faults, db) = open(1).await;
    let conflict = Behaviour { conflicts: true, ..Behaviour::fails(ErrorKind::Conflict) };
    faults.once(Op::Commit, conflict);
    faults.once(Op::Commit, conflict);
    let body = |mut transaction: hypostyle_core::BodyTransaction| async move {
        transaction.execute("write 7", ()).await
    };
    db.transact(body).await.unwrap();
    settled(&faults, &db, &[7]).await;
}
