//! Values as literals of SQL and as fields of a file to load.

use hypostyle_core::{Date, Interval, Time, Timestamp, Uuid, Value};

use super::*;

#[track_caller]
fn check(value: Value, in_sql: &str, in_file: &str) {
    let (mut sql, mut file) = (Vec::new(), Vec::new());
    literal(value.as_ref(), &mut sql).unwrap();
    load_field(value.as_ref(), &mut file).unwrap();
    assert_eq!(String::from_utf8_lossy(&sql), in_sql, "{value:?}");
    assert_eq!(String::from_utf8_lossy(&file), in_file, "{value:?}");
}

#[test]
fn numbers_stand_as_they_are() {
    check(Value::Null, "NULL", "\\N");
    check(Value::Bool(true), "1", "1");
    check(Value::I64(i64::MIN), "-9223372036854775808", "-9223372036854775808");
    check(Value::U64(u64::MAX), "18446744073709551615", "18446744073709551615");
    check(Value::F64(0.1), "1e-1", "1e-1");
    check(Value::F64(f64::MAX), "1.7976931348623157e308", "1.7976931348623157e308");
    check(Value::F32(0.1), "1.0000000149011612e-1", "1.0000000149011612e-1");
    check(Value::Decimal("-19.990".parse().unwrap()), "-19.990", "-19.990");
}

#[test]
fn text_is_escaped() {
    check(Value::from(""), "''", "");
    check(Value::from("it's"), "'it\\'s'", "it's");
    check(Value::from("a\\N\t\n\r\0é"), "'a\\\\N\t\n\r\\0é'", "a\\\\N\\t\\n\r\\0é");
    check(
        Value::Json("{\"a\": \"\\\\\"}".into()),
        "'{\"a\": \"\\\\\\\\\"}'",
        "{\"a\": \"\\\\\\\\\"}",
    );
}

#[test]
fn bytes_are_quoted_as_such_and_digits_in_a_file() {
    check(Value::Bytes(vec![b'\'', 0, b'\\', b'a']), "_binary'\\'\\0\\\\a'", "27005C61");
    check(Value::Vector(vec![0.5]), "_binary'\\0\\0\\0?'", "0000003F");
    check(Value::Bytes(Vec::new()), "_binary''", "");
}

#[test]
fn moments_are_quoted() {
    check(Value::Date(Date::parse("0001-02-03").unwrap()), "'0001-02-03'", "0001-02-03");
    let stamp = Timestamp::parse("1969-12-31 23:59:59.000001").unwrap();
    let text = "1969-12-31 23:59:59.000001";
    check(Value::Timestamp(stamp), &format!("'{text}'"), text);
    check(Value::TimestampTz(stamp), &format!("'{text}'"), text);
    check(Value::Time(Time::parse("24:00:00").unwrap()), "'24:00:00'", "24:00:00");
    let interval = Interval { months: 0, days: 0, micros: -3_020_399_000_000 };
    check(Value::Interval(interval), "'-838:59:59'", "-838:59:59");
    let uuid = "00000000-0000-0000-0000-000000000001";
    check(Value::Uuid(Uuid::from_u128(1)), &format!("'{uuid}'"), uuid);
}
