//! Bulk: many rows in one call, all or nothing, on the way through several batches too.

use hypostyle_core::{
    Capability, Command, ErrorKind, Name, Request, Transaction, Type, Value, ValueRef,
};

use crate::{Bench, Outcome, cases, equal, fails, fails_with, holds, ids_are};

cases! { "bulk":
    a_statement_runs_for_each_row,
    rows_are_inserted_by_table_and_columns,
    rows_are_inserted_in_the_order_of_the_columns_given,
    no_rows_do_nothing,
    one_row_is_inserted,
    rows_of_several_batches_are_inserted,
    rows_of_many_bytes_are_inserted,
    every_kind_of_value_goes_in,
    a_row_that_fails_is_told_by_its_number_and_leaves_nothing,
    a_row_that_fails_among_inserted_ones_is_told_by_its_number,
    a_row_that_fails_in_a_later_batch_is_told_by_its_number_among_all,
    a_row_of_another_width_is_refused_and_leaves_nothing,
    rows_wider_than_the_text_are_refused,
    rows_narrower_than_the_text_are_refused,
    rows_narrower_than_the_columns_are_refused,
    a_table_that_is_not_there_is_told,
    a_name_is_never_read_as_sql,
    a_text_of_two_statements_is_refused,
    a_text_with_names_is_refused,
    a_value_the_engine_refuses_leaves_nothing,
    inside_a_transaction_it_goes_with_the_transaction,
    inside_a_transaction_a_failure_undoes_the_bulk_alone_or_the_transaction,
    a_deferred_constraint_that_fails_leaves_nothing [DEFERRABLE_CONSTRAINTS],
    a_deadline_ends_it_and_leaves_nothing [INTERRUPT],
    the_rows_are_counted,
    rows_pushed_one_by_one_are_there_once_finished,
    rows_pushed_and_not_finished_are_gone,
}

fn pairs<'a>(ids: std::ops::Range<i64>) -> impl Iterator<Item = [ValueRef<'a>; 2]> {
    ids.map(|id| [ValueRef::I64(id), ValueRef::I64(id * 10)])
}

const INSERT: &str = "INSERT INTO t VALUES (?, ?)";
const COLUMNS: &[&str] = &["id", "v"];

/// Checks how many rows there are and what their values sum up to.
async fn check(bench: &Bench, count: i64) -> Outcome {
    let found: (i64, Option<i64>) =
        bench.db.fetch_one("SELECT count(*), sum(v) FROM t", ()).await?;
    let sum = (0..count).sum::<i64>() * 10;
    equal(found, (count, (count > 0).then_some(sum)))?;
    bench.is_settled().await
}

async fn a_statement_runs_for_each_row(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute_many(INSERT, pairs(0..100)).await?;
    check(&bench, 100).await?;
    let each = (0..100).map(|id| [ValueRef::I64(id)]);
    bench.db.execute_many("UPDATE t SET v = 0 WHERE id = ?", each).await?;
    equal(bench.db.fetch_value::<i64>("SELECT sum(v) FROM t", ()).await?, 0)
}

async fn rows_are_inserted_by_table_and_columns(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.insert_many("t", COLUMNS, pairs(0..123)).await?;
    check(&bench, 123).await
}

async fn rows_are_inserted_in_the_order_of_the_columns_given(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.insert_many("t", &["v", "id"], [[10.into(), 1.into()]]).await?;
    equal(bench.db.fetch_one::<(i64, i64)>("SELECT id, v FROM t", ()).await?, (1, 10))
}

async fn no_rows_do_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    equal(bench.db.execute_many(INSERT, pairs(0..0)).await?.rows_affected, 0)?;
    equal(bench.db.insert_many("t", COLUMNS, pairs(0..0)).await?.rows_affected, 0)?;
    check(&bench, 0).await
}

async fn one_row_is_inserted(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.insert_many("t", COLUMNS, pairs(0..1)).await?;
    check(&bench, 1).await
}

async fn rows_of_several_batches_are_inserted(bench: Bench) -> Outcome {
    for insert in [true, false] {
        bench.table(Type::I64).await?;
        match insert {
            true => bench.db.insert_many("t", COLUMNS, pairs(0..20_000)).await?,
            false => bench.db.execute_many(INSERT, pairs(0..20_000)).await?,
        };
        check(&bench, 20_000).await?;
        bench.db.execute("DROP TABLE t", ()).await?;
    }
    Ok(())
}

async fn rows_of_many_bytes_are_inserted(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let long = "y".repeat(100_000);
    let rows = (0..50).map(|id| [ValueRef::I64(id), ValueRef::Text(&long)]);
    bench.db.insert_many("t", COLUMNS, rows).await?;
    let text = "SELECT count(*), sum(length(v)) FROM t";
    equal(bench.db.fetch_one::<(i64, i64)>(text, ()).await?, (50, 5_000_000))
}

