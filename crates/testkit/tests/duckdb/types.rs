//! DuckDB's own types: read as what they are, written back, exact or refused.

use hypostyle_arrow::ArrowQuery;
use hypostyle_arrow::arrow_array::Array;
use hypostyle_arrow::arrow_array::cast::AsArray;
use hypostyle_arrow::arrow_array::types::{Decimal128Type, Int32Type, Int64Type};
use hypostyle_core::{
    Date, ErrorKind, Interval, Native, NativeFormat, Time, Timestamp, Type, Uuid, Value, ValueRef,
};
use hypostyle_testkit::{Bench, Outcome, cases, equal, fails, fails_with, holds};

cases! { "duckdb types":
    the_version_of_the_library_is_that_of_the_engine,
    every_plain_type_is_read_as_its_kind,
    the_ends_of_every_integer_come_back_by_every_way,
    decimals_of_38_digits_come_back_by_every_way,
    a_decimal_its_column_would_round_is_refused_by_every_way,
    a_decimal_is_compared_beyond_the_scale_of_its_column,
    numbers_of_any_length_are_read_to_their_last_digit,
    floats_that_are_no_numbers_come_back,
    infinities_of_days_and_instants_come_back,
    timestamps_of_every_unit_are_read_and_written_exactly,
    times_to_the_nanosecond_come_back_from_their_column,
    a_time_with_zone_is_carried_as_it_is_written,
    every_session_is_in_utc,
    midnight_at_the_end_of_the_day_comes_back,
    intervals_keep_months_days_and_microseconds_apart,
    bits_and_words_of_an_enumeration_are_text,
    a_word_that_an_enumeration_has_not_is_refused,
    structures_maps_lists_and_arrays_come_back_at_any_depth,
    a_structure_of_other_fields_is_refused,
    a_map_with_other_keys_than_texts_is_a_list_of_pairs,
    a_union_is_a_map_of_its_member,
    a_null_is_a_null_at_any_depth,
    lists_longer_than_a_chunk_come_back,
    floats_of_an_array_are_a_vector,
    a_vector_of_another_length_than_its_array_is_refused,
    json_in_a_bulk_is_looked_at,
    a_type_that_nobody_reads_is_told_with_the_way_out,
    columns_tell_their_declared_types,
    record_batches_lend_what_the_engine_keeps,
    record_batches_of_other_types_are_made_of_rows,
}

async fn the_version_of_the_library_is_that_of_the_engine(bench: Bench) -> Outcome {
    let engine = bench.db.fetch_value::<String>("SELECT version()", ()).await?;
    equal(engine.as_str(), hypostyle_duckdb::version()?)
}

/// Checks what an expression is read as.
async fn reads(bench: &Bench, expression: &str, expect: Value) -> Outcome {
    let found = bench.db.fetch_value::<Value>(&format!("SELECT {expression}"), ()).await?;
    holds(found == expect, format!("{expression} is {found:?}, not {expect:?}"))
}

/// Checks that values of a column come back as they went in: by a statement, by one run for each,
/// and in bulk.
async fn through(bench: &Bench, column: &str, values: &[Value]) -> Outcome {
    let rows = || (0..).zip(values).map(|(id, value)| [ValueRef::I64(id), value.as_ref()]);
    let insert = "INSERT INTO t VALUES (?, ?)";
    bench.db.execute(&format!("CREATE TABLE t (id BIGINT, v {column})"), ()).await?;
    for way in 0..3 {
        match way {
            0 => {
                for row in rows() {
                    bench.db.execute(insert, row).await?;
                }
            }
            1 => drop(bench.db.execute_many(insert, rows()).await?),
            _ => drop(bench.db.insert_many("t", &["id", "v"], rows()).await?),
        }
        let found = bench.db.fetch_all::<(Value,)>("SELECT v FROM t ORDER BY id", ()).await?;
        equal(found.len(), values.len())?;
        for ((found,), expect) in found.iter().zip(values) {
            holds(found == expect, format!("{column}, way {way}: {expect:?} became {found:?}"))?;
        }
        bench.db.execute("DELETE FROM t", ()).await?;
    }
    bench.db.execute("DROP TABLE t", ()).await?;
    bench.is_settled().await
}

