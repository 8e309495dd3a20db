//! Text forms: those of the server read, ours written.

use hypostyle_core::{Date, ErrorKind, Interval, Native, Time, Timestamp, Uuid, Value};

use super::*;

/// The server's text form is read as the value.
#[track_caller]
fn check_read(name: &str, text: &str, value: Value) {
    let read = decoded(&type_of(name), TEXT, text.as_bytes()).unwrap();
    assert_eq!(format!("{read:?}"), format!("{value:?}"), "{name} {text}");
}

/// The server's text form is carried as it is.
#[track_caller]
fn check_carried(name: &str, text: &str) {
    let pg_type = type_of(name);
    let native = Native::new(&pg_type.name, NativeFormat::Text, text.as_bytes());
    check_read(name, text, Value::Native(native));
}

#[track_caller]
fn check_malformed(name: &str, text: &str) {
    let error = decoded(&type_of(name), TEXT, text.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Data, "{name} {text}");
}

/// The value is written for `COPY` as this text.
#[track_caller]
fn check_written(name: &str, value: Value, expect: &str) {
    let mut out = b"before".to_vec();
    encode_copy_text(&type_of(name), value.as_ref(), &mut out).unwrap();
    assert_eq!(std::str::from_utf8(&out[6..]).unwrap(), expect, "{name} {value:?}");
}

fn texts(items: &[&str]) -> Value {
    Value::List(items.iter().map(|text| Value::Text((*text).into())).collect())
}

fn native(name: &str, text: &str) -> Value {
    Value::Native(Native::new(name, NativeFormat::Text, text.as_bytes()))
}

#[test]
fn scalars_in_text_form_are_read() {
    check_read("bool", "t", Value::Bool(true));
    check_read("int2", "-7", Value::I64(-7));
    check_read("posint", "7", Value::I64(7));
    check_read("oid", "4294967295", Value::I64(4_294_967_295));
    check_read("float4", "0.1", Value::F32(0.1));
    check_read("float8", "-Infinity", Value::F64(f64::NEG_INFINITY));
    check_read("float8", "1e+22", Value::F64(1e22));
    check_read("float8", "NaN", Value::F64(f64::NAN));
    check_read("numeric", "-1.50", Value::Decimal("-1.50".parse().unwrap()));
    check_read("xml", "<a/>", Value::Text("<a/>".into()));
    check_read("json", "{\"a\": 1}", Value::Json("{\"a\": 1}".into()));
    check_read("bytea", "\\x00fF", Value::Bytes(vec![0, 255]));
    check_read("uuid", "00000000-0000-0000-0000-000000000007", Value::Uuid(Uuid::from_u128(7)));
    check_read("vector", "[0.5,-1]", Value::Vector(vec![0.5, -1.0]));
    check_read("date", "1970-01-02", Value::Date(Date::from_days(1)));
    check_read("time", "24:00:00", Value::Time(Time::from_nanos(86_400_000_000_000).unwrap()));
    check_read("timestamp", "infinity", Value::Timestamp(Timestamp::INFINITY));
    check_read("timestamptz", "-infinity", Value::TimestampTz(Timestamp::NEG_INFINITY));
    let stamp = Timestamp::from_micros(1_500_000);
    check_read("timestamptz", "1970-01-01 02:00:01.5+02", Value::TimestampTz(stamp));
    check_malformed("bool", "true");
    check_malformed("int4", "1.0");
    check_malformed("numeric", "1e5");
}

#[test]
fn text_that_depends_on_settings_is_carried() {
    check_carried("date", "29.02.2024");
    check_carried("date", "0044-03-15 BC");
    check_carried("timestamp", "Thu Feb 29 12:34:56 2024");
    check_carried("timestamptz", "1883-11-18 12:03:57-00:03:58");
    check_carried("interval", "1 day");
    check_carried("bytea", "a\\\\b");
    check_carried("inet", "10.0.0.1");
    check_carried("int4range", "[1,5)");
}

