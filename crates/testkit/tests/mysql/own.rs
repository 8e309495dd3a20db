//! What MariaDB and MySQL alone have: their types, their words, and how their transactions end.

pub(crate) mod mariadb;
pub(crate) mod wire;

use std::time::Duration;

use hypostyle_core::{
    Decimal, Effect, ErrorKind, Intent, Interval, NativeFormat, OwnedRow, PoolOptions, Retry, Time,
    Type, Value, ValueRef,
};
use hypostyle_testkit::{Bench, Outcome, cases, equal, fails, holds, ids_are};

cases! { "own":
    unsigned_integers_of_every_width_come_back,
    decimals_of_sixty_five_digits_come_back_and_no_more,
    bits_are_booleans_or_numbers,
    enums_and_sets_are_text,
    zero_dates_are_refused_or_null_as_the_url_says,
    documents_are_json_whatever_they_are_stored_as,
    geometry_goes_back_as_it_came,
    times_beyond_a_day_are_intervals,
    years_are_numbers,
    columns_tell_their_declared_types,
    a_change_of_tables_is_refused_within_a_transaction,
    a_procedure_that_commits_says_so,
    a_lock_waited_for_too_long_leaves_the_transaction_open,
    a_deadlock_ends_the_transaction_and_may_be_repeated,
    a_row_is_replaced_in_each_of_the_words_there_are,
    rows_matched_are_counted_changed_or_not,
    a_text_too_long_is_never_cut,
    names_in_backticks_hold_anything,
    a_statement_that_cannot_be_prepared_runs,
    a_procedure_answers_its_results,
    a_number_made_by_the_server_is_told,
    zones_of_a_session_do_not_reach_the_next,
}

/// Lends a row of two values.
fn lent(row: &[Value; 2]) -> [ValueRef<'_>; 2] {
    row.each_ref().map(Value::as_ref)
}

async fn unsigned_integers_of_every_width_come_back(bench: Bench) -> Outcome {
    let table = "CREATE TABLE t (a tinyint unsigned, b smallint unsigned, c mediumint unsigned, \
                 d int unsigned, e bigint unsigned)";
    bench.db.execute(table, ()).await?;
    let most = (255_u64, 65_535_u64, 16_777_215_u64, u64::from(u32::MAX), u64::MAX);
    bench.db.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", most).await?;
    for text in ["SELECT * FROM t", "SELECT * FROM t; SELECT 1"] {
        let found: (u8, u16, u32, u32, u64) = bench.db.fetch_one(text, ()).await?;
        equal(found, (u8::MAX, u16::MAX, 16_777_215, u32::MAX, u64::MAX))?;
    }
    let beyond = bench.db.execute("INSERT INTO t (a) VALUES (?)", (256,)).await;
    fails(beyond, ErrorKind::Data)?;
    fails(bench.db.execute("INSERT INTO t (e) VALUES (?)", (-1,)).await, ErrorKind::Data)?;
    equal(bench.count().await?, 1)
}

async fn decimals_of_sixty_five_digits_come_back_and_no_more(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id int, v decimal(65,30))", ()).await?;
    let digits = format!("-{}.{}", "9".repeat(35), "8".repeat(30));
    let value: Decimal = digits.parse().map_err(|_| hypostyle_core::Error::closed("decimal"))?;
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (&value,)).await?;
    for text in ["SELECT v FROM t", "SELECT v FROM t; SELECT 1"] {
        equal(bench.db.fetch_value::<Decimal>(text, ()).await?, value.clone())?;
    }
    let longer: Decimal =
        format!("{digits}1").parse().map_err(|_| hypostyle_core::Error::closed("decimal"))?;
    let refused = bench.db.execute("INSERT INTO t VALUES (2, ?)", (&longer,)).await;
    let error = fails(refused, ErrorKind::Parameter)?;
    equal(error.context("capability"), Some("unbounded_decimal"))?;
    let wider = bench.db.execute("INSERT INTO t VALUES (2, ?)", ("9".repeat(36).as_str(),)).await;
    fails(wider, ErrorKind::Data)?;
    ids_are(&bench.db, &[1]).await
}

