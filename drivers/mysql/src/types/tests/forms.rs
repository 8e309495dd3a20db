//! The bytes of both protocols as values.

use hypostyle_core::{
    Date, ErrorKind, Interval, Native, NativeFormat, Time, Timestamp, Uuid, Value,
};

use super::*;

#[track_caller]
fn check_binary(name: &str, bytes: &[u8], expect: &Value) {
    let followed = [bytes, b"rest"].concat();
    let (found, left) = binary(name, &followed, ZeroDates::Refuse).unwrap();
    assert_eq!((&found, left), (expect, 4), "{name} {bytes:?}");
}

#[track_caller]
fn check_text(name: &str, bytes: &[u8], expect: &Value) {
    assert_eq!(&text(name, bytes, ZeroDates::Refuse).unwrap(), expect, "{name} {bytes:?}");
}

/// A value after its length in the binary protocol, bare in the text protocol.
#[track_caller]
fn check_both(name: &str, bytes: &[u8], expect: &Value) {
    let length = u8::try_from(bytes.len()).unwrap();
    check_binary(name, &[&[length], bytes].concat(), expect);
    check_text(name, bytes, expect);
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap())
}

fn stamp(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn interval(micros: i64) -> Value {
    Value::Interval(Interval { months: 0, days: 0, micros })
}

#[test]
fn integers_are_read_by_their_width_and_sign() {
    check_binary("tinyint", &[0x80], &Value::I64(-128));
    check_binary("tinyint unsigned", &[0xFF], &Value::I64(255));
    check_binary("smallint", &[0, 0x80], &Value::I64(-32_768));
    check_binary("smallint unsigned", &[0xFF, 0xFF], &Value::I64(65_535));
    check_binary("mediumint", &[0xFF, 0xFF, 0xFF, 0xFF], &Value::I64(-1));
    check_binary("int", &i32::MIN.to_le_bytes(), &Value::I64(i32::MIN.into()));
    check_binary("int unsigned", &u32::MAX.to_le_bytes(), &Value::I64(u32::MAX.into()));
    check_binary("bigint", &i64::MIN.to_le_bytes(), &Value::I64(i64::MIN));
    check_binary("bigint unsigned", &u64::MAX.to_le_bytes(), &Value::U64(u64::MAX));
    check_binary("bigint unsigned", &1_u64.to_le_bytes(), &Value::U64(1));
    check_binary("year", &2_026_u16.to_le_bytes(), &Value::I64(2_026));
    check_text("int", b"-2147483648", &Value::I64(i32::MIN.into()));
    check_text("bigint unsigned", b"18446744073709551615", &Value::U64(u64::MAX));
    check_text("int unsigned", b"0000000042", &Value::I64(42));
    check_text("year", b"2026", &Value::I64(2_026));
}

#[test]
fn a_tinyint_of_one_digit_is_a_boolean_where_it_is_0_or_1() {
    check_binary("tinyint(1)", &[0], &Value::Bool(false));
    check_binary("tinyint(1)", &[1], &Value::Bool(true));
    check_binary("tinyint(1)", &[0xFF], &Value::I64(-1));
    check_text("tinyint(1)", b"1", &Value::Bool(true));
    check_text("tinyint(1)", b"7", &Value::I64(7));
}

#[test]
fn bits_are_numbers_with_the_highest_first() {
    check_both("bit(1)", &[1], &Value::Bool(true));
    check_both("bit(1)", &[0], &Value::Bool(false));
    check_both("bit(64)", &[0x80, 0, 0, 0, 0, 0, 0, 1], &Value::U64((1 << 63) + 1));
    check_both("bit(64)", &[2, 1], &Value::U64(513));
    assert!(text("bit(64)", &[1; 9], ZeroDates::Refuse).is_err());
    assert!(text("bit(1)", &[2], ZeroDates::Refuse).is_err());
}

#[test]
fn floats_keep_their_width() {
    check_binary("float", &0.1_f32.to_le_bytes(), &Value::F32(0.1));
    check_binary("double", &0.1_f64.to_le_bytes(), &Value::F64(0.1));
    check_text("float", b"0.1", &Value::F32(0.1));
    check_text("double", b"1.7976931348623157e308", &Value::F64(f64::MAX));
}

#[test]
fn decimals_keep_their_digits_and_scale() {
    let long = "-12345678901234567890123456789012345.123456789012345678901234567890";
    check_both("decimal(65,30)", long.as_bytes(), &decimal(long));
    check_both("decimal(65,30)", b"0.50", &decimal("0.50"));
    check_both("decimal(10,0)", b"0000000007", &decimal("7"));
    for invalid in [&b""[..], b"x", b"1.2.3", b"\xff"] {
        assert!(text("decimal(10,0)", invalid, ZeroDates::Refuse).is_err());
    }
}

#[test]
fn text_is_text_and_bytes_are_bytes() {
    check_both("varchar(255)", "größe 🦀\0".as_bytes(), &Value::from("größe 🦀\0"));
    check_both("enum", b"a", &Value::from("a"));
    check_both("set", b"a,b", &Value::from("a,b"));
    check_both("blob", &[0xFF, 0], &Value::Bytes(vec![0xFF, 0]));
    check_both("text", b"", &Value::from(""));
    check_both("inet6", b"::1", &Value::from("::1"));
    let native = Native::new("text", NativeFormat::Binary, &[0xFF]);
    check_both("text", &[0xFF], &Value::Native(native));
    for length in [0xFB, 0xFFFF, 0x1_0000, 0x100_0000] {
        let text = "x".repeat(length);
        let mut bytes = Vec::new();
        sized::put(text.as_bytes(), &mut bytes);
        check_binary("longtext", &bytes, &Value::from(text));
    }
}

#[test]
fn documents_uuids_vectors_and_geometry_are_told_by_their_types() {
    check_both("json", b"{\"a\": 1}", &Value::Json("{\"a\": 1}".into()));
    check_both("json of MariaDB", b"[ 1]", &Value::Json("[ 1]".into()));
    let uuid = Uuid::from_u128(0x550e_8400_e29b_41d4_a716_4466_5544_0000);
    check_both("uuid", b"550e8400-e29b-41d4-a716-446655440000", &Value::Uuid(uuid));
    assert!(text("uuid", b"550e8400", ZeroDates::Refuse).is_err());
    let floats = [0.5_f32.to_le_bytes(), (-1.0_f32).to_le_bytes()].concat();
    check_both("vector(3)", &floats, &Value::Vector(vec![0.5, -1.0]));
    assert!(text("vector(3)", &floats[1..], ZeroDates::Refuse).is_err());
    let point = [&[0, 0, 0, 0, 1, 1, 0, 0, 0][..], &[0; 16]].concat();
    let native = Value::Native(Native::new("geometry", NativeFormat::Binary, &point));
    check_both("geometry", &point, &native);
}

#[test]
fn days_and_moments_are_read_to_the_microsecond() {
    let day = Value::Date(Date::parse("2024-02-29").unwrap());
    check_binary("date", &[4, 0xE8, 0x07, 2, 29], &day);
    check_text("date", b"2024-02-29", &day);
    let fine = stamp("2024-02-29 12:34:56.123456");
    let micros = 123_456_u32.to_le_bytes();
    let bytes = [&[11, 0xE8, 0x07, 2, 29, 12, 34, 56][..], &micros].concat();
    check_binary("datetime(6)", &bytes, &Value::Timestamp(fine));
    check_binary("timestamp(6)", &bytes, &Value::TimestampTz(fine));
    check_text("datetime(6)", b"2024-02-29 12:34:56.123456", &Value::Timestamp(fine));
    check_text("timestamp(6)", b"2024-02-29 12:34:56.123456", &Value::TimestampTz(fine));
    let coarse = Value::Timestamp(stamp("0000-01-01 01:00:00.5"));
    check_text("datetime", b"0000-01-01 01:00:00.5", &coarse);
    let midnight = Value::Timestamp(stamp("9999-12-31 00:00:00"));
    check_binary("datetime", &[4, 0x0F, 0x27, 12, 31], &midnight);
    let second = Value::Timestamp(stamp("9999-12-31 23:59:59"));
    check_binary("datetime", &[7, 0x0F, 0x27, 12, 31, 23, 59, 59], &second);
}

#[test]
fn a_time_is_a_time_of_day_or_else_an_interval() {
    let time = |text: &str| Value::Time(Time::parse(text).unwrap());
    check_binary("time(6)", &[0], &time("00:00:00"));
    check_binary("time(6)", &[8, 0, 0, 0, 0, 0, 23, 59, 59], &time("23:59:59"));
    check_binary("time(6)", &[12, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0], &time("01:02:03.000004"));
    check_binary("time(6)", &[8, 0, 1, 0, 0, 0, 0, 0, 0], &time("24:00:00"));
    let most = interval((838 * 3_600 + 59 * 60 + 59) * 1_000_000);
    check_binary("time(6)", &[8, 0, 34, 0, 0, 0, 22, 59, 59], &most);
    check_text("time(6)", b"838:59:59.000000", &most);
    check_binary("time(6)", &[12, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], &interval(-1));
    check_text("time(6)", b"-00:00:00.000001", &interval(-1));
    check_text("time(6)", b"12:34:56", &time("12:34:56"));
    check_text("time(6)", b"24:00:00", &time("24:00:00"));
    for invalid in [&b"1:00:00"[..], b"12:60:00", b"12:00", b"12:00:00.", b"12:00:00.1234567"] {
        assert!(text("time(6)", invalid, ZeroDates::Refuse).is_err(), "{invalid:?}");
    }
}

#[test]
fn a_date_that_is_no_day_is_refused_or_null() {
    let forms: [(&str, &[u8], &[u8]); 4] = [
        ("date", &[0], b"0000-00-00"),
        ("datetime", &[0], b"0000-00-00 00:00:00"),
        ("timestamp(6)", &[0], b"0000-00-00 00:00:00.000000"),
        ("date", &[4, 0xE8, 0x07, 0, 15], b"2024-00-15"),
    ];
    for (name, bytes, written) in forms {
        let read = binary(name, bytes, ZeroDates::Refuse).map(|(value, _)| value);
        for read in [read, text(name, written, ZeroDates::Refuse)] {
            let error = read.unwrap_err();
            assert_eq!(
                (error.kind(), error.context("option")),
                (ErrorKind::Data, Some("zero_dates"))
            );
            assert!(error.message().contains("zero_dates=null"), "{error}");
        }
        assert_eq!(binary(name, bytes, ZeroDates::Null).unwrap(), (Value::Null, 0));
        assert_eq!(text(name, written, ZeroDates::Null).unwrap(), Value::Null);
    }
}

#[test]
fn what_is_cut_short_is_refused() {
    let whole: [(&str, &[u8]); 7] = [
        ("int", &[1, 2, 3, 4]),
        ("bigint", &[1; 8]),
        ("double", &[1; 8]),
        ("date", &[4, 0xE8, 0x07, 2, 29]),
        ("time(6)", &[8, 0, 0, 0, 0, 0, 1, 2, 3]),
        ("varchar(255)", &[3, b'a', b'b', b'c']),
        ("json", &[0xFC, 2, 0, b'[', b']']),
    ];
    for (name, bytes) in whole {
        assert!(binary(name, bytes, ZeroDates::Refuse).is_ok(), "{name}");
        for length in 0..bytes.len() {
            let error = binary(name, &bytes[..length], ZeroDates::Null).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Data, "{name} {length}");
        }
    }
    let endless = [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    assert!(binary("text", &endless, ZeroDates::Refuse).is_err());
    assert!(binary("text", &[0xFB], ZeroDates::Refuse).is_err());
    assert!(binary("null", &[], ZeroDates::Refuse).is_err());
}
