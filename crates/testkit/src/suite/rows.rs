//! Rows: read by position and name, into tuples and types, dynamically.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hypostyle_core::{Columns, Error, ErrorKind, FromRow, OwnedRow, Result, Row, Type, Value};

use crate::{Bench, Outcome, cases, equal, fails, fails_with, holds};

cases! { "rows":
    a_column_is_read_by_position,
    a_column_is_read_by_name,
    a_name_is_found_without_regard_to_case,
    an_exact_name_wins_over_another_case,
    a_name_that_only_case_tells_apart_is_not_guessed,
    of_two_columns_of_one_name_the_first_is_read,
    a_missing_column_is_told_with_those_there_are,
    a_position_beyond_the_row_is_told,
    a_tuple_of_another_width_is_refused,
    a_tuple_of_another_width_is_refused_without_rows_too,
    the_only_row_is_read,
    no_row_is_told_where_one_is_asked_for,
    no_row_is_none_where_it_may_be_missing,
    a_second_row_is_told_where_one_is_asked_for,
    more_rows_than_allowed_are_told,
    a_type_is_planned_once_per_result,
    a_missing_field_is_told_without_any_row,
    a_row_owned_outlives_its_reply,
    a_row_is_written_as_json_exact_to_the_last_digit,
    rows_are_handed_to_a_function_one_by_one,
    an_error_of_the_function_ends_the_reading,
    a_stream_reads_more_rows_than_one_batch,
    a_stream_ends_and_stays_ended,
    a_half_read_stream_gives_its_connection_back,
    rows_come_in_the_order_asked_for,
    a_row_that_does_not_fit_leaves_the_connection_usable,
}

async fn a_column_is_read_by_position(bench: Bench) -> Outcome {
    let mut reply = bench.db.stream("SELECT 1, 'a'", ()).await?;
    let row = reply.next().await?.ok_or_else(|| Error::closed("row"))?;
    equal(row.get::<i64>(0)?, 1)?;
    equal(row.get::<&str>(1)?, "a")
}

async fn a_column_is_read_by_name(bench: Bench) -> Outcome {
    let row = bench.db.fetch_one::<OwnedRow>("SELECT 1 AS one, 'a' AS word", ()).await?;
    equal((row.get::<i64>("one")?, row.get::<&str>("word")?), (1, "a"))
}

async fn a_name_is_found_without_regard_to_case(bench: Bench) -> Outcome {
    let row = bench.db.fetch_one::<OwnedRow>("SELECT 1 AS one", ()).await?;
    equal(row.get::<i64>("ONE")?, 1)
}

async fn an_exact_name_wins_over_another_case(bench: Bench) -> Outcome {
    let text = format!("SELECT 1 AS {}, 2 AS {}", bench.quoted("A")?, bench.quoted("a")?);
    let row = bench.db.fetch_one::<OwnedRow>(&text, ()).await?;
    equal((row.get::<i64>("a")?, row.get::<i64>("A")?), (2, 1))
}

async fn a_name_that_only_case_tells_apart_is_not_guessed(bench: Bench) -> Outcome {
    let text = format!("SELECT 1 AS {}, 2 AS {}", bench.quoted("aB")?, bench.quoted("Ab")?);
    let row = bench.db.fetch_one::<OwnedRow>(&text, ()).await?;
    fails(row.get::<i64>("ab"), ErrorKind::Data).map(drop)
}

async fn of_two_columns_of_one_name_the_first_is_read(bench: Bench) -> Outcome {
    let row = bench.db.fetch_one::<OwnedRow>("SELECT 1 AS a, 2 AS a", ()).await?;
    equal(row.get::<i64>("a")?, 1)?;
    equal(row.values(), [Value::I64(1), Value::I64(2)])
}

async fn a_missing_column_is_told_with_those_there_are(bench: Bench) -> Outcome {
    let row = bench.db.fetch_one::<OwnedRow>("SELECT 1 AS id, 2 AS name", ()).await?;
    fails_with(row.get::<i64>("nmae"), ErrorKind::Data, "id, name").map(drop)
}

async fn a_position_beyond_the_row_is_told(bench: Bench) -> Outcome {
    let row = bench.db.fetch_one::<OwnedRow>("SELECT 1", ()).await?;
    fails_with(row.get::<i64>(1), ErrorKind::Data, "position 1").map(drop)
}

async fn a_tuple_of_another_width_is_refused(bench: Bench) -> Outcome {
    let read = bench.db.fetch_one::<(i64,)>("SELECT 1, 2", ()).await;
    fails_with(read, ErrorKind::Data, "2 columns").map(drop)
}

async fn a_tuple_of_another_width_is_refused_without_rows_too(bench: Bench) -> Outcome {
    let read = bench.db.fetch_all::<(i64,)>("SELECT 1, 2 WHERE 1 = 0", ()).await;
    fails(read, ErrorKind::Data).map(drop)
}

async fn the_only_row_is_read(bench: Bench) -> Outcome {
    equal(bench.db.fetch_one::<(i64, i64)>("SELECT 1, 2", ()).await?, (1, 2))
}

async fn no_row_is_told_where_one_is_asked_for(bench: Bench) -> Outcome {
    let read = bench.db.fetch_one::<(i64,)>("SELECT 1 WHERE 1 = 0", ()).await;
    fails(read, ErrorKind::RowNotFound).map(drop)
}

async fn no_row_is_none_where_it_may_be_missing(bench: Bench) -> Outcome {
    equal(bench.db.fetch_optional::<(i64,)>("SELECT 1 WHERE 1 = 0", ()).await?, None)
}

