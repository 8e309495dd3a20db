//! The text forms of dates and times: one parser and one writer, without allocation.

use std::fmt;

use super::temporal::{Date, Interval, Time, Timestamp, days_from_civil, days_in_month};

/// The text of a date or time, held on the stack.
#[derive(Clone, Copy)]
pub struct TemporalText {
    bytes: [u8; 48],
    len: usize,
}

impl TemporalText {
    /// Lends the text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// Lends the text's bytes, all ASCII.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(super) fn date(date: Date) -> Self {
        let mut out = Self { bytes: [0; 48], len: 0 };
        if date.is_finite() {
            out.push_date(date);
        } else {
            out.push(if date == Date::INFINITY { b"infinity" } else { b"-infinity" });
        }
        out
    }

    pub(super) fn time(time: Time) -> Self {
        let mut out = Self { bytes: [0; 48], len: 0 };
        out.push_time(time);
        out
    }

    pub(super) fn timestamp(stamp: Timestamp, separator: u8, zone: &str) -> Self {
        let mut out = Self { bytes: [0; 48], len: 0 };
        match stamp.date_time() {
            Some((date, time)) => {
                out.push_date(date);
                out.push(&[separator]);
                out.push_time(time);
                out.push(zone.as_bytes());
            }
            None => out.push(if stamp.ticks() > 0 { b"infinity" } else { b"-infinity" }),
        }
        out
    }

    fn push_date(&mut self, date: Date) {
        let (year, month, day) = date.ymd();
        let digits = match year {
            0..=9_999 => 4,
            _ => {
                self.push(if year < 0 { b"-" } else { b"+" });
                if year.unsigned_abs() > 999_999 { 7 } else { 6 }
            }
        };
        self.push_number(year.unsigned_abs(), digits);
        self.push(b"-");
        self.push_number(u64::from(month), 2);
        self.push(b"-");
        self.push_number(u64::from(day), 2);
    }

    fn push_time(&mut self, time: Time) {
        let nanos = time.nanos().unsigned_abs();
        let seconds = nanos / 1_000_000_000;
        self.push_number(seconds / 3_600, 2);
        self.push(b":");
        self.push_number(seconds / 60 % 60, 2);
        self.push(b":");
        self.push_number(seconds % 60, 2);
        let fraction = nanos % 1_000_000_000;
        if fraction != 0 {
            self.push(b".");
            if fraction.is_multiple_of(1_000) {
                self.push_number(fraction / 1_000, 6);
            } else {
                self.push_number(fraction, 9);
            }
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.bytes[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    fn push_number(&mut self, mut number: u64, digits: usize) {
        for at in (self.len..self.len + digits).rev() {
            self.bytes[at] = b'0' + (number % 10).to_le_bytes()[0];
            number /= 10;
        }
        self.len += digits;
    }
}

impl std::ops::Deref for TemporalText {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for TemporalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TemporalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Reads a number of exactly so many digits.
#[inline]
fn number(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |sum, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| sum * 10 + u32::from(digit))
    })
}

pub(super) fn parse_date(text: &str) -> Option<Date> {
    match text {
        "infinity" => return Some(Date::INFINITY),
        "-infinity" => return Some(Date::NEG_INFINITY),
        _ => {}
    }
    let (date, rest) = date_of(text.as_bytes())?;
    rest.is_empty().then_some(date)
}

fn date_of(bytes: &[u8]) -> Option<(Date, &[u8])> {
    let far = |bytes: &[u8]| if bytes.get(6) == Some(&b'-') { 6 } else { 7 };
    let (sign, year_digits, rest) = match bytes {
        [b'-', rest @ ..] => (-1, far(rest), rest),
        [b'+', rest @ ..] => (1, far(rest), rest),
        _ => (1, 4, bytes),
    };
    let (date, after) = rest.split_at_checked(year_digits + 6)?;
    if date[year_digits] != b'-' || date[year_digits + 3] != b'-' {
        return None;
    }
    let year = sign * i32::try_from(number(&date[..year_digits])?).ok()?;
    let month = u8::try_from(number(&date[year_digits + 1..year_digits + 3])?).ok()?;
    let day = u8::try_from(number(&date[year_digits + 4..])?).ok()?;
    if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    let days = days_from_civil(i64::from(year), i64::from(month), i64::from(day));
    let date = Date::from_days(i32::try_from(days).ok()?);
    date.is_finite().then_some((date, after))
}

pub(super) fn parse_time(text: &str) -> Option<Time> {
    let (time, rest) = time_of(text.as_bytes())?;
    rest.is_empty().then_some(time)
}

fn time_of(bytes: &[u8]) -> Option<(Time, &[u8])> {
    let (minutes, mut rest) = bytes.split_at_checked(5)?;
    if minutes[2] != b':' {
        return None;
    }
    let (hour, minute) = (number(&minutes[..2])?, number(&minutes[3..])?);
    let (mut second, mut fraction) = (0, 0);
    if let [b':', tens, ones, after @ ..] = rest {
        second = number(&[*tens, *ones])?;
        rest = after;
        if let [b'.', after @ ..] = rest {
            let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 || digits > 9 {
                return None;
            }
            let scale = 10u32.pow(9 - u32::try_from(digits).ok()?);
            fraction = number(&after[..digits])? * scale;
            rest = &after[digits..];
        }
    }
    let in_day = hour < 24 || (hour == 24 && minute == 0 && second == 0 && fraction == 0);
    if !in_day || minute > 59 || second > 59 {
        return None;
    }
    let seconds = i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second);
    Some((Time::from_nanos(seconds * 1_000_000_000 + i64::from(fraction))?, rest))
}

