//! Dates and times between PostgreSQL's epoch, 2000-01-01, and ours, 1970-01-01.

use hypostyle_core::{Date, Interval, Time, Timestamp};

const EPOCH_DAYS: i32 = 10_957;
const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// Answers microseconds since 1970 of those since 2000; `None` beyond our range.
#[inline]
pub(super) fn micros_from_pg(micros: i64) -> Option<i64> {
    match micros.checked_add(EPOCH_MICROS) {
        Some(shifted) if shifted != i64::MAX && micros != i64::MIN => Some(shifted),
        _ => (micros == i64::MAX || micros == i64::MIN).then_some(micros),
    }
}

/// Answers microseconds since 2000 of a timestamp; `None` where it is finer or out of range.
#[inline]
pub(super) fn micros_to_pg(stamp: Timestamp) -> Option<i64> {
    let micros = stamp.micros_exact()?;
    if stamp.is_finite() {
        micros.checked_sub(EPOCH_MICROS).filter(|shifted| *shifted != i64::MIN)
    } else {
        Some(micros)
    }
}

/// Answers the day of days since 2000; `None` beyond our range.
pub(super) fn date_from_pg(days: i32) -> Option<Date> {
    if days == i32::MAX || days == i32::MIN {
        return Some(Date::from_days(days));
    }
    days.checked_add(EPOCH_DAYS).map(Date::from_days).filter(|date| date.is_finite())
}

/// Answers days since 2000; `None` out of range.
pub(super) fn date_to_pg(date: Date) -> Option<i32> {
    if date.is_finite() {
        date.days().checked_sub(EPOCH_DAYS).filter(|days| *days != i32::MIN)
    } else {
        Some(date.days())
    }
}

/// Answers microseconds since midnight; `None` where the time is finer.
pub(super) fn time_to_pg(time: Time) -> Option<i64> {
    (time.nanos() % 1_000 == 0).then_some(time.nanos() / 1_000)
}

/// Reads microseconds, days and months.
pub(super) fn interval_from_pg(bytes: [u8; 16]) -> Interval {
    let [micros @ .., a, b, c, d, e, f, g, h] = bytes;
    Interval {
        months: i32::from_be_bytes([e, f, g, h]),
        days: i32::from_be_bytes([a, b, c, d]),
        micros: i64::from_be_bytes(micros),
    }
}

/// Answers the day of a timestamp at midnight, or of an infinity.
pub(super) fn date_of(stamp: Timestamp) -> Option<Date> {
    match stamp.date_time() {
        Some((date, time)) => (time.nanos() == 0).then_some(date),
        None if stamp.ticks() > 0 => Some(Date::INFINITY),
        None => Some(Date::NEG_INFINITY),
    }
}

/// Writes a day as PostgreSQL reads it.
pub(super) fn write_date(date: Date, out: &mut String) {
    if !date.is_finite() {
        return out.push_str(&date.text());
    }
    let era = write_day(date, out);
    out.push_str(era);
}

/// Writes a timestamp as PostgreSQL reads it, with `zone` after the time.
pub(super) fn write_timestamp(stamp: Timestamp, zone: &str, out: &mut String) {
    let Some((date, time)) = stamp.date_time() else { return out.push_str(&stamp.text()) };
    let era = write_day(date, out);
    out.push(' ');
    out.push_str(&time.text());
    out.push_str(zone);
    out.push_str(era);
}

/// Writes year, month and day; answers what follows for a year before 1.
fn write_day(date: Date, out: &mut String) -> &'static str {
    let (year, month, day) = date.ymd();
    let (year, era) = if year > 0 { (year, "") } else { (1 - year, " BC") };
    *out += &format!("{year:04}-{month:02}-{day:02}");
    era
}

/// Writes an interval as PostgreSQL reads it to the last digit.
pub(super) fn write_interval(interval: Interval, out: &mut String) {
    const INFINITY: Interval = Interval { months: i32::MAX, days: i32::MAX, micros: i64::MAX };
    const NEG_INFINITY: Interval = Interval { months: i32::MIN, days: i32::MIN, micros: i64::MIN };
    match interval {
        INFINITY => return out.push_str("infinity"),
        NEG_INFINITY => return out.push_str("-infinity"),
        _ => {}
    }
    let Interval { months, days, micros } = interval;
    let sign = if micros < 0 { "-" } else { "" };
    let (seconds, fraction) =
        (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    *out += &format!(
        "{months} mons {days} days {sign}{hours:02}:{minutes:02}:{seconds:02}.{fraction:06}"
    );
}
