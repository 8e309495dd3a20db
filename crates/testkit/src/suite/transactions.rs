//! Transactions and savepoints: what stays, what goes, and what is told.

use std::time::Duration;

use hypostyle_core::{
    Access, Begin, Capability, Database, Effect, ErrorKind, Isolation, Result, Retry, Transaction,
    Type,
};

use crate::{Bench, Outcome, cases, equal, fails, fails_with, holds, ids_are, refused};

cases! { "transactions":
    a_commit_is_seen_by_others,
    nothing_is_seen_by_others_before_the_commit,
    a_transaction_sees_its_own_writes,
    a_rollback_undoes_everything,
    a_dropped_transaction_is_rolled_back,
    a_schema_change_is_rolled_back_with_its_transaction [TRANSACTIONAL_DDL],
    a_savepoint_is_kept_by_its_commit [SAVEPOINTS],
    a_savepoint_is_undone_by_its_rollback [SAVEPOINTS],
    a_dropped_savepoint_is_undone_before_the_next_statement [SAVEPOINTS],
    five_savepoints_nest_and_each_goes_its_own_way [SAVEPOINTS],
    a_committed_savepoint_goes_with_its_transaction [SAVEPOINTS],
    savepoints_follow_one_another_on_one_level [SAVEPOINTS],
    an_error_leaves_the_transaction_to_its_owner,
    an_error_undoes_its_statement_alone_where_the_engine_says_so,
    an_error_aborts_the_transaction_where_the_engine_says_so,
    an_error_inside_a_savepoint_leaves_rollback_and_commit_possible [SAVEPOINTS],
    an_error_while_rows_are_read_leaves_rollback_possible,
    a_read_only_transaction_reads [READ_ONLY_TRANSACTIONS],
    a_read_only_transaction_refuses_writes_by_the_engine [READ_ONLY_TRANSACTIONS],
    a_read_only_transaction_stays_so_whatever_the_text_says [READ_ONLY_TRANSACTIONS],
    a_read_only_transaction_sees_one_snapshot [READ_ONLY_TRANSACTIONS, SNAPSHOT],
    an_isolation_is_accepted_or_refused_by_name,
    a_begin_by_text_is_undone_and_told,
    a_begin_by_text_among_other_statements_is_undone_and_told [MULTIPLE_RESULTS],
    a_whole_transaction_in_one_text_is_committed [MULTIPLE_RESULTS],
    a_commit_by_text_inside_a_transaction_is_told_at_the_next_call,
    a_transaction_the_engine_gave_up_answers_aborted_until_rolled_back [INTERRUPT],
    a_transaction_the_engine_gave_up_commits_nothing [INTERRUPT],
    a_commit_that_fails_is_rolled_back_and_its_connection_is_usable [DEFERRABLE_CONSTRAINTS],
    the_next_writer_waits_for_the_first,
    a_stored_transaction_outlives_its_handle,
}

async fn insert(transaction: &mut Transaction<'_>, id: i64) -> Outcome {
    transaction.execute("INSERT INTO t VALUES (?, 0)", (id,)).await?;
    Ok(())
}

async fn a_commit_is_seen_by_others(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[1]).await?;
    bench.is_settled().await
}

async fn nothing_is_seen_by_others_before_the_commit(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    ids_are(&bench.db, &[]).await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[1]).await
}

async fn a_transaction_sees_its_own_writes(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    equal(transaction.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, 1)?;
    Ok(transaction.commit().await?)
}

async fn a_rollback_undoes_everything(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    insert(&mut transaction, 2).await?;
    transaction.rollback().await?;
    ids_are(&bench.db, &[]).await?;
    bench.is_settled().await
}

async fn a_dropped_transaction_is_rolled_back(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    drop(transaction);
    bench.is_settled().await?;
    ids_are(&bench.db, &[]).await
}

async fn a_schema_change_is_rolled_back_with_its_transaction(bench: Bench) -> Outcome {
    let mut transaction = bench.db.begin().await?;
    transaction.execute("CREATE TABLE u (id INTEGER)", ()).await?;
    transaction.rollback().await?;
    equal(bench.db.table_exists("u").await?, false)
}

async fn a_savepoint_is_kept_by_its_commit(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    let mut inner = transaction.savepoint().await?;
    insert(&mut inner, 1).await?;
    inner.commit().await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[1]).await
}