/// Checks that a column refuses a value by every way, and nothing is left.
async fn refuses(bench: &Bench, column: &str, value: Value, kind: ErrorKind) -> Outcome {
    let row = || [[ValueRef::I64(1), value.as_ref()]];
    let insert = "INSERT INTO t VALUES (?, ?)";
    bench.db.execute(&format!("CREATE TABLE t (id BIGINT, v {column})"), ()).await?;
    fails(bench.db.execute(insert, row()[0]).await, kind)?;
    fails(bench.db.execute_many(insert, row()).await, kind)?;
    let error = fails(bench.db.insert_many("t", &["id", "v"], row()).await, kind)?;
    equal(error.context("row"), Some("0"))?;
    equal(bench.count().await?, 0)?;
    bench.db.execute("DROP TABLE t", ()).await?;
    Ok(())
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap_or_else(|_| hypostyle_core::Decimal::from(i64::MIN)))
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

async fn every_plain_type_is_read_as_its_kind(bench: Bench) -> Outcome {
    reads(&bench, "true", Value::Bool(true)).await?;
    reads(&bench, "(-1)::TINYINT", Value::I64(-1)).await?;
    reads(&bench, "255::UTINYINT", Value::I64(255)).await?;
    reads(&bench, "65535::USMALLINT", Value::I64(65_535)).await?;
    reads(&bench, "4294967295::UINTEGER", Value::I64(4_294_967_295)).await?;
    reads(&bench, "18446744073709551615::UBIGINT", Value::U64(u64::MAX)).await?;
    reads(&bench, "1.5::FLOAT", Value::F32(1.5)).await?;
    reads(&bench, "'\\xC3\\xA9'::BLOB", Value::Bytes("é".into())).await?;
    reads(&bench, "'{\"a\": 1}'::JSON", Value::Json("{\"a\": 1}".to_owned())).await?;
    let uuid = Uuid::from_u128(0x550e_8400_e29b_41d4_a716_4466_5544_0000);
    reads(&bench, "'550e8400-e29b-41d4-a716-446655440000'::UUID", Value::Uuid(uuid)).await?;
    reads(&bench, "DATE '2024-02-29'", Value::Date(Date::from_days(19_782))).await?;
    reads(&bench, "'a longer text than twelve bytes'", "a longer text than twelve bytes".into())
        .await
}

async fn the_ends_of_every_integer_come_back_by_every_way(bench: Bench) -> Outcome {
    let signed = |ends: [i64; 2]| ends.map(Value::I64);
    through(&bench, "TINYINT", &signed([i8::MIN.into(), i8::MAX.into()])).await?;
    through(&bench, "SMALLINT", &signed([i16::MIN.into(), i16::MAX.into()])).await?;
    through(&bench, "INTEGER", &signed([i32::MIN.into(), i32::MAX.into()])).await?;
    through(&bench, "BIGINT", &signed([i64::MIN, i64::MAX])).await?;
    through(&bench, "UTINYINT", &signed([0, u8::MAX.into()])).await?;
    through(&bench, "USMALLINT", &signed([0, u16::MAX.into()])).await?;
    through(&bench, "UINTEGER", &signed([0, u32::MAX.into()])).await?;
    through(&bench, "UBIGINT", &[Value::U64(0), Value::U64(u64::MAX)]).await?;
    through(&bench, "HUGEINT", &[i128::MIN, -1, 0, i128::MAX].map(Value::I128)).await?;
    through(&bench, "UHUGEINT", &[0, 1 << 127, u128::MAX].map(Value::U128)).await?;
    refuses(&bench, "TINYINT", Value::I64(128), ErrorKind::Data).await?;
    refuses(&bench, "UINTEGER", Value::I64(-1), ErrorKind::Data).await?;
    refuses(&bench, "INTEGER", Value::F64(1.5), ErrorKind::Data).await
}

async fn decimals_of_38_digits_come_back_by_every_way(bench: Bench) -> Outcome {
    let nines = "9".repeat(38);
    let all = [decimal(&nines), decimal(&format!("-{nines}")), decimal("0")];
    through(&bench, "DECIMAL(38, 0)", &all).await?;
    let fraction = [format!("0.{nines}"), format!("-0.{nines}")];
    through(&bench, "DECIMAL(38, 38)", &fraction.map(|text| decimal(&text))).await?;
    through(&bench, "DECIMAL(4, 2)", &["99.99", "-99.99", "0.01"].map(decimal)).await?;
    through(&bench, "DECIMAL(9, 4)", &["99999.9999", "-0.0001"].map(decimal)).await?;
    through(&bench, "DECIMAL(18, 9)", &["999999999.999999999"].map(decimal)).await
}

