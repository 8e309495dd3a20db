//! What holds for any value and any bytes.

use hypostyle_core::{Date, Decimal, Interval, Time, Timestamp, Uuid, Value, ValueRef};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Microseconds of the years 0 to 9999.
const MICROS: std::ops::Range<i64> = -62_167_219_200_000_000..253_402_300_800_000_000;

/// Values that come back as they went, each with the type of a column that holds it.
fn typed() -> impl Strategy<Value = (&'static str, Value)> {
    let stamps = || MICROS.prop_map(Timestamp::from_micros);
    let decimals = "-?[1-9][0-9]{0,34}\\.[0-9]{0,29}[1-9]|[1-9][0-9]{0,64}";
    prop_oneof![
        any::<i64>().prop_map(|value| ("bigint", Value::I64(value))),
        any::<u64>().prop_map(|value| ("bigint unsigned", Value::U64(value))),
        any::<bool>().prop_map(|value| ("tinyint(1)", Value::Bool(value))),
        any::<f32>()
            .prop_filter("a number", |float| float.is_finite())
            .prop_map(|value| ("float", Value::F32(value))),
        any::<f64>()
            .prop_filter("a number", |float| float.is_finite())
            .prop_map(|value| ("double", Value::F64(value))),
        decimals.prop_map(|text| ("decimal(65,30)", Value::Decimal(text.parse().unwrap()))),
        ".{0,300}".prop_map(|text| ("text", Value::Text(text))),
        vec(any::<u8>(), 0..300).prop_map(|bytes| ("blob", Value::Bytes(bytes))),
        (-719_528..=2_932_896).prop_map(|days| ("date", Value::Date(Date::from_days(days)))),
        (0..=86_400_000_000_i64)
            .prop_map(|micros| ("time(6)", Value::Time(Time::from_nanos(micros * 1_000).unwrap()))),
        (86_400_000_001..=3_020_399_000_000_i64, any::<bool>()).prop_map(
            |(micros, is_negative)| {
                let micros = if is_negative { -micros } else { micros };
                ("time(6)", Value::Interval(Interval { months: 0, days: 0, micros }))
            }
        ),
        stamps().prop_map(|stamp| ("datetime(6)", Value::Timestamp(stamp))),
        stamps().prop_map(|stamp| ("timestamp(6)", Value::TimestampTz(stamp))),
        any::<u128>().prop_map(|value| ("uuid", Value::Uuid(Uuid::from_u128(value)))),
        vec(-1e30_f32..1e30, 0..9).prop_map(|floats| ("vector(3)", Value::Vector(floats))),
    ]
}

proptest! {
    #[test]
    fn a_parameter_comes_back_as_it_went((name, value) in typed()) {
        let mut bytes = Vec::new();
        encode(value.as_ref(), &mut bytes).unwrap();
        prop_assert_eq!(binary(name, &bytes, ZeroDates::Refuse).unwrap(), (value, 0));
    }

    #[test]
    fn any_bytes_are_a_value_or_an_error(
        at in 0..TYPES.len(),
        bytes in vec(any::<u8>(), 0..40),
        dates in prop_oneof![Just(ZeroDates::Refuse), Just(ZeroDates::Null)],
    ) {
        let (name, mut rest) = (TYPES[at], bytes.as_slice());
        let mut batch = Batch::default();
        batch.begin(1);
        if decode_binary(&type_of(name), &mut rest, &mut batch, dates).is_ok() {
            batch.end_row();
            let _ = batch.value(0, 0).to_value();
        }
        let _ = text(name, &bytes, dates);
        let _ = MyType::of(&Column::new(ColumnType::MYSQL_TYPE_STRING), &bytes);
    }

    #[test]
    fn a_decimal_is_exact_or_refused(text in "-?[0-9]{1,70}(\\.[0-9]{1,70})?") {
        let value: Decimal = text.parse().unwrap();
        let mut bytes = Vec::new();
        if encode(ValueRef::Decimal(value.as_ref()), &mut bytes).is_ok() {
            let (back, _) = binary("decimal(65,30)", &bytes, ZeroDates::Refuse).unwrap();
            let Value::Decimal(back) = back else { panic!("{back:?}") };
            let trimmed = |text: String| match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
                false => text,
            };
            prop_assert_eq!(trimmed(back.to_string()), trimmed(value.to_string()));
        }
    }
}
