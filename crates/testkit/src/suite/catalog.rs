//! The handle's own questions, its pool's figures, and its end.

use std::time::{Duration, Instant};

use hypostyle_core::{Date, ErrorKind, Name, PoolOptions, Timestamp, Type};
use hypostyle_schema::{Check, Column, Index, IndexPart, IndexedBy, Table, TableKind, create};

use crate::{Bench, Outcome, cases, equal, fails, fails_with, holds};

cases! { "catalog":
    a_table_is_found_by_name,
    a_view_is_found_as_a_table_is,
    a_table_that_is_not_there_is_not_found,
    a_table_is_found_by_a_name_that_looks_like_sql,
    a_described_table_is_created_with_its_keys_and_defaults,
    a_table_is_created_once,
    a_table_that_makes_no_sense_is_refused_before_it_is_sent,
    a_table_whose_index_fails_is_not_created,
    a_plan_is_shown_and_not_run [EXPLAIN],
    a_plan_takes_parameters [EXPLAIN],
    only_the_first_statement_is_planned_and_none_runs [EXPLAIN],
    a_database_is_healthy_until_it_is_closed,
    a_closed_database_refuses_every_call,
    a_database_closes_twice,
    closing_waits_for_what_is_under_way,
    closing_gives_up_waiting_and_says_so,
    calls_that_wait_for_a_connection_are_refused_when_it_closes,
    a_clone_shares_pool_and_end,
    the_pool_counts_what_is_in_use_and_idle,
    the_pool_counts_who_waits,
    the_pool_says_how_many_there_may_be,
}

async fn a_table_is_found_by_name(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    equal(bench.db.table_exists("t").await?, true)
}

async fn a_view_is_found_as_a_table_is(bench: Bench) -> Outcome {
    bench.db.execute("CREATE VIEW seen AS SELECT 1 AS one", ()).await?;
    equal(bench.db.table_exists("seen").await?, true)
}

async fn a_table_that_is_not_there_is_not_found(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    for name in ["u", "tt", "", "t "] {
        equal(bench.db.table_exists(name).await?, false)?;
    }
    Ok(())
}

async fn a_table_is_found_by_a_name_that_looks_like_sql(bench: Bench) -> Outcome {
    let name = "t'; DROP TABLE \"x\" -- ?";
    let quoted = bench.quoted(name)?;
    bench.db.execute(&format!("CREATE TABLE {quoted} (id INTEGER)"), ()).await?;
    equal(bench.db.table_exists(Name::from(name)).await?, true)
}

/// A table with a column of each kind that every engine stores.
fn described() -> Table {
    Table::new("t")
        .with(Column::new("id", Type::I64))
        .with(Column::new("name", Type::Text).not_null().default_to("'none'"))
        .with(Column::new("flag", Type::Bool))
        .with(Column::new("weight", Type::F64))
        .with(Column::new("data", Type::Bytes))
        .with(Column::new("day", Type::Date))
        .with(Column::new("moment", Type::Timestamp))
        .keyed_by(["id"])
}

fn index_by(by: IndexedBy) -> Index {
    let part = IndexPart { by, ..IndexPart::default() };
    Index { name: "by_it".to_owned(), parts: vec![part], ..Index::default() }
}

async fn a_described_table_is_created_with_its_keys_and_defaults(bench: Bench) -> Outcome {
    let mut table = described();
    table.checks.push(Check { expression: "weight >= 0".to_owned(), ..Check::default() });
    create(&bench.db, &table).await?;
    equal(bench.db.table_exists("t").await?, true)?;
    let (day, moment) = (Date::from_days(20_000), Timestamp::from_micros(1_000_000));
    let row = (1, true, 2.5, &[1_u8, 2][..], day, moment);
    let text = "INSERT INTO t (id, flag, weight, data, day, moment) VALUES (?, ?, ?, ?, ?, ?)";
    bench.db.execute(text, row).await?;
    let found: (i64, String, bool, f64, Vec<u8>, Date, Timestamp) =
        bench.db.fetch_one("SELECT * FROM t", ()).await?;
    equal(found, (1, "none".to_owned(), true, 2.5, vec![1, 2], day, moment))?;
    fails(bench.db.execute(text, row).await, ErrorKind::UniqueViolation)?;
    let nameless = bench.db.execute("INSERT INTO t (id, name) VALUES (2, NULL)", ()).await;
    fails(nameless, ErrorKind::NotNullViolation)?;
    let light = bench.db.execute("INSERT INTO t (id, weight) VALUES (3, -1)", ()).await;
    fails(light, ErrorKind::CheckViolation)?;
    equal(bench.count().await?, 1)
}

async fn a_table_is_created_once(bench: Bench) -> Outcome {
    create(&bench.db, &described()).await?;
    bench.db.execute("INSERT INTO t (id) VALUES (1)", ()).await?;
    fails(create(&bench.db, &described()).await, ErrorKind::Query)?;
    equal(bench.count().await?, 1)?;
    bench.is_settled().await
}

async fn a_table_that_makes_no_sense_is_refused_before_it_is_sent(bench: Bench) -> Outcome {
    fails(create(&bench.db, &Table::new("t")).await, ErrorKind::Validation)?;
    let keyed = described().keyed_by(["nobody"]);
    fails_with(create(&bench.db, &keyed).await, ErrorKind::Validation, "nobody")?;
    let mut indexed = described();
    indexed.indexes.push(index_by(IndexedBy::Column("nobody".to_owned())));
    fails_with(create(&bench.db, &indexed).await, ErrorKind::Validation, "nobody")?;
    let view = Table { kind: TableKind::View, ..described() };
    fails_with(create(&bench.db, &view).await, ErrorKind::Unsupported, "view")?;
    equal(bench.db.table_exists("t").await?, false)
}

