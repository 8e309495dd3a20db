//! Parameters of other kinds than the type: sent as text, or refused.

use hypostyle_core::{Date, Decimal, ErrorKind, Native, NativeFormat, Time, Timestamp, Value};

use super::*;

/// The value goes to the type in text form.
#[track_caller]
fn check_text(name: &str, value: Value, expect: &str) {
    let (format, bytes) = encoded(&type_of(name), &value).unwrap();
    assert_eq!((format, String::from_utf8(bytes).unwrap()), (TEXT, expect.to_owned()), "{name}");
}

/// The value is refused before it is sent, for this reason.
#[track_caller]
fn check_refused(name: &str, value: Value, expect: &str) {
    let error = encoded(&type_of(name), &value).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Parameter, expect), "{name}");
}

fn binary(name: &str, bytes: &[u8]) -> Value {
    Value::Native(Native::new(name, NativeFormat::Binary, bytes))
}

#[test]
fn the_server_parses_what_is_of_another_kind() {
    check_text("int4", Value::Text("12".into()), "12");
    check_text("int2", Value::I64(40_000), "40000");
    check_text("int4", Value::Decimal("1.5".parse::<Decimal>().unwrap()), "1.5");
    check_text("text", Value::I64(7), "7");
    check_text("float8", Value::Decimal("0.1".parse::<Decimal>().unwrap()), "0.1");
    check_text("float4", Value::F64(0.1), "0.1");
}

#[test]
fn what_would_lose_something_is_refused() {
    let holds = |name: &str, value: Value, what: &str| {
        check_refused(name, value, &format!("PostgreSQL's `{name}` cannot hold {what}"));
    };
    holds("oid", Value::I64(-1), "this integer exactly");
    holds("oid", Value::U128(u128::MAX), "this integer exactly");
    holds("float8", Value::I64((1 << 53) + 1), "this integer exactly");
    holds("float8", Value::I128(i128::MAX), "this integer exactly");
    holds("float4", Value::I64((1 << 24) + 1), "this integer exactly");
    let finer = "a fraction finer than a microsecond";
    holds("timestamp", Value::Timestamp(Timestamp::from_nanos(1)), finer);
    holds("timestamptz", Value::TimestampTz(Timestamp::from_nanos(1)), finer);
    holds("time", Value::Time(Time::from_nanos(1).unwrap()), finer);
    holds("char", Value::Text("ab".into()), "more than one byte");
    holds("int4", binary("int8", &[0; 8]), "a native value in this binary form");
    let map = |names: &[&str]| {
        Value::Map(names.iter().map(|name| ((*name).to_owned(), Value::I64(1))).collect())
    };
    holds("pair", map(&["a"]), "a map without its field `b`");
    holds("pair", map(&["a", "b", "c"]), "a map with names beyond its fields");
    holds("pair", map(&["a", "b", "b"]), "a map with names beyond its fields");
}

#[test]
fn a_name_that_copy_would_cut_is_refused() {
    let copied = |text: &str| {
        let value = Value::Text(text.into());
        encode_copy_text(&type_of("name"), value.as_ref(), &mut Vec::new())
    };
    assert!(copied(&"x".repeat(63)).is_ok());
    assert_eq!(copied(&"x".repeat(64)).unwrap_err().kind(), ErrorKind::Parameter);
}

#[test]
fn an_empty_list_within_a_list_is_refused() {
    let list = Value::List(vec![Value::List(vec![Value::I64(1)]), Value::List(Vec::new())]);
    let expect = "PostgreSQL's `_int4` cannot hold an empty list within a list";
    check_refused("int4[]", list, expect);
}

#[test]
fn what_only_looks_alike_is_refused() {
    let takes = |name: &str, value: Value, what: &str| {
        check_refused(name, value, &format!("PostgreSQL's `{name}` takes no {what}"));
    };
    takes("date", Value::I64(20_240_101), "64-bit integer");
    takes("date", Value::Timestamp(Timestamp::from_micros(1)), "timestamp");
    takes("time", Value::Timestamp(Timestamp::from_micros(0)), "timestamp");
    takes("bytea", Value::I64(1), "64-bit integer");
    takes("text", Value::Bytes(vec![1]), "bytes");
    takes("jsonb", Value::Bytes(vec![1]), "bytes");
    takes("jsonb", Value::Null, "NULL");
    takes("int4", Value::Bool(true), "bool");
    takes("bit", Value::I64(101), "64-bit integer");
    takes("int4range", Value::Json("[1,2]".into()), "JSON");
    takes("int4range", Value::Vector(vec![1.0, 2.0]), "vector");
    takes("inet", Value::List(Vec::new()), "list");
    takes("vector", Value::List(vec![Value::Text("1,2".into())]), "text");
    takes("pair", Value::List(Vec::new()), "list");
}