async fn bits_are_booleans_or_numbers(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (a bit(1), b bit(12), c bit(64))", ()).await?;
    let insert = "INSERT INTO t VALUES (?, ?, ?)";
    bench.db.execute(insert, (true, 0xABC_i64, u64::MAX)).await?;
    bench.db.execute("INSERT INTO t VALUES (b'0', b'101', b'1')", ()).await?;
    let text = "SELECT a, b, c FROM t ORDER BY c DESC";
    for text in [text, &format!("{text}; SELECT 1")] {
        let rows = bench.db.request(text).fetch_all::<(Value, Value, Value)>().await?;
        let first = (Value::Bool(true), Value::U64(0xABC), Value::U64(u64::MAX));
        equal(rows, [first, (Value::Bool(false), Value::U64(5), Value::U64(1))])?;
    }
    Ok(())
}

async fn enums_and_sets_are_text(bench: Bench) -> Outcome {
    let table = "CREATE TABLE t (mood enum('sad', 'größe'), tags set('a', 'b', 'c'))";
    bench.db.execute(table, ()).await?;
    bench.db.execute("INSERT INTO t VALUES (?, ?)", ("größe", "c,a")).await?;
    let found: (String, String) = bench.db.fetch_one("SELECT * FROM t", ()).await?;
    equal((found.0.as_str(), found.1.as_str()), ("größe", "a,c"))?;
    for values in [("angry", "a"), ("sad", "a,z")] {
        let refused = bench.db.execute("INSERT INTO t VALUES (?, ?)", values).await;
        fails(refused, ErrorKind::Data)?;
    }
    equal(bench.count().await?, 1)
}

async fn zero_dates_are_refused_or_null_as_the_url_says(bench: Bench) -> Outcome {
    let mut session = bench.db.session(Intent::Write).await?;
    let setup = "SET sql_mode = ''; CREATE TABLE t (d date, s datetime, p date); \
                 INSERT INTO t VALUES ('0000-00-00', '0000-00-00 00:00:00', '2024-00-15')";
    session.execute(setup, ()).await?;
    drop(session);
    for column in ["d", "s", "p"] {
        for rest in ["", "; SELECT 1"] {
            let text = format!("SELECT {column} FROM t{rest}");
            let read = bench.db.fetch_value::<Value>(&text, ()).await;
            let error = fails(read, ErrorKind::Data)?;
            equal(error.context("option"), Some("zero_dates"))?;
        }
    }
    bench.is_settled().await?;
    let url = bench.site.url();
    let sign = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{sign}zero_dates=null");
    let lenient = bench.target.open(&url, PoolOptions::default()).await?;
    let found: (Value, Value, Value) = lenient.fetch_one("SELECT * FROM t", ()).await?;
    equal(found, (Value::Null, Value::Null, Value::Null))
}

async fn documents_are_json_whatever_they_are_stored_as(bench: Bench) -> Outcome {
    bench.table(Type::Json).await?;
    let document = Value::Json("{\"a\": [1, \"é\"]}".to_owned());
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (&document,)).await?;
    for text in ["SELECT v FROM t", "SELECT v FROM t; SELECT 1"] {
        equal(bench.db.fetch_value::<Value>(text, ()).await?, document.clone())?;
    }
    let refused = bench.db.execute("INSERT INTO t VALUES (2, '{\"a\": ')", ()).await;
    let error = refused.err().ok_or_else(|| hypostyle_core::Error::closed("check"))?;
    holds(matches!(error.kind(), ErrorKind::Data | ErrorKind::CheckViolation), error)?;
    let found = "SELECT count(*) FROM t WHERE json_extract(v, '$.a[0]') = ?";
    equal(bench.db.fetch_value::<i64>(found, (1,)).await?, 1)
}

