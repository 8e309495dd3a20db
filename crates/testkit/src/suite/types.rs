//! Each kind of value through a column of its type and back: exact, or refused.

use hypostyle_core::{
    Capability, Decimal, ErrorKind, Native, NativeFormat, Type, Uuid, Value, ValueRef,
};

use crate::{Bench, Outcome, cases, equal, fails, holds, refused};

cases! { "types":
    booleans_come_back,
    a_boolean_stored_as_another_number_is_no_boolean,
    integers_come_back_to_both_ends_of_64_bits,
    small_integers_are_read_into_any_width_that_holds_them,
    an_integer_too_large_for_its_field_is_refused,
    a_negative_integer_is_no_unsigned,
    unsigned_integers_above_the_signed_range_come_back [UNSIGNED_64],
    unsigned_integers_within_the_signed_range_come_back,
    integers_of_128_bits_come_back [INTEGER_128],
    unsigned_integers_of_128_bits_come_back [INTEGER_128],
    wide_integers_that_fit_64_bits_come_back,
    floats_come_back_bit_for_bit,
    the_sign_of_zero_comes_back_where_the_engine_says_so,
    infinities_come_back [INFINITIES],
    nan_comes_back [NAN],
    nan_never_becomes_null,
    small_floats_come_back_exact,
    a_float_that_loses_digits_is_no_small_float,
    an_integer_beyond_a_floats_digits_is_no_float,
    decimals_come_back_by_value,
    decimals_of_many_digits_come_back_exact [EXACT_DECIMAL],
    the_scale_of_a_decimal_comes_back_where_decimals_are_exact,
    a_decimal_never_loses_digits_in_silence,
    whole_decimals_are_exact_to_64_bits,
    a_decimal_is_compared_as_a_number,
    text_comes_back,
    text_with_a_nul_byte_comes_back [NUL_IN_TEXT],
    empty_text_is_not_null,
    text_of_a_megabyte_comes_back,
    bytes_come_back,
    empty_bytes_are_not_null,
    bytes_are_no_text,
    uuids_come_back,
    json_comes_back_verbatim,
    json_numbers_keep_their_digits,
    vectors_come_back [VECTORS],
    lists_come_back [NESTED],
    maps_come_back [NESTED],
    a_native_value_of_no_known_type_is_refused,
    a_value_of_another_kind_is_refused_by_name,
    a_refused_value_leaves_nothing_behind,
}

/// Stores values in a column of a kind and reads each back; returns what came back.
pub(super) async fn through(bench: &Bench, kind: Type, values: &[Value]) -> Outcome<Vec<Value>> {
    bench.table(kind).await?;
    for (id, value) in (0_i64..).zip(values) {
        let values = (id, value.as_ref());
        bench.db.execute("INSERT INTO t (id, v) VALUES (?, ?)", values).await?;
    }
    let rows = bench.db.fetch_all::<(Value,)>("SELECT v FROM t ORDER BY id", ()).await?;
    Ok(rows.into_iter().map(|(value,)| value).collect())
}

/// Checks that values come back as they went in.
pub(super) async fn check(bench: &Bench, kind: Type, values: &[Value]) -> Outcome {
    let back = through(bench, kind, values).await?;
    let is_same = back.len() == values.len()
        && back.iter().zip(values).all(|(back, value)| bench.same(back.as_ref(), value.as_ref()));
    holds(is_same, format!("found {back:?}, expected {values:?}"))
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap_or_else(|_| Decimal::from(i64::MIN)))
}

async fn booleans_come_back(bench: Bench) -> Outcome {
    check(&bench, Type::Bool, &[Value::Bool(true), Value::Bool(false), Value::Null]).await
}

async fn a_boolean_stored_as_another_number_is_no_boolean(bench: Bench) -> Outcome {
    fails(bench.db.fetch_value::<bool>("SELECT 2", ()).await, ErrorKind::Data)?;
    equal(bench.db.fetch_value::<bool>("SELECT 1", ()).await?, true)
}