async fn every_kind_of_value_goes_in(bench: Bench) -> Outcome {
    let kinds = [
        (Type::Bool, Value::Bool(true)),
        (Type::F64, Value::F64(0.1)),
        (Type::Text, Value::Text("é".into())),
        (Type::Bytes, Value::Bytes(Vec::new())),
        (Type::Uuid, Value::Uuid(hypostyle_core::Uuid::from_u128(9))),
        (Type::Timestamp, Value::Timestamp(hypostyle_core::Timestamp::from_micros(1))),
    ];
    for (kind, value) in kinds {
        bench.table(kind).await?;
        let rows = [vec![Value::I64(1), value.clone()], vec![Value::I64(2), Value::Null]];
        bench.db.insert_many("t", COLUMNS, &rows).await?;
        let rows = bench.db.fetch_all::<(Value,)>("SELECT v FROM t ORDER BY id", ()).await?;
        let is_same = bench.same(rows[0].0.as_ref(), value.as_ref());
        holds(rows.len() == 2 && is_same, format!("{value:?} came back as {rows:?}"))?;
        equal(&rows[1].0, &Value::Null)?;
        bench.db.execute("DROP TABLE t", ()).await?;
    }
    Ok(())
}

async fn a_row_that_fails_is_told_by_its_number_and_leaves_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let rows = pairs(0..70).chain(pairs(33..34));
    let error = fails(bench.db.execute_many(INSERT, rows).await, ErrorKind::UniqueViolation)?;
    equal(error.context("row"), Some("70"))?;
    check(&bench, 0).await
}

async fn a_row_that_fails_among_inserted_ones_is_told_by_its_number(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let rows = pairs(0..70).chain(pairs(33..34)).chain(pairs(70..200));
    let done = bench.db.insert_many("t", COLUMNS, rows).await;
    let error = fails(done, ErrorKind::UniqueViolation)?;
    equal(error.context("row"), Some("70"))?;
    check(&bench, 0).await
}

async fn a_row_that_fails_in_a_later_batch_is_told_by_its_number_among_all(
    bench: Bench,
) -> Outcome {
    bench.table(Type::I64).await?;
    for insert in [true, false] {
        let rows = pairs(0..20_000).chain(pairs(7..8)).chain(pairs(20_000..20_100));
        let done = match insert {
            true => bench.db.insert_many("t", COLUMNS, rows).await,
            false => bench.db.execute_many(INSERT, rows).await,
        };
        let error = fails(done, ErrorKind::UniqueViolation)?;
        equal(error.context("row"), Some("20000"))?;
        check(&bench, 0).await?;
    }
    Ok(())
}

async fn a_row_of_another_width_is_refused_and_leaves_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut rows: Vec<Vec<Value>> = (0..600).map(|id| vec![Value::I64(id), Value::Null]).collect();
    rows.push(vec![Value::I64(600)]);
    fails(bench.db.insert_many("t", COLUMNS, &rows).await, ErrorKind::Parameter)?;
    fails(bench.db.execute_many(INSERT, &rows).await, ErrorKind::Parameter)?;
    check(&bench, 0).await
}

async fn rows_wider_than_the_text_are_refused(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let done = bench.db.execute_many("INSERT INTO t (id) VALUES (?)", pairs(0..3)).await;
    fails(done, ErrorKind::Parameter)?;
    check(&bench, 0).await
}

async fn rows_narrower_than_the_text_are_refused(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    fails(bench.db.execute_many(INSERT, [[1.into()]]).await, ErrorKind::Parameter)?;
    check(&bench, 0).await
}

async fn rows_narrower_than_the_columns_are_refused(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    fails(bench.db.insert_many("t", COLUMNS, [[1.into()]]).await, ErrorKind::Parameter)?;
    fails(bench.db.insert_many("t", &[], pairs(0..1)).await, ErrorKind::Parameter)?;
    check(&bench, 0).await
}

async fn a_table_that_is_not_there_is_told(bench: Bench) -> Outcome {
    let done = bench.db.insert_many("nowhere", COLUMNS, pairs(0..3)).await;
    fails_with(done, ErrorKind::Query, "nowhere")?;
    bench.is_settled().await
}

async fn a_name_is_never_read_as_sql(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let column = ["id) VALUES (1); DROP TABLE t; --", "v"];
    fails(bench.db.insert_many("t", &column, pairs(0..1)).await, ErrorKind::Query)?;
    let table = Name { schema: None, name: "t\" (id) VALUES (1) --" };
    fails(bench.db.insert_many(table, COLUMNS, pairs(0..1)).await, ErrorKind::Query)?;
    check(&bench, 0).await
}

