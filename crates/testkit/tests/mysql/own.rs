//! What MariaDB and MySQL alone have: their types, their words, how their transactions end.

pub(crate) mod mariadb;
pub(crate) mod types;
pub(crate) mod wire;

use std::time::Duration;

use hypostyle_core::{Decimal, Effect, ErrorKind, Intent, OwnedRow, Retry, Type, Value, ValueRef};
use hypostyle_testkit::{Bench, Outcome, cases, equal, fails, holds, ids_are};

cases! { "own":
    a_change_of_tables_is_refused_within_a_transaction,
    a_procedure_that_commits_says_so,
    a_lock_waited_for_too_long_leaves_the_transaction_open,
    a_deadlock_ends_the_transaction_and_may_be_repeated,
    a_row_is_replaced_in_each_of_the_words_there_are,
    rows_matched_are_counted_changed_or_not,
    a_text_too_long_is_never_cut,
    names_in_backticks_hold_anything,
    a_statement_that_cannot_be_prepared_runs,
    a_procedure_answers_its_results,
    a_number_made_by_the_server_is_told,
    zones_of_a_session_do_not_reach_the_next,
}

/// Lends a row of two values.
pub(super) fn lent(row: &[Value; 2]) -> [ValueRef<'_>; 2] {
    row.each_ref().map(Value::as_ref)
}

async fn a_change_of_tables_is_refused_within_a_transaction(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    for text in ["CREATE TABLE u (id int)", "TRUNCATE t", "SELECT 1; ALTER TABLE t ADD w int"] {
        let error = fails(transaction.execute(text, ()).await, ErrorKind::Unsupported)?;
        equal(error.context("capability"), Some("transactional_ddl"))?;
        holds(error.message().contains("commit"), error)?;
    }
    transaction.execute("CREATE TEMPORARY TABLE w (id int)", ()).await?;
    transaction.execute("INSERT INTO t VALUES (2, 2)", ()).await?;
    transaction.rollback().await?;
    ids_are(&bench.db, &[]).await?;
    bench.is_settled().await
}

async fn a_procedure_that_commits_says_so(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("CREATE PROCEDURE p() CREATE TABLE u (id int)", ()).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let error = fails(transaction.execute("CALL p()", ()).await, ErrorKind::Aborted)?;
    equal((error.retry(), error.effect()), (Retry::Never, Effect::Unknown))?;
    fails(transaction.execute("INSERT INTO t VALUES (2, 2)", ()).await, ErrorKind::Aborted)?;
    drop(transaction);
    ids_are(&bench.db, &[1]).await?;
    bench.is_settled().await
}

async fn a_lock_waited_for_too_long_leaves_the_transaction_open(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let mut holding = bench.db.begin().await?;
    holding.execute("UPDATE t SET v = 2 WHERE id = 1", ()).await?;
    let mut waiting = bench.db.begin().await?;
    waiting.execute("SET innodb_lock_wait_timeout = 1", ()).await?;
    waiting.execute("INSERT INTO t VALUES (2, 2)", ()).await?;
    let blocked = waiting.execute("UPDATE t SET v = 3 WHERE id = 1", ()).await;
    let error = fails(blocked, ErrorKind::Locked)?;
    equal(error.code(), Some("1205"))?;
    holding.rollback().await?;
    waiting.execute("UPDATE t SET v = 3 WHERE id = 1", ()).await?;
    waiting.commit().await?;
    let rows = bench.db.fetch_all::<(i64, i64)>("SELECT id, v FROM t ORDER BY id", ()).await?;
    equal(rows, [(1, 3), (2, 2)])
}

async fn a_deadlock_ends_the_transaction_and_may_be_repeated(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 0), (2, 0)", ()).await?;
    let update = "UPDATE t SET v = v + 1 WHERE id = ?";
    let mut one = bench.db.begin().await?;
    one.execute(update, (1,)).await?;
    let mut other = bench.db.begin().await?;
    other.execute(update, (2,)).await?;
    let (first, second) = tokio::join!(one.execute(update, (2,)), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        other.execute(update, (1,)).await
    });
    let (lost, lucky, failed) = match (first, second) {
        (Err(error), Ok(_)) => (one, other, error),
        (Ok(_), Err(error)) => (other, one, error),
        both => return holds(false, format!("{both:?}")),
    };
    equal((failed.code(), failed.retry()), (Some("1213"), Retry::Transaction))?;
    let mut lost = lost;
    fails(lost.execute(update, (1,)).await, ErrorKind::Aborted)?;
    lost.rollback().await?;
    lucky.commit().await?;
    equal(bench.db.fetch_value::<i64>("SELECT sum(v) FROM t", ()).await?, 2)?;
    bench.is_settled().await
}