async fn integers_come_back_to_both_ends_of_64_bits(bench: Bench) -> Outcome {
    let values = [i64::MIN, -1, 0, 1, (1 << 53) + 1, i64::MAX].map(Value::I64);
    check(&bench, Type::I64, &values).await
}

async fn small_integers_are_read_into_any_width_that_holds_them(bench: Bench) -> Outcome {
    let db = &bench.db;
    equal(db.fetch_value::<u8>("SELECT 255", ()).await?, u8::MAX)?;
    equal(db.fetch_value::<i8>("SELECT -128", ()).await?, i8::MIN)?;
    equal(db.fetch_value::<u16>("SELECT 65535", ()).await?, u16::MAX)?;
    equal(db.fetch_value::<i128>("SELECT -1", ()).await?, -1)?;
    equal(db.fetch_value::<u128>("SELECT 7", ()).await?, 7)?;
    equal(db.fetch_value::<usize>("SELECT 7", ()).await?, 7)
}

async fn an_integer_too_large_for_its_field_is_refused(bench: Bench) -> Outcome {
    fails(bench.db.fetch_value::<u8>("SELECT 256", ()).await, ErrorKind::Data)?;
    fails(bench.db.fetch_value::<i32>("SELECT 2147483648", ()).await, ErrorKind::Data).map(drop)
}

async fn a_negative_integer_is_no_unsigned(bench: Bench) -> Outcome {
    fails(bench.db.fetch_value::<u64>("SELECT -1", ()).await, ErrorKind::Data).map(drop)
}

async fn unsigned_integers_above_the_signed_range_come_back(bench: Bench) -> Outcome {
    check(&bench, Type::U64, &[Value::U64(1 << 63), Value::U64(u64::MAX)]).await
}

async fn unsigned_integers_within_the_signed_range_come_back(bench: Bench) -> Outcome {
    let largest = i64::MAX.unsigned_abs();
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (largest,)).await?;
    equal(bench.db.fetch_value::<u64>("SELECT v FROM t", ()).await?, largest)
}

async fn integers_of_128_bits_come_back(bench: Bench) -> Outcome {
    check(&bench, Type::I128, &[Value::I128(i128::MIN), Value::I128(i128::MAX)]).await
}

async fn unsigned_integers_of_128_bits_come_back(bench: Bench) -> Outcome {
    check(&bench, Type::U128, &[Value::U128(u128::MAX)]).await
}

async fn wide_integers_that_fit_64_bits_come_back(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let narrow = i128::from(i64::MIN);
    bench.db.execute("INSERT INTO t VALUES (1, ?), (2, ?)", (narrow, 5_u128)).await?;
    let rows = bench.db.fetch_all::<(i128,)>("SELECT v FROM t ORDER BY id", ()).await?;
    equal(rows, vec![(narrow,), (5,)])
}

async fn floats_come_back_bit_for_bit(bench: Bench) -> Outcome {
    let floats = [0.1 + 0.2, f64::MIN, f64::MAX, f64::MIN_POSITIVE, 5e-324, 1e16, 3.0];
    check(&bench, Type::F64, &floats.map(Value::F64)).await
}

async fn the_sign_of_zero_comes_back_where_the_engine_says_so(bench: Bench) -> Outcome {
    let back = if bench.can(Capability::SIGNED_ZERO) { -0.0 } else { 0.0 };
    let found = through(&bench, Type::F64, &[Value::F64(-0.0)]).await?;
    match found.as_slice() {
        [Value::F64(zero)] => equal(zero.to_bits(), f64::to_bits(back)),
        _ => holds(false, format!("found {found:?}, expected {back:?}")),
    }
}

async fn infinities_come_back(bench: Bench) -> Outcome {
    check(&bench, Type::F64, &[f64::INFINITY, f64::NEG_INFINITY].map(Value::F64)).await
}

async fn nan_comes_back(bench: Bench) -> Outcome {
    check(&bench, Type::F64, &[Value::F64(f64::NAN)]).await
}

