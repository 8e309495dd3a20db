//! Behaviours particular to SQLite: settings, read-only by the engine, its own types.

use std::time::Duration;

use hypostyle_core::{
    Capability, ErrorKind, Intent, NativeFormat, PoolOptions, Retry, Type, Value, ValueRef,
};
use hypostyle_testkit::{
    Bench, Outcome, cases, drop_at, equal, fails, fails_with, holds, ids_are, refused,
};

use crate::targets::{folder, open, url};

cases! { "sqlite":
    the_capabilities_are_these,
    a_reader_denies_attach_by_the_engine,
    a_reader_denies_pragmas_that_change_settings,
    a_reader_allows_pragmas_that_read,
    a_reader_denies_temporary_tables,
    a_reader_stays_read_only_when_its_text_claims_otherwise,
    an_explained_pragma_changes_nothing,
    a_changed_setting_is_gone_for_the_next_caller,
    a_temporary_table_is_gone_for_the_next_caller,
    an_attached_database_is_gone_for_the_next_caller,
    a_setting_lasts_as_long_as_its_transaction,
    foreign_keys_are_enforced_by_default,
    foreign_keys_can_be_switched_off,
    invalid_text_comes_back_as_native_bytes,
    a_uuid_stored_as_bytes_is_read_as_one,
    a_value_that_breaks_its_columns_promise_is_answered_as_stored,
    decimals_in_a_text_column_keep_every_digit,
    numbers_in_json_text_keep_every_digit,
    a_statement_cache_of_one_serves_everything,
    a_unique_index_on_an_expression_is_named,
    a_full_database_is_told_and_its_transaction_is_gone,
    used_up_keys_are_told_apart_from_a_full_disk,
    a_trigger_that_raises_is_a_check_violation,
    a_text_for_an_integer_key_is_refused,
    a_busy_writer_elsewhere_answers_locked_after_its_patience,
    a_busy_writer_elsewhere_is_waited_for,
    a_write_upon_a_read_that_is_out_of_date_is_a_conflict,
    a_journal_that_is_no_log_works_too,
    a_text_with_a_bom_runs,
    an_offloaded_statement_answers_the_same,
    an_offloaded_endless_statement_dropped_at_its_first_await_stops,
    a_closed_database_stops_what_was_dropped,
    the_engine_is_recent,
}

/// A flipped flag shows here, for whoever reviews it.
async fn the_capabilities_are_these(bench: Bench) -> Outcome {
    let can = "sql, transactions, savepoints, transactional_ddl, read_only_transactions, \
               serializable, snapshot, read_committed, returning, upsert, multiple_results, \
               interrupt, json, full_text, strict_tables, explain, single_writer, \
               statement_rollback, nul_in_text, nanoseconds, vectors, read_only_intent, \
               deferrable_constraints, infinities, intervals, text_keys, error_positions, uuids, \
               verbatim_json, unrounded, typed_parameters, update_returning";
    let cannot = "unsigned_64, integer_128, exact_decimal, nan, nested, signed_zero, analyze, \
                  unbounded_decimal, any_depth";
    let all = Capability::ALL.iter().fold(Capability::default(), |all, (flag, _)| all | *flag);
    let capability = bench.db.engine().capability;
    equal(capability.to_string().as_str(), can)?;
    equal(all.without(capability).to_string().as_str(), cannot)
}

async fn read(bench: &Bench, text: &str) -> hypostyle_core::Result<hypostyle_core::Outcome> {
    bench.db.request(text).intent(Intent::Read).execute().await
}

async fn a_reader_denies_attach_by_the_engine(bench: Bench) -> Outcome {
    for text in ["ATTACH ':memory:' AS other", "DETACH main", "VACUUM INTO '/tmp/copy.db'"] {
        let denied = read(&bench, text).await;
        let kind = denied.as_ref().err().map(hypostyle_core::Error::kind);
        let kinds = [Some(ErrorKind::Permission), Some(ErrorKind::ReadOnly)];
        holds(kinds.contains(&kind), format!("{text}: {denied:?}"))?;
    }
    let mut transaction = bench.db.begin_read_only().await?;
    fails(transaction.execute("ATTACH ':memory:' AS other", ()).await, ErrorKind::Permission)?;
    Ok(transaction.rollback().await?)
}

