//! Binary forms of the real server, read and written.

use hypostyle_core::{Date, ErrorKind, Interval, Time, Timestamp, Uuid, Value};

use super::*;

/// The bytes are read as the value, and the value is sent as the bytes.
#[track_caller]
fn check(name: &str, form: &str, value: Value) {
    check_read(name, form, &value);
    let (format, bytes) = encoded(&type_of(name), &value).unwrap();
    assert_eq!((format, hex(&bytes)), (BINARY, form.to_owned()), "{name} {value:?}");
    let mut out = BytesMut::new();
    assert!(encode_binary(&type_of(name), value.as_ref(), &mut out).unwrap(), "{name} {value:?}");
    assert_eq!(hex(&out), form, "{name} {value:?}");
}

/// The bytes are read as the value.
#[track_caller]
fn check_read(name: &str, form: &str, value: &Value) {
    let read = decoded(&type_of(name), BINARY, &unhex(form)).unwrap();
    // NaN equals nothing, so the values are compared as they are shown.
    assert_eq!(format!("{read:?}"), format!("{value:?}"), "{name} {form}");
}

/// The bytes are no value of the type.
#[track_caller]
fn check_malformed(name: &str, form: &str) {
    let error = decoded(&type_of(name), BINARY, &unhex(form)).unwrap_err();
    assert_eq!((error.kind(), error.context("type").is_some()), (ErrorKind::Data, true), "{form}");
}

#[test]
fn numbers_are_read_and_sent() {
    check("bool", "01", Value::Bool(true));
    check("bool", "00", Value::Bool(false));
    check("int2", "fffe", Value::I64(-2));
    check("int4", "80000000", Value::I64(i32::MIN.into()));
    check("int8", "7fffffffffffffff", Value::I64(i64::MAX));
    check("oid", "ffffffff", Value::I64(u32::MAX.into()));
    check("float4", "3dcccccd", Value::F32(0.1));
    check("float4", "7fc00000", Value::F32(f32::NAN));
    check("float8", "3fb999999999999a", Value::F64(0.1));
    check("float8", "fff0000000000000", Value::F64(f64::NEG_INFINITY));
    check("posint", "00000005", Value::I64(5));
}

#[test]
fn numerics_are_exact() {
    let check = |text: &str, form: &str| {
        check("numeric", form, Value::Decimal(text.parse().unwrap()));
    };
    check("0", "0000000000000000");
    check("1", "00010000000000000001");
    check("-1", "00010000400000000001");
    check("9999", "0001000000000000270f");
    check("10000", "00010001000000000001");
    check("10001", "000200010000000000010001");
    check("0.1", "0001ffff0000000103e8");
    check("0.10", "0001ffff0000000203e8");
    check("0.00", "0000000000000002");
    check("1.50", "000200000000000200011388");
    check("-1.50", "000200004000000200011388");
    check("12345.6789", "0003000100000004000109291a85");
    check("0.0001", "0001ffff000000040001");
    check("0.00001", "0001fffe0000000503e8");
    check("0.000012340", "0001fffe0000000904d2");
    check("1000000000000.0001", "000500030000000400010000000000000001");
    check("-0.5", "0001ffff400000011388");
    check("99999999999999999999.99999", "0007000400000005270f270f270f270f270f270f2328");
    check("NaN", "00000000c0000000");
    check("0.0000000000000000000000000001", "0001fff90000001c0001");
    check("10000.0000", "00010001000000040001");
    check("9999.9999", "0002000000000004270f270f");
    check(&format!("1{}", "0".repeat(131_071)), "00017fff0000000003e8");
    check(&format!("0.{}1", "0".repeat(16_382)), "0001f00000003fff000a");
    check_read("numeric", "00000000d0000020", &Value::Decimal("Infinity".parse().unwrap()));
    check_read("numeric", "00000000f0000020", &Value::Decimal("-Infinity".parse().unwrap()));
}

