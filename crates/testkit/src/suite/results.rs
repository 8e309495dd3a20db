//! Results: several statements in one text, what they did, and what one call answers as a value.

use hypostyle_core::{Error, ErrorKind, Type, named};

use crate::{Bench, Outcome, cases, equal, fails, holds};

cases! { "results":
    an_insert_says_how_many_rows_and_which_key,
    an_update_counts_the_rows_it_changed,
    a_delete_counts_the_rows_it_took,
    a_select_affects_no_rows,
    a_schema_change_affects_no_rows,
    returning_answers_rows_and_counts_them [RETURNING],
    returning_answers_the_rows_an_update_made [UPDATE_RETURNING],
    returning_writes_though_no_row_is_read [RETURNING],
    an_upsert_replaces_the_row [UPSERT],
    several_statements_answer_several_results [MULTIPLE_RESULTS],
    several_statements_are_counted_together [MULTIPLE_RESULTS],
    the_next_result_begins_past_rows_not_read [MULTIPLE_RESULTS],
    a_reply_dropped_early_leaves_the_rest_of_the_text_undone [MULTIPLE_RESULTS],
    an_error_in_the_middle_keeps_what_went_before [MULTIPLE_RESULTS],
    an_error_in_the_middle_of_a_transaction_is_undone_with_it [MULTIPLE_RESULTS],
    statements_share_parameters_by_position [MULTIPLE_RESULTS],
    statements_share_parameters_by_name [MULTIPLE_RESULTS],
    comments_and_semicolons_at_the_end_are_no_statement,
    an_empty_text_does_nothing,
    fetching_the_first_result_runs_the_statements_after_it [MULTIPLE_RESULTS],
    a_query_answers_rows_as_one_value,
    a_query_answers_the_rows_it_affected,
    a_failed_query_is_a_value_too,
    a_query_says_how_long_it_took,
    a_result_answers_its_first_row_and_a_column,
}

async fn three_rows(bench: &Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 10), (2, 20), (3, 30)", ()).await?;
    Ok(())
}

async fn an_insert_says_how_many_rows_and_which_key(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let outcome = bench.db.execute("INSERT INTO t VALUES (7, 1), (9, 2)", ()).await?;
    equal(outcome.rows_affected, 2)?;
    // Engines that do not say answer none.
    holds(matches!(outcome.last_insert_id, None | Some(9)), format!("{outcome:?}"))
}

async fn an_update_counts_the_rows_it_changed(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let outcome = bench.db.execute("UPDATE t SET v = v + 1 WHERE id > 1", ()).await?;
    equal((outcome.rows_affected, outcome.last_insert_id), (2, None))
}

async fn a_delete_counts_the_rows_it_took(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    equal(bench.db.execute("DELETE FROM t", ()).await?.rows_affected, 3)?;
    equal(bench.db.execute("DELETE FROM t", ()).await?.rows_affected, 0)
}

async fn a_select_affects_no_rows(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let outcome = bench.db.execute("SELECT * FROM t", ()).await?;
    equal((outcome.rows_affected, outcome.last_insert_id), (0, None))
}

async fn a_schema_change_affects_no_rows(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let outcome = bench.db.execute("CREATE TABLE u (id INTEGER)", ()).await?;
    equal((outcome.rows_affected, outcome.last_insert_id), (0, None))?;
    equal(bench.db.execute("DROP TABLE t", ()).await?.rows_affected, 0)
}

async fn returning_answers_rows_and_counts_them(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    for (text, expect) in [
        ("INSERT INTO t VALUES (4, 40), (5, 50) RETURNING v", [(40,), (50,)]),
        ("DELETE FROM t WHERE id < 3 RETURNING v", [(10,), (20,)]),
    ] {
        let mut reply = bench.db.stream(text, ()).await?;
        let mut values = reply.read_all::<(i64,)>(10).await?;
        values.sort_unstable();
        equal(values, expect)?;
        equal(reply.outcome().rows_affected, 2)?;
    }
    Ok(())
}

async fn returning_answers_the_rows_an_update_made(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let text = "UPDATE t SET v = v * 2 WHERE id < 3 RETURNING v";
    let mut reply = bench.db.stream(text, ()).await?;
    let mut values = reply.read_all::<(i64,)>(10).await?;
    values.sort_unstable();
    equal(values, [(20,), (40,)])?;
    equal(reply.outcome().rows_affected, 2)
}

async fn returning_writes_though_no_row_is_read(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    drop(bench.db.stream("DELETE FROM t RETURNING id", ()).await?);
    bench.is_settled().await?;
    equal(bench.count().await?, 0)
}

async fn an_upsert_replaces_the_row(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let text = bench.target.upsert();
    equal(bench.db.execute(text, (1, 99)).await?.rows_affected, 1)?;
    let value: i64 = bench.db.fetch_value("SELECT v FROM t WHERE id = 1", ()).await?;
    equal((value, bench.count().await?), (99, 3))
}