async fn a_reader_denies_pragmas_that_change_settings(bench: Bench) -> Outcome {
    for text in [
        "PRAGMA query_only = OFF",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 7",
        "PRAGMA writable_schema(1)",
        "PRAGMA main.synchronous = OFF",
    ] {
        fails(read(&bench, text).await, ErrorKind::Permission)?;
    }
    let text = "PRAGMA user_version";
    equal(bench.db.fetch_value::<i64>(text, ()).await?, 0)
}

async fn a_reader_allows_pragmas_that_read(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    for text in ["PRAGMA table_info(t)", "PRAGMA user_version", "PRAGMA integrity_check(1)"] {
        read(&bench, text).await?;
    }
    let text = "SELECT count(*) FROM pragma_table_info('t')";
    equal(bench.db.fetch_value::<i64>(text, ()).await?, 2)
}

async fn a_reader_denies_temporary_tables(bench: Bench) -> Outcome {
    fails(read(&bench, "CREATE TEMP TABLE x (id INTEGER)").await, ErrorKind::Permission).map(drop)
}

async fn a_reader_stays_read_only_when_its_text_claims_otherwise(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "PRAGMA query_only = OFF; INSERT INTO t VALUES (1, 1)";
    fails(read(&bench, text).await, ErrorKind::Permission)?;
    fails(read(&bench, "INSERT INTO t VALUES (1, 1)").await, ErrorKind::ReadOnly)?;
    ids_are(&bench.db, &[]).await
}

async fn an_explained_pragma_changes_nothing(bench: Bench) -> Outcome {
    let _ = bench.db.explain("PRAGMA foreign_keys = OFF", ()).await;
    let _ = bench.db.execute("EXPLAIN PRAGMA foreign_keys = OFF", ()).await;
    for _ in 0..3 {
        equal(writer_setting(&bench, "PRAGMA foreign_keys").await?, 1)?;
    }
    Ok(())
}

/// Answers a setting of the writing connection.
async fn writer_setting(bench: &Bench, pragma: &str) -> Outcome<i64> {
    let request = bench.db.request(pragma).intent(Intent::Write);
    Ok(request.fetch_value::<i64>().await?)
}

async fn a_changed_setting_is_gone_for_the_next_caller(bench: Bench) -> Outcome {
    bench.db.execute("PRAGMA foreign_keys = OFF", ()).await?;
    equal(writer_setting(&bench, "PRAGMA foreign_keys").await?, 1)?;
    bench.db.execute("PRAGMA cache_size = 7; SELECT 1", ()).await?;
    holds(writer_setting(&bench, "PRAGMA cache_size").await? != 7, "the cache size stayed")
}

async fn a_temporary_table_is_gone_for_the_next_caller(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TEMP TABLE x (id INTEGER)", ()).await?;
    let insert = bench.db.execute("INSERT INTO x VALUES (1)", ()).await;
    fails(insert, ErrorKind::Query).map(drop)
}

async fn an_attached_database_is_gone_for_the_next_caller(bench: Bench) -> Outcome {
    bench.db.execute("ATTACH ':memory:' AS other", ()).await?;
    let create = bench.db.execute("CREATE TABLE other.x (id INTEGER)", ()).await;
    fails(create, ErrorKind::Query).map(drop)
}

async fn a_setting_lasts_as_long_as_its_transaction(bench: Bench) -> Outcome {
    let mut transaction = bench.db.begin().await?;
    transaction.execute("CREATE TEMP TABLE x (id INTEGER)", ()).await?;
    transaction.execute("INSERT INTO x VALUES (1)", ()).await?;
    equal(transaction.fetch_value::<i64>("SELECT count(*) FROM x", ()).await?, 1)?;
    transaction.commit().await?;
    fails(bench.db.execute("DELETE FROM x", ()).await, ErrorKind::Query)?;
    bench.is_settled().await
}

async fn foreign_keys_are_enforced_by_default(bench: Bench) -> Outcome {
    equal(writer_setting(&bench, "PRAGMA foreign_keys").await?, 1)
}