async fn a_savepoint_is_undone_by_its_rollback(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    let mut inner = transaction.savepoint().await?;
    insert(&mut inner, 2).await?;
    inner.rollback().await?;
    insert(&mut transaction, 3).await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[1, 3]).await
}

async fn a_dropped_savepoint_is_undone_before_the_next_statement(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    let mut inner = transaction.savepoint().await?;
    insert(&mut inner, 1).await?;
    drop(inner);
    equal(transaction.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, 0)?;
    insert(&mut transaction, 2).await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[2]).await
}

async fn five_savepoints_nest_and_each_goes_its_own_way(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut one = bench.db.begin().await?;
    insert(&mut one, 1).await?;
    let mut two = one.savepoint().await?;
    insert(&mut two, 2).await?;
    let mut three = two.savepoint().await?;
    insert(&mut three, 3).await?;
    let mut four = three.savepoint().await?;
    insert(&mut four, 4).await?;
    let mut five = four.savepoint().await?;
    insert(&mut five, 5).await?;
    let mut six = five.savepoint().await?;
    insert(&mut six, 6).await?;
    six.commit().await?;
    five.rollback().await?;
    four.commit().await?;
    drop(three);
    insert(&mut two, 7).await?;
    two.commit().await?;
    one.commit().await?;
    ids_are(&bench.db, &[1, 2, 7]).await?;
    bench.is_settled().await
}

async fn a_committed_savepoint_goes_with_its_transaction(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    let mut inner = transaction.savepoint().await?;
    insert(&mut inner, 1).await?;
    inner.commit().await?;
    transaction.rollback().await?;
    ids_are(&bench.db, &[]).await
}

async fn savepoints_follow_one_another_on_one_level(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    for id in 1..=6 {
        let mut inner = transaction.savepoint().await?;
        insert(&mut inner, id).await?;
        match id % 3 {
            0 => inner.commit().await?,
            1 => inner.rollback().await?,
            _ => drop(inner),
        }
    }
    transaction.commit().await?;
    ids_are(&bench.db, &[3, 6]).await
}

async fn an_error_leaves_the_transaction_to_its_owner(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    let twice = transaction.execute("INSERT INTO t VALUES (1, 0)", ()).await;
    fails(twice, ErrorKind::UniqueViolation)?;
    transaction.rollback().await?;
    ids_are(&bench.db, &[]).await?;
    bench.is_settled().await
}

/// Begins a transaction, writes 1 and has a further statement fail.
async fn with_an_error(bench: &Bench) -> Outcome<Transaction<'static>> {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    let twice = transaction.execute("INSERT INTO t VALUES (2, 0), (1, 0)", ()).await;
    fails(twice, ErrorKind::UniqueViolation)?;
    Ok(transaction)
}

async fn an_error_undoes_its_statement_alone_where_the_engine_says_so(bench: Bench) -> Outcome {
    let mut transaction = with_an_error(&bench).await?;
    if !bench.can(Capability::STATEMENT_ROLLBACK) {
        drop(transaction);
        bench.is_settled().await?;
        return ids_are(&bench.db, &[]).await;
    }
    insert(&mut transaction, 3).await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[1, 3]).await
}

async fn an_error_aborts_the_transaction_where_the_engine_says_so(bench: Bench) -> Outcome {
    let mut transaction = with_an_error(&bench).await?;
    let next = transaction.execute("INSERT INTO t VALUES (3, 0)", ()).await;
    if bench.can(Capability::STATEMENT_ROLLBACK) {
        next?;
        transaction.rollback().await?;
        return ids_are(&bench.db, &[]).await;
    }
    let error = fails(next, ErrorKind::Aborted)?;
    equal((error.retry(), error.effect()), (Retry::Transaction, Effect::None))?;
    fails(transaction.commit().await, ErrorKind::Aborted)?;
    bench.is_settled().await?;
    ids_are(&bench.db, &[]).await
}

async fn an_error_inside_a_savepoint_leaves_rollback_and_commit_possible(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    let mut inner = transaction.savepoint().await?;
    insert(&mut inner, 2).await?;
    let twice = inner.execute("INSERT INTO t VALUES (1, 0)", ()).await;
    fails(twice, ErrorKind::UniqueViolation)?;
    inner.rollback().await?;
    insert(&mut transaction, 3).await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[1, 3]).await
}

