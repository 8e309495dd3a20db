//! What a connection must remember of its session: bulks under way, the database, types that stick.

use std::time::{Duration, Instant};

use hypostyle_core::{
    Batch, Command, Error, ErrorKind, Intent, PoolOptions, Request, Retry, Transaction, Type,
    Value, ValueRef,
};
use hypostyle_testkit::{Bench, Outcome, cases, equal, fails, holds, ids_are};

cases! { "wire":
    a_deadlock_in_a_bulk_leaves_no_row,
    a_deadlock_in_a_bulk_ends_the_transaction_around_it,
    a_statement_dropped_before_its_deadlock_is_told_ends_its_transaction,
    a_bulk_in_a_transaction_begun_by_text_lets_later_statements_commit,
    a_statement_prepared_before_reads_the_database_chosen_since,
    a_text_bound_after_a_number_stays_a_text,
    a_column_of_another_type_takes_what_is_bound_as_it_is,
}

const INCREMENT: &str = "UPDATE t SET v = v + 1 WHERE id = ?";

/// Fills `t` with the rows 0 to 299, all 0.
async fn filled(bench: &Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let rows = (0..300).map(|id| [ValueRef::I64(id), ValueRef::I64(0)]);
    bench.db.insert_many("t", &["id", "v"], rows).await?;
    Ok(())
}

/// A transaction that has row 1 and so many others that it is never the one to give way.
async fn heavy(bench: &Bench) -> Outcome<Transaction<'static>> {
    let other = bench.again(PoolOptions::default()).await?;
    let mut heavy = other.begin().await?;
    heavy.execute("UPDATE t SET v = v WHERE id = 1", ()).await?;
    heavy.execute("UPDATE t SET v = -1 WHERE id >= 100", ()).await?;
    Ok(heavy)
}

/// Returns once an increment is seen under way three times in a row: it waits for its row. InnoDB's
/// own list of waits is a copy that stands still while many ask for it.
async fn somebody_waits(bench: &Bench) -> Outcome {
    let under_way = "SELECT count(*) FROM information_schema.processlist \
                     WHERE db = database() AND info LIKE 'UPDATE t SET v = v + 1%'";
    let (began, mut seen) = (Instant::now(), 0);
    while seen < 3 {
        holds(began.elapsed() < Duration::from_secs(60), "nobody waits")?;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let is_seen = bench.db.fetch_value::<i64>(under_way, ()).await? > 0;
        seen = if is_seen { seen + 1 } else { 0 };
    }
    Ok(())
}

/// Goes for row 2 once somebody waits for row 1.
async fn collide(bench: Bench, mut heavy: Transaction<'static>) -> Outcome {
    somebody_waits(&bench).await?;
    heavy.execute("UPDATE t SET v = v WHERE id = 2", ()).await?;
    heavy.rollback().await?;
    Ok(())
}

/// Row 2, then row 1, which is not to be had, and more after it.
const ORDER: [i64; 6] = [2, 1, 3, 4, 5, 6];

async fn changed(bench: &Bench) -> Outcome<i64> {
    Ok(bench.db.fetch_value("SELECT count(*) FROM t WHERE v <> 0", ()).await?)
}

async fn a_deadlock_in_a_bulk_leaves_no_row(bench: Bench) -> Outcome {
    filled(&bench).await?;
    let colliding = tokio::spawn(collide(bench.clone(), heavy(&bench).await?));
    let rows = ORDER.map(|id| [ValueRef::I64(id)]);
    let error = fails(bench.db.execute_many(INCREMENT, rows).await, ErrorKind::Conflict)?;
    equal((error.code(), error.retry()), (Some("1213"), Retry::Transaction))?;
    colliding.await.map_err(|error| Error::closed("task").caused_by(error))??;
    equal(changed(&bench).await?, 0)?;
    bench.is_settled().await
}

