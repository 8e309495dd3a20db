use hypostyle_core::{Decimal, DecimalRef, Time, Timestamp, ValueRef};
use proptest::prelude::*;

use super::Misfit;
use super::fit::fit;
use super::numbers::{bignum_text, rescaled, unscaled, write_decimal};
use super::times::{ticks_of, time_tz_text, timestamp_of};
use crate::raw::{Plain, Shape, Unit};

fn written(value: i128, scale: u8) -> String {
    let mut out = String::new();
    write_decimal(value, scale, &mut out);
    out
}

#[track_caller]
fn check(value: ValueRef<'_>, shape: Shape, expect: Result<Plain<'_>, Misfit>) {
    assert_eq!(fit(value, &shape), expect, "{value:?} as {shape:?}");
}

#[test]
fn a_decimal_is_written_with_its_point() {
    for (value, scale, expect) in [
        (0, 0, "0"),
        (0, 3, "0.000"),
        (5, 1, "0.5"),
        (-5, 3, "-0.005"),
        (1_234, 2, "12.34"),
        (i128::from(u64::MAX) + 1, 0, "18446744073709551616"),
        (10_i128.pow(38) - 1, 38, &format!("0.{}", "9".repeat(38))),
        (1 - 10_i128.pow(38), 0, &format!("-{}", "9".repeat(38))),
    ] {
        assert_eq!(written(value, scale), expect);
    }
}

#[test]
fn what_a_type_keeps_whole_fits_it() {
    check(ValueRef::I64(127), Shape::I8, Ok(Plain::I8(127)));
    check(ValueRef::I64(128), Shape::I8, Err(Misfit::Range));
    check(ValueRef::I64(-1), Shape::U64, Err(Misfit::Range));
    check(ValueRef::U128(u128::MAX), Shape::U128, Ok(Plain::U128(u128::MAX)));
    check(ValueRef::U128(u128::MAX), Shape::I128, Err(Misfit::Range));
    check(ValueRef::F64(3.0), Shape::I32, Ok(Plain::I32(3)));
    check(ValueRef::F64(3.5), Shape::I32, Err(Misfit::Range));
    check(ValueRef::F64(f64::NAN), Shape::I32, Err(Misfit::Range));
    check(ValueRef::F64(0.1), Shape::F32, Err(Misfit::Range));
    check(ValueRef::F32(0.1), Shape::F64, Ok(Plain::F64(f64::from(0.1_f32))));
    check(ValueRef::I64((1 << 53) + 1), Shape::F64, Err(Misfit::Range));
    check(ValueRef::I64(1), Shape::Bool, Ok(Plain::Bool(true)));
    check(ValueRef::I64(2), Shape::Bool, Err(Misfit::Range));
    check(ValueRef::Text("1"), Shape::I64, Err(Misfit::Kind));
    check(ValueRef::Text("{"), Shape::Json, Err(Misfit::Kind));
    let decimal = Decimal::from(7);
    let seven = Plain::Decimal { width: 3, scale: 2, unscaled: 700 };
    check(decimal.as_ref().into(), Shape::Decimal { width: 3, scale: 2 }, Ok(seven));
    check(decimal.as_ref().into(), Shape::Decimal { width: 2, scale: 2 }, Err(Misfit::Range));
    check(decimal.as_ref().into(), Shape::U8, Ok(Plain::U8(7)));
}

#[test]
fn times_lose_nothing() {
    let nano = Timestamp::from_nanos(1_001);
    check(nano.into(), Shape::Timestamp(Unit::Micros), Err(Misfit::Range));
    check(nano.into(), Shape::Timestamp(Unit::Nanos), Ok(Plain::Timestamp(Unit::Nanos, 1_001)));
    let whole = Timestamp::from_nanos(5_000);
    check(whole.into(), Shape::Timestamp(Unit::Micros), Ok(Plain::Timestamp(Unit::Micros, 5)));
    let time = Time::from_nanos(1).unwrap();
    check(time.into(), Shape::Time, Err(Misfit::Range));
    check(time.into(), Shape::TimeNanos, Ok(Plain::TimeNanos(1)));
    // That is how DuckDB writes −infinity.
    let least = Timestamp::from_micros(-i64::MAX);
    check(least.into(), Shape::Timestamp(Unit::Micros), Err(Misfit::Range));
    assert_eq!(ticks_of(Timestamp::NEG_INFINITY, Unit::Seconds), Some(-i64::MAX));
}

#[test]
fn a_time_with_zone_is_written_as_it_is_kept() {
    let bits = |micros: u64, offset: i64| micros << 24 | (57_599 - offset).cast_unsigned();
    let text = |micros, offset| time_tz_text(bits(micros, offset)).unwrap_or_default();
    assert_eq!(text(0, 0), "00:00:00+00:00");
    assert_eq!(text(1, 5 * 3_600 + 1_800), "00:00:00.000001+05:30");
    assert_eq!(text(86_400_000_000, -57_599), "24:00:00-15:59:59");
}

#[test]
fn large_numbers_are_read_as_they_are_stored() {
    let stored = |negative: bool, digits: &[u8]| {
        let turned = if negative { 0xff } else { 0 };
        let length = u32::try_from(digits.len()).unwrap() | 0x80_0000;
        let head = length.to_be_bytes();
        head[1..].iter().chain(digits).map(|byte| byte ^ turned).collect::<Vec<u8>>()
    };
    for (negative, digits, expect) in [
        (false, &[0][..], "0"),
        (false, &[255], "255"),
        (true, &[1, 0], "-256"),
        (false, &[0x3b, 0x9a, 0xca, 0x00], "1000000000"),
        (false, &[0xff; 16], "340282366920938463463374607431768211455"),
    ] {
        assert_eq!(bignum_text(&stored(negative, digits)).as_deref(), Some(expect));
    }
    assert_eq!(bignum_text(&[0x80]), None);
}

proptest! {
    #[test]
    fn decimals_come_back_as_they_were(value in any::<i128>(), scale in 0_u8..=38) {
        let value = value % 10_i128.pow(38);
        let text = written(value, scale);
        let decimal = DecimalRef::from_canonical(&text);
        prop_assert!(decimal.is_some(), "{text} is canonical");
        let back = decimal.and_then(unscaled).and_then(|from| rescaled(from, 38, scale));
        prop_assert_eq!(back, Some(value));
    }

    #[test]
    fn a_decimal_is_never_rounded(value in any::<i64>(), scale in 0_u8..=18, to in 0_u8..=18) {
        let text = written(value.into(), scale);
        let from = DecimalRef::from_canonical(&text).and_then(unscaled).unwrap();
        if let Some(moved) = rescaled(from, 38, to) {
            let (text, back) = (written(moved, to), written(from.value, from.scale));
            let same = |text: &str| text.trim_end_matches('0').trim_end_matches('.').to_owned();
            let with_point = |text: String| if text.contains('.') { text } else { text + "." };
            prop_assert_eq!(same(&with_point(text)), same(&with_point(back)));
        }
    }

    #[test]
    fn timestamps_come_back_as_they_were(ticks in -i64::MAX + 1..i64::MAX) {
        let nanos = timestamp_of(Unit::Nanos, ticks).unwrap();
        prop_assert_eq!(ticks_of(nanos, Unit::Nanos), Some(ticks));
        if ticks >= -9_223_372_022_400_000_000 {
            let micros = timestamp_of(Unit::Micros, ticks).unwrap();
            prop_assert_eq!(ticks_of(micros, Unit::Micros), Some(ticks));
        }
    }
}