async fn a_decimal_its_column_would_round_is_refused_by_every_way(bench: Bench) -> Outcome {
    refuses(&bench, "DECIMAL(10, 2)", decimal("1.005"), ErrorKind::Data).await?;
    refuses(&bench, "DECIMAL(4, 2)", decimal("100.00"), ErrorKind::Data).await?;
    refuses(&bench, "BIGINT", decimal("1.5"), ErrorKind::Data).await?;
    refuses(&bench, "FLOAT", Value::F64(0.1), ErrorKind::Data).await
}

async fn a_decimal_is_compared_beyond_the_scale_of_its_column(bench: Bench) -> Outcome {
    let text = "CREATE TABLE t (v DECIMAL(10, 2)); INSERT INTO t VALUES (9.99), (10.00)";
    bench.db.execute(text, ()).await?;
    let above = bench.db.request("SELECT v FROM t WHERE v > ?");
    let limit = decimal("9.999");
    equal(above.params([&limit]).fetch_value::<Value>().await?, decimal("10.00"))
}

async fn numbers_of_any_length_are_read_to_their_last_digit(bench: Bench) -> Outcome {
    let long = "123456789012345678901234567890123456789012345678901234567890";
    for text in [long, "-1", "0", "-340282366920938463463374607431768211457", "255", "256"] {
        reads(&bench, &format!("'{text}'::BIGNUM"), decimal(text)).await?;
    }
    let text = format!("-{long}");
    bench.db.execute("CREATE TABLE t (v BIGNUM)", ()).await?;
    bench.db.execute("INSERT INTO t VALUES (?)", (&text,)).await?;
    equal(bench.db.fetch_value::<Value>("SELECT v FROM t", ()).await?, decimal(&text))
}

async fn floats_that_are_no_numbers_come_back(bench: Bench) -> Outcome {
    let infinite = [f64::INFINITY, f64::NEG_INFINITY].map(Value::F64);
    through(&bench, "DOUBLE", &infinite).await?;
    through(&bench, "FLOAT", &[f32::INFINITY, f32::NEG_INFINITY, f32::MIN].map(Value::F32)).await?;
    let nan = bench.db.fetch_value::<f64>("SELECT 'nan'::DOUBLE", ()).await?;
    holds(nan.is_nan(), nan)?;
    holds(bench.db.fetch_value::<f64>("SELECT ?", (f64::NAN,)).await?.is_nan(), "NaN")
}

async fn infinities_of_days_and_instants_come_back(bench: Bench) -> Outcome {
    let days = [Date::INFINITY, Date::NEG_INFINITY].map(Value::Date);
    through(&bench, "DATE", &days).await?;
    let stamps = [Timestamp::INFINITY, Timestamp::NEG_INFINITY];
    through(&bench, "TIMESTAMP", &stamps.map(Value::Timestamp)).await?;
    through(&bench, "TIMESTAMPTZ", &stamps.map(Value::TimestampTz)).await?;
    reads(&bench, "'infinity'::TIMESTAMP_S", Value::Timestamp(Timestamp::INFINITY)).await?;
    reads(&bench, "'-infinity'::DATE", Value::Date(Date::NEG_INFINITY)).await?;
    let found = bench.db.fetch_value::<String>("SELECT ?::VARCHAR", (Date::NEG_INFINITY,)).await?;
    equal(found.as_str(), "-infinity")?;
    // What would be read as −infinity is refused.
    let least = Timestamp::from_micros(i64::MIN + 1);
    refuses(&bench, "TIMESTAMP", Value::Timestamp(least), ErrorKind::Data).await
}

