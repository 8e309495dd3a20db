//! Sizes: very long, very wide, very many, very deep, and nothing at all.

use hypostyle_core::{
    Capability, Error, ErrorKind, Intent, Named, OwnedRow, PoolStatus, Type, Value, ValueRef,
};

use crate::{Bench, Outcome, cases, equal, fails, holds};

cases! { "sizes":
    a_text_of_sixteen_megabytes_comes_back,
    bytes_of_sixteen_megabytes_come_back,
    texts_of_sixteen_megabytes_go_in_as_bulk,
    bytes_of_sixteen_megabytes_go_in_for_each_row,
    a_document_of_sixteen_megabytes_comes_back,
    a_thousand_parameters_by_name_are_bound,
    a_statement_of_a_megabyte_runs_or_is_refused,
    as_many_columns_as_a_table_may_have_come_back,
    one_column_too_many_is_refused,
    rows_as_wide_as_a_table_go_in_as_bulk,
    a_result_without_rows_has_all_its_columns,
    a_result_without_columns_has_rows_or_is_refused,
    an_aggregate_over_nothing_is_one_row,
    two_thousand_small_results_come_one_by_one [MULTIPLE_RESULTS],
    two_thousand_small_replies_hold_nothing,
    very_many_tables_are_found,
    a_key_of_two_thousand_bytes_is_found,
    fifty_levels_of_brackets_are_read,
    fifty_levels_of_queries_are_read,
    a_hundred_thousand_levels_are_refused_and_harm_nobody,
    a_document_of_as_many_levels_as_the_engine_takes_comes_back,
    a_hundred_thousand_rows_are_grouped_and_joined,
}

const LONG_BYTES: usize = 16 * 1024 * 1024;

/// A text of 16 MB in which no two parts are alike, with characters of several bytes.
fn long_text() -> String {
    let mut text = String::with_capacity(LONG_BYTES + 16);
    let mut number = 0_u64;
    while text.len() < LONG_BYTES {
        text += &format!("{number:x}é🦀");
        number += 1;
    }
    text
}

/// Bytes of 16 MB, of every value, not repeating soon.
fn long_bytes() -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..LONG_BYTES).map(|_| next()).collect()
}

async fn a_text_of_sixteen_megabytes_comes_back(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let text = long_text();
    let alone = bench.db.fetch_value::<String>("SELECT ?", (&text,)).await?;
    holds(alone == text, "a parameter came back otherwise")?;
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (&text,)).await?;
    let stored = bench.db.fetch_value::<String>("SELECT v FROM t", ()).await?;
    holds(stored == text, "what was stored came back otherwise")?;
    bench.is_settled().await
}

async fn bytes_of_sixteen_megabytes_come_back(bench: Bench) -> Outcome {
    bench.table(Type::Bytes).await?;
    let bytes = long_bytes();
    let alone = bench.db.fetch_value::<Value>("SELECT ?", (&bytes,)).await?;
    let bytes_of = |value: Value| crate::read_as(value.as_ref(), &Value::Bytes(Vec::new()));
    holds(bytes_of(alone) == Value::Bytes(bytes.clone()), "a parameter came back otherwise")?;
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (&bytes,)).await?;
    let stored = bench.db.fetch_value::<Vec<u8>>("SELECT v FROM t", ()).await?;
    holds(stored == bytes, "what was stored came back otherwise")?;
    bench.is_settled().await
}

async fn texts_of_sixteen_megabytes_go_in_as_bulk(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let text = long_text();
    let rows = (0..2).map(|id| [ValueRef::I64(id), ValueRef::Text(&text)]);
    equal(bench.db.insert_many("t", &["id", "v"], rows).await?.rows_affected, 2)?;
    let rows = bench.db.fetch_all::<(String,)>("SELECT v FROM t", ()).await?;
    holds(rows.len() == 2 && rows.iter().all(|(row,)| *row == text), "texts came back otherwise")
}