async fn a_second_row_is_told_where_one_is_asked_for(bench: Bench) -> Outcome {
    let read = bench.db.fetch_one::<(i64,)>("SELECT 1 UNION ALL SELECT 2", ()).await;
    fails(read, ErrorKind::Limit)?;
    bench.is_settled().await
}

async fn more_rows_than_allowed_are_told(bench: Bench) -> Outcome {
    let series = || bench.db.request(bench.target.series()).params((1000,));
    equal(series().rows_max(1000).fetch_all::<(i64,)>().await?.len(), 1000)?;
    fails_with(series().rows_max(999).fetch_all::<(i64,)>().await, ErrorKind::Limit, "999")?;
    bench.is_settled().await
}

/// Counts how often it is planned.
struct Planned(i64);

static PLANS: AtomicUsize = AtomicUsize::new(0);

impl FromRow for Planned {
    type Plan = usize;

    fn plan(columns: &Arc<Columns>) -> Result<usize> {
        PLANS.fetch_add(1, Ordering::Relaxed);
        columns.index("v")
    }

    fn read(row: Row<'_>, plan: &usize) -> Result<Self> {
        row.read(*plan).map(Self)
    }
}

async fn a_type_is_planned_once_per_result(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 10), (2, 20), (3, 30)", ()).await?;
    let before = PLANS.load(Ordering::Relaxed);
    let text = "SELECT id, v FROM t UNION ALL SELECT id, v FROM t";
    let rows = bench.db.fetch_all::<Planned>(text, ()).await?;
    let plans = PLANS.load(Ordering::Relaxed) - before;
    equal(rows.iter().map(|row| row.0).sum::<i64>(), 120)?;
    // Other targets may run the same case beside this one.
    holds((1..=4).contains(&plans), format!("planned {plans} times for 6 rows"))
}

async fn a_missing_field_is_told_without_any_row(bench: Bench) -> Outcome {
    let read = bench.db.fetch_all::<Planned>("SELECT 1 AS other WHERE 1 = 0", ()).await;
    fails_with(read.map(|rows| rows.len()), ErrorKind::Data, "`v`").map(drop)
}

async fn a_row_owned_outlives_its_reply(bench: Bench) -> Outcome {
    let rows = bench.db.fetch_all::<OwnedRow>(bench.target.series(), (2000,)).await?;
    bench.db.close().await?;
    equal(rows.last().map(|row| row.get::<i64>(0)).transpose()?, Some(2000))
}

async fn a_row_is_written_as_json_exact_to_the_last_digit(bench: Bench) -> Outcome {
    let text = "SELECT 9007199254740993 AS id, 'a\"b' AS word, NULL AS gone";
    let mut reply = bench.db.stream(text, ()).await?;
    let row = reply.next().await?.ok_or_else(|| Error::closed("row"))?;
    let mut json = String::new();
    holds(row.write_json(&mut json).is_ok(), "writing to a string")?;
    equal(json, r#"{"id":9007199254740993,"word":"a\"b","gone":null}"#)
}

async fn rows_are_handed_to_a_function_one_by_one(bench: Bench) -> Outcome {
    let mut sum = 0;
    let request = bench.db.request(bench.target.series()).params((1500,));
    let each = |row: Row<'_>| {
        sum += row.get::<i64>(0)?;
        Ok(())
    };
    request.for_each_row(each).await?;
    equal(sum, 1500 * 1501 / 2)
}

async fn an_error_of_the_function_ends_the_reading(bench: Bench) -> Outcome {
    let mut seen = 0;
    let each = |_: Row<'_>| {
        seen += 1;
        if seen == 600 { Err(Error::new(ErrorKind::Validation, "enough")) } else { Ok(()) }
    };
    let request = bench.db.request(bench.target.series()).params((1500,));
    fails(request.for_each_row(each).await, ErrorKind::Validation)?;
    equal(seen, 600)?;
    bench.is_settled().await
}

async fn a_stream_reads_more_rows_than_one_batch(bench: Bench) -> Outcome {
    let mut reply = bench.db.stream(bench.target.series(), (5000,)).await?;
    let mut expect = 0;
    while let Some(row) = reply.next().await? {
        expect += 1;
        equal(row.get::<i64>(0)?, expect)?;
    }
    equal(expect, 5000)
}

async fn a_stream_ends_and_stays_ended(bench: Bench) -> Outcome {
    let mut reply = bench.db.stream(bench.target.series(), (600,)).await?;
    while reply.next().await?.is_some() {}
    holds(reply.is_whole(), "a reply read to its end holds a connection")?;
    holds(reply.next().await?.is_none(), "a row after the end")?;
    equal(bench.db.pool().active, 0)
}

async fn a_half_read_stream_gives_its_connection_back(bench: Bench) -> Outcome {
    let mut reply = bench.db.stream(bench.target.series(), (100_000,)).await?;
    holds(reply.next().await?.is_some(), "a first row")?;
    equal(bench.db.pool().active, 1)?;
    drop(reply);
    bench.is_settled().await
}

async fn rows_come_in_the_order_asked_for(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 30), (2, 10), (3, 20)", ()).await?;
    let rows = bench.db.fetch_all::<(i64,)>("SELECT id FROM t ORDER BY v DESC", ()).await?;
    equal(rows, [(1,), (3,), (2,)])
}

async fn a_row_that_does_not_fit_leaves_the_connection_usable(bench: Bench) -> Outcome {
    let text = "SELECT 1 UNION ALL SELECT NULL UNION ALL SELECT 3";
    let mut transaction = bench.db.begin().await?;
    fails(transaction.fetch_all::<(i64,)>(text, ()).await, ErrorKind::Data)?;
    equal(transaction.fetch_value::<i64>("SELECT 1", ()).await?, 1)?;
    transaction.commit().await?;
    bench.is_settled().await
}