#[test]
fn texts_are_read_and_sent() {
    check("text", "c3a9", Value::Text("é".into()));
    check("bpchar", "6162202020", Value::Text("ab   ".into()));
    check("char", "61", Value::Text("a".into()));
    check("char", "00", Value::Text(String::new()));
    check("mood", "686170707920c3a9", Value::Text("happy é".into()));
    check("bytea", "00ff", Value::Bytes(vec![0, 255]));
    check("json", "7b2261223a20317d", Value::Json("{\"a\": 1}".into()));
    check("jsonb", "017b2261223a20317d", Value::Json("{\"a\": 1}".into()));
    check("bit", "00000005b0", Value::Text("10110".into()));
    check("varbit", "00000000", Value::Text(String::new()));
    check("varbit", "00000009aa80", Value::Text("101010101".into()));
    let uuid = Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff);
    check("uuid", "00112233445566778899aabbccddeeff", Value::Uuid(uuid));
    check("vector", "000200003f000000bf800000", Value::Vector(vec![0.5, -1.0]));
}

#[test]
fn dates_and_times_are_read_and_sent() {
    let date = |text: &str| Value::Date(Date::parse(text).unwrap());
    check("date", "00000000", date("2000-01-01"));
    check("date", "ffffd533", date("1970-01-01"));
    check("date", "00002279", date("2024-02-29"));
    check("date", "fff49d7b", date("-000043-03-15"));
    check("date", "7fffffff", Value::Date(Date::INFINITY));
    check("date", "80000000", Value::Date(Date::NEG_INFINITY));
    check("date", "7fda970c", date("+5874897-12-31"));
    let time = |text: &str| Value::Time(Time::parse(text).unwrap());
    check("time", "0000000000000000", time("00:00:00"));
    check("time", "000000141dd76000", time("24:00:00"));
    check("time", "0000000a8be62614", time("12:34:56.789012"));
    let stamp = |text: &str| Value::Timestamp(Timestamp::parse(text).unwrap());
    check("timestamp", "0000000000000000", stamp("2000-01-01 00:00:00"));
    check("timestamp", "fffca2fec4c82000", stamp("1970-01-01 00:00:00"));
    check("timestamp", "0002b58341728614", stamp("2024-02-29 12:34:56.789012"));
    check("timestamp", "ff1af9e8fb46d000", stamp("-000043-03-15 12:00:00"));
    check("timestamp", "7fffffffffffffff", Value::Timestamp(Timestamp::INFINITY));
    check("timestamp", "8000000000000000", Value::Timestamp(Timestamp::NEG_INFINITY));
    check("timestamp", "7ffca2fec4c81ffe", stamp("+294247-01-10 04:00:54.775806"));
    let stamp = Timestamp::parse_tz("2024-02-29 12:34:56.789012+00").unwrap();
    check("timestamptz", "0002b58341728614", Value::TimestampTz(stamp));
    let interval = |months, days, micros| Value::Interval(Interval { months, days, micros });
    check("interval", "00000000003567e00000000200000001", interval(1, 2, 3_500_000));
    check("interval", "fffffffffffffffd00000002ffffffff", interval(-1, 2, -3));
    let endless = interval(i32::MAX, i32::MAX, i64::MAX);
    check("interval", "7fffffffffffffff7fffffff7fffffff", endless);
}

#[test]
fn what_ours_cannot_hold_is_carried_and_sent_back_as_it_is() {
    let native = |name: &str, form: &str| {
        let bytes = unhex(form);
        Value::Native(hypostyle_core::Native::new(name, NativeFormat::Binary, &bytes))
    };
    for form in ["7fffff5bb3b29fff", "7ffca2fec4c81fff"] {
        check("timestamp", form, native("timestamp", form));
        check("timestamptz", form, native("timestamptz", form));
    }
    check("char", "c3", native("char", "c3"));
    check("text", "ff", native("text", "ff"));
    let shifted = "000000010000000000000017000000020000000000000004000000010000000400000002";
    check("int4[]", shifted, native("_int4", shifted));
}

