//! What holds for any value and any bytes.

use hypostyle_core::{Date, Decimal, Interval, Native, NativeFormat, Time, Timestamp, Uuid, Value};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn decimals() -> impl Strategy<Value = Decimal> {
    let finite = "-?[0-9]{1,40}(\\.[0-9]{1,40})?|-?0\\.0{0,30}[0-9]{1,9}|[1-9][0-9]{0,8}0{0,60}";
    prop_oneof![
        9 => finite.prop_map(|text| text.parse().unwrap()),
        1 => prop_oneof!["NaN", "Infinity", "-Infinity"].prop_map(|text| text.parse().unwrap()),
    ]
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["[^\\x00]{0,20}", "[\\\\\"{}(), \\n\\tNULLnul']{0,12}"]
}

/// Values that come back as they went, each with its type.
fn typed() -> impl Strategy<Value = (&'static str, Value)> {
    let micros = -200_000_000_000_000_000..=i64::MAX - 1;
    let float64 = any::<f64>().prop_filter("equal to itself", |float| !float.is_nan());
    prop_oneof![
        any::<bool>().prop_map(|value| ("bool", Value::Bool(value))),
        any::<i16>().prop_map(|value| ("int2", Value::I64(value.into()))),
        any::<i32>().prop_map(|value| ("int4", Value::I64(value.into()))),
        any::<i64>().prop_map(|value| ("int8", Value::I64(value))),
        any::<u32>().prop_map(|value| ("oid", Value::I64(value.into()))),
        any::<f32>()
            .prop_filter("equal to itself", |float| !float.is_nan())
            .prop_map(|value| ("float4", Value::F32(value))),
        float64.prop_map(|value| ("float8", Value::F64(value))),
        decimals().prop_map(|value| ("numeric", Value::Decimal(value))),
        texts().prop_map(|value| ("text", Value::Text(value))),
        vec(any::<u8>(), 0..20).prop_map(|value| ("bytea", Value::Bytes(value))),
        (i32::MIN + 10_958..i32::MAX).prop_map(|days| ("date", Value::Date(Date::from_days(days)))),
        (0..=86_400_000_000_i64)
            .prop_map(|micros| ("time", Value::Time(Time::from_nanos(micros * 1_000).unwrap()))),
        micros
            .clone()
            .prop_map(|micros| ("timestamp", Value::Timestamp(Timestamp::from_micros(micros)))),
        micros
            .prop_map(|micros| ("timestamptz", Value::TimestampTz(Timestamp::from_micros(micros)))),
        any::<(i32, i32, i64)>().prop_map(|(months, days, micros)| {
            ("interval", Value::Interval(Interval { months, days, micros }))
        }),
        any::<u128>().prop_map(|value| ("uuid", Value::Uuid(Uuid::from_u128(value)))),
        "[01]{0,20}".prop_map(|value| ("varbit", Value::Text(value))),
    ]
}

/// Values of every kind, whatever the type they are for.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => typed().prop_map(|(_, value)| value),
        1 => Just(Value::Null),
        1 => any::<u64>().prop_map(Value::U64),
        1 => any::<i128>().prop_map(Value::I128),
        1 => any::<u128>().prop_map(Value::U128),
        1 => ".{0,9}".prop_map(Value::Text),
        1 => any::<i64>().prop_map(|nanos| Value::Timestamp(Timestamp::from_nanos(nanos))),
        1 => any::<i64>().prop_map(|micros| Value::TimestampTz(Timestamp::from_micros(micros))),
        1 => any::<i32>().prop_map(|days| Value::Date(Date::from_days(days))),
        1 => vec(any::<f32>(), 0..4).prop_map(Value::Vector),
        1 => ("[a-z]{1,6}", any::<bool>(), vec(any::<u8>(), 0..9)).prop_map(|(name, text, bytes)| {
            let format = if text { NativeFormat::Text } else { NativeFormat::Binary };
            Value::Native(Native::new(&name, format, &bytes))
        }),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::List),
            vec(("a|b|id|addr|pair", inner), 0..4).prop_map(Value::Map),
        ]
    })
}