async fn several_statements_answer_several_results(bench: Bench) -> Outcome {
    let text = "SELECT 1 AS a; SELECT 2 AS b, 3 AS c; SELECT 4 AS d WHERE 1 = 0";
    let mut reply = bench.db.stream(text, ()).await?;
    let mut shapes = Vec::new();
    loop {
        let rows = reply.read_all::<hypostyle_core::OwnedRow>(10).await?.len();
        shapes.push((reply.columns().len(), rows));
        if !reply.next_result().await? {
            break;
        }
    }
    equal(shapes, [(1, 1), (2, 1), (1, 0)])
}

async fn several_statements_are_counted_together(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "INSERT INTO t VALUES (1, 1), (2, 2); SELECT * FROM t; DELETE FROM t WHERE id = 1";
    equal(bench.db.execute(text, ()).await?.rows_affected, 3)?;
    equal(bench.count().await?, 1)
}

async fn the_next_result_begins_past_rows_not_read(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let mut reply = bench.db.stream("SELECT id FROM t; SELECT 99", ()).await?;
    holds(reply.next().await?.is_some(), "a first row")?;
    holds(reply.next_result().await?, "a second result")?;
    equal(reply.next_as::<(i64,)>().await?, Some((99,)))
}

async fn a_reply_dropped_early_leaves_the_rest_of_the_text_undone(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    drop(bench.db.stream("DELETE FROM t WHERE id = 1; DELETE FROM t", ()).await?);
    bench.is_settled().await?;
    equal(bench.count().await?, 2)
}

async fn an_error_in_the_middle_keeps_what_went_before(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let text = "DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (2, 0); DELETE FROM t";
    fails(bench.db.execute(text, ()).await, ErrorKind::UniqueViolation)?;
    equal(bench.count().await?, 2)?;
    bench.is_settled().await
}

async fn an_error_in_the_middle_of_a_transaction_is_undone_with_it(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let mut transaction = bench.db.begin().await?;
    let text = "DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (2, 0)";
    fails(transaction.execute(text, ()).await, ErrorKind::UniqueViolation)?;
    transaction.rollback().await?;
    equal(bench.count().await?, 3)
}

async fn statements_share_parameters_by_position(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "INSERT INTO t VALUES (?, ?); UPDATE t SET v = ? WHERE id = ?";
    bench.db.execute(text, (1, 2, 3, 1)).await?;
    equal(bench.db.fetch_value::<i64>("SELECT v FROM t", ()).await?, 3)
}

async fn statements_share_parameters_by_name(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "INSERT INTO t VALUES (:id, :v); UPDATE t SET v = :v + 1 WHERE id = :id";
    bench.db.execute(text, named! { v: 2, id: 1 }).await?;
    equal(bench.db.fetch_value::<i64>("SELECT v FROM t WHERE id = 1", ()).await?, 3)
}

async fn comments_and_semicolons_at_the_end_are_no_statement(bench: Bench) -> Outcome {
    let mut reply = bench.db.stream("SELECT 1; ; -- the end\n /* really */ ;", ()).await?;
    equal(reply.next_as::<(i64,)>().await?, Some((1,)))?;
    holds(!reply.next_result().await?, "a second result")
}

async fn an_empty_text_does_nothing(bench: Bench) -> Outcome {
    for text in ["", "  ", ";", "-- nothing"] {
        equal(bench.db.execute(text, ()).await?.rows_affected, 0)?;
    }
    Ok(())
}

async fn fetching_the_first_result_runs_the_statements_after_it(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let text = "SELECT count(*) FROM t; DELETE FROM t";
    equal(bench.db.fetch_value::<i64>(text, ()).await?, 3)?;
    equal(bench.count().await?, 0)
}

async fn a_query_answers_rows_as_one_value(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let result = bench.db.query("SELECT id, v FROM t WHERE id <= ? ORDER BY id", (2,)).await;
    holds(result.success && result.error.is_none(), format!("{:?}", result.error))?;
    equal((result.row_count, result.rows.len(), result.error_message), (2, 2, None))
}

async fn a_query_answers_the_rows_it_affected(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let result = bench.db.query("UPDATE t SET v = 0", ()).await;
    equal((result.success, result.row_count, result.rows.len()), (true, 3, 0))
}

async fn a_failed_query_is_a_value_too(bench: Bench) -> Outcome {
    let result = bench.db.query("SELECT * FROM no_such_table", ()).await;
    equal((result.success, result.row_count, result.rows.len()), (false, 0, 0))?;
    equal(result.error.as_ref().map(Error::kind), Some(ErrorKind::Query))?;
    let message = result.error_message.unwrap_or_default();
    holds(message.contains("no_such_table"), message)
}

async fn a_query_says_how_long_it_took(bench: Bench) -> Outcome {
    let result = bench.db.query(bench.target.series(), (20_000,)).await;
    let took_ms = result.execution_time_ms;
    holds(took_ms > 0.0 && took_ms < 60_000.0, format!("{took_ms} ms"))
}

async fn a_result_answers_its_first_row_and_a_column(bench: Bench) -> Outcome {
    three_rows(&bench).await?;
    let result = bench.db.query("SELECT id, v FROM t ORDER BY id", ()).await;
    let first = result.first_row().map(|row| row.get::<i64>("v")).transpose()?;
    equal(first, Some(10))?;
    let values: Vec<String> = result.column_values("V").iter().map(|v| v.to_json()).collect();
    equal(values, ["10", "20", "30"])?;
    equal(result.column_values("other").len(), 0)
}