async fn bytes_of_sixteen_megabytes_go_in_for_each_row(bench: Bench) -> Outcome {
    bench.table(Type::Bytes).await?;
    let bytes = long_bytes();
    let rows = (0..2).map(|id| [ValueRef::I64(id), ValueRef::Bytes(&bytes)]);
    bench.db.execute_many("INSERT INTO t VALUES (?, ?)", rows).await?;
    let rows = bench.db.fetch_all::<(Vec<u8>,)>("SELECT v FROM t", ()).await?;
    holds(rows.len() == 2 && rows.iter().all(|(row,)| *row == bytes), "bytes came back otherwise")
}

async fn a_document_of_sixteen_megabytes_comes_back(bench: Bench) -> Outcome {
    let document = Value::Json(format!("[\"{}\"]", long_text()));
    bench.table(Type::Json).await?;
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (&document,)).await?;
    let stored = bench.db.fetch_value::<Value>("SELECT v FROM t", ()).await?;
    holds(bench.same(stored.as_ref(), document.as_ref()), "the document came back otherwise")
}

async fn a_thousand_parameters_by_name_are_bound(bench: Bench) -> Outcome {
    let names: Vec<String> = (0..1_000).map(|at| format!("p{at}")).collect();
    let values = names.iter().zip(0..).map(|(name, at)| (name.as_str(), ValueRef::I64(at)));
    let marks: Vec<String> = names.iter().rev().map(|name| format!("(:{name} + 0)")).collect();
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (0, 0), (500, 0), (1000, 0)", ()).await?;
    let text = format!("SELECT count(*) FROM t WHERE id IN ({})", marks.join(", "));
    let found = bench.db.fetch_value::<i64>(&text, Named(values.collect())).await?;
    equal(found, 2)
}

async fn a_statement_of_a_megabyte_runs_or_is_refused(bench: Bench) -> Outcome {
    for bytes in [100_000, 4 * 1024 * 1024] {
        let text = format!("SELECT /* {} */ ?", "x".repeat(bytes));
        match bench.db.fetch_value::<i64>(&text, (7,)).await {
            Ok(seven) => equal(seven, 7)?,
            refusal => {
                holds(bytes > 100_000, "a statement of 100 kB is nothing special")?;
                fails(refusal, ErrorKind::Limit)?;
            }
        }
    }
    bench.is_settled().await
}

/// Makes `t` with so many columns, `c0` and on; answers their names.
async fn wide(bench: &Bench, columns: usize) -> hypostyle_core::Result<Vec<String>> {
    let names: Vec<String> = (0..columns).map(|at| format!("c{at}")).collect();
    let text = format!("CREATE TABLE t ({} INTEGER)", names.join(" INTEGER, "));
    bench.db.execute(&text, ()).await?;
    Ok(names)
}

/// Inserts rows into the wide table, of the numbers of their columns.
async fn wide_rows(bench: &Bench, names: &[String], rows: usize) -> Outcome {
    let columns: Vec<&str> = names.iter().map(String::as_str).collect();
    let row: Vec<ValueRef<'_>> = (0..).take(names.len()).map(ValueRef::I64).collect();
    let rows = std::iter::repeat_n(row.as_slice(), rows);
    bench.db.insert_many("t", &columns, rows).await?;
    Ok(())
}

async fn as_many_columns_as_a_table_may_have_come_back(bench: Bench) -> Outcome {
    let names = wide(&bench, bench.target.columns_max()).await?;
    wide_rows(&bench, &names, 1).await?;
    let row = bench.db.fetch_one::<OwnedRow>("SELECT * FROM t", ()).await?;
    equal(row.values().len(), names.len())?;
    for (at, name) in names.iter().enumerate() {
        equal(row.get::<usize>(at)?, at)?;
        equal(&*row.columns()[at].name, name.as_str())?;
    }
    Ok(())
}