async fn geometry_goes_back_as_it_came(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id int, v point)", ()).await?;
    bench.db.execute("INSERT INTO t VALUES (1, ST_GeomFromText('POINT(1 2)', 0))", ()).await?;
    let point = bench.db.fetch_value::<Value>("SELECT v FROM t", ()).await?;
    match &point {
        Value::Native(native) => {
            let native = native.as_ref();
            equal((native.type_name(), native.format()), ("geometry", NativeFormat::Binary))?;
            equal(native.bytes().len(), 25)?;
        }
        other => return holds(false, format!("{other:?}")),
    }
    bench.db.execute("INSERT INTO t VALUES (2, ?)", (&point,)).await?;
    let rows = [[Value::I64(3), point]];
    bench.db.insert_many("t", &["id", "v"], rows.iter().map(lent)).await?;
    let same = "SELECT count(*) FROM t WHERE ST_AsText(v) = 'POINT(1 2)'";
    equal(bench.db.fetch_value::<i64>(same, ()).await?, 3)
}

async fn times_beyond_a_day_are_intervals(bench: Bench) -> Outcome {
    bench.table(Type::Time).await?;
    let most = (838 * 3_600 + 59 * 60 + 59) * 1_000_000_i64;
    let interval = |micros| Value::Interval(Interval { months: 0, days: 0, micros });
    let noon = Value::Time(
        Time::parse("12:00:00.000001")
            .unwrap_or(Time::parse("00:00").map_err(|_| hypostyle_core::Error::closed("time"))?),
    );
    let values = [interval(most), interval(-most), interval(-1), noon];
    for (id, value) in (0_i64..).zip(&values) {
        bench.db.execute("INSERT INTO t VALUES (?, ?)", (id, value)).await?;
    }
    for text in ["SELECT v FROM t ORDER BY id", "SELECT v FROM t ORDER BY id; SELECT 1"] {
        let rows = bench.db.fetch_all::<(Value,)>(text, ()).await?;
        equal(rows.into_iter().map(|(value,)| value).collect::<Vec<_>>(), &values[..])?;
    }
    let beyond = bench.db.execute("INSERT INTO t VALUES (9, ?)", (&interval(most + 1),)).await;
    equal(fails(beyond, ErrorKind::Parameter)?.context("capability"), Some("intervals"))
}

async fn years_are_numbers(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (v year)", ()).await?;
    bench.db.execute("INSERT INTO t VALUES (?), (?)", (1_901, 2_155)).await?;
    let rows = bench.db.fetch_all::<(i64,)>("SELECT v FROM t ORDER BY v", ()).await?;
    equal(rows, [(1_901,), (2_155,)])?;
    fails(bench.db.execute("INSERT INTO t VALUES (?)", (2_156,)).await, ErrorKind::Data).map(drop)
}

async fn columns_tell_their_declared_types(bench: Bench) -> Outcome {
    let columns = [
        ("tinyint(1)", "bool"),
        ("bigint unsigned", "u64"),
        ("decimal(10,2)", "decimal"),
        ("varchar(20)", "text"),
        ("varbinary(20)", "bytes"),
        ("datetime(6)", "timestamp"),
        ("timestamp", "timestamp_tz"),
        ("time(3)", "time"),
        ("bit(7)", "u64"),
        ("double", "f64"),
        ("float", "f32"),
        ("longtext", "text"),
        ("mediumblob", "bytes"),
        ("json", "json"),
    ];
    let made: Vec<String> =
        columns.iter().enumerate().map(|(at, (name, _))| format!("c{at} {name}")).collect();
    bench.db.execute(&format!("CREATE TABLE t ({})", made.join(", ")), ()).await?;
    let reply = bench.db.stream("SELECT * FROM t", ()).await?;
    for (column, (declared, kind)) in reply.columns().iter().zip(columns) {
        equal((&*column.declared, column.kind.name()), (declared, kind))?;
    }
    Ok(())
}