async fn nan_never_becomes_null(bench: Bench) -> Outcome {
    let null = bench.db.fetch_value::<bool>("SELECT ? IS NULL", (f64::NAN,)).await;
    if bench.can(Capability::NAN) { equal(null?, false) } else { refused(null, "nan") }
}

async fn small_floats_come_back_exact(bench: Bench) -> Outcome {
    bench.table(Type::F64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (0.1_f32,)).await?;
    equal(bench.db.fetch_value::<f32>("SELECT v FROM t", ()).await?, 0.1)
}

async fn a_float_that_loses_digits_is_no_small_float(bench: Bench) -> Outcome {
    fails(bench.db.fetch_value::<f32>("SELECT ?", (0.1_f64,)).await, ErrorKind::Data).map(drop)
}

async fn an_integer_beyond_a_floats_digits_is_no_float(bench: Bench) -> Outcome {
    equal(bench.db.fetch_value::<f64>("SELECT 9007199254740992", ()).await?, 9007199254740992.0)?;
    let beyond = bench.db.fetch_value::<f64>("SELECT 9007199254740993", ()).await;
    fails(beyond, ErrorKind::Data).map(drop)
}

async fn decimals_come_back_by_value(bench: Bench) -> Outcome {
    let values = ["0.1", "-19.99", "12345.6789", "7", "-3"].map(decimal);
    check(&bench, Type::Decimal, &values).await
}

async fn decimals_of_many_digits_come_back_exact(bench: Bench) -> Outcome {
    let values = ["0.12345678901234567891", "12345678901234567890.5"].map(decimal);
    check(&bench, Type::Decimal, &values).await
}

async fn the_scale_of_a_decimal_comes_back_where_decimals_are_exact(bench: Bench) -> Outcome {
    let found = through(&bench, Type::Decimal, &[decimal("1.500")]).await?;
    match bench.can(Capability::UNBOUNDED_DECIMAL) {
        true => equal(found, [decimal("1.500")]),
        false => {
            holds(bench.same(found[0].as_ref(), decimal("1.5").as_ref()), format!("{found:?}"))
        }
    }
}

async fn a_decimal_never_loses_digits_in_silence(bench: Bench) -> Outcome {
    bench.table(Type::Decimal).await?;
    for text in ["0.12345678901234567891", "9007199254740993.5", "98765432109876543210"] {
        let value: Decimal = text.parse().map_err(|_| hypostyle_core::Error::closed("decimal"))?;
        bench.db.execute("DELETE FROM t", ()).await?;
        match bench.db.execute("INSERT INTO t VALUES (1, ?)", (&value,)).await {
            Ok(_) => {
                let found = bench.db.fetch_value::<Decimal>("SELECT v FROM t", ()).await?;
                let is_same = bench.same((&found).into(), (&value).into());
                holds(is_same, format!("{value} came back as {found}"))?;
            }
            refusal => refused(refusal, "exact_decimal")?,
        }
    }
    Ok(())
}

async fn whole_decimals_are_exact_to_64_bits(bench: Bench) -> Outcome {
    let values = ["9223372036854775807", "-9007199254740993"].map(decimal);
    check(&bench, Type::Decimal, &values).await
}

async fn a_decimal_is_compared_as_a_number(bench: Bench) -> Outcome {
    through(&bench, Type::Decimal, &["9.5", "10.25", "100"].map(decimal)).await?;
    let least = decimal("9.75");
    let text = "SELECT count(*) FROM t WHERE v > ?";
    equal(bench.db.fetch_value::<i64>(text, (&least,)).await?, 2)
}

async fn text_comes_back(bench: Bench) -> Outcome {
    let values = ["plain", "it's \"quoted\"", "größe 數據 🦀", "a\nb\tc\r\n", " padded "];
    check(&bench, Type::Text, &values.map(Value::from)).await
}

async fn text_with_a_nul_byte_comes_back(bench: Bench) -> Outcome {
    check(&bench, Type::Text, &["a\0b", "\0"].map(Value::from)).await
}

