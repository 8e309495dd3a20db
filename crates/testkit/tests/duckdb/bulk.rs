//! Bulk by chunks: what fails is told by its row, and nothing of it is left.

use hypostyle_core::{ErrorKind, Type, Value, ValueRef};
use hypostyle_testkit::{Bench, Outcome, cases, equal, fails, holds, ids_are};

cases! { "duckdb bulk":
    a_broken_constraint_is_told_by_its_row_and_leaves_nothing,
    a_row_that_fails_in_a_transaction_is_told_by_its_row_where_it_can_be,
    values_that_the_engine_turns_into_others_go_in_as_by_a_statement,
    columns_that_are_left_out_have_their_defaults,
    a_bulk_of_many_chunks_goes_in_whole,
    a_column_that_is_not_there_is_told,
    a_key_that_two_of_the_rows_share_is_told_at_the_second,
}

fn pairs<'a>(ids: impl Iterator<Item = i64>) -> impl Iterator<Item = [ValueRef<'a>; 2]> {
    ids.map(|id| [ValueRef::I64(id), ValueRef::I64(id * 10)])
}

async fn a_broken_constraint_is_told_by_its_row_and_leaves_nothing(bench: Bench) -> Outcome {
    let text = "CREATE TABLE parent (id BIGINT PRIMARY KEY); INSERT INTO parent VALUES (1); \
                CREATE TABLE t (id BIGINT PRIMARY KEY, v BIGINT NOT NULL CHECK (v < 70), \
                p BIGINT DEFAULT 1 REFERENCES parent (id))";
    bench.db.execute(text, ()).await?;
    let check = |rows: Vec<[Value; 3]>, kind, row: &'static str| {
        let db = &bench.db;
        async move {
            let rows: Vec<Vec<Value>> = rows.into_iter().map(|row| row.to_vec()).collect();
            let error = fails(db.insert_many("t", &["id", "v", "p"], &rows).await, kind)?;
            equal(error.context("row"), Some(row))?;
            ids_are(db, &[]).await
        }
    };
    let rows = |bad: usize, with: [Value; 3]| {
        let good = |at: i64| [Value::I64(at), Value::I64(1), Value::I64(1)];
        let mut rows: Vec<[Value; 3]> = (0..5_000).map(good).collect();
        rows[bad] = with;
        rows
    };
    let number = Value::I64;
    let twice = rows(4_000, [number(7), number(1), number(1)]);
    check(twice, ErrorKind::UniqueViolation, "4000").await?;
    let missing = rows(17, [number(17), Value::Null, number(1)]);
    check(missing, ErrorKind::NotNullViolation, "17").await?;
    let large = rows(2_049, [number(2_049), number(70), number(1)]);
    check(large, ErrorKind::CheckViolation, "2049").await?;
    let orphan = rows(4_999, [number(4_999), number(1), number(99)]);
    check(orphan, ErrorKind::ForeignKeyViolation, "4999").await
}

async fn a_row_that_fails_in_a_transaction_is_told_by_its_row_where_it_can_be(
    bench: Bench,
) -> Outcome {
    bench.table(Type::I64).await?;
    let mut bulk = bench.db.bulk_insert("t", &["id", "v"]).await?;
    let mut failed = Ok(());
    for row in pairs((0..20_000).chain([5])) {
        failed = bulk.push(row).await;
        if failed.is_err() {
            break;
        }
    }
    let failed = match failed {
        Ok(()) => bulk.finish().await.map(drop),
        failed => failed,
    };
    let error = fails(failed, ErrorKind::UniqueViolation)?;
    equal(error.context("row"), Some("20000"))?;
    ids_are(&bench.db, &[]).await
}

async fn values_that_the_engine_turns_into_others_go_in_as_by_a_statement(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id BIGINT, d DATE, v VARCHAR)", ()).await?;
    let rows = [
        vec![Value::Text("1".to_owned()), Value::Text("2024-02-29".to_owned()), Value::I64(7)],
        vec![Value::I64(2), Value::Null, Value::Text("x".to_owned())],
    ];
    bench.db.insert_many("t", &["id", "d", "v"], &rows).await?;
    let text = "SELECT id, d::VARCHAR, v FROM t ORDER BY id";
    let found = bench.db.fetch_all::<(i64, Option<String>, String)>(text, ()).await?;
    let first = (1, Some("2024-02-29".to_owned()), "7".to_owned());
    equal(found, [first, (2, None, "x".to_owned())])?;
    let bad = [vec![Value::Text("no day".to_owned())]];
    let error = fails(bench.db.insert_many("t", &["d"], &bad).await, ErrorKind::Data)?;
    equal(error.context("row"), Some("0"))
}

async fn columns_that_are_left_out_have_their_defaults(bench: Bench) -> Outcome {
    let text = "CREATE SEQUENCE s; CREATE TABLE t (a VARCHAR DEFAULT 'none', \
                id BIGINT DEFAULT nextval('s'), v BIGINT)";
    bench.db.execute(text, ()).await?;
    let rows = (0..3).map(|at| [ValueRef::I64(at)]);
    bench.db.insert_many("t", &["v"], rows).await?;
    let rows = [[ValueRef::I64(9), ValueRef::Text("x")]];
    bench.db.insert_many("t", &["v", "a"], rows).await?;
    let text = "SELECT id, a, v FROM t ORDER BY id";
    let found = bench.db.fetch_all::<(i64, String, i64)>(text, ()).await?;
    let none = || "none".to_owned();
    equal(found, [(1, none(), 0), (2, none(), 1), (3, none(), 2), (4, "x".to_owned(), 9)])
}

async fn a_bulk_of_many_chunks_goes_in_whole(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let outcome = bench.db.insert_many("t", &["id", "v"], pairs(0..100_000)).await?;
    equal(outcome.rows_affected, 100_000)?;
    let text = "SELECT count(*), sum(v)::BIGINT, max(id) FROM t";
    let found: (i64, i64, i64) = bench.db.fetch_one(text, ()).await?;
    equal(found, (100_000, 49_999_500_000, 99_999))
}

async fn a_column_that_is_not_there_is_told(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let error = bench.db.insert_many("t", &["id", "nothing"], pairs(0..2)).await;
    let error = fails(error, ErrorKind::Query)?;
    holds(error.message().contains("nothing"), error)
}

async fn a_key_that_two_of_the_rows_share_is_told_at_the_second(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id VARCHAR UNIQUE, v BIGINT)", ()).await?;
    let rows = ["a", "b", "c", "b", "d"].map(|id| [ValueRef::Text(id), ValueRef::I64(1)]);
    let error = bench.db.insert_many("t", &["id", "v"], rows).await;
    let error = fails(error, ErrorKind::UniqueViolation)?;
    equal((error.context("row"), error.columns()), (Some("3"), &["id".to_owned()][..]))
}
