//! Days, times, instants and spans out of arrays.

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, DurationMicrosecondType, DurationMillisecondType,
    DurationNanosecondType, DurationSecondType, IntervalDayTimeType, IntervalMonthDayNanoType,
    IntervalYearMonthType, Time32MillisecondType, Time32SecondType, Time64MicrosecondType,
    Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_buffer::{IntervalDayTime, IntervalMonthDayNano};
use arrow_schema::{DataType, IntervalUnit, TimeUnit};
use hypostyle_core::{Date, Interval, Result, Time, Timestamp, ValueRef};

use super::{Lent, Read, lent, unsupported};

/// Reads ticks of a unit as instants.
fn instant<'a>(is_zoned: bool, ticks: i64, per_tick: i64) -> Option<Lent<'a>> {
    stamp(is_zoned, Timestamp::from_micros(ticks.checked_mul(per_tick)?))
}

fn stamp<'a>(is_zoned: bool, value: Timestamp) -> Option<Lent<'a>> {
    lent(if is_zoned { ValueRef::TimestampTz(value) } else { ValueRef::Timestamp(value) })
}

fn time<'a>(ticks: i64, nanos_per_tick: i64) -> Option<Lent<'a>> {
    lent(ValueRef::Time(Time::from_nanos(ticks.checked_mul(nanos_per_tick)?)?))
}

fn interval<'a>(months: i32, days: i32, micros: Option<i64>) -> Option<Lent<'a>> {
    lent(ValueRef::Interval(Interval { months, days, micros: micros? }))
}

/// Whole microseconds; `None` where something is left.
fn micros(nanos: i64) -> Option<i64> {
    (nanos % 1_000 == 0).then_some(nanos / 1_000)
}

pub(super) fn temporal<'a>(name: &'a str, array: &'a ArrayRef) -> Result<Read<'a>> {
    Ok(match array.data_type() {
        DataType::Date32 => {
            primitive!(array, Date32Type, |days| lent(ValueRef::Date(Date::from_days(days))))
        }
        DataType::Date64 => primitive!(array, Date64Type, |millis: i64| {
            let days = millis / 86_400_000;
            let is_day = millis % 86_400_000 == 0;
            let days = i32::try_from(days).ok().filter(|_| is_day)?;
            lent(ValueRef::Date(Date::from_days(days)))
        }),
        DataType::Time32(TimeUnit::Second) => {
            primitive!(array, Time32SecondType, |ticks| time(i64::from(ticks), 1_000_000_000))
        }
        DataType::Time32(_) => {
            primitive!(array, Time32MillisecondType, |ticks| time(i64::from(ticks), 1_000_000))
        }
        DataType::Time64(TimeUnit::Microsecond) => {
            primitive!(array, Time64MicrosecondType, |ticks| time(ticks, 1_000))
        }
        DataType::Time64(_) => primitive!(array, Time64NanosecondType, |ticks| time(ticks, 1)),
        DataType::Timestamp(unit, zone) => {
            let is_zoned = zone.is_some();
            match unit {
                TimeUnit::Second => primitive!(array, TimestampSecondType, move |ticks| instant(
                    is_zoned, ticks, 1_000_000
                )),
                TimeUnit::Millisecond => {
                    primitive!(array, TimestampMillisecondType, move |ticks| instant(
                        is_zoned, ticks, 1_000
                    ))
                }
                TimeUnit::Microsecond => {
                    primitive!(array, TimestampMicrosecondType, move |ticks| instant(
                        is_zoned, ticks, 1
                    ))
                }
                TimeUnit::Nanosecond => {
                    primitive!(array, TimestampNanosecondType, move |ticks| stamp(
                        is_zoned,
                        Timestamp::from_nanos(ticks)
                    ))
                }
            }
        }
        _ => return span(name, array),
    })
}

fn span<'a>(name: &'a str, array: &'a ArrayRef) -> Result<Read<'a>> {
    Ok(match array.data_type() {
        DataType::Duration(unit) => match unit {
            TimeUnit::Second => primitive!(array, DurationSecondType, |ticks: i64| interval(
                0,
                0,
                ticks.checked_mul(1_000_000)
            )),
            TimeUnit::Millisecond => {
                primitive!(array, DurationMillisecondType, |ticks: i64| interval(
                    0,
                    0,
                    ticks.checked_mul(1_000)
                ))
            }
            TimeUnit::Microsecond => {
                primitive!(array, DurationMicrosecondType, |ticks| interval(0, 0, Some(ticks)))
            }
            TimeUnit::Nanosecond => {
                primitive!(array, DurationNanosecondType, |ticks| interval(0, 0, micros(ticks)))
            }
        },
        DataType::Interval(IntervalUnit::YearMonth) => {
            primitive!(array, IntervalYearMonthType, |months| interval(months, 0, Some(0)))
        }
        DataType::Interval(IntervalUnit::DayTime) => {
            primitive!(array, IntervalDayTimeType, |value: IntervalDayTime| interval(
                0,
                value.days,
                Some(i64::from(value.milliseconds) * 1_000)
            ))
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            primitive!(array, IntervalMonthDayNanoType, |value: IntervalMonthDayNano| interval(
                value.months,
                value.days,
                micros(value.nanoseconds)
            ))
        }
        kind => return Err(unsupported(name, &kind.to_string())),
    })
}