async fn a_row_is_replaced_in_each_of_the_words_there_are(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let value = || bench.db.fetch_value::<i64>("SELECT v FROM t", ());
    bench.db.execute("REPLACE INTO t VALUES (?, ?)", (1, 2)).await?;
    equal(value().await?, 2)?;
    bench.db.execute("INSERT IGNORE INTO t VALUES (?, ?)", (1, 3)).await?;
    equal(value().await?, 2)?;
    bench.db.execute(bench.target.upsert(), (1, 4)).await?;
    equal(value().await?, 4)
}

async fn rows_matched_are_counted_changed_or_not(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1), (2, 1)", ()).await?;
    equal(bench.db.execute("UPDATE t SET v = 1", ()).await?.rows_affected, 2)
}

async fn a_text_too_long_is_never_cut(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id int, v varchar(3))", ()).await?;
    let rows = [[Value::I64(1), Value::from("abcd")]];
    fails(bench.db.insert_many("t", &["id", "v"], rows.iter().map(lent)).await, ErrorKind::Data)?;
    let many = bench.db.execute_many("INSERT INTO t VALUES (?, ?)", rows.iter().map(lent)).await;
    fails(many, ErrorKind::Data)?;
    fails(bench.db.execute("INSERT INTO t VALUES (1, 'abcd')", ()).await, ErrorKind::Data)?;
    equal(bench.count().await?, 0)
}

async fn names_in_backticks_hold_anything(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE `a``b? :c $1` (`it's` int)", ()).await?;
    bench.db.execute("INSERT INTO `a``b? :c $1` VALUES (?)", (7,)).await?;
    let text = "SELECT `it's` FROM `a``b? :c $1` WHERE `it's` = ?";
    equal(bench.db.fetch_value::<i64>(text, (7,)).await?, 7)
}

async fn a_statement_that_cannot_be_prepared_runs(bench: Bench) -> Outcome {
    let mut session = bench.db.session(Intent::Write).await?;
    // The first prepares a statement of its own by text.
    session.execute("PREPARE own FROM 'SELECT 40 + 2'", ()).await?;
    equal(session.fetch_value::<i64>("EXECUTE own", ()).await?, 42)?;
    session.execute("DEALLOCATE PREPARE own", ()).await?;
    Ok(())
}

async fn a_procedure_answers_its_results(bench: Bench) -> Outcome {
    let text = "CREATE PROCEDURE two(IN n int) BEGIN SELECT n AS one; SELECT n + 1, n + 2; END";
    bench.db.execute(text, ()).await?;
    let mut reply = bench.db.stream("CALL two(7)", ()).await?;
    equal(reply.next_as::<(i64,)>().await?, Some((7,)))?;
    holds(reply.next().await?.is_none(), "a second row")?;
    holds(reply.next_result().await?, "no second result")?;
    equal(reply.next_as::<(i64, i64)>().await?, Some((8, 9)))?;
    drop(reply);
    equal(bench.db.fetch_value::<i64>("CALL two(?)", (5,)).await?, 5)?;
    bench.is_settled().await
}

async fn a_number_made_by_the_server_is_told(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id bigint AUTO_INCREMENT PRIMARY KEY, v int)", ()).await?;
    let first = bench.db.execute("INSERT INTO t (v) VALUES (?)", (1,)).await?;
    let second = bench.db.execute("INSERT INTO t (v) VALUES (?)", (1,)).await?;
    equal((first.last_insert_id, second.last_insert_id), (Some(1), Some(2)))?;
    equal(bench.db.execute("UPDATE t SET v = 2", ()).await?.last_insert_id, None)
}

async fn zones_of_a_session_do_not_reach_the_next(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    bench.table(Type::TimestampTz).await?;
    let at = hypostyle_core::Timestamp::from_micros(1_700_000_000_000_000);
    let mut session = bench.db.session(Intent::Write).await?;
    session.execute("SET time_zone = '+05:00'", ()).await?;
    drop(session);
    let insert = "INSERT INTO t VALUES (1, ?)";
    bench.db.execute(insert, (ValueRef::TimestampTz(at),)).await?;
    let row = bench.db.fetch_one::<OwnedRow>("SELECT v, unix_timestamp(v) FROM t", ()).await?;
    equal(row.values()[0].clone(), Value::TimestampTz(at))?;
    equal(row.get::<Decimal>(1)?.to_string().split('.').next(), Some("1700000000"))
}
