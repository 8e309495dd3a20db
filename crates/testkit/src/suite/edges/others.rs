//! Texts, bytes, documents, vectors, lists and maps; NULL; and values of one kind for a column of
//! another.

use hypostyle_core::{
    Capability, Date, ErrorKind, Interval, OwnedRow, Time, Timestamp, Type, Uuid, Value,
};

use super::{INSERT, WAYS, Way, all_same, check, refused_or_same, stored, through_columns};
use crate::{Bench, Outcome, cases, equal, fails};

cases! { "edges":
    texts_by_every_way,
    bytes_of_every_value_by_every_way,
    uuids_by_every_way,
    documents_by_every_way,
    documents_that_are_numbers_come_back_or_are_refused,
    vectors_by_every_way [VECTORS],
    lists_by_every_way [NESTED],
    lists_of_lists_by_every_way [NESTED, ANY_DEPTH],
    lists_of_unequal_length_are_refused_or_come_back [NESTED],
    maps_by_every_way [NESTED],
    null_of_every_type_by_every_way,
    a_row_of_every_type_by_every_way,
    an_integer_for_a_text_column_is_its_digits,
    digits_for_an_integer_column_are_the_integer,
    a_float_for_an_integer_column_is_refused_or_whole_or_rounded_as_said,
    kinds_may_change_from_row_to_row,
}

async fn texts_by_every_way(bench: Bench) -> Outcome {
    let long = "é".repeat(70_000);
    let values = ["", " ", "a", "\u{1}", "é", "\u{10ffff}", "\\N", "\\.", "\t\r\n\\", &long];
    check(&bench, Type::Text, &values.map(Value::from)).await
}

async fn bytes_of_every_value_by_every_way(bench: Bench) -> Outcome {
    let each = (0..=u8::MAX).map(|byte| Value::Bytes(vec![byte]));
    let pairs = (0..=u16::MAX).flat_map(u16::to_be_bytes).collect();
    let values: Vec<Value> = each.chain([Value::Bytes(pairs), Value::Bytes(Vec::new())]).collect();
    check(&bench, Type::Bytes, &values).await
}

async fn uuids_by_every_way(bench: Bench) -> Outcome {
    let values = [0, 1, 1 << 127, u128::MAX, 0x550e_8400_e29b_41d4_a716_4466_5544_0000];
    check(&bench, Type::Uuid, &values.map(Uuid::from_u128).map(Value::Uuid)).await
}

async fn documents_by_every_way(bench: Bench) -> Outcome {
    let long = format!("[{}1]", "1, ".repeat(20_000));
    let texts = [
        "null",
        "true",
        "[123456789012345678901234567890.123456789]",
        "\"\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
        "\"é🦀\"",
        "[]",
        "{}",
        "{\"\": {\"a\": [1, {\"b\": null}]}}",
        "{\"a\": 1, \"a\": 2}",
        " [ 1 , 2 ] ",
        &long,
    ];
    let values: Vec<Value> = texts.iter().map(|&text| Value::Json(text.to_owned())).collect();
    check(&bench, Type::Json, &values).await?;
    bench.db.execute("DROP TABLE t", ()).await?;
    // A number that no float holds.
    refused_or_same(&bench, Type::Json, &[Value::Json("{\"a\":-0.0e400}".to_owned())]).await
}

async fn documents_that_are_numbers_come_back_or_are_refused(bench: Bench) -> Outcome {
    let texts = ["0", "-7", "2.5", "-0.0", "1.0", "1e3", "1e400", "9223372036854775808", " 1 "];
    let long = "123456789012345678901234567890.123456789";
    let values = texts.into_iter().chain([long]).map(|text| Value::Json(text.to_owned()));
    refused_or_same(&bench, Type::Json, &values.collect::<Vec<_>>()).await
}

async fn vectors_by_every_way(bench: Bench) -> Outcome {
    let long = (0..1_536_u16).map(|at| f32::from(at) / 7.0 - 100.0).collect();
    let values = [vec![0.5], vec![1.0, -2.5, f32::MIN_POSITIVE], vec![f32::MAX, f32::MIN], long];
    through_columns(&bench, Type::Vector, &values.map(Value::Vector)).await
}

fn list(values: &[Option<i64>]) -> Value {
    Value::List(values.iter().map(|value| value.map_or(Value::Null, Value::I64)).collect())
}

async fn lists_by_every_way(bench: Bench) -> Outcome {
    let long: Vec<Option<i64>> = (0..10_000).map(|at| (at % 7 != 0).then_some(at)).collect();
    let values = [
        list(&[]),
        list(&[Some(1)]),
        list(&[None]),
        list(&[Some(i64::MIN), None, Some(i64::MAX), None]),
        list(&long),
    ];
    through_columns(&bench, Type::List, &values).await
}

async fn lists_of_lists_by_every_way(bench: Bench) -> Outcome {
    let pair = Value::List(vec![list(&[Some(1), None]), list(&[None, Some(4)])]);
    let cube = Value::List(vec![pair.clone(), pair.clone(), pair.clone()]);
    let deep = (0..5).fold(list(&[Some(7)]), |inner, _| Value::List(vec![inner]));
    through_columns(&bench, Type::List, &[pair, cube, deep]).await
}

async fn lists_of_unequal_length_are_refused_or_come_back(bench: Bench) -> Outcome {
    let ragged = Value::List(vec![list(&[Some(1)]), list(&[Some(2), Some(3)])]);
    let mixed = Value::List(vec![Value::I64(1), list(&[Some(2)])]);
    refused_or_same(&bench, Type::List, &[ragged, mixed]).await?;
    // An engine without lists refuses this, too.
    bench.db.execute(INSERT, (1, &list(&[Some(1)]))).await.map(drop).map_err(Into::into)
}