async fn timestamps_of_every_unit_are_read_and_written_exactly(bench: Bench) -> Outcome {
    let second = Timestamp::from_micros(1_700_000_000_000_000);
    let milli = Timestamp::from_micros(1_700_000_000_123_000);
    let micro = Timestamp::from_micros(1_700_000_000_123_456);
    let nano = Timestamp::from_nanos(1_700_000_000_123_456_789);
    let stamp = Value::Timestamp;
    through(&bench, "TIMESTAMP_S", &[stamp(second)]).await?;
    through(&bench, "TIMESTAMP_MS", &[stamp(second), stamp(milli)]).await?;
    through(&bench, "TIMESTAMP", &[stamp(second), stamp(micro)]).await?;
    through(&bench, "TIMESTAMP_NS", &[stamp(second), stamp(nano)]).await?;
    refuses(&bench, "TIMESTAMP_S", stamp(milli), ErrorKind::Data).await?;
    refuses(&bench, "TIMESTAMP_MS", stamp(micro), ErrorKind::Data).await?;
    refuses(&bench, "TIMESTAMP", stamp(nano), ErrorKind::Data).await?;
    refuses(&bench, "DATE", stamp(second), ErrorKind::Data).await
}

async fn times_to_the_nanosecond_come_back_from_their_column(bench: Bench) -> Outcome {
    let times = [0, 1, 86_399_999_999_999].map(|nanos| Time::from_nanos(nanos).map(Value::Time));
    through(&bench, "TIME_NS", &times.map(|time| time.unwrap_or(Value::Null))).await
}

async fn a_time_with_zone_is_carried_as_it_is_written(bench: Bench) -> Outcome {
    let native = |text: &str| {
        let name = "TIME WITH TIME ZONE";
        Value::Native(Native::new(name, NativeFormat::Text, text.as_bytes()))
    };
    for (written, read) in [
        ("12:34:56.789+02", "12:34:56.789000+02:00"),
        ("00:00:00-15:59:59", "00:00:00-15:59:59"),
        ("24:00:00+00", "24:00:00+00:00"),
    ] {
        reads(&bench, &format!("'{written}'::TIMETZ"), native(read)).await?;
    }
    through(&bench, "TIMETZ", &[native("01:02:03+05:30"), native("23:00:00-01:00")]).await
}

async fn every_session_is_in_utc(bench: Bench) -> Outcome {
    reads(&bench, "current_setting('TimeZone')", "UTC".into()).await?;
    let noon = "'2024-07-01 12:00:00+02'::TIMESTAMPTZ::VARCHAR";
    reads(&bench, noon, "2024-07-01 10:00:00+00".into()).await
}

async fn midnight_at_the_end_of_the_day_comes_back(bench: Bench) -> Outcome {
    let midnight = Time::from_nanos(86_400_000_000_000).map_or(Value::Null, Value::Time);
    reads(&bench, "'24:00:00'::TIME", midnight.clone()).await?;
    through(&bench, "TIME", &[midnight]).await
}

async fn intervals_keep_months_days_and_microseconds_apart(bench: Bench) -> Outcome {
    let intervals = [(1, 2, 3), (-14, 40, -90_000_000_000), (0, 0, 0)];
    let values = intervals.map(|(months, days, micros)| Interval { months, days, micros });
    through(&bench, "INTERVAL", &values.map(Value::Interval)).await
}

async fn bits_and_words_of_an_enumeration_are_text(bench: Bench) -> Outcome {
    reads(&bench, "'010110111'::BIT", "010110111".into()).await?;
    through(&bench, "BIT", &["1", "0000000100000001", "101"].map(Value::from)).await?;
    let words: Vec<String> = (0..300).map(|at| format!("word {at}")).collect();
    for count in [2, 300] {
        let list: Vec<String> = words.iter().take(count).map(|word| format!("'{word}'")).collect();
        bench.db.execute(&format!("CREATE TYPE mood AS ENUM ({})", list.join(", ")), ()).await?;
        let ends = [words[0].as_str(), words[count - 1].as_str()];
        through(&bench, "mood", &ends.map(Value::from)).await?;
        bench.db.execute("DROP TYPE mood", ()).await?;
    }
    Ok(())
}

async fn a_word_that_an_enumeration_has_not_is_refused(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TYPE mood AS ENUM ('glad')", ()).await?;
    refuses(&bench, "mood", "sad".into(), ErrorKind::Data).await
}