async fn foreign_keys_can_be_switched_off(_: Bench) -> Outcome {
    let folder = folder()?;
    let place = url(&folder.path().join("x.db"), "?foreign_keys=off");
    let db = open(&place, PoolOptions::default()).await?;
    let text = "CREATE TABLE t (id INTEGER, v INTEGER REFERENCES nowhere (id)); \
                INSERT INTO t VALUES (1, 99)";
    db.execute(text, ()).await?;
    ids_are(&db, &[1]).await
}

async fn invalid_text_comes_back_as_native_bytes(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    bench.db.execute("INSERT INTO t VALUES (1, CAST(x'61ff62' AS TEXT))", ()).await?;
    let value = bench.db.fetch_value::<Value>("SELECT v FROM t", ()).await?;
    match &value {
        Value::Native(native) => {
            let native = native.as_ref();
            equal((native.type_name(), native.format()), ("TEXT", NativeFormat::Binary))?;
            equal(native.bytes(), b"a\xffb".as_slice())?;
        }
        other => holds(false, format!("{other:?} is no native value"))?,
    }
    fails(bench.db.fetch_value::<String>("SELECT v FROM t", ()).await, ErrorKind::Data)?;
    bench.db.execute("INSERT INTO t VALUES (2, ?)", (&value,)).await?;
    let same = "SELECT a.v = b.v FROM t a, t b WHERE a.id = 1 AND b.id = 2";
    equal(bench.db.fetch_value::<bool>(same, ()).await?, true)
}

async fn a_uuid_stored_as_bytes_is_read_as_one(bench: Bench) -> Outcome {
    bench.table(Type::Uuid).await?;
    let uuid = hypostyle_core::Uuid::from_u128(0x0123_4567_89ab_cdef);
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (&uuid.as_bytes()[..],)).await?;
    equal(bench.db.fetch_value::<Value>("SELECT v FROM t", ()).await?, Value::Uuid(uuid))
}

async fn a_value_that_breaks_its_columns_promise_is_answered_as_stored(bench: Bench) -> Outcome {
    for (kind, stored) in [
        (Type::Bool, Value::I64(7)),
        (Type::Date, Value::Text("tomorrow".into())),
        (Type::Uuid, Value::Text("no uuid".into())),
        (Type::Decimal, Value::Text("a lot".into())),
        (Type::I64, Value::Text("many".into())),
        (Type::Vector, Value::Bytes(vec![1, 2, 3])),
    ] {
        bench.table(kind).await?;
        bench.db.execute("INSERT INTO t VALUES (1, ?)", (&stored,)).await?;
        equal(bench.db.fetch_value::<Value>("SELECT v FROM t", ()).await?, stored)?;
        bench.db.execute("DROP TABLE t", ()).await?;
    }
    Ok(())
}

async fn decimals_in_a_text_column_keep_every_digit(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let text = "12345678901234567890.123456789000";
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (text,)).await?;
    let read = bench.db.fetch_value::<hypostyle_core::Decimal>("SELECT v FROM t", ()).await?;
    equal(read.to_string().as_str(), text)
}

async fn numbers_in_json_text_keep_every_digit(bench: Bench) -> Outcome {
    let text = "SELECT json_extract('{\"n\": 9007199254740993}', '$.n')";
    equal(bench.db.fetch_value::<i64>(text, ()).await?, 9_007_199_254_740_993)
}

async fn a_statement_cache_of_one_serves_everything(_: Bench) -> Outcome {
    let folder = folder()?;
    let place = url(&folder.path().join("x.db"), "?statements_max=1");
    let db = open(&place, PoolOptions::default()).await?;
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)", ()).await?;
    let rows = (0..1234).map(|id| [ValueRef::I64(id), ValueRef::I64(0)]);
    db.insert_many("t", &["id", "v"], rows).await?;
    let rows = (0..1234).map(|id| [ValueRef::I64(id)]);
    db.execute_many("UPDATE t SET v = 1 WHERE id = ?", rows).await?;
    let mut transaction = db.begin().await?;
    let mut inner = transaction.savepoint().await?;
    inner.execute("DELETE FROM t WHERE id = 0", ()).await?;
    inner.rollback().await?;
    transaction.commit().await?;
    equal(db.fetch_value::<i64>("SELECT sum(v) FROM t", ()).await?, 1234)
}