async fn a_deadlock_in_a_bulk_ends_the_transaction_around_it(bench: Bench) -> Outcome {
    filled(&bench).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (-1, 1)", ()).await?;
    let colliding = tokio::spawn(collide(bench.clone(), heavy(&bench).await?));
    let mut rows = Batch::default();
    rows.begin(1);
    for id in ORDER {
        rows.push_row(&[ValueRef::I64(id)])?;
    }
    let many = Request::new(Command::Many { text: INCREMENT, rows: &rows });
    fails(transaction.call(many).await.map(drop), ErrorKind::Conflict)?;
    fails(transaction.execute("SELECT 1", ()).await, ErrorKind::Aborted)?;
    drop(transaction);
    colliding.await.map_err(|error| Error::closed("task").caused_by(error))??;
    equal(changed(&bench).await?, 0)?;
    bench.is_settled().await
}

async fn a_statement_dropped_before_its_deadlock_is_told_ends_its_transaction(
    bench: Bench,
) -> Outcome {
    filled(&bench).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute(INCREMENT, (2,)).await?;
    let heavy = heavy(&bench).await?;
    let waiting = transaction.execute(INCREMENT, (1,));
    tokio::select! {
        ended = waiting => return holds(false, format!("it did not wait: {ended:?}")),
        seen = somebody_waits(&bench) => seen?,
    }
    collide(bench.clone(), heavy).await?;
    fails(transaction.execute(INCREMENT, (3,)).await, ErrorKind::Aborted)?;
    drop(transaction);
    equal(changed(&bench).await?, 0)?;
    bench.is_settled().await
}

async fn a_bulk_in_a_transaction_begun_by_text_lets_later_statements_commit(
    bench: Bench,
) -> Outcome {
    bench.table(Type::I64).await?;
    let mut session = bench.db.session(Intent::Write).await?;
    session.execute("BEGIN", ()).await?;
    let mut rows = Batch::default();
    rows.begin(1);
    for id in 1..=3 {
        rows.push_row(&[ValueRef::I64(id)])?;
    }
    let text = "INSERT INTO t (id) VALUES (?)";
    let many = Request::new(Command::Many { text, rows: &rows });
    session.call(many).await?.finish().await?;
    ids_are(&bench.db, &[]).await?;
    session.execute("COMMIT", ()).await?;
    session.execute(text, (4,)).await?;
    ids_are(&bench.db, &[1, 2, 3, 4]).await
}

async fn a_statement_prepared_before_reads_the_database_chosen_since(bench: Bench) -> Outcome {
    let mut session = bench.db.session(Intent::Read).await?;
    let own: String = session.fetch_value("SELECT database()", ()).await?;
    session.execute("USE information_schema", ()).await?;
    let other: String = session.fetch_value("SELECT database()", ()).await?;
    equal(other.as_str(), "information_schema")?;
    drop(session);
    equal(bench.db.fetch_value::<String>("SELECT database()", ()).await?, own)
}

async fn a_text_bound_after_a_number_stays_a_text(bench: Bench) -> Outcome {
    let (number, text) = (ValueRef::I64(7), ValueRef::Text("seven"));
    for value in [ValueRef::Null, number, text, number, ValueRef::Null, text] {
        let found = bench.db.fetch_value::<Value>("SELECT ?", (value,)).await?;
        equal(found, value.to_value())?;
    }
    bench.is_settled().await
}

async fn a_column_of_another_type_takes_what_is_bound_as_it_is(bench: Bench) -> Outcome {
    let kinds = [Type::Timestamp, Type::Text, Type::I64, Type::Text];
    let text = "00000000-0000-0000-0000-000000000007";
    for kind in kinds {
        bench.table(kind).await?;
        let value = match kind {
            Type::Text => ValueRef::Text(text),
            Type::I64 => ValueRef::Text("7"),
            _ => ValueRef::Text("2024-01-02 03:04:05"),
        };
        bench.db.execute("INSERT INTO t VALUES (1, ?)", (value,)).await?;
        bench.db.insert_many("t", &["id", "v"], [2, 3].map(|id| [id.into(), value])).await?;
        let same = "SELECT count(*) FROM t WHERE v = ?";
        let found: i64 = bench.db.fetch_value(same, (value,)).await?;
        holds(found == 3, format!("{found} rows of {kind:?} are as they were bound"))?;
        bench.db.execute("DROP TABLE t", ()).await?;
    }
    Ok(())
}