async fn a_text_of_two_statements_is_refused(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "INSERT INTO t VALUES (?, ?); DELETE FROM t";
    fails(bench.db.execute_many(text, pairs(0..2)).await, ErrorKind::Query)?;
    check(&bench, 0).await
}

async fn a_text_with_names_is_refused(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "INSERT INTO t VALUES (:id, :v)";
    fails(bench.db.execute_many(text, pairs(0..2)).await, ErrorKind::Parameter)?;
    check(&bench, 0).await
}

async fn a_value_the_engine_refuses_leaves_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let map = Value::Map(vec![("k".to_owned(), Value::Null)]);
    let rows = pairs(0..100).chain([[ValueRef::I64(100), map.as_ref()]]);
    let error = bench.db.insert_many("t", COLUMNS, rows).await;
    holds(error.is_err(), "a map went into an integer column")?;
    check(&bench, 0).await
}

/// Loads rows inside a transaction; answers whether they went in.
async fn loaded(transaction: &mut Transaction<'_>, ids: &[i64]) -> Outcome<bool> {
    transaction.execute(INSERT, (1000, 0)).await?;
    let mut batch = hypostyle_core::Batch::default();
    batch.begin(2);
    for id in ids {
        batch.push_row(&[ValueRef::I64(*id), ValueRef::I64(0)])?;
    }
    let table = Name::from("t");
    let load = Command::Load { table, columns: COLUMNS, rows: &batch };
    match transaction.call(Request::new(load)).await {
        Ok(reply) => Ok(reply.finish().await.is_ok()),
        Err(_) => Ok(false),
    }
}

async fn inside_a_transaction_it_goes_with_the_transaction(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    equal(loaded(&mut transaction, &[1, 2, 3]).await?, true)?;
    transaction.execute(INSERT, (1001, 0)).await?;
    transaction.commit().await?;
    ids_are(&bench.db, &[1, 2, 3, 1000, 1001]).await
}

async fn inside_a_transaction_a_failure_undoes_the_bulk_alone_or_the_transaction(
    bench: Bench,
) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    equal(loaded(&mut transaction, &[1, 2, 1]).await?, false)?;
    let next = transaction.execute(INSERT, (1001, 0)).await;
    if next.is_ok() || bench.can(Capability::STATEMENT_ROLLBACK) {
        next?;
        transaction.commit().await?;
        return ids_are(&bench.db, &[1000, 1001]).await;
    }
    fails(next, ErrorKind::Aborted)?;
    fails(transaction.commit().await, ErrorKind::Aborted)?;
    ids_are(&bench.db, &[]).await
}

async fn a_deferred_constraint_that_fails_leaves_nothing(bench: Bench) -> Outcome {
    let text = "CREATE TABLE parent (id INTEGER PRIMARY KEY); \
                CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER \
                REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)";
    bench.db.execute(text, ()).await?;
    let done = bench.db.insert_many("t", COLUMNS, pairs(1..5)).await;
    fails(done, ErrorKind::ForeignKeyViolation)?;
    check(&bench, 0).await
}

async fn a_deadline_ends_it_and_leaves_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut batch = hypostyle_core::Batch::default();
    batch.begin(2);
    for row in pairs(0..2_000_000) {
        batch.push_row(&row)?;
    }
    let load = Command::Load { table: Name::from("t"), columns: COLUMNS, rows: &batch };
    let deadline = Some(std::time::Instant::now() + std::time::Duration::from_millis(30));
    let request = Request { deadline, ..Request::new(load) };
    fails(bench.db.backend().call(request).await, ErrorKind::Timeout)?;
    check(&bench, 0).await
}

async fn the_rows_are_counted(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    equal(bench.db.execute_many(INSERT, pairs(0..120)).await?.rows_affected, 120)?;
    equal(bench.db.insert_many("t", COLUMNS, pairs(120..9_000)).await?.rows_affected, 8_880)
}

async fn rows_pushed_one_by_one_are_there_once_finished(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut bulk = bench.db.bulk_insert("t", COLUMNS).await?;
    for row in pairs(0..20_000) {
        bulk.push(row).await?;
    }
    equal(bench.count().await?, 0)?;
    equal(bulk.finish().await?.rows_affected, 20_000)?;
    check(&bench, 20_000).await
}

async fn rows_pushed_and_not_finished_are_gone(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut bulk = bench.db.bulk_insert("t", COLUMNS).await?;
    for row in pairs(0..20_000) {
        bulk.push(row).await?;
    }
    drop(bulk);
    check(&bench, 0).await
}
