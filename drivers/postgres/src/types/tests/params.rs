//! Parameters of other kinds than the type: sent as text, or refused.

use hypostyle_core::{Decimal, ErrorKind, Timestamp, Value};

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
    check_refused("oid", Value::I64(-1), "PostgreSQL's `oid` cannot hold this integer exactly");
    check_refused("date", Value::I64(20_240_101), "PostgreSQL's `date` takes no 64-bit integer");
    check_refused(
        "timestamp",
        Value::Timestamp(Timestamp::from_nanos(1)),
        "PostgreSQL's `timestamp` cannot hold a fraction finer than a microsecond",
    );
    check_refused(
        "text",
        Value::Text("a\0".into()),
        "text with NUL (at byte 1), which PostgreSQL cannot store",
    );
}

#[test]
fn copy_takes_text_escaped() {
    let mut out = Vec::new();
    let value = Value::Text("a\\b\nc\rd\te".into());
    encode_copy_text(&type_of("text"), value.as_ref(), &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), r"a\\b\nc\rd\te");
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