async fn a_change_of_tables_is_refused_within_a_transaction(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    for text in ["CREATE TABLE u (id int)", "TRUNCATE t", "SELECT 1; ALTER TABLE t ADD w int"] {
        let error = fails(transaction.execute(text, ()).await, ErrorKind::Unsupported)?;
        equal(error.context("capability"), Some("transactional_ddl"))?;
        holds(error.message().contains("commit"), error)?;
    }
    transaction.execute("CREATE TEMPORARY TABLE w (id int)", ()).await?;
    transaction.execute("INSERT INTO t VALUES (2, 2)", ()).await?;
    transaction.rollback().await?;
    ids_are(&bench.db, &[]).await?;
    bench.is_settled().await
}

async fn a_procedure_that_commits_says_so(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("CREATE PROCEDURE p() CREATE TABLE u (id int)", ()).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let error = fails(transaction.execute("CALL p()", ()).await, ErrorKind::Aborted)?;
    equal((error.retry(), error.effect()), (Retry::Never, Effect::Unknown))?;
    fails(transaction.execute("INSERT INTO t VALUES (2, 2)", ()).await, ErrorKind::Aborted)?;
    drop(transaction);
    ids_are(&bench.db, &[1]).await?;
    bench.is_settled().await
}

async fn a_lock_waited_for_too_long_leaves_the_transaction_open(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let mut holding = bench.db.begin().await?;
    holding.execute("UPDATE t SET v = 2 WHERE id = 1", ()).await?;
    let mut waiting = bench.db.begin().await?;
    waiting.execute("SET innodb_lock_wait_timeout = 1", ()).await?;
    waiting.execute("INSERT INTO t VALUES (2, 2)", ()).await?;
    let blocked = waiting.execute("UPDATE t SET v = 3 WHERE id = 1", ()).await;
    let error = fails(blocked, ErrorKind::Locked)?;
    equal(error.code(), Some("1205"))?;
    holding.rollback().await?;
    waiting.execute("UPDATE t SET v = 3 WHERE id = 1", ()).await?;
    waiting.commit().await?;
    let rows = bench.db.fetch_all::<(i64, i64)>("SELECT id, v FROM t ORDER BY id", ()).await?;
    equal(rows, [(1, 3), (2, 2)])
}

async fn a_deadlock_ends_the_transaction_and_may_be_repeated(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 0), (2, 0)", ()).await?;
    let update = "UPDATE t SET v = v + 1 WHERE id = ?";
    let mut one = bench.db.begin().await?;
    one.execute(update, (1,)).await?;
    let mut other = bench.db.begin().await?;
    other.execute(update, (2,)).await?;
    let (first, second) = tokio::join!(one.execute(update, (2,)), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        other.execute(update, (1,)).await
    });
    let (lost, lucky, failed) = match (first, second) {
        (Err(error), Ok(_)) => (one, other, error),
        (Ok(_), Err(error)) => (other, one, error),
        both => return holds(false, format!("{both:?}")),
    };
    equal((failed.code(), failed.retry()), (Some("1213"), Retry::Transaction))?;
    let mut lost = lost;
    fails(lost.execute(update, (1,)).await, ErrorKind::Aborted)?;
    lost.rollback().await?;
    lucky.commit().await?;
    equal(bench.db.fetch_value::<i64>("SELECT sum(v) FROM t", ()).await?, 2)?;
    bench.is_settled().await
}

async fn a_row_is_replaced_in_each_of_the_words_there_are(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let value = || bench.db.fetch_value::<i64>("SELECT v FROM t", ());
    bench.db.execute("REPLACE INTO t VALUES (?, ?)", (1, 2)).await?;
    equal(value().await?, 2)?;
    bench.db.execute("INSERT IGNORE INTO t VALUES (?, ?)", (1, 3)).await?;
    equal(value().await?, 2)?;
    bench.db.execute(bench.target.upsert(), (1, 4)).await?;
    equal(value().await?, 4)
}