fn types() -> impl Strategy<Value = Arc<PgType>> {
    proptest::sample::select(TYPES).prop_map(type_of)
}

proptest! {
    #[test]
    fn a_value_of_its_own_type_comes_back((name, value) in typed()) {
        let pg_type = type_of(name);
        let (format, bytes) = encoded(&pg_type, &value).unwrap();
        prop_assert_eq!(format, BINARY);
        prop_assert_eq!(&decoded(&pg_type, format, &bytes).unwrap(), &value);
        let array = Kind::Array(pg_type.clone());
        let array = made(1, "array", array);
        let row = || Value::List(vec![value.clone(), Value::Null]);
        let list = Value::List(vec![row(), row(), row()]);
        let (format, bytes) = encoded(&array, &list).unwrap();
        prop_assert_eq!(format, BINARY);
        prop_assert_eq!(decoded(&array, format, &bytes).unwrap(), list);
    }

    #[test]
    fn a_quoted_text_is_read_as_it_was(items in vec(texts(), 1..4), number in any::<i64>()) {
        let array = Value::List(items.iter().cloned().map(Value::Text).collect());
        let text = literal::text(&type_of("text[]"), array.as_ref()).unwrap().into_owned();
        prop_assert_eq!(decoded(&type_of("text[]"), TEXT, text.as_bytes()).unwrap(), array);
        let entries = vec![
            ("id".into(), Value::I64(number)),
            ("addr".into(), Value::Null),
            ("pair".into(), Value::Map(vec![
                ("a".into(), Value::Null),
                ("b".into(), Value::Text(items[0].clone())),
            ])),
        ];
        let record = Value::Map(entries);
        let text = literal::text(&type_of("mixed"), record.as_ref()).unwrap().into_owned();
        prop_assert_eq!(decoded(&type_of("mixed"), TEXT, text.as_bytes()).unwrap(), record);
    }

    #[test]
    fn whatever_is_sent_in_binary_form_can_be_read(pg_type in types(), value in values()) {
        let mut out = BytesMut::from(&b"before"[..]);
        match encode_binary(&pg_type, value.as_ref(), &mut out) {
            Ok(true) if !matches!(value, Value::Native(_)) => {
                prop_assert!(out.starts_with(b"before"));
                prop_assert!(decoded(&pg_type, BINARY, &out[6..]).is_ok(), "{pg_type:?} {value:?}");
            }
            Ok(true) => {}
            Ok(false) | Err(_) => prop_assert_eq!(&out[..], b"before"),
        }
        let sent = encoded(&pg_type, &value);
        let copied = encode_copy_text(&pg_type, value.as_ref(), &mut Vec::new());
        if copied.is_ok() {
            prop_assert!(sent.is_ok(), "{pg_type:?} {value:?}");
        }
        if let Ok((TEXT, bytes)) = sent {
            prop_assert!(copied.is_ok(), "{pg_type:?} {value:?}");
            prop_assert!(!bytes.contains(&0), "{pg_type:?} {value:?}");
        }
    }

    #[test]
    fn no_bytes_make_reading_panic(pg_type in types(), bytes in vec(any::<u8>(), 0..80)) {
        let _ = decoded(&pg_type, BINARY, &bytes);
        let _ = decoded(&pg_type, TEXT, &bytes);
    }

    #[test]
    fn no_damaged_value_makes_reading_panic(
        pg_type in types(),
        value in values(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        end in any::<prop::sample::Index>(),
    ) {
        if let Ok((format, mut bytes)) = encoded(&pg_type, &value) && !bytes.is_empty() {
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let _ = decoded(&pg_type, format, &bytes);
            let _ = decoded(&pg_type, format, &bytes[..end.index(bytes.len())]);
        }
    }
}
