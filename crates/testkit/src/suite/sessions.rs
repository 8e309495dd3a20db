//! Sessions held without a transaction: one connection for several calls, as new for the next.

use hypostyle_core::{Capability, ErrorKind, Intent, Type};

use crate::{Bench, Outcome, cases, equal, fails, ids_are};

cases! { "sessions":
    a_session_is_one_connection_for_all_its_calls,
    a_session_commits_each_statement_by_itself,
    a_transaction_in_a_session_is_committed,
    a_transaction_dropped_in_a_session_is_undone_before_the_next_call,
    transactions_follow_one_another_in_a_session,
    a_transaction_begun_by_text_in_a_session_goes_with_it,
    a_transaction_on_top_of_one_begun_by_text_is_refused,
    a_session_that_reads_refuses_writes_where_the_engine_says_so,
}

async fn a_session_is_one_connection_for_all_its_calls(bench: Bench) -> Outcome {
    let mut session = bench.db.session(Intent::Write).await?;
    session.execute("CREATE TEMPORARY TABLE chosen (id INTEGER)", ()).await?;
    session.execute("INSERT INTO chosen VALUES (1), (2)", ()).await?;
    let count = session.request("SELECT count(*) FROM chosen").fetch_value::<i64>().await?;
    equal(count, 2)?;
    drop(session);
    let mut next = bench.db.session(Intent::Write).await?;
    fails(next.execute("SELECT * FROM chosen", ()).await, ErrorKind::Query)?;
    drop(next);
    bench.is_settled().await
}

async fn a_session_commits_each_statement_by_itself(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut session = bench.db.session(Intent::Write).await?;
    session.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    ids_are(&bench.db, &[1]).await
}

async fn a_transaction_in_a_session_is_committed(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut session = bench.db.session(Intent::Write).await?;
    let mut transaction = session.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    ids_are(&bench.db, &[]).await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[1]).await
}

async fn a_transaction_dropped_in_a_session_is_undone_before_the_next_call(
    bench: Bench,
) -> Outcome {
    bench.table(Type::I64).await?;
    let mut session = bench.db.session(Intent::Write).await?;
    let mut transaction = session.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    drop(transaction);
    session.execute("INSERT INTO t VALUES (2, 0)", ()).await?;
    ids_are(&bench.db, &[2]).await
}

async fn transactions_follow_one_another_in_a_session(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut session = bench.db.session(Intent::Write).await?;
    for id in 1..=6 {
        let mut transaction = session.begin().await?;
        transaction.execute("INSERT INTO t VALUES (?, 0)", (id,)).await?;
        match id % 3 {
            0 => transaction.commit().await?,
            1 => transaction.rollback().await?,
            _ => drop(transaction),
        }
    }
    drop(session);
    ids_are(&bench.db, &[3, 6]).await?;
    bench.is_settled().await
}

async fn a_transaction_begun_by_text_in_a_session_goes_with_it(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut session = bench.db.session(Intent::Write).await?;
    session.execute("BEGIN", ()).await?;
    session.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    drop(session);
    bench.is_settled().await?;
    ids_are(&bench.db, &[]).await
}

async fn a_transaction_on_top_of_one_begun_by_text_is_refused(bench: Bench) -> Outcome {
    let mut session = bench.db.session(Intent::Write).await?;
    session.execute("BEGIN", ()).await?;
    fails(session.begin().await.map(drop), ErrorKind::Validation)?;
    session.execute("ROLLBACK", ()).await?;
    session.begin().await?.commit().await?;
    Ok(())
}

async fn a_session_that_reads_refuses_writes_where_the_engine_says_so(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut session = bench.db.session(Intent::Read).await?;
    let write = session.execute("INSERT INTO t VALUES (1, 0)", ()).await;
    if !bench.can(Capability::READ_ONLY_INTENT) && write.is_ok() {
        return ids_are(&bench.db, &[1]).await;
    }
    fails(write, ErrorKind::ReadOnly)?;
    ids_are(&bench.db, &[]).await
}
