//! NULL: where it sorts, how it is bound, what it equals.

use hypostyle_core::{ErrorKind, Type, Value, ValueRef, named, params};

use crate::{Bench, NullOrder, Outcome, cases, equal, fails};

cases! { "nulls":
    null_sorts_ascending_where_the_engine_says,
    null_sorts_descending_at_the_other_end,
    null_sorts_first_where_the_text_says_so,
    null_of_every_type_is_bound_and_comes_back,
    null_equals_nothing,
    null_is_null,
    null_is_unlike_any_other_in_a_unique_column,
    null_is_read_only_as_an_option,
    null_by_name_is_bound,
    null_in_the_middle_of_parameters_keeps_their_places,
    null_is_passed_over_by_aggregates,
}

/// Makes `t` with the values 2, NULL and 1.
async fn two_null_one(bench: &Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 2), (2, ?), (3, 1)", (None::<i64>,)).await?;
    Ok(())
}

async fn sorted(bench: &Bench, order: &str) -> Outcome<Vec<Option<i64>>> {
    two_null_one(bench).await?;
    let rows = bench.db.fetch_all::<(Option<i64>,)>(order, ()).await?;
    Ok(rows.into_iter().map(|(value,)| value).collect())
}

async fn null_sorts_ascending_where_the_engine_says(bench: Bench) -> Outcome {
    let expect = match bench.target.null_order() {
        NullOrder::First => [None, Some(1), Some(2)],
        NullOrder::Last | NullOrder::LastInBoth => [Some(1), Some(2), None],
    };
    equal(sorted(&bench, "SELECT v FROM t ORDER BY v").await?, expect)
}

async fn null_sorts_descending_at_the_other_end(bench: Bench) -> Outcome {
    let expect = match bench.target.null_order() {
        NullOrder::First | NullOrder::LastInBoth => [Some(2), Some(1), None],
        NullOrder::Last => [None, Some(2), Some(1)],
    };
    equal(sorted(&bench, "SELECT v FROM t ORDER BY v DESC").await?, expect)
}

async fn null_sorts_first_where_the_text_says_so(bench: Bench) -> Outcome {
    let order = "SELECT v FROM t ORDER BY v IS NOT NULL, v";
    equal(sorted(&bench, order).await?, [None, Some(1), Some(2)])
}

async fn null_of_every_type_is_bound_and_comes_back(bench: Bench) -> Outcome {
    let kinds = [
        Type::Bool,
        Type::I64,
        Type::F64,
        Type::Decimal,
        Type::Text,
        Type::Bytes,
        Type::Date,
        Type::Time,
        Type::Timestamp,
        Type::TimestampTz,
        Type::Uuid,
        Type::Json,
    ];
    for kind in kinds {
        bench.table(kind).await?;
        bench.db.execute("INSERT INTO t VALUES (1, ?)", (ValueRef::Null,)).await?;
        equal(bench.db.fetch_value::<Value>("SELECT v FROM t", ()).await?, Value::Null)?;
        bench.db.execute("DROP TABLE t", ()).await?;
    }
    Ok(())
}

async fn null_equals_nothing(bench: Bench) -> Outcome {
    two_null_one(&bench).await?;
    let text = "SELECT count(*) FROM t WHERE v = ? OR v <> ?";
    let none = None::<i64>;
    equal(bench.db.fetch_value::<i64>(text, (none, none)).await?, 0)
}

async fn null_is_null(bench: Bench) -> Outcome {
    two_null_one(&bench).await?;
    let text = "SELECT count(*) FROM t WHERE v IS NULL";
    equal(bench.db.fetch_value::<i64>(text, ()).await?, 1)?;
    equal(bench.db.fetch_value::<bool>("SELECT ? IS NULL", (None::<i64>,)).await?, true)
}

async fn null_is_unlike_any_other_in_a_unique_column(bench: Bench) -> Outcome {
    two_null_one(&bench).await?;
    bench.db.execute("CREATE UNIQUE INDEX t_v ON t (v)", ()).await?;
    bench.db.execute("INSERT INTO t VALUES (4, NULL)", ()).await?;
    let twice = bench.db.execute("INSERT INTO t VALUES (5, 2)", ()).await;
    fails(twice, ErrorKind::UniqueViolation)?;
    equal(bench.count().await?, 4)
}

async fn null_is_read_only_as_an_option(bench: Bench) -> Outcome {
    equal(bench.db.fetch_value::<Option<i64>>("SELECT NULL", ()).await?, None)?;
    fails(bench.db.fetch_value::<String>("SELECT NULL", ()).await, ErrorKind::Data).map(drop)
}

async fn null_by_name_is_bound(bench: Bench) -> Outcome {
    let value = named! { a: None::<&str> };
    equal(bench.db.fetch_value::<Option<String>>("SELECT :a", value).await?, None)
}

async fn null_in_the_middle_of_parameters_keeps_their_places(bench: Bench) -> Outcome {
    let found: (i64, Option<i64>, i64) =
        bench.db.fetch_one("SELECT ?, ?, ?", params![1, None::<i64>, 3]).await?;
    equal(found, (1, None, 3))
}

async fn null_is_passed_over_by_aggregates(bench: Bench) -> Outcome {
    two_null_one(&bench).await?;
    let found: (i64, i64, i64) =
        bench.db.fetch_one("SELECT count(*), count(v), sum(v) FROM t", ()).await?;
    equal(found, (3, 2, 3))
}