async fn an_error_while_rows_are_read_leaves_rollback_possible(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    let token = hypostyle_core::CancellationToken::new();
    let series = transaction.request(bench.target.series()).params((10_000_000,)).cancel(&token);
    let mut reply = series.stream().await?;
    holds(reply.next().await?.is_some(), "a first row")?;
    token.cancel();
    let error = loop {
        match reply.next().await {
            Ok(Some(_)) => {}
            Ok(None) => return holds(false, "ten million rows in spite of the token"),
            Err(error) => break error,
        }
    };
    equal(error.kind(), ErrorKind::Cancelled)?;
    drop(reply);
    transaction.rollback().await?;
    ids_are(&bench.db, &[]).await?;
    bench.is_settled().await
}

async fn a_read_only_transaction_reads(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin_read_only().await?;
    equal(transaction.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, 0)?;
    Ok(transaction.commit().await?)
}

async fn a_read_only_transaction_refuses_writes_by_the_engine(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    for text in ["INSERT INTO t VALUES (1, 1)", "CREATE TABLE u (id INTEGER)", "DROP TABLE t"] {
        let mut transaction = bench.db.begin_read_only().await?;
        let written = transaction.execute(text, ()).await;
        // What would commit the transaction first is refused for that.
        match bench.can(Capability::TRANSACTIONAL_DDL) || text.starts_with("INSERT") {
            true => drop(fails(written, ErrorKind::ReadOnly)?),
            false => refused(written, "transactional_ddl")?,
        }
        transaction.rollback().await?;
    }
    ids_are(&bench.db, &[]).await
}

async fn a_read_only_transaction_stays_so_whatever_the_text_says(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin_read_only().await?;
    let request =
        transaction.request(bench.target.disguised_write()).intent(hypostyle_core::Intent::Read);
    fails(request.execute().await, ErrorKind::ReadOnly)?;
    transaction.rollback().await?;
    ids_are(&bench.db, &[]).await
}

async fn a_read_only_transaction_sees_one_snapshot(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let isolation = Some(Isolation::Snapshot);
    let begin = Begin { access: Access::ReadOnly, isolation, ..Begin::default() };
    let mut transaction = bench.db.begin_with(begin).await?;
    equal(transaction.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, 0)?;
    bench.db.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    equal(transaction.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, 0)?;
    transaction.commit().await?;
    ids_are(&bench.db, &[1]).await
}

async fn an_isolation_is_accepted_or_refused_by_name(bench: Bench) -> Outcome {
    for (isolation, needs, name) in [
        (Isolation::ReadCommitted, Capability::READ_COMMITTED, "read_committed"),
        (Isolation::Snapshot, Capability::SNAPSHOT, "snapshot"),
        (Isolation::Serializable, Capability::SERIALIZABLE, "serializable"),
    ] {
        let begin = Begin { isolation: Some(isolation), ..Begin::default() };
        match bench.db.begin_with(begin).await {
            Ok(transaction) if bench.can(needs) => transaction.rollback().await?,
            other => refused(other.map(drop), name)?,
        }
    }
    Ok(())
}

async fn a_begin_by_text_is_undone_and_told(bench: Bench) -> Outcome {
    fails_with(bench.db.execute("BEGIN", ()).await, ErrorKind::Validation, "begin()")?;
    bench.is_settled().await
}

async fn a_begin_by_text_among_other_statements_is_undone_and_told(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "BEGIN; INSERT INTO t VALUES (1, 1)";
    fails_with(bench.db.execute(text, ()).await, ErrorKind::Validation, "begin()")?;
    bench.is_settled().await?;
    ids_are(&bench.db, &[]).await
}

async fn a_whole_transaction_in_one_text_is_committed(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "BEGIN; INSERT INTO t VALUES (1, 1); INSERT INTO t VALUES (2, 2); COMMIT";
    bench.db.execute(text, ()).await?;
    ids_are(&bench.db, &[1, 2]).await?;
    bench.is_settled().await
}

async fn a_commit_by_text_inside_a_transaction_is_told_at_the_next_call(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    transaction.execute("COMMIT", ()).await?;
    let lost = transaction.execute("INSERT INTO t VALUES (2, 0)", ()).await;
    fails(lost, ErrorKind::Aborted)?;
    fails(transaction.commit().await, ErrorKind::Aborted)?;
    ids_are(&bench.db, &[1]).await?;
    bench.is_settled().await
}