async fn maps_by_every_way(bench: Bench) -> Outcome {
    let map = |value| Value::Map(vec![("k".to_owned(), value)]);
    let values = [map(Value::I64(1)), map(Value::I64(i64::MIN)), map(Value::Null)];
    through_columns(&bench, Type::Map, &values).await
}

/// Every type that the engine stores, with a value of it.
fn one_of_each(bench: &Bench) -> Vec<(Type, Value)> {
    let at = Timestamp::from_micros(1_700_000_000_123_456);
    let each = [
        (Type::Bool, Value::Bool(true)),
        (Type::I64, Value::I64(-7)),
        (Type::F64, Value::F64(0.1)),
        (Type::Decimal, Value::Decimal(hypostyle_core::Decimal::from(7))),
        (Type::Text, Value::from("é")),
        (Type::Bytes, Value::Bytes(vec![0, 255])),
        (Type::Date, Value::Date(Date::from_days(19_782))),
        (Type::Time, Time::from_nanos(1_000).map_or(Value::Null, Value::Time)),
        (Type::Timestamp, Value::Timestamp(at)),
        (Type::TimestampTz, Value::TimestampTz(at)),
        (Type::Interval, Value::Interval(Interval { months: 1, days: 2, micros: 3 })),
        (Type::Uuid, Value::Uuid(Uuid::from_u128(7))),
        (Type::Json, Value::Json("{\"a\": 1}".to_owned())),
    ];
    let has = |kind| kind != Type::Interval || bench.can(Capability::INTERVALS);
    each.into_iter().filter(|(kind, _)| has(*kind)).collect()
}

async fn null_of_every_type_by_every_way(bench: Bench) -> Outcome {
    for (kind, value) in one_of_each(&bench) {
        through_columns(&bench, kind, &[Value::Null, value, Value::Null]).await?;
        bench.db.execute("DROP TABLE t", ()).await?;
    }
    Ok(())
}

async fn a_row_of_every_type_by_every_way(bench: Bench) -> Outcome {
    let each = one_of_each(&bench);
    let columns: Vec<String> = (0..each.len()).map(|at| format!("c{at}")).collect();
    let declared: Vec<String> = columns
        .iter()
        .zip(&each)
        .map(|(name, (kind, _))| format!("{name} {}", bench.target.column(*kind)))
        .collect();
    bench.db.execute(&format!("CREATE TABLE t ({})", declared.join(", ")), ()).await?;
    let values: Vec<Value> = each.iter().map(|(_, value)| value.clone()).collect();
    let nulls = vec![Value::Null; values.len()];
    let rows = [values.clone(), nulls.clone(), values];
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let insert = format!("INSERT INTO t VALUES ({})", vec!["?"; each.len()].join(", "));
    bench.db.insert_many("t", &names, &rows).await?;
    bench.db.execute_many(&insert, &rows).await?;
    for row in &rows {
        bench.db.execute(&insert, row).await?;
    }
    let found = bench.db.fetch_all::<OwnedRow>("SELECT * FROM t", ()).await?;
    equal(found.len(), 9)?;
    let is_null = |row: &&OwnedRow| row.values().iter().all(Value::is_null);
    equal(found.iter().filter(is_null).count(), 3)?;
    for row in found.iter().filter(|row| !is_null(row)) {
        all_same(&bench, row.values(), &rows[0], Way::Bulk)?;
    }
    Ok(())
}

async fn an_integer_for_a_text_column_is_its_digits(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    for way in WAYS {
        way.insert(&bench, &[Value::I64(7), Value::I64(i64::MIN)]).await?;
        all_same(&bench, &stored(&bench).await?, &["7".into(), i64::MIN.to_string().into()], way)?;
        bench.db.execute("DELETE FROM t", ()).await?;
    }
    Ok(())
}

async fn digits_for_an_integer_column_are_the_integer(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    for way in WAYS {
        way.insert(&bench, &["7".into(), i64::MIN.to_string().into()]).await?;
        all_same(&bench, &stored(&bench).await?, &[Value::I64(7), Value::I64(i64::MIN)], way)?;
        bench.db.execute("DELETE FROM t", ()).await?;
    }
    Ok(())
}

async fn a_float_for_an_integer_column_is_refused_or_whole_or_rounded_as_said(
    bench: Bench,
) -> Outcome {
    if bench.can(Capability::UNROUNDED) {
        return refused_or_same(&bench, Type::I64, &[1.5, -0.25, 1e300].map(Value::F64)).await;
    }
    refused_or_same(&bench, Type::I64, &[1e300].map(Value::F64)).await?;
    bench.db.execute(INSERT, (1, 2.25)).await?;
    equal(bench.db.fetch_value::<i64>("SELECT v FROM t", ()).await?, 2)
}

async fn kinds_may_change_from_row_to_row(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let values = [Value::from("a"), Value::Null, Value::I64(7), Value::from(""), Value::Null];
    let expect = [Value::from("a"), Value::Null, "7".into(), "".into(), Value::Null];
    for way in WAYS {
        way.insert(&bench, &values).await?;
        all_same(&bench, &stored(&bench).await?, &expect, way)?;
        bench.db.execute("DELETE FROM t", ()).await?;
    }
    fails(bench.db.fetch_value::<i64>("SELECT 'a'", ()).await, ErrorKind::Data).map(drop)
}
