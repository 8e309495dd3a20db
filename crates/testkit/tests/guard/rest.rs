//! Connections at rest: checked before use after a while, replaced when old, closed when many. The
//! pool counts whole seconds of its own clock, so these tests take some.

use std::time::Duration;

use hypostyle_core::{ErrorKind, PoolOptions};
use hypostyle_testkit::fault::{Behaviour, Op};
use hypostyle_testkit::{Dropped, drop_at};

use crate::support::{calls, open_with, settled};

/// Longer than the pool takes to see that a second has passed.
const REST: Duration = Duration::from_millis(2_300);

fn checked_after_a_second() -> PoolOptions {
    PoolOptions {
        ping_after: Duration::ZERO,
        connect_timeout: Duration::from_millis(200),
        ..PoolOptions::default()
    }
}

#[tokio::test]
async fn a_connection_that_rested_is_checked_before_use() {
    let (faults, db) = open_with(1, checked_after_a_second()).await;
    faults.take_calls();
    tokio::time::sleep(REST).await;
    db.execute("probe", ()).await.unwrap();
    assert_eq!(calls(&faults), "Ping Text");
}

#[tokio::test]
async fn a_connection_that_fails_its_check_is_replaced() {
    let (faults, db) = open_with(1, checked_after_a_second()).await;
    faults.take_calls();
    tokio::time::sleep(REST).await;
    faults.once(Op::Ping, Behaviour::fails(ErrorKind::Connection));
    db.execute("write 1", ()).await.unwrap();
    assert_eq!(calls(&faults), "Ping Connect Text");
    settled(&faults, &db, &[1]).await;
}

#[tokio::test]
async fn a_check_that_never_ends_is_given_up() {
    let (faults, db) = open_with(1, checked_after_a_second()).await;
    tokio::time::sleep(REST).await;
    faults.once(Op::Ping, Behaviour::hangs());
    let write = db.execute("write 1", ());
    tokio::time::timeout(Duration::from_secs(3), write).await.expect("in time").unwrap();
    settled(&faults, &db, &[1]).await;
}

#[tokio::test]
async fn a_dropped_check_discards_its_connection() {
    let (faults, db) = open_with(1, checked_after_a_second()).await;
    tokio::time::sleep(REST).await;
    faults.once(Op::Ping, Behaviour::waits(2));
    let dropped = drop_at(2, db.execute("write 1", ())).await;
    assert!(matches!(dropped, Dropped::Pending));
    assert_eq!(faults.connections(), 0);
    settled(&faults, &db, &[]).await;
}

#[tokio::test]
async fn an_old_connection_is_closed_and_made_anew() {
    let options = PoolOptions { lifetime_max: Duration::from_secs(1), ..checked_after_a_second() };
    let (faults, db) = open_with(1, options).await;
    faults.take_calls();
    tokio::time::sleep(REST).await;
    faults.once(Op::Close, Behaviour::hangs());
    let write = db.execute("write 1", ());
    tokio::time::timeout(Duration::from_secs(3), write).await.expect("in time").unwrap();
    assert_eq!(calls(&faults), "Close Connect Text");
    settled(&faults, &db, &[1]).await;
}

#[tokio::test]
async fn resting_connections_are_closed_all_but_the_hottest() {
    let options = PoolOptions { idle_timeout: Duration::ZERO, ..PoolOptions::default() };
    let (faults, db) = open_with(4, options).await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(db.begin().await.unwrap());
    }
    for transaction in held {
        transaction.rollback().await.unwrap();
    }
    assert_eq!((db.pool().idle, faults.connections()), (4, 4));
    tokio::time::sleep(REST).await;
    assert_eq!((db.pool().idle, faults.connections()), (1, 1));
}

#[tokio::test]
async fn a_closed_pool_closes_its_connections() {
    let (faults, db) = open_with(3, PoolOptions::default()).await;
    let transaction = db.begin().await.unwrap();
    db.execute("write 1", ()).await.unwrap();
    transaction.rollback().await.unwrap();
    faults.take_calls();
    db.close().await.unwrap();
    assert_eq!(calls(&faults), "Close Close");
    assert_eq!(faults.connections(), 0);
    assert_eq!(db.execute("write 2", ()).await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_connection_given_back_to_a_closed_pool_is_closed() {
    let options =
        PoolOptions { acquire_timeout: Duration::from_millis(20), ..PoolOptions::default() };
    let (faults, db) = open_with(1, options).await;
    let transaction = db.begin().await.unwrap();
    assert_eq!(db.close().await.unwrap_err().kind(), ErrorKind::PoolTimeout);
    assert_eq!(faults.connections(), 1);
    drop(transaction);
    assert_eq!(faults.connections(), 0);
    assert_eq!(faults.violations(), Vec::<String>::new());
}