/// Reads a timestamp and its offset in minutes, where it has one.
pub(super) fn parse_timestamp(text: &str) -> Option<(Timestamp, Option<i64>)> {
    match text {
        "infinity" => return Some((Timestamp::INFINITY, None)),
        "-infinity" => return Some((Timestamp::NEG_INFINITY, None)),
        _ => {}
    }
    let (date, rest) = date_of(text.as_bytes())?;
    let (separator, rest) = rest.split_first()?;
    if !matches!(separator, b' ' | b'T' | b't') {
        return None;
    }
    let (time, rest) = time_of(rest)?;
    Some((Timestamp::from_date_time(date, time)?, offset_of(rest)?))
}

fn offset_of(bytes: &[u8]) -> Option<Option<i64>> {
    let (sign, digits) = match bytes {
        [] => return Some(None),
        b"Z" | b"z" => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        2 => (number(digits)?, 0),
        4 => (number(&digits[..2])?, number(&digits[2..])?),
        5 if digits[2] == b':' => (number(&digits[..2])?, number(&digits[3..])?),
        _ => return None,
    };
    (hours <= 18 && minutes <= 59).then(|| Some(sign * i64::from(hours * 60 + minutes)))
}

pub(super) fn parse_interval(text: &str) -> Option<Interval> {
    let mut rest = text.strip_prefix('P')?;
    if rest.is_empty() {
        return None;
    }
    let mut interval = Interval { months: 0, days: 0, micros: 0 };
    if let Some((months, after)) = rest.split_once('M') {
        interval.months = months.parse().ok()?;
        rest = after;
    }
    if let Some((days, after)) = rest.split_once('D') {
        interval.days = days.parse().ok()?;
        rest = after;
    }
    if !rest.is_empty() {
        interval.micros = parse_seconds(rest.strip_prefix('T')?.strip_suffix('S')?)?;
    }
    Some(interval)
}

fn parse_seconds(text: &str) -> Option<i64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || fraction.len() > 6 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let scale = 10i64.pow(6 - u32::try_from(fraction.len()).ok()?);
    let whole: u64 = whole.parse().ok()?;
    let fraction = fraction.parse::<i64>().ok()? * scale;
    let micros = i128::from(whole) * 1_000_000 + i128::from(fraction);
    // The least count has no positive counterpart.
    i64::try_from(if negative { -micros } else { micros }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expect: &str) {
        let stamp = Timestamp::parse_tz(input).map(|stamp| stamp.text_tz());
        let stamp = stamp.or_else(|_| Timestamp::parse(input).map(Timestamp::text));
        assert_eq!(stamp.map_or_else(|_| "error".to_owned(), |t| t.to_string()), expect, "{input}");
    }

    #[test]
    fn timestamps_are_read_and_written() {
        check("2024-02-29 12:34:56", "2024-02-29 12:34:56");
        check("2024-02-29T12:34", "2024-02-29 12:34:00");
        check("1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999");
        check("2024-01-01 00:00:00.5", "2024-01-01 00:00:00.500000");
        check("2024-01-01 00:00:00.123456789", "2024-01-01 00:00:00.123456789");
        check("2024-01-01 02:00:00+02:00", "2024-01-01 00:00:00+00:00");
        check("2024-01-01T00:00:00Z", "2024-01-01 00:00:00+00:00");
        check("-000044-03-15 12:00:00", "-000044-03-15 12:00:00");
        check("infinity", "infinity");
        check("2023-02-29 00:00:00", "error");
        check("2023-13-01 00:00:00", "error");
        check("2023-01-01 25:00:00", "error");
        check("2023-01-01 00:00:00.", "error");
        check("2023-01-01", "error");
        check("2023-01-01 00:00:00+25:00", "error");
        check("hello", "error");
    }

    #[test]
    fn every_day_of_eight_centuries_survives_the_round_trip() {
        for days in -146_097..146_097 {
            let date = Date::from_days(days);
            assert_eq!(Date::parse(&date.text()), Ok(date));
        }
    }

    #[test]
    fn the_farthest_days_survive_the_round_trip() {
        for days in [i32::MIN + 1, -800_000_000, 364_000_000, 365_000_000, i32::MAX - 1] {
            let date = Date::from_days(days);
            assert_eq!(Date::parse(&date.text()), Ok(date), "{}", date.text());
        }
    }

    #[test]
    fn the_farthest_timestamps_survive_the_round_trip() {
        for ticks in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX] {
            for stamp in [Timestamp::from_micros(ticks), Timestamp::from_nanos(ticks)] {
                assert_eq!(Timestamp::parse(&stamp.text()), Ok(stamp), "{}", stamp.text());
                assert_eq!(Timestamp::parse_tz(&stamp.text_tz()), Ok(stamp), "{}", stamp.text_tz());
            }
        }
    }

    #[test]
    fn no_day_and_no_time_is_taken_for_an_infinity() {
        assert!(Date::parse("+5881580-07-11").is_err());
        assert!(Timestamp::parse("+294247-01-10 04:00:54.775807").is_err());
        assert!(Timestamp::parse_tz("+294247-01-10 03:00:54.775807-01:00").is_err());
    }

    #[test]
    fn intervals_are_read_and_written() {
        let least = "P-2147483648M-2147483648DT-9223372036854.775808S";
        for text in ["P14M3DT4.5S", "T", "P", "PT0S", "P1D", "PT-0.000001S", "P1X", least] {
            let round = Interval::parse(text).map(Interval::iso);
            assert!(round.is_err() == matches!(text, "T" | "P" | "P1X"), "{text}");
            assert!(round.is_err() || round.as_deref() == Ok(text), "{text} {round:?}");
        }
    }
}
