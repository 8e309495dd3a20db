//! Values as parameters.

use hypostyle_core::{
    Date, Decimal, ErrorKind, Interval, Native, NativeFormat, Time, Timestamp, Uuid, Value,
};

use super::*;

/// Encodes a value: the two bytes of its type, and its own.
fn encoded(value: &Value) -> Result<([u8; 2], Vec<u8>)> {
    let mut out = Vec::new();
    let kind = encode(value.as_ref(), &mut out)?;
    Ok((kind.to_bytes(), out))
}

#[track_caller]
fn check(value: Value, code: u8, expect: &[u8]) {
    assert_eq!(encoded(&value).unwrap(), ([code, 0], expect.to_vec()), "{value:?}");
}

#[track_caller]
fn check_refused(value: Value, capability: Option<&str>) {
    let error = encoded(&value).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Parameter);
    assert_eq!(error.context("capability"), capability, "{value:?}: {error}");
}

fn sized(text: &str) -> Vec<u8> {
    [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse::<Decimal>().unwrap())
}

fn interval(months: i32, days: i32, micros: i64) -> Value {
    Value::Interval(Interval { months, days, micros })
}

#[test]
fn each_value_goes_under_the_type_that_holds_it() {
    check(Value::Null, 6, &[]);
    check(Value::Bool(true), 1, &[1]);
    check(Value::I64(-2), 8, &(-2_i64).to_le_bytes());
    let unsigned = encoded(&Value::U64(u64::MAX)).unwrap();
    assert_eq!(unsigned, ([8, 0x80], u64::MAX.to_le_bytes().to_vec()));
    check(Value::I128(-7), 246, b"\x02-7");
    check(Value::U128(u128::MAX), 246, &sized("340282366920938463463374607431768211455"));
    check(Value::F32(0.1), 4, &0.1_f32.to_le_bytes());
    check(Value::F64(-0.0), 5, &(-0.0_f64).to_le_bytes());
    check(decimal("-19.990"), 246, b"\x07-19.990");
    check(Value::from("é\0"), 253, b"\x03\xc3\xa9\0");
    check(Value::Json("[]".into()), 253, b"\x02[]");
    check(Value::Bytes(vec![0xFF]), 252, b"\x01\xff");
    check(Value::Vector(vec![0.5]), 252, &[4, 0, 0, 0, 0x3F]);
    let uuid = Uuid::from_u128(1);
    check(Value::Uuid(uuid), 253, &sized("00000000-0000-0000-0000-000000000001"));
    let point = Native::new("geometry", NativeFormat::Binary, &[1, 2]);
    check(Value::Native(point), 252, b"\x02\x01\x02");
}

#[test]
fn moments_go_with_the_microseconds_they_have() {
    let date = |text| Value::Date(Date::parse(text).unwrap());
    let stamp = |text| Value::Timestamp(Timestamp::parse(text).unwrap());
    let time = |text| Value::Time(Time::parse(text).unwrap());
    check(date("2024-02-29"), 10, &[4, 0xE8, 0x07, 2, 29]);
    check(date("0000-01-01"), 10, &[4, 0, 0, 1, 1]);
    check(stamp("1969-12-31 23:59:59"), 12, &[7, 0xB1, 0x07, 12, 31, 23, 59, 59]);
    check(stamp("9999-12-31 00:00:00.000002"), 12, &[11, 0x0F, 0x27, 12, 31, 0, 0, 0, 2, 0, 0, 0]);
    check(
        Value::TimestampTz(Timestamp::parse_tz("2024-01-01 02:00:00+02:00").unwrap()),
        12,
        &[7, 0xE8, 0x07, 1, 1, 0, 0, 0],
    );
    check(time("24:00:00"), 11, &[8, 0, 1, 0, 0, 0, 0, 0, 0]);
    check(time("01:02:03.000004"), 11, &[12, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0]);
    check(interval(0, 0, -90_000_000_000), 11, &[8, 1, 1, 0, 0, 0, 1, 0, 0]);
    check(interval(0, 0, -3_020_399_000_000), 11, &[8, 1, 34, 0, 0, 0, 22, 59, 59]);
}

#[test]
fn what_no_type_holds_is_refused_by_name() {
    check_refused(Value::F64(f64::NAN), Some("nan"));
    check_refused(Value::F32(f32::INFINITY), Some("infinities"));
    check_refused(Value::F64(f64::NEG_INFINITY), Some("infinities"));
    check_refused(decimal("NaN"), Some("nan"));
    check_refused(decimal("-Infinity"), Some("infinities"));
    check_refused(Value::Date(Date::INFINITY), Some("infinities"));
    check_refused(Value::Timestamp(Timestamp::NEG_INFINITY), Some("infinities"));
    check_refused(Value::Date(Date::from_days(2_932_897)), None);
    check_refused(Value::Date(Date::from_days(-719_529)), None);
    check_refused(Value::TimestampTz(Timestamp::from_micros(i64::MAX - 1)), None);
    check_refused(Value::Timestamp(Timestamp::from_nanos(1)), Some("nanoseconds"));
    check_refused(Value::Time(Time::from_nanos(1).unwrap()), Some("nanoseconds"));
    check_refused(interval(1, 0, 0), Some("intervals"));
    check_refused(interval(0, 1, 0), Some("intervals"));
    check_refused(interval(0, 0, 3_020_399_000_001), Some("intervals"));
    check_refused(interval(0, 0, i64::MIN), Some("intervals"));
    check_refused(Value::List(vec![Value::Null]), Some("nested"));
    check_refused(Value::Map(Vec::new()), Some("nested"));
    check_refused(Value::Native(Native::new("point", NativeFormat::Text, b"x")), None);
    check_refused(Value::Native(Native::new("no_such_type", NativeFormat::Binary, b"x")), None);
}

#[test]
fn decimals_go_as_far_as_sixty_five_digits_and_thirty_after_the_point() {
    let nines = "9".repeat(65);
    check(decimal(&nines), 246, &sized(&nines));
    check_refused(decimal(&format!("1{nines}")), Some("unbounded_decimal"));
    let fraction = format!("0.{}", "9".repeat(30));
    check(decimal(&fraction), 246, &sized(&fraction));
    check_refused(decimal(&format!("{fraction}9")), Some("unbounded_decimal"));
    let both = format!("-{}.{}", "9".repeat(35), "9".repeat(30));
    check(decimal(&both), 246, &sized(&both));
    check_refused(
        decimal(&format!("{}.{}", "9".repeat(36), "9".repeat(30))),
        Some("unbounded_decimal"),
    );
    check_refused(decimal(&format!("{nines}.5")), Some("unbounded_decimal"));
}

#[test]
fn zeros_beyond_the_scale_are_left_out() {
    check(
        decimal(&format!("0.{}", "0".repeat(1_000))),
        246,
        &sized(&format!("0.{}", "0".repeat(30))),
    );
    let nines = "9".repeat(65);
    check(decimal(&format!("{nines}.00")), 246, &sized(&nines));
    let most = "9".repeat(60);
    check(decimal(&format!("{most}.5000000")), 246, &sized(&format!("{most}.50000")));
    check(decimal("1.50"), 246, &sized("1.50"));
}