async fn a_unique_index_on_an_expression_is_named(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    bench.db.execute("CREATE UNIQUE INDEX by_lower ON t (lower(v))", ()).await?;
    let twice = bench.db.execute("INSERT INTO t VALUES (1, 'a'), (2, 'A')", ()).await;
    let error = fails(twice, ErrorKind::UniqueViolation)?;
    equal(error.constraint(), Some("by_lower"))
}

async fn a_full_database_is_told_and_its_transaction_is_gone(bench: Bench) -> Outcome {
    bench.table(Type::Bytes).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("PRAGMA max_page_count = 20", ()).await?;
    let series = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000) \
                  INSERT INTO t SELECT n, zeroblob(4000) FROM c";
    let error = fails_with(transaction.execute(series, ()).await, ErrorKind::Full, "disk")?;
    equal(error.retry(), Retry::Never)?;
    equal(error.code(), Some("SQLITE_FULL"))?;
    transaction.rollback().await?;
    bench.is_settled().await?;
    ids_are(&bench.db, &[]).await?;
    bench.db.execute(series, ()).await?;
    equal(bench.count().await?, 1000)
}

async fn used_up_keys_are_told_apart_from_a_full_disk(bench: Bench) -> Outcome {
    let table = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT)";
    bench.db.execute(table, ()).await?;
    bench.db.execute("INSERT INTO t VALUES (?, 'last')", (i64::MAX,)).await?;
    let next = bench.db.execute("INSERT INTO \"T\" (v) VALUES ('next')", ()).await;
    let error = fails_with(next, ErrorKind::SequenceExhausted, "generated keys of t")?;
    equal((error.code(), error.table()), (Some("SQLITE_FULL"), Some("t")))?;
    bench.db.execute("INSERT INTO t VALUES (7, 'of its own')", ()).await?;
    equal(bench.count().await?, 2)?;
    bench.is_settled().await
}

async fn a_trigger_that_raises_is_a_check_violation(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let trigger = "CREATE TRIGGER never BEFORE INSERT ON t \
                   BEGIN SELECT raise(ABORT, 'not on my watch'); END";
    bench.db.execute(trigger, ()).await?;
    let insert = bench.db.execute("INSERT INTO t VALUES (1, 1)", ()).await;
    fails_with(insert, ErrorKind::CheckViolation, "not on my watch").map(drop)
}

async fn a_text_for_an_integer_key_is_refused(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let insert = bench.db.execute("INSERT INTO t VALUES ('one', 1)", ()).await;
    fails(insert, ErrorKind::Data).map(drop)
}

async fn a_busy_writer_elsewhere_answers_locked_after_its_patience(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let path = bench.site.file().unwrap_or_default();
    let impatient = open(&url(&path, "?busy_timeout=50"), PoolOptions::default()).await?;
    let holding = bench.db.begin().await?;
    let began = std::time::Instant::now();
    let error =
        fails(impatient.execute("INSERT INTO t VALUES (1, 1)", ()).await, ErrorKind::Locked)?;
    holds(began.elapsed() >= Duration::from_millis(50), "no patience")?;
    holds(began.elapsed() < Duration::from_secs(20), "too much patience")?;
    equal(error.retry(), Retry::Request)?;
    fails(impatient.begin().await.map(drop), ErrorKind::Locked)?;
    holding.rollback().await?;
    impatient.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    ids_are(&bench.db, &[1]).await
}

async fn a_busy_writer_elsewhere_is_waited_for(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let other = bench.again(PoolOptions::default()).await?;
    let holding = other.begin().await?;
    let db = bench.db.clone();
    let write = tokio::spawn(async move { db.execute("INSERT INTO t VALUES (1, 1)", ()).await });
    tokio::time::sleep(Duration::from_millis(60)).await;
    holds(!write.is_finished(), "wrote past a lock")?;
    holding.commit().await?;
    holds(matches!(write.await, Ok(Ok(_))), "the write failed")?;
    ids_are(&bench.db, &[1]).await
}