/// Begins a transaction, writes 1 and has the engine give up a further write at its deadline.
async fn interrupted(bench: &Bench) -> Outcome<Transaction<'static>> {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    insert(&mut transaction, 1).await?;
    let endless = transaction.request(bench.target.endless_write());
    fails(endless.timeout(Duration::from_millis(50)).execute().await, ErrorKind::Timeout)?;
    Ok(transaction)
}

/// Commits a transaction that outlived an interrupt: it is there, or it is told that the connection
/// had to be given up and nothing is there.
async fn ended(
    bench: &Bench,
    went_on: Result<()>,
    transaction: Transaction<'_>,
    written: &[i64],
) -> Outcome {
    let expect = match (went_on, transaction.commit().await) {
        (Ok(()), Ok(())) => written,
        (Ok(()), Err(error)) | (Err(error), Err(_)) => {
            holds(matches!(error.kind(), ErrorKind::Closed | ErrorKind::Aborted), &error)?;
            &[]
        }
        (Err(error), Ok(())) => return holds(false, format!("committed after {error}")),
    };
    ids_are(&bench.db, expect).await?;
    bench.is_settled().await
}

async fn a_transaction_the_engine_gave_up_answers_aborted_until_rolled_back(
    bench: Bench,
) -> Outcome {
    let mut transaction = interrupted(&bench).await?;
    if bench.target.outlives_interrupts() {
        let went_on = transaction.execute("INSERT INTO t VALUES (2, 0)", ()).await;
        return ended(&bench, went_on.map(drop), transaction, &[1, 2]).await;
    }
    for _ in 0..2 {
        let lost = transaction.execute("INSERT INTO t VALUES (2, 0)", ()).await;
        let error = fails(lost, ErrorKind::Aborted)?;
        equal((error.retry(), error.effect()), (Retry::Transaction, Effect::None))?;
    }
    let read = transaction.fetch_value::<i64>("SELECT 1", ()).await;
    fails(read, ErrorKind::Aborted)?;
    let kind = match bench.can(Capability::SAVEPOINTS) {
        true => ErrorKind::Aborted,
        false => ErrorKind::Unsupported,
    };
    fails(transaction.savepoint().await.map(drop), kind)?;
    transaction.rollback().await?;
    ids_are(&bench.db, &[]).await?;
    bench.is_settled().await
}

async fn a_transaction_the_engine_gave_up_commits_nothing(bench: Bench) -> Outcome {
    let transaction = interrupted(&bench).await?;
    if bench.target.outlives_interrupts() {
        return ended(&bench, Ok(()), transaction, &[1]).await;
    }
    fails(transaction.commit().await, ErrorKind::Aborted)?;
    ids_are(&bench.db, &[]).await?;
    bench.is_settled().await
}

/// Makes a child table whose parents are looked for only at the commit.
async fn deferred_children(db: &Database) -> Outcome {
    let text = "CREATE TABLE parent (id INTEGER PRIMARY KEY); \
                CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER \
                REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)";
    db.execute(text, ()).await?;
    Ok(())
}

async fn a_commit_that_fails_is_rolled_back_and_its_connection_is_usable(bench: Bench) -> Outcome {
    deferred_children(&bench.db).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 99)", ()).await?;
    fails(transaction.commit().await, ErrorKind::ForeignKeyViolation)?;
    bench.is_settled().await?;
    ids_are(&bench.db, &[]).await?;
    bench.db.execute("INSERT INTO parent VALUES (99); INSERT INTO t VALUES (1, 99)", ()).await?;
    ids_are(&bench.db, &[1]).await
}

async fn the_next_writer_waits_for_the_first(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    let increment = "UPDATE t SET v = v + 1 WHERE id = 1";
    let mut first = bench.db.begin().await?;
    first.execute(increment, ()).await?;
    let db = bench.db.clone();
    let second = tokio::spawn(async move {
        let mut second = db.begin().await?;
        second.execute(increment, ()).await?;
        second.commit().await
    });
    tokio::time::sleep(Duration::from_millis(30)).await;
    holds(!second.is_finished(), "wrote past a lock")?;
    first.commit().await?;
    holds(matches!(second.await, Ok(Ok(()))), "the second writer failed")?;
    equal(bench.db.fetch_value::<i64>("SELECT v FROM t", ()).await?, 2)
}

async fn a_stored_transaction_outlives_its_handle(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut stored = bench.db.clone().begin().await?;
    insert(&mut stored, 1).await?;
    stored.commit().await?;
    ids_are(&bench.db, &[1]).await
}
