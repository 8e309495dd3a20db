//! Days and instants between DuckDB's counts and ours, which differ in the infinities.

use hypostyle_core::{Date, Precision, Timestamp};

use crate::raw::Unit;

/// DuckDB's first instant in microseconds: 290309-12-22 (BC).
const MICROS_MIN: i64 = -9_223_372_022_400_000_000;

pub(super) fn date_of(days: i32) -> Date {
    match days {
        i32::MAX => Date::INFINITY,
        // What is −infinity is the negative of infinity there.
        days if days == -i32::MAX => Date::NEG_INFINITY,
        days => Date::from_days(days),
    }
}

/// Answers DuckDB's count of days; `None` for a day that it takes for an infinity.
pub(super) fn days_of(date: Date) -> Option<i32> {
    match date.days() {
        i32::MIN => Some(-i32::MAX),
        days if days == -i32::MAX => None,
        days => Some(days),
    }
}

/// Reads a count of ticks; `None` beyond what microseconds count.
pub(super) fn timestamp_of(unit: Unit, ticks: i64) -> Option<Timestamp> {
    if ticks == i64::MAX {
        return Some(Timestamp::INFINITY);
    }
    if ticks == -i64::MAX {
        return Some(Timestamp::NEG_INFINITY);
    }
    Some(match unit {
        Unit::Seconds => Timestamp::from_micros(ticks.checked_mul(1_000_000)?),
        Unit::Millis => Timestamp::from_micros(ticks.checked_mul(1_000)?),
        Unit::Micros => Timestamp::from_micros(ticks),
        Unit::Nanos => Timestamp::from_nanos(ticks),
    })
}

/// Answers DuckDB's count in a unit; `None` where it would lose something or there is no such
/// instant.
pub(super) fn ticks_of(stamp: Timestamp, unit: Unit) -> Option<i64> {
    if !stamp.is_finite() {
        return Some(if stamp.ticks() > 0 { i64::MAX } else { -i64::MAX });
    }
    let ticks = match (unit, stamp.precision()) {
        (Unit::Nanos, Precision::Nanos) => stamp.ticks(),
        (Unit::Nanos, Precision::Micros) => stamp.ticks().checked_mul(1_000)?,
        (unit, _) => {
            let micros = stamp.micros_exact().filter(|micros| *micros >= MICROS_MIN)?;
            let per_tick = match unit {
                Unit::Seconds => 1_000_000,
                Unit::Millis => 1_000,
                Unit::Micros | Unit::Nanos => 1,
            };
            (micros % per_tick == 0).then_some(micros / per_tick)?
        }
    };
    (ticks != i64::MAX && ticks > -i64::MAX).then_some(ticks)
}

/// Writes a time with its zone, as DuckDB keeps it: microseconds above 24 bits of how far the zone
/// is from the last one, 15:59:59 west.
///
/// # Source
/// DuckDB, `dtime_tz_t` in `src/include/duckdb/common/types/datetime.hpp`.
pub(super) fn time_tz_text(bits: u64) -> Option<String> {
    const OFFSET_BITS: u32 = 24;
    const OFFSET_MAX: i64 = 16 * 3_600 - 1;
    let micros = i64::try_from(bits >> OFFSET_BITS).ok()?;
    let kept = i64::try_from(bits & ((1 << OFFSET_BITS) - 1)).ok()?;
    let offset = OFFSET_MAX - kept;
    let time = hypostyle_core::Time::from_nanos(micros.checked_mul(1_000)?)?;
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, rest) = (offset.abs() / 3_600, offset.abs() % 3_600);
    let seconds = match rest % 60 {
        0 => String::new(),
        seconds => format!(":{seconds:02}"),
    };
    let text = time.text();
    let time = std::str::from_utf8(text.as_bytes()).ok()?;
    Some(format!("{time}{sign}{hours:02}:{:02}{seconds}", rest / 60))
}
