//! Dates and times as the server writes them, in binary form and as text.

use hypostyle_core::{Date, Interval, Time, Timestamp};

pub(super) const DAY_MICROS: i64 = 86_400_000_000;
/// The most that `time` holds, on either side.
const TIME_MICROS_MAX: i64 = (838 * 3_600 + 59 * 60 + 59) * 1_000_000;

/// A date with a time of day, part by part: it need not be a day of the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    micros: u32,
}

impl Moment {
    /// Takes the binary form from the head: how many bytes follow, and as many parts as are not 0.
    #[inline]
    pub(super) fn take(bytes: &mut &[u8]) -> Option<Self> {
        let (&length, rest) = bytes.split_first()?;
        let (parts, rest) = rest.split_at_checked(length.into())?;
        *bytes = rest;
        Some(match *parts {
            [] => Self::default(),
            [low, high, month, day] => {
                Self { year: u16::from_le_bytes([low, high]), month, day, ..Self::default() }
            }
            [low, high, month, day, hour, minute, second] => {
                let year = u16::from_le_bytes([low, high]);
                Self { year, month, day, hour, minute, second, micros: 0 }
            }
            [low, high, month, day, hour, minute, second, a, b, c, d] => {
                let year = u16::from_le_bytes([low, high]);
                let micros = u32::from_le_bytes([a, b, c, d]);
                Self { year, month, day, hour, minute, second, micros }
            }
            _ => return None,
        })
    }

    /// Reads `YYYY-MM-DD[ HH:MM:SS[.ffffff]]`.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (date, rest) = text.split_first_chunk::<10>()?;
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
        let year = u16::try_from(digits(&[y1, y2, y3, y4])?).ok()?;
        let day = Self { year, month: two(m1, m2)?, day: two(d1, d2)?, ..Self::default() };
        let Some((b' ', time)) = rest.split_first() else {
            return rest.is_empty().then_some(day);
        };
        let (time, fraction) = time.split_first_chunk::<8>()?;
        let [h1, h2, b':', m1, m2, b':', s1, s2] = *time else { return None };
        let (hour, minute, second) = (two(h1, h2)?, two(m1, m2)?, two(s1, s2)?);
        Some(Self { hour, minute, second, micros: micros(fraction)?, ..day })
    }

    /// Answers the day; `None` where it is none of the calendar.
    #[inline]
    pub(super) fn date(&self) -> Option<Date> {
        Date::from_ymd(self.year.into(), self.month, self.day)
    }

    /// Answers microseconds since midnight; `None` where it is no time of day.
    #[inline]
    pub(super) fn day_micros(&self) -> Option<i64> {
        let Self { hour, minute, second, micros, .. } = *self;
        let is_time = hour < 24 && minute < 60 && second < 60 && micros < 1_000_000;
        let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
        is_time.then_some(seconds * 1_000_000 + i64::from(micros))
    }
}

/// Takes a `time` in binary form from the head as microseconds.
pub(super) fn take_time(bytes: &mut &[u8]) -> Option<i64> {
    let (&length, rest) = bytes.split_first()?;
    let (parts, rest) = rest.split_at_checked(length.into())?;
    *bytes = rest;
    let (head, micros) = match parts {
        [] => return Some(0),
        [head @ .., a, b, c, d] if head.len() == 8 => {
            (head, i64::from(u32::from_le_bytes([*a, *b, *c, *d])))
        }
        head => (head, 0),
    };
    let [is_negative, a, b, c, d, hour, minute, second] = *head else { return None };
    let hours = i64::from(u32::from_le_bytes([a, b, c, d])) * 24 + i64::from(hour);
    let micros = whole_time(hours, minute, second, micros)?;
    Some(if is_negative == 0 { micros } else { -micros })
}

/// Reads `[-]HHH:MM:SS[.ffffff]` as microseconds.
pub(super) fn parse_time(text: &[u8]) -> Option<i64> {
    let (is_negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        text => (false, text),
    };
    let colon = text.iter().position(|byte| *byte == b':').filter(|at| (2..=3).contains(at))?;
    let (hours, rest) = text.split_at(colon);
    let (time, fraction) = rest.split_first_chunk::<6>()?;
    let [b':', m1, m2, b':', s1, s2] = *time else { return None };
    let micros = micros(fraction)?.into();
    let micros = whole_time(digits(hours)?.into(), two(m1, m2)?, two(s1, s2)?, micros)?;
    Some(if is_negative { -micros } else { micros })
}

fn whole_time(hours: i64, minute: u8, second: u8, micros: i64) -> Option<i64> {
    let seconds = (hours * 60 + i64::from(minute)) * 60 + i64::from(second);
    (minute < 60 && second < 60 && micros < 1_000_000).then_some(seconds * 1_000_000 + micros)
}

/// Reads nothing, or a point and up to six digits, as microseconds.
fn micros(fraction: &[u8]) -> Option<u32> {
    let Some((b'.', fraction)) = fraction.split_first() else {
        return fraction.is_empty().then_some(0);
    };
    let missing = 6_u32.checked_sub(u32::try_from(fraction.len()).ok()?)?;
    Some(digits(fraction)? * 10_u32.pow(missing))
}

fn two(tens: u8, ones: u8) -> Option<u8> {
    digits(&[tens, ones])?.try_into().ok()
}

/// Reads a number of at most nine digits.
fn digits(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    text.iter().try_fold(0_u32, |sum, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| sum * 10 + u32::from(digit))
    })
}

/// A date of years that MySQL has, part by part.
pub(super) fn parts(date: Date) -> Option<(u16, u8, u8)> {
    let (year, month, day) = date.ymd();
    let year = u16::try_from(year).ok().filter(|year| *year <= 9_999 && date.is_finite())?;
    Some((year, month, day))
}

/// A timestamp of years that MySQL has: its day and the microseconds since midnight; `None` for
/// another, or one finer than a microsecond.
pub(super) fn split(stamp: Timestamp) -> Option<((u16, u8, u8), i64)> {
    let micros = stamp.micros_exact()?;
    let (date, _) = stamp.date_time()?;
    Some((parts(date)?, micros.rem_euclid(DAY_MICROS)))
}

/// Answers microseconds of a time; `None` where it is finer.
pub(super) fn time_micros(time: Time) -> Option<i64> {
    (time.nanos() % 1_000 == 0).then_some(time.nanos() / 1_000)
}

/// Answers microseconds of an interval that a `time` holds.
pub(super) fn interval_micros(interval: Interval) -> Option<i64> {
    let Interval { months: 0, days: 0, micros } = interval else { return None };
    (micros.unsigned_abs() <= TIME_MICROS_MAX.unsigned_abs()).then_some(micros)
}

/// Divides microseconds into hours, minutes, seconds and the rest.
pub(super) fn clock(micros: u64) -> (u64, u8, u8, u32) {
    let seconds = micros / 1_000_000;
    let sixtieth = |value: u64| u8::try_from(value % 60).unwrap_or_default();
    let rest = u32::try_from(micros % 1_000_000).unwrap_or_default();
    (seconds / 3_600, sixtieth(seconds / 60), sixtieth(seconds), rest)
}