async fn rows_matched_are_counted_changed_or_not(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1), (2, 1)", ()).await?;
    equal(bench.db.execute("UPDATE t SET v = 1", ()).await?.rows_affected, 2)
}

async fn a_text_too_long_is_never_cut(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id int, v varchar(3))", ()).await?;
    let rows = [[Value::I64(1), Value::from("abcd")]];
    fails(bench.db.insert_many("t", &["id", "v"], rows.iter().map(lent)).await, ErrorKind::Data)?;
    let many = bench.db.execute_many("INSERT INTO t VALUES (?, ?)", rows.iter().map(lent)).await;
    fails(many, ErrorKind::Data)?;
    fails(bench.db.execute("INSERT INTO t VALUES (1, 'abcd')", ()).await, ErrorKind::Data)?;
    equal(bench.count().await?, 0)
}

async fn names_in_backticks_hold_anything(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE `a``b? :c $1` (`it's` int)", ()).await?;
    bench.db.execute("INSERT INTO `a``b? :c $1` VALUES (?)", (7,)).await?;
    let text = "SELECT `it's` FROM `a``b? :c $1` WHERE `it's` = ?";
    equal(bench.db.fetch_value::<i64>(text, (7,)).await?, 7)
}

async fn a_statement_that_cannot_be_prepared_runs(bench: Bench) -> Outcome {
    let mut session = bench.db.session(Intent::Write).await?;
    // The first prepares a statement of its own by text.
    session.execute("PREPARE own FROM 'SELECT 40 + 2'", ()).await?;
    equal(session.fetch_value::<i64>("EXECUTE own", ()).await?, 42)?;
    session.execute("DEALLOCATE PREPARE own", ()).await?;
    Ok(())
}

async fn a_procedure_answers_its_results(bench: Bench) -> Outcome {
    let text = "CREATE PROCEDURE two(IN n int) BEGIN SELECT n AS one; SELECT n + 1, n + 2; END";
    bench.db.execute(text, ()).await?;
    let mut reply = bench.db.stream("CALL two(7)", ()).await?;
    equal(reply.next_as::<(i64,)>().await?, Some((7,)))?;
    holds(reply.next().await?.is_none(), "a second row")?;
    holds(reply.next_result().await?, "no second result")?;
    equal(reply.next_as::<(i64, i64)>().await?, Some((8, 9)))?;
    drop(reply);
    equal(bench.db.fetch_value::<i64>("CALL two(?)", (5,)).await?, 5)?;
    bench.is_settled().await
}

async fn a_number_made_by_the_server_is_told(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id bigint AUTO_INCREMENT PRIMARY KEY, v int)", ()).await?;
    let first = bench.db.execute("INSERT INTO t (v) VALUES (?)", (1,)).await?;
    let second = bench.db.execute("INSERT INTO t (v) VALUES (?)", (1,)).await?;
    equal((first.last_insert_id, second.last_insert_id), (Some(1), Some(2)))?;
    equal(bench.db.execute("UPDATE t SET v = 2", ()).await?.last_insert_id, None)
}

async fn zones_of_a_session_do_not_reach_the_next(bench: Bench) -> Outcome {
    let bench = bench.with_one_connection().await?;
    bench.table(Type::TimestampTz).await?;
    let at = hypostyle_core::Timestamp::from_micros(1_700_000_000_000_000);
    let mut session = bench.db.session(Intent::Write).await?;
    session.execute("SET time_zone = '+05:00'", ()).await?;
    drop(session);
    let insert = "INSERT INTO t VALUES (1, ?)";
    bench.db.execute(insert, (ValueRef::TimestampTz(at),)).await?;
    let row = bench.db.fetch_one::<OwnedRow>("SELECT v, unix_timestamp(v) FROM t", ()).await?;
    equal(row.values()[0].clone(), Value::TimestampTz(at))?;
    equal(row.get::<Decimal>(1)?.to_string().split('.').next(), Some("1700000000"))
}