async fn structures_maps_lists_and_arrays_come_back_at_any_depth(bench: Bench) -> Outcome {
    let points = Value::List(vec![
        map([("x", Value::I64(1)), ("y", Value::F64(0.5))]),
        map([("x", Value::Null), ("y", Value::F64(-1.0))]),
    ]);
    let list = "STRUCT(x BIGINT, y DOUBLE)[]";
    through(&bench, list, &[points.clone(), Value::List(Vec::new()), Value::Null]).await?;
    let deep = map([("name", "a name of many bytes".into()), ("points", points)]);
    let structure = format!("STRUCT(name VARCHAR, points {list})");
    through(&bench, &structure, &[deep.clone(), Value::Null]).await?;
    let maps = [map([("a", deep.clone()), ("b", deep)]), map([])];
    through(&bench, &format!("MAP(VARCHAR, {structure})"), &maps).await?;
    let pair = |a, b| Value::List(vec![Value::I64(a), Value::I64(b)]);
    through(&bench, "BIGINT[2]", &[pair(1, 2), Value::Null, pair(3, 4)]).await?;
    let pairs = [Value::List(vec![pair(1, 2), pair(3, 4)]), Value::List(Vec::new())];
    through(&bench, "BIGINT[2][]", &pairs).await?;
    through(&bench, "BIGINT[][]", &pairs).await
}

async fn a_structure_of_other_fields_is_refused(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (v STRUCT(x BIGINT))", ()).await?;
    let other = map([("z", Value::I64(1))]);
    let sent = bench.db.execute("INSERT INTO t VALUES (?)", (&other,)).await;
    holds(sent.is_err(), "another structure went in")?;
    let sent = bench.db.insert_many("t", &["v"], [[other.as_ref()]]).await;
    holds(sent.is_err(), "another structure went in")?;
    equal(bench.count().await?, 0)
}

async fn a_map_with_other_keys_than_texts_is_a_list_of_pairs(bench: Bench) -> Outcome {
    let pair = |key, value: &str| Value::List(vec![Value::I64(key), value.into()]);
    let expect = Value::List(vec![pair(1, "a"), pair(2, "b")]);
    reads(&bench, "MAP {1::BIGINT: 'a', 2: 'b'}", expect).await?;
    let unnamed = Value::List(vec![Value::I64(1), "a".into()]);
    reads(&bench, "row(1::BIGINT, 'a')", unnamed).await
}

async fn a_union_is_a_map_of_its_member(bench: Bench) -> Outcome {
    let number = map([("number", Value::I64(7))]);
    let text = map([("text", "seven".into())]);
    through(&bench, "UNION(number BIGINT, text VARCHAR)", &[number, text, Value::Null]).await
}

async fn a_null_is_a_null_at_any_depth(bench: Bench) -> Outcome {
    let holes = Value::List(vec![Value::Null, map([("x", Value::Null)]), Value::Null]);
    through(&bench, "STRUCT(x BIGINT[])[]", &[holes, Value::Null]).await?;
    through(&bench, "BIGINT[2]", &[Value::List(vec![Value::Null, Value::I64(1)])]).await?;
    through(&bench, "DECIMAL(38, 3)", &[Value::Null, decimal("1.500")]).await
}

async fn lists_longer_than_a_chunk_come_back(bench: Bench) -> Outcome {
    let long = |count: i64| {
        let items = (0..count).map(|at| Value::from(format!("item number {at}")));
        Value::List(items.collect())
    };
    let values: Vec<Value> = (0..100).map(|at| long(at * 30)).chain([long(10_000)]).collect();
    through(&bench, "VARCHAR[]", &values).await
}

async fn floats_of_an_array_are_a_vector(bench: Bench) -> Outcome {
    let vectors = [vec![0.5, -1.0, f32::MIN_POSITIVE], vec![1.0; 3]].map(Value::Vector);
    through(&bench, "FLOAT[3]", &vectors).await?;
    through(&bench, "FLOAT[]", &[Value::Vector(Vec::new()), vectors[0].clone()]).await?;
    let holes = Value::List(vec![Value::F32(1.0), Value::Null]);
    reads(&bench, "[1.0::FLOAT, NULL]", holes).await?;
    let near = "SELECT array_distance([1, 2, 3]::FLOAT[3], ?::FLOAT[3])";
    let there = Value::Vector(vec![1.0, 2.0, 5.0]);
    equal(bench.db.fetch_value::<f32>(near, (&there,)).await?, 2.0)
}

async fn a_vector_of_another_length_than_its_array_is_refused(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (v FLOAT[3])", ()).await?;
    let short = Value::Vector(vec![1.0]);
    let sent = bench.db.execute("INSERT INTO t VALUES (?)", (&short,)).await;
    holds(sent.is_err(), "a vector of one went into an array of three")?;
    let sent = bench.db.insert_many("t", &["v"], [[short.as_ref()]]).await;
    holds(sent.is_err(), "a vector of one went into an array of three")?;
    equal(bench.count().await?, 0)
}