async fn one_column_too_many_is_refused(bench: Bench) -> Outcome {
    let error = match wide(&bench, bench.target.columns_max() + 1).await {
        Ok(_) if bench.target.has_endless_columns() => return bench.is_settled().await,
        Ok(_) => return holds(false, "the table was made"),
        Err(error) => error,
    };
    holds(matches!(error.kind(), ErrorKind::Query | ErrorKind::Limit), &error)?;
    equal(bench.db.table_exists("t").await?, false)
}

async fn rows_as_wide_as_a_table_go_in_as_bulk(bench: Bench) -> Outcome {
    let names = wide(&bench, bench.target.columns_max()).await?;
    // Far more values than one statement has parameters.
    wide_rows(&bench, &names, 100).await?;
    let last = names.last().map_or("", String::as_str);
    let text = format!("SELECT count(*), sum(c1), sum({last}) FROM t");
    let found = bench.db.fetch_one::<(usize, usize, usize)>(&text, ()).await?;
    equal(found, (100, 100, 100 * (names.len() - 1)))
}

async fn a_result_without_rows_has_all_its_columns(bench: Bench) -> Outcome {
    let names = wide(&bench, bench.target.columns_max()).await?;
    let mut reply = bench.db.stream("SELECT * FROM t", ()).await?;
    equal(reply.columns().len(), names.len())?;
    holds(reply.next().await?.is_none(), "a row")?;
    equal(reply.columns().len(), names.len())
}

async fn a_result_without_columns_has_rows_or_is_refused(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)", ()).await?;
    match bench.db.fetch_all::<OwnedRow>("SELECT FROM t", ()).await {
        Ok(rows) => {
            equal(rows.len(), 3)?;
            equal(rows.iter().map(|row| row.values().len()).sum::<usize>(), 0)
        }
        refusal => fails(refusal, ErrorKind::Query).map(drop),
    }
}

async fn an_aggregate_over_nothing_is_one_row(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "SELECT count(*), sum(v), min(v) FROM t";
    let found = bench.db.fetch_one::<(i64, Option<i64>, Option<i64>)>(text, ()).await?;
    equal(found, (0, None, None))
}

async fn two_thousand_small_results_come_one_by_one(bench: Bench) -> Outcome {
    let text: String = (0..2_000).map(|number| format!("SELECT {number};")).collect();
    let mut reply = bench.db.stream(&text, ()).await?;
    for number in 0..2_000 {
        equal(reply.next_as::<(i64,)>().await?, Some((number,)))?;
        holds(reply.next().await?.is_none(), "a second row")?;
        equal(reply.next_result().await?, number < 1_999)?;
    }
    drop(reply);
    bench.is_settled().await
}

async fn two_thousand_small_replies_hold_nothing(bench: Bench) -> Outcome {
    bench.is_settled().await?;
    let before = bench.db.pool();
    for number in 0..2_000_i64 {
        let mut reply = bench.db.stream("SELECT 0 + ?", (number,)).await?;
        equal(reply.next_as::<(i64,)>().await?, Some((number,)))?;
    }
    bench.is_settled().await?;
    let after = bench.db.pool();
    // An engine may have made a connection that reads share.
    let held = |pool: PoolStatus| (pool.active, pool.waiting, pool.max);
    equal(held(after), held(before))?;
    holds(after.idle <= before.idle + 1, format!("{after:?}"))
}

async fn very_many_tables_are_found(bench: Bench) -> Outcome {
    // Made in one session, and where tables are data in one transaction.
    let mut session = bench.db.session(Intent::Write).await?;
    let is_one = bench.can(Capability::TRANSACTIONAL_DDL);
    if is_one {
        session.execute("BEGIN", ()).await?;
    }
    // Each is a file of its own otherwise.
    let count = if is_one { 1_000 } else { 250 };
    for number in 0..count {
        session.execute(&format!("CREATE TABLE t{number} (id INTEGER)"), ()).await?;
    }
    if is_one {
        session.execute("COMMIT", ()).await?;
    }
    drop(session);
    for number in (0..=count).step_by(50) {
        equal(bench.db.table_exists(format!("t{number}").as_str()).await?, number < count)?;
    }
    Ok(())
}

