//! `chrono` types, behind the feature of that name.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use super::{Date, FromValue, Mismatch, Time, Timestamp, ValueRef};

const RANGE: Mismatch = Mismatch::Range { expected: "a chrono type" };
const NANOS_PER_SECOND: i64 = 1_000_000_000;

impl FromValue<'_> for NaiveDate {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        naive_date(Date::from_value(value)?).ok_or(RANGE)
    }
}

impl FromValue<'_> for NaiveTime {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        naive_time(Time::from_value(value)?).ok_or(RANGE)
    }
}

impl FromValue<'_> for NaiveDateTime {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        naive(Timestamp::from_value(value)?).ok_or(RANGE)
    }
}

impl FromValue<'_> for DateTime<Utc> {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let stamp = match value {
            ValueRef::TimestampTz(stamp) => stamp,
            ValueRef::Text(text) => Timestamp::parse_tz(text)?,
            value => return Err(Mismatch::kind("timestamp with time zone", value)),
        };
        naive(stamp).map(|naive| naive.and_utc()).ok_or(RANGE)
    }
}

fn naive_date(date: Date) -> Option<NaiveDate> {
    const UNIX_EPOCH_DAYS: i32 = 719_163;
    NaiveDate::from_num_days_from_ce_opt(date.days().checked_add(UNIX_EPOCH_DAYS)?)
}

fn naive_time(time: Time) -> Option<NaiveTime> {
    let seconds = u32::try_from(time.nanos() / NANOS_PER_SECOND).ok()?;
    let nanos = u32::try_from(time.nanos() % NANOS_PER_SECOND).ok()?;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos)
}

fn naive(stamp: Timestamp) -> Option<NaiveDateTime> {
    let (date, time) = stamp.date_time()?;
    Some(naive_date(date)?.and_time(naive_time(time)?))
}

fn stamp(value: NaiveDateTime) -> Timestamp {
    let utc = value.and_utc();
    if !value.nanosecond().is_multiple_of(1_000)
        && let Some(nanos) = utc.timestamp_nanos_opt()
    {
        return Timestamp::from_nanos(nanos);
    }
    Timestamp::from_micros(utc.timestamp_micros())
}

impl From<NaiveDate> for ValueRef<'_> {
    fn from(value: NaiveDate) -> Self {
        let days = value.signed_duration_since(NaiveDate::default()).num_days();
        // chrono's own range is ±262 000 years.
        ValueRef::Date(Date::from_days(i32::try_from(days).unwrap_or(i32::MAX - 1)))
    }
}

impl From<NaiveTime> for ValueRef<'_> {
    fn from(value: NaiveTime) -> Self {
        let nanos = (value - NaiveTime::MIN).num_nanoseconds().unwrap_or_default();
        ValueRef::Time(Time::from_nanos_unchecked(nanos))
    }
}

impl From<NaiveDateTime> for ValueRef<'_> {
    #[inline]
    fn from(value: NaiveDateTime) -> Self {
        ValueRef::Timestamp(stamp(value))
    }
}

impl From<DateTime<Utc>> for ValueRef<'_> {
    fn from(value: DateTime<Utc>) -> Self {
        ValueRef::TimestampTz(stamp(value.naive_utc()))
    }
}