async fn json_in_a_bulk_is_looked_at(bench: Bench) -> Outcome {
    refuses(&bench, "JSON", Value::Text("{no".to_owned()), ErrorKind::Data).await
}

async fn a_type_that_nobody_reads_is_told_with_the_way_out(bench: Bench) -> Outcome {
    let read = bench.db.fetch_value::<Value>("SELECT 'x'::VARIANT", ()).await;
    fails_with(read, ErrorKind::Data, "CAST")?;
    reads(&bench, "('x'::VARIANT)::VARCHAR", "x".into()).await
}

async fn columns_tell_their_declared_types(bench: Bench) -> Outcome {
    let text = "SELECT 1::UTINYINT, 1.5::DECIMAL(10, 3), [1], {'a': 1, 'b': 'x'}, MAP {'k': 1}, \
                '1'::JSON, [1, 2]::FLOAT[2], '1'::BIGNUM";
    let reply = bench.db.stream(text, ()).await?;
    let found: Vec<(&str, Type)> =
        reply.columns().iter().map(|column| (&*column.declared, column.kind)).collect();
    let expect = [
        ("UTINYINT", Type::I64),
        ("DECIMAL(10,3)", Type::Decimal),
        ("INTEGER[]", Type::List),
        ("STRUCT(a INTEGER, b VARCHAR)", Type::Map),
        ("MAP(VARCHAR, INTEGER)", Type::Map),
        ("JSON", Type::Json),
        ("FLOAT[2]", Type::Vector),
        ("BIGNUM", Type::Decimal),
    ];
    equal(found, expect)
}

async fn record_batches_lend_what_the_engine_keeps(bench: Bench) -> Outcome {
    let text = "SELECT i::INTEGER AS small, i AS large, i * 0.5::DOUBLE AS half, i % 2 = 0 AS even, \
                'number ' || i AS name, (i / 4)::DECIMAL(10, 2) AS quarter, \
                CASE WHEN i % 3 = 0 THEN NULL ELSE DATE '2024-01-01' END AS day \
                FROM range(100000) AS r (i)";
    let mut batches = bench.db.request(text).record_batches().await?;
    let kinds: Vec<String> =
        batches.schema().fields().iter().map(|field| field.data_type().to_string()).collect();
    let expect = ["Int32", "Int64", "Float64", "Boolean", "Utf8", "Decimal128(10, 2)", "Date32"];
    equal(kinds, expect.map(str::to_owned).to_vec())?;
    let (mut rows, mut sum, mut kept) = (0_i64, 0, Vec::new());
    while let Some(batch) = batches.next().await? {
        sum += batch.column(1).as_primitive::<Int64Type>().values().iter().sum::<i64>();
        rows += i64::try_from(batch.num_rows()).unwrap_or_default();
        kept.push(batch);
    }
    equal((rows, sum), (100_000, 4_999_950_000))?;
    // What was lent is there for as long as it is kept, whatever the connection does since.
    drop(batches);
    bench.db.execute("SELECT sum(i) FROM range(1000000) AS r (i)", ()).await?;
    let last = &kept[kept.len() - 1];
    let at = last.num_rows() - 1;
    equal(last.column(0).as_primitive::<Int32Type>().value(at), 99_999)?;
    equal(last.column(4).as_string::<i32>().value(at), "number 99999")?;
    equal(last.column(5).as_primitive::<Decimal128Type>().value(at), 2_499_975)?;
    holds(last.column(6).is_null(at) && last.column(6).null_count() > 0, "99999 has a day")?;
    let empty = bench.db.request("SELECT 1::INTEGER AS small WHERE false").record_batches().await?;
    equal(empty.schema().field(0).data_type().to_string().as_str(), "Int32")
}

async fn record_batches_of_other_types_are_made_of_rows(bench: Bench) -> Outcome {
    let text = "SELECT [i, NULL] AS list, i FROM range(5000) AS r (i)";
    let mut batches = bench.db.request(text).record_batches().await?;
    let mut rows = 0;
    while let Some(batch) = batches.next().await? {
        rows += batch.num_rows();
        equal(batch.column(0).data_type().to_string().contains("List"), true)?;
    }
    equal(rows, 5_000)
}