#[test]
fn arrays_and_composites_are_read_and_sent() {
    let ints = |values: &[i64]| Value::List(values.iter().copied().map(Value::I64).collect());
    check(
        "int4[]",
        "00000001000000010000001700000003000000010000000400000001ffffffff0000000400000003",
        Value::List(vec![Value::I64(1), Value::Null, Value::I64(3)]),
    );
    check(
        "int8[]",
        "000000020000000000000014000000020000000100000002000000010000000800000000000000010000000800\
         00000000000002000000080000000000000003000000080000000000000004",
        Value::List(vec![ints(&[1, 2]), ints(&[3, 4])]),
    );
    check("int4[]", "000000000000000000000017", Value::List(Vec::new()));
    let texts = ["a\"b\\c", "", "NULL", "{,}"].map(|text| Value::Text(text.into()));
    check(
        "text[]",
        "0000000100000000000000190000000400000001000000056122625c6300000000000000044e554c4c000000\
         037b2c7d",
        Value::List(texts.into()),
    );
    let pair = |a, b: &str| Value::Map(vec![("a".into(), a), ("b".into(), Value::Text(b.into()))]);
    check("pair", "00000002000000170000000400000001000000190000000178", pair(Value::I64(1), "x"));
    check("pair", "0000000200000017ffffffff0000001900000000", pair(Value::Null, ""));
}

#[test]
fn lists_of_unlike_lengths_have_no_binary_form() {
    let ints = |values: &[i64]| Value::List(values.iter().copied().map(Value::I64).collect());
    let check = |items: Vec<Value>, expect: bool| {
        let list = Value::List(items);
        let written = encode_binary(&type_of("int4[]"), list.as_ref(), &mut BytesMut::new());
        assert_eq!(written.unwrap(), expect, "{list:?}");
    };
    check(vec![ints(&[1, 2]), ints(&[3, 4])], true);
    check(vec![ints(&[1, 2]), ints(&[3])], false);
    check(vec![ints(&[1]), ints(&[2, 3])], false);
    check(vec![ints(&[1]), Value::I64(2)], false);
    check(vec![ints(&[1]), Value::Null], false);
    check(vec![Value::I64(1), ints(&[2])], false);
    check(vec![Value::Null, Value::I64(1 << 40)], false);
    let nested = |depth| (1..depth).fold(ints(&[1]), |list, _| Value::List(vec![list]));
    check(vec![nested(5)], true);
    check(vec![nested(6)], false);
}

#[test]
fn malformed_forms_are_errors() {
    check_malformed("bool", "02");
    check_malformed("int4", "000001");
    check_malformed("int8", "00000001");
    check_malformed("float8", "");
    check_malformed("timestamptz", "00");
    check_malformed("time", "000000141dd76001");
    check_malformed("time", "ffffffffffffffff");
    check_malformed("date", "7ffffffe");
    check_malformed("date", "7fffd532");
    check_malformed("uuid", "00");
    check_malformed("char", "6162");
    check_malformed("jsonb", "027b7d");
    check_malformed("jsonb", "");
    check_malformed("bit", "00000005b0b0");
    check_malformed("bit", "fffffffff0");
    check_malformed("vector", "000100003f000000bf800000");
}

#[test]
fn malformed_numerics_are_errors() {
    let check = |form: &str| check_malformed("numeric", form);
    // A digit beyond the scale, a group beyond 9999, more and fewer groups than said, an unknown
    // sign, a scale beyond the largest.
    check("0001ffff0000000003e8");
    check("0001ffff0000000203e9");
    check("0001fffe000000040001");
    check("00010000000000002710");
    check("000000000000000003e8");
    check("0002000000000000");
    check("0000000012340000");
    check("0000000000004000");
}

#[test]
fn malformed_arrays_and_composites_are_errors() {
    let head = |dimensions: &str| format!("{dimensions}0000000000000017");
    let check = |form: String| check_malformed("int4[]", &form);
    check(head("00000007") + &"0000000100000001".repeat(7));
    check(head("ffffffff"));
    check(head("00000001") + "7fffffff00000001");
    check(head("00000001") + "ffffffff00000001");
    check(head("00000002") + "00000001000000010000000000000001");
    check(head("00000001") + "0000000100000001" + "00000005" + "00000001");
    check(head("00000001") + "0000000100000001" + "fffffffe" + "00000001");
    check(head("00000000") + "00");
    check("000000000000000000000019".into());
    let check = |form: &str| check_malformed("pair", form);
    check("000000010000001700000004000000010000001900000001");
    check(
        "00000002000000190000000400000001\
           0000001900000000",
    );
    check("0000000200000017ffffffff000000190000000000");
}

#[test]
fn a_claim_of_many_elements_ends_with_the_bytes() {
    let claim = "000000060000000000000017".to_owned() + &"0000010000000001".repeat(6);
    check_malformed("int4[]", &claim);
}