async fn a_table_whose_index_fails_is_not_created(bench: Bench) -> Outcome {
    let index = index_by(IndexedBy::Expression("nobody(id)".to_owned()));
    let table = Table { indexes: vec![index], ..described() };
    holds(create(&bench.db, &table).await.is_err(), "an index by an unknown function")?;
    equal(bench.db.table_exists("t").await?, false)?;
    bench.is_settled().await
}

async fn a_plan_is_shown_and_not_run(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let lines = bench.db.explain("DELETE FROM t WHERE id = 1", ()).await?;
    holds(lines.concat().contains('t') && !lines.is_empty(), format!("{lines:?}"))?;
    equal(bench.count().await?, 1)
}

async fn a_plan_takes_parameters(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    holds(!bench.db.explain("SELECT v FROM t WHERE id = ?", (1,)).await?.is_empty(), "no line")
}

async fn only_the_first_statement_is_planned_and_none_runs(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let _ = bench.db.explain("SELECT 1; DELETE FROM t", ()).await;
    equal(bench.count().await?, 1)?;
    bench.is_settled().await
}

async fn a_database_is_healthy_until_it_is_closed(bench: Bench) -> Outcome {
    equal(bench.db.health_check().await, true)?;
    bench.db.close().await?;
    equal(bench.db.health_check().await, false)
}

async fn a_closed_database_refuses_every_call(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.close().await?;
    fails(bench.db.execute("SELECT 1", ()).await, ErrorKind::Closed)?;
    fails(bench.db.begin().await.map(drop), ErrorKind::Closed)?;
    fails(bench.db.begin_read_only().await.map(drop), ErrorKind::Closed)?;
    fails(bench.db.insert_many("t", &["id"], [[1.into()]]).await, ErrorKind::Closed)?;
    fails(bench.db.stream("SELECT 1", ()).await, ErrorKind::Closed).map(drop)
}

async fn a_database_closes_twice(bench: Bench) -> Outcome {
    bench.db.close().await?;
    Ok(bench.db.close().await?)
}

async fn closing_waits_for_what_is_under_way(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let closing = tokio::spawn({
        let db = bench.db.clone();
        async move { db.close().await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    holds(!closing.is_finished(), "closed over an open transaction")?;
    transaction.commit().await?;
    holds(matches!(closing.await, Ok(Ok(()))), "closing failed")?;
    if bench.target.is_shared() {
        let again = bench.again(PoolOptions::default()).await?;
        equal(again.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, 1)?;
    }
    Ok(())
}

async fn closing_gives_up_waiting_and_says_so(bench: Bench) -> Outcome {
    let acquire_timeout = Duration::from_secs(1);
    let bench = bench.with_pool(PoolOptions { acquire_timeout, ..PoolOptions::default() }).await?;
    let transaction = bench.db.begin().await?;
    let began = Instant::now();
    fails(bench.db.close().await, ErrorKind::PoolTimeout)?;
    holds(began.elapsed() < Duration::from_secs(20), "gave up late")?;
    drop(transaction);
    Ok(())
}

async fn calls_that_wait_for_a_connection_are_refused_when_it_closes(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    let holding = bench.db.begin().await?;
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let db = bench.db.clone();
            tokio::spawn(async move { db.begin().await.map(drop) })
        })
        .collect();
    crate::eventually("three wait", || bench.db.pool().waiting == 3).await?;
    let closing = tokio::spawn({
        let db = bench.db.clone();
        async move { db.close().await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    drop(holding);
    holds(matches!(closing.await, Ok(Ok(()))), "closing failed")?;
    for call in waiting {
        let ended = call.await.unwrap_or(Ok(()));
        fails(ended, ErrorKind::Closed)?;
    }
    Ok(())
}

async fn a_clone_shares_pool_and_end(bench: Bench) -> Outcome {
    let clone = bench.db.clone();
    let transaction = bench.db.begin().await?;
    equal(clone.pool().active, 1)?;
    drop(transaction);
    clone.close().await?;
    fails(bench.db.execute("SELECT 1", ()).await, ErrorKind::Closed).map(drop)
}

async fn the_pool_counts_what_is_in_use_and_idle(bench: Bench) -> Outcome {
    let first = bench.db.begin_read_only().await?;
    let second = bench.db.begin_read_only().await?;
    equal(bench.db.pool().active, 2)?;
    drop((first, second));
    crate::eventually("both are back", || bench.db.pool().active == 0).await?;
    holds(bench.db.pool().idle >= 2, format!("{:?}", bench.db.pool()))
}

async fn the_pool_counts_who_waits(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    let holding = bench.db.begin_read_only().await?;
    let db = bench.db.clone();
    let waiting = tokio::spawn(async move { db.begin_read_only().await.map(drop) });
    crate::eventually("one waits", || bench.db.pool().waiting == 1).await?;
    drop(holding);
    holds(matches!(waiting.await, Ok(Ok(()))), "the waiting call failed")?;
    equal(bench.db.pool().waiting, 0)
}

async fn the_pool_says_how_many_there_may_be(bench: Bench) -> Outcome {
    let options = PoolOptions { connections_max: 3, ..PoolOptions::default() };
    let bench = bench.with_pool(options).await?;
    let max = bench.db.pool().max;
    // A single writer is one connection beside the readers.
    holds((3..=4).contains(&max), max)
}