async fn empty_text_is_not_null(bench: Bench) -> Outcome {
    check(&bench, Type::Text, &[Value::from(""), Value::Null]).await
}

async fn text_of_a_megabyte_comes_back(bench: Bench) -> Outcome {
    check(&bench, Type::Text, &[Value::Text("é".repeat(512 * 1024))]).await
}

async fn bytes_come_back(bench: Bench) -> Outcome {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    check(&bench, Type::Bytes, &[Value::Bytes(all), Value::Bytes(vec![0])]).await
}

async fn empty_bytes_are_not_null(bench: Bench) -> Outcome {
    check(&bench, Type::Bytes, &[Value::Bytes(Vec::new()), Value::Null]).await
}

async fn bytes_are_no_text(bench: Bench) -> Outcome {
    through(&bench, Type::Bytes, &[Value::Bytes(b"abc".to_vec())]).await?;
    fails(bench.db.fetch_value::<String>("SELECT v FROM t", ()).await, ErrorKind::Data).map(drop)
}

async fn uuids_come_back(bench: Bench) -> Outcome {
    check(&bench, Type::Uuid, &[0, 7, u128::MAX].map(Uuid::from_u128).map(Value::Uuid)).await
}

async fn json_comes_back_verbatim(bench: Bench) -> Outcome {
    let documents = ["{\"b\": 1,  \"a\": [null, \"é\"]}", "[]", "\"text\"", "null"];
    check(&bench, Type::Json, &documents.map(|json| Value::Json(json.to_owned()))).await
}

async fn json_numbers_keep_their_digits(bench: Bench) -> Outcome {
    let document = "{\"n\": 123456789012345678901234567890.123456789}";
    check(&bench, Type::Json, &[Value::Json(document.to_owned())]).await
}

async fn vectors_come_back(bench: Bench) -> Outcome {
    check(&bench, Type::Vector, &[Value::Vector(vec![0.5, -1.0, f32::MIN_POSITIVE])]).await
}

async fn lists_come_back(bench: Bench) -> Outcome {
    check(&bench, Type::List, &[Value::List(vec![Value::I64(1), Value::Null])]).await
}

async fn maps_come_back(bench: Bench) -> Outcome {
    check(&bench, Type::Map, &[Value::Map(vec![("k".to_owned(), Value::I64(1))])]).await
}

async fn a_native_value_of_no_known_type_is_refused(bench: Bench) -> Outcome {
    bench.table(Type::Bytes).await?;
    let native = Value::Native(Native::new("no_such_type", NativeFormat::Binary, &[1]));
    let error = match bench.db.execute("INSERT INTO t VALUES (1, ?)", (&native,)).await {
        Ok(done) => return holds(false, format!("went in: {done:?}")),
        Err(error) => error,
    };
    let kinds = [ErrorKind::Parameter, ErrorKind::Data, ErrorKind::Unsupported];
    holds(kinds.contains(&error.kind()), error)?;
    equal(bench.count().await?, 0)
}

async fn a_value_of_another_kind_is_refused_by_name(bench: Bench) -> Outcome {
    let read = bench.db.fetch_value::<i64>("SELECT 'text' AS word", ()).await;
    let error = fails(read, ErrorKind::Data)?;
    for part in ["`word`", "text"] {
        holds(error.message().contains(part), &error)?;
    }
    let read = bench.db.fetch_value::<i64>("SELECT NULL", ()).await;
    let error = fails(read, ErrorKind::Data)?;
    holds(error.message().contains("Option"), &error)
}

async fn a_refused_value_leaves_nothing_behind(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "INSERT INTO t VALUES (1, 1); INSERT INTO t VALUES (2, ?)";
    let list = Value::List(vec![Value::Null]);
    let sent = bench.db.execute(text, (ValueRef::from(&list),)).await;
    holds(sent.is_err(), "a list went into an integer column")?;
    bench.is_settled().await
}