async fn a_write_upon_a_read_that_is_out_of_date_is_a_conflict(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let other = bench.again(PoolOptions::default()).await?;
    let mut session = bench.db.session(Intent::Write).await?;
    session.execute("BEGIN DEFERRED", ()).await?;
    equal(session.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, 0)?;
    other.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let stale = session.execute("INSERT INTO t VALUES (2, 2)", ()).await;
    // Only the whole transaction, with a new look, makes sense again.
    equal(fails(stale, ErrorKind::Conflict)?.retry(), Retry::Transaction)?;
    session.execute("ROLLBACK", ()).await?;
    session.execute("INSERT INTO t VALUES (3, 3)", ()).await?;
    drop(session);
    ids_are(&bench.db, &[1, 3]).await
}

async fn a_journal_that_is_no_log_works_too(_: Bench) -> Outcome {
    for mode in ["DELETE", "TRUNCATE", "PERSIST", "MEMORY"] {
        let folder = folder()?;
        let place = url(&folder.path().join("x.db"), &format!("?journal_mode={mode}"));
        let db = open(&place, PoolOptions::default()).await?;
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)", ()).await?;
        let mut transaction = db.begin().await?;
        transaction.execute("INSERT INTO t VALUES (1)", ()).await?;
        transaction.commit().await?;
        drop(db.begin().await?);
        ids_are(&db, &[1]).await?;
        let of_the_writer = db.request("PRAGMA journal_mode").intent(Intent::Write);
        equal(of_the_writer.fetch_value::<String>().await?, mode.to_lowercase())?;
        db.close().await?;
    }
    Ok(())
}

async fn a_text_with_a_bom_runs(bench: Bench) -> Outcome {
    equal(bench.db.fetch_value::<i64>("\u{feff}SELECT 1", ()).await?, 1)
}

async fn an_offloaded_statement_answers_the_same(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let insert = bench.db.request("INSERT INTO t VALUES (?, ?)").params((1, "é")).offload();
    equal(insert.execute().await?.rows_affected, 1)?;
    let series = bench.db.request(bench.target.series()).params((3000,)).offload();
    equal(series.fetch_all::<(i64,)>().await?.len(), 3000)?;
    let named = hypostyle_core::named! { id: 1 };
    let read = bench.db.request("SELECT v FROM t WHERE id = :id").params(named).offload();
    equal(read.fetch_value::<String>().await?, "é")?;
    let nan = bench.db.request("SELECT ?").params((f64::NAN,)).offload();
    refused(nan.fetch_value::<f64>().await, "nan")?;
    bench.is_settled().await
}

async fn an_offloaded_endless_statement_dropped_at_its_first_await_stops(bench: Bench) -> Outcome {
    for _ in 0..5 {
        for polls in 1..3 {
            let endless = bench.db.request(bench.target.endless()).offload();
            let limit = Duration::from_millis(5);
            let _ = tokio::time::timeout(limit, drop_at(polls, endless.execute())).await;
            bench.is_settled().await?;
        }
    }
    Ok(())
}

async fn a_closed_database_stops_what_was_dropped(bench: Bench) -> Outcome {
    let began = std::time::Instant::now();
    for _ in 0..3 {
        let bench = bench.with_pool(PoolOptions::default()).await?;
        let endless = bench.db.request(bench.target.endless()).offload();
        let limit = Duration::from_millis(5);
        let ended = tokio::time::timeout(limit, endless.execute()).await;
        holds(ended.is_err(), "it ended by itself")?;
        bench.db.close().await?;
        equal(bench.db.pool().active, 0)?;
    }
    holds(began.elapsed() < Duration::from_secs(30), "closing took long")
}

async fn the_engine_is_recent(bench: Bench) -> Outcome {
    let version = bench.db.fetch_value::<String>("SELECT sqlite_version()", ()).await?;
    equal(version.as_str(), hypostyle_sqlite::version())?;
    holds(version.as_str() >= "3.5", version)
}