#[test]
fn arrays_in_text_form_are_read() {
    check_read("text[]", "{}", Value::List(Vec::new()));
    check_read("text[]", r#"{a,"b c","q\"\\",""}"#, texts(&["a", "b c", "q\"\\", ""]));
    let nulls = vec![Value::Null, Value::Text("NULL".into())];
    check_read("text[]", r#"{NULL,"NULL"}"#, Value::List(nulls));
    check_read(
        "text[]",
        "{{a,b},{c,d}}",
        Value::List(vec![texts(&["a", "b"]), texts(&["c", "d"])]),
    );
    check_read("inet[]", "{::1,NULL}", Value::List(vec![native("inet", "::1"), Value::Null]));
    check_carried("int4[]", "[0:1]={1,2}");
    for text in ["", "{", "{a", "{a,}", "{,a}", "{\"a}", "{\"a\\", "{a}}", "{\"a\"b}", "{a{b}}"] {
        check_malformed("text[]", text);
    }
    check_malformed("text[]", &format!("{}a{}", "{".repeat(7), "}".repeat(7)));
}

#[test]
fn composites_in_text_form_are_read() {
    let pair = |a, b| Value::Map(vec![("a".into(), a), ("b".into(), b)]);
    check_read("pair", "(1,x)", pair(Value::I64(1), Value::Text("x".into())));
    check_read("pair", "(,)", pair(Value::Null, Value::Null));
    check_read("pair", r#"(,"")"#, pair(Value::Null, Value::Text(String::new())));
    let odd = Value::Text("a\"b\\c,)".into());
    check_read("pair", r#"(1,"a""b\\c,)")"#, pair(Value::I64(1), odd));
    let inner = pair(Value::I64(1), Value::Text("x y".into()));
    let mixed = Value::Map(vec![
        ("id".into(), Value::I64(5)),
        ("addr".into(), native("inet", "::1")),
        ("pair".into(), inner),
    ]);
    check_read("mixed", r#"(5,::1,"(1,""x y"")")"#, mixed);
    check_read("nothing", "()", Value::Map(Vec::new()));
    for text in ["", "(", "(1)", "(1,x", "(1,x,y)", "(1,x))", "(1,\"x)", "1,x", "(a,x)"] {
        check_malformed("pair", text);
    }
}

#[test]
fn text_forms_are_written_as_the_server_reads_them() {
    check_written("text", Value::Text("a\\b\nc\rd\te".into()), r"a\\b\nc\rd\te");
    check_written("bool", Value::I64(1), "1");
    check_written("float8", Value::I64(5), "5");
    check_written("float8", Value::F32(0.1), "0.10000000149011612");
    check_written("numeric", Value::F32(0.1), "0.1");
    check_written("numeric", Value::F64(f64::NEG_INFINITY), "-Infinity");
    check_written("bytea", Value::Bytes(vec![0, 255]), r"\\x00ff");
    check_written("date", Value::Date(Date::parse("-000043-03-15").unwrap()), "0044-03-15 BC");
    let stamp = Timestamp::parse("+010000-01-01 00:00:00.5").unwrap();
    check_written("timestamp", Value::Timestamp(stamp), "10000-01-01 00:00:00.500000");
    check_written("timestamptz", Value::Timestamp(stamp), "10000-01-01 00:00:00.500000+00");
    let stamp = Timestamp::parse("-000043-03-15 12:00:00").unwrap();
    check_written("timestamptz", Value::TimestampTz(stamp), "0044-03-15 12:00:00+00 BC");
    check_written("timestamptz", Value::TimestampTz(Timestamp::NEG_INFINITY), "-infinity");
    let interval = Interval { months: -1, days: 2, micros: -3_600_000_001 };
    check_written("interval", Value::Interval(interval), "-1 mons 2 days -01:00:00.000001");
    let endless = Interval { months: i32::MAX, days: i32::MAX, micros: i64::MAX };
    check_written("interval", Value::Interval(endless), "infinity");
    check_written("vector", Value::Vector(vec![0.5, -1.0]), "[0.5,-1]");
    check_written("vector", Value::List(vec![Value::I64(1), Value::F64(0.1)]), "[1,0.1]");
    check_written("float8[]", Value::Vector(vec![0.1]), "{0.10000000149011612}");
    let list = Value::List(vec![Value::Text("a\"\\".into()), Value::Null]);
    check_written("text[]", list, r#"{"a\\"\\\\",NULL}"#);
    let map = vec![("b".into(), Value::Null), ("a".into(), Value::I64(1))];
    check_written("pair", Value::Map(map.clone()), r#"("1",)"#);
    check_written("jsonb", Value::Map(map), r#"{"b":null,"a":1}"#);
}