#[test]
fn text_with_nul_is_refused_wherever_it_stands() {
    let expect = "text with NUL (at byte 1), which PostgreSQL cannot store";
    let nul = || Value::Text("a\0".into());
    check_refused("text", nul(), expect);
    check_refused("int4", nul(), expect);
    check_refused("json", Value::Json("a\0".into()), expect);
    check_refused("text[]", Value::List(vec![nul()]), expect);
    check_refused("pair", Value::Map(vec![("a".into(), Value::Null), ("b".into(), nul())]), expect);
    let native = Native::new("inet", NativeFormat::Text, b"a\0");
    check_refused("inet", Value::Native(native), expect);
}

#[test]
fn numbers_and_days_go_where_they_are_the_same() {
    let check = |name: &str, value: Value, form: &str| {
        let (format, bytes) = encoded(&type_of(name), &value).unwrap();
        assert_eq!((format, hex(&bytes)), (BINARY, form.to_owned()), "{name} {value:?}");
    };
    check("bool", Value::I64(1), "01");
    check("int2", Value::U64(7), "0007");
    check("int4", Value::I128(-1), "ffffffff");
    check("float4", Value::F64(0.5), "3f000000");
    check("float8", Value::F32(0.1), "3fb99999a0000000");
    check("float8", Value::I64(1 << 60), "43b0000000000000");
    check("numeric", Value::I64(i64::MIN), "0005000440000000039a0d2c0170156516b0");
    check(
        "numeric",
        Value::U128(1 << 127),
        "000a00090000000000aa0583209a01d5090d0c601c871bf620da1660",
    );
    check("numeric", Value::F64(0.1), "0001ffff0000000103e8");
    check("numeric", Value::F32(1.5), "000200000000000100011388");
    let midnight = Timestamp::from_micros(86_400_000_000);
    check("date", Value::Timestamp(midnight), "ffffd534");
    check("date", Value::Timestamp(Timestamp::NEG_INFINITY), "80000000");
    check("timestamptz", Value::Timestamp(midnight), "fffca312e29f8000");
    check("timestamp", Value::TimestampTz(midnight), "fffca312e29f8000");
    check(
        "float4[]",
        Value::Vector(vec![0.5]),
        "0000000100000000000002bc0000000100000001000000043f000000",
    );
    check("float4[]", Value::Vector(Vec::new()), "0000000000000000000002bc");
    check("json", Value::Map(vec![("a".into(), Value::Null)]), "7b2261223a6e756c6c7d");
    check("jsonb", Value::I64(7), "0137");
}

#[test]
fn the_server_is_asked_about_what_is_out_of_range() {
    let far = Timestamp::from_micros(i64::MIN + 1);
    check_text("timestamp", Value::Timestamp(far), "290309-12-21 19:59:05.224193 BC");
    let sentinel = Timestamp::from_micros(i64::MIN + 946_684_800_000_000);
    check_text("timestamp", Value::Timestamp(sentinel), "290279-12-22 19:59:05.224192 BC");
    check_text("date", Value::Date(Date::from_days(i32::MIN + 10_957)), "5877612-06-22 BC");
    for text in [format!("1{}", "0".repeat(131_072)), format!("0.{}1", "0".repeat(16_383))] {
        check_text("numeric", Value::Decimal(text.parse().unwrap()), &text);
    }
}

#[test]
fn a_value_wishes_for_the_type_that_is_its_own() {
    let check = |value: Value, expect: Option<Oid>| {
        assert_eq!(wished_type(value.as_ref()), expect, "{value:?}");
    };
    check(Value::I64(1), Some(20));
    check(Value::U64(u64::MAX), Some(1700));
    check(Value::Text("a".into()), None);
    check(Value::List(vec![Value::Null, Value::I64(1)]), Some(1016));
    check(Value::List(vec![Value::List(vec![Value::Text("a".into())])]), Some(1009));
    check(Value::List(vec![Value::Bool(true), Value::I64(1)]), None);
    check(Value::List(Vec::new()), Some(1009));
}