async fn a_key_of_two_thousand_bytes_is_found(bench: Bench) -> Outcome {
    // Hexadecimal digits of a hash: no engine makes them shorter by compressing.
    let key: String = long_bytes()[..1_000].iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("CREATE TABLE t (id {} PRIMARY KEY)", bench.target.text_key());
    bench.db.execute(&text, ()).await?;
    bench.db.execute("INSERT INTO t VALUES (?), (?)", (&key, &key[1..])).await?;
    let count = "SELECT count(*) FROM t WHERE id = ?";
    equal(bench.db.fetch_value::<i64>(count, (&key,)).await?, 1)?;
    let twice = bench.db.execute("INSERT INTO t VALUES (?)", (&key,)).await;
    fails(twice, ErrorKind::UniqueViolation).map(drop)
}

async fn fifty_levels_of_brackets_are_read(bench: Bench) -> Outcome {
    let text = format!("SELECT {}? + 0{}", "(".repeat(50), ")".repeat(50));
    equal(bench.db.fetch_value::<i64>(&text, (7,)).await?, 7)
}

async fn fifty_levels_of_queries_are_read(bench: Bench) -> Outcome {
    let query = (0..50).fold("SELECT ? + 0 AS v".to_owned(), |inner, level| {
        format!("SELECT v FROM ({inner}) s{level}")
    });
    equal(bench.db.fetch_value::<i64>(&query, (7,)).await?, 7)
}

async fn a_hundred_thousand_levels_are_refused_and_harm_nobody(bench: Bench) -> Outcome {
    let levels = 100_000;
    for (open, close) in [("(", ")"), ("- ", ""), ("NOT ", "")] {
        let text = format!("SELECT {}1{}", open.repeat(levels), close.repeat(levels));
        if let Err(error) = bench.db.execute(&text, ()).await {
            holds(matches!(error.kind(), ErrorKind::Query | ErrorKind::Limit), &error)?;
        }
        bench.is_settled().await?;
    }
    Ok(())
}

async fn a_document_of_as_many_levels_as_the_engine_takes_comes_back(bench: Bench) -> Outcome {
    let nested = |levels| Value::Json(format!("{}1{}", "[".repeat(levels), "]".repeat(levels)));
    let levels_max = bench.target.document_levels_max();
    bench.table(Type::Json).await?;
    let document = nested(levels_max);
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (&document,)).await?;
    equal(bench.db.fetch_value::<Value>("SELECT v FROM t", ()).await?, document)?;
    if levels_max < 1_000 {
        let deeper = bench.db.execute("INSERT INTO t VALUES (2, ?)", (&nested(1_000),)).await;
        let error = deeper.err().ok_or_else(|| Error::closed("limit"))?;
        let kinds = [ErrorKind::Data, ErrorKind::CheckViolation, ErrorKind::Limit];
        holds(kinds.contains(&error.kind()), error)?;
    }
    equal(bench.count().await?, 1)
}

async fn a_hundred_thousand_rows_are_grouped_and_joined(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let rows = (0..100_000).map(|id| [ValueRef::I64(id), ValueRef::I64(id % 1_000)]);
    bench.db.insert_many("t", &["id", "v"], rows).await?;
    let text = "SELECT a.v, count(*) FROM t a JOIN t b ON b.id = a.v \
                GROUP BY a.v ORDER BY a.v DESC";
    let rows = bench.db.fetch_all::<(i64, i64)>(text, ()).await?;
    equal((rows.len(), rows[0], rows[999]), (1_000, (999, 100), (0, 100)))
}
