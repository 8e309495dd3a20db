//! Days, times, timestamps and intervals as plain integers, with the infinities engines have.

use super::Mismatch;

pub use super::text::TemporalText;

const SECOND_NANOS: i64 = 1_000_000_000;
const DAY_SECONDS: i64 = 86_400;

/// A day.
///
/// # Shape
/// Days since 1970-01-01 in the proleptic Gregorian calendar; the ends of the range are the
/// infinities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// A time of day without zone.
///
/// # Shape
/// Nanoseconds since midnight, `0..=86_400_000_000_000` (24:00:00 included, as engines do).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// The unit a timestamp is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precision {
    /// Microseconds: years −290 308 to 294 247.
    Micros,
    /// Nanoseconds: years 1677 to 2262.
    Nanos,
}

/// A date and time, without zone or in UTC.
///
/// # Shape
/// Microseconds or nanoseconds since 1970-01-01T00:00:00; the ends of the range are the infinities.
#[derive(Clone, Copy, Debug)]
pub struct Timestamp {
    ticks: i64,
    precision: Precision,
}

/// Months, days and microseconds, which no calendar turns into each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Whole months.
    pub months: i32,
    /// Whole days.
    pub days: i32,
    /// The rest in microseconds.
    pub micros: i64,
}

impl Date {
    /// Later than every day.
    pub const INFINITY: Self = Self(i32::MAX);
    /// Earlier than every day.
    pub const NEG_INFINITY: Self = Self(i32::MIN);

    /// Takes days since 1970-01-01.
    pub fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// Takes a day of the calendar; a day that does not exist is `None`.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Self> {
        let valid = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        valid
            .then(|| days_from_civil(i64::from(year), i64::from(month), i64::from(day)))?
            .try_into()
            .ok()
            .map(Self)
            .filter(|date| date.is_finite())
    }

    /// Answers days since 1970-01-01.
    pub fn days(self) -> i32 {
        self.0
    }

    /// Tells whether it is a day and no infinity.
    pub fn is_finite(self) -> bool {
        self != Self::INFINITY && self != Self::NEG_INFINITY
    }

    /// Answers year, month (1–12) and day (1–31).
    pub fn ymd(self) -> (i64, u8, u8) {
        civil_from_days(i64::from(self.0))
    }

    /// Reads `YYYY-MM-DD`, `infinity` or `-infinity`.
    ///
    /// # Errors
    /// A [`Mismatch`] for any other text.
    pub fn parse(text: &str) -> Result<Self, Mismatch> {
        super::text::parse_date(text).ok_or(Mismatch::invalid("a date as YYYY-MM-DD"))
    }

    /// Writes `YYYY-MM-DD`; years beyond 0–9999 with a sign and six or seven digits.
    pub fn text(self) -> TemporalText {
        TemporalText::date(self)
    }
}

impl Time {
    /// Takes nanoseconds since midnight; more than a day is `None`.
    pub fn from_nanos(nanos: i64) -> Option<Self> {
        (0..=DAY_SECONDS * SECOND_NANOS).contains(&nanos).then_some(Self(nanos))
    }

    pub(crate) fn from_nanos_unchecked(nanos: i64) -> Self {
        Self(nanos)
    }

    /// Answers nanoseconds since midnight.
    pub fn nanos(self) -> i64 {
        self.0
    }

    /// Reads `HH:MM[:SS[.fffffffff]]`.
    ///
    /// # Errors
    /// A [`Mismatch`] for any other text.
    pub fn parse(text: &str) -> Result<Self, Mismatch> {
        super::text::parse_time(text).ok_or(Mismatch::invalid("a time as HH:MM:SS"))
    }

    /// Writes `HH:MM:SS` and a fraction where there is one.
    pub fn text(self) -> TemporalText {
        TemporalText::time(self)
    }
}

impl Timestamp {
    /// Takes microseconds since 1970-01-01T00:00:00.
    pub const fn from_micros(micros: i64) -> Self {
        Self { ticks: micros, precision: Precision::Micros }
    }

    /// Takes nanoseconds since 1970-01-01T00:00:00.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self { ticks: nanos, precision: Precision::Nanos }
    }

    /// Later than every instant.
    pub const INFINITY: Self = Self::from_micros(i64::MAX);
    /// Earlier than every instant.
    pub const NEG_INFINITY: Self = Self::from_micros(i64::MIN);

    /// Joins a day and a time, in microseconds where the time has none finer; `None` beyond the
    /// range, whose ends are the infinities.
    pub fn from_date_time(date: Date, time: Time) -> Option<Self> {
        let joined = if time.nanos() % 1_000 == 0 {
            Self::from_micros(ticks(date, DAY_SECONDS * 1_000_000, time.nanos() / 1_000)?)
        } else {
            Self::from_nanos(ticks(date, DAY_SECONDS * SECOND_NANOS, time.nanos())?)
        };
        joined.is_finite().then_some(joined)
    }

    /// Answers the count in the timestamp's own unit.
    pub fn ticks(self) -> i64 {
        self.ticks
    }

    /// Answers the unit of [`Timestamp::ticks`].
    pub fn precision(self) -> Precision {
        self.precision
    }

    /// Tells whether it is an instant and no infinity.
    pub fn is_finite(self) -> bool {
        self.ticks != i64::MAX && self.ticks != i64::MIN
    }

    /// Answers the day and the time of day of a finite timestamp; `None` for an infinity.
    pub fn date_time(self) -> Option<(Date, Time)> {
        if !self.is_finite() {
            return None;
        }
        let (ticks_per_day, nanos_per_tick) = match self.precision {
            Precision::Micros => (DAY_SECONDS * 1_000_000, 1_000),
            Precision::Nanos => (DAY_SECONDS * SECOND_NANOS, 1),
        };
        let days = i32::try_from(self.ticks.div_euclid(ticks_per_day)).ok()?;
        Some((Date(days), Time(self.ticks.rem_euclid(ticks_per_day) * nanos_per_tick)))
    }

    /// Answers microseconds; a finer fraction or an overflow is `None`.
    pub fn micros_exact(self) -> Option<i64> {
        match self.precision {
            Precision::Micros => Some(self.ticks),
            Precision::Nanos if !self.is_finite() => Some(self.ticks),
            Precision::Nanos if self.ticks % 1_000 == 0 => Some(self.ticks / 1_000),
            Precision::Nanos => None,
        }
    }

    /// Reads `YYYY-MM-DD[ T]HH:MM[:SS[.fffffffff]]` without zone, `infinity` or `-infinity`.
    ///
    /// # Errors
    /// A [`Mismatch`] for any other text, also one with a zone.
    pub fn parse(text: &str) -> Result<Self, Mismatch> {
        match super::text::parse_timestamp(text) {
            Some((stamp, None)) => Ok(stamp),
            _ => Err(Mismatch::invalid("a timestamp as YYYY-MM-DD HH:MM:SS")),
        }
    }

    /// Reads a timestamp with a zone (`Z` or `±HH:MM`) as an instant; `infinity` or `-infinity`.
    ///
    /// # Errors
    /// A [`Mismatch`] for any other text, also one without a zone.
    pub fn parse_tz(text: &str) -> Result<Self, Mismatch> {
        let invalid = Mismatch::invalid("a timestamp with zone as YYYY-MM-DD HH:MM:SS+00:00");
        match super::text::parse_timestamp(text) {
            Some((stamp, Some(offset_minutes))) => {
                stamp.minus_minutes(offset_minutes).ok_or(invalid)
            }
            // An infinity is written without a zone.
            Some((stamp, None)) if !stamp.is_finite() => Ok(stamp),
            _ => Err(invalid),
        }
    }

    /// Writes `YYYY-MM-DD HH:MM:SS` and a fraction where there is one.
    pub fn text(self) -> TemporalText {
        TemporalText::timestamp(self, b' ', "")
    }

    /// Writes `YYYY-MM-DD HH:MM:SS+00:00` and a fraction where there is one.
    pub fn text_tz(self) -> TemporalText {
        TemporalText::timestamp(self, b' ', "+00:00")
    }

    /// Writes `YYYY-MM-DDTHH:MM:SS` as ISO 8601 and RFC 3339 have it, with `zone` at the end.
    pub fn iso(self, zone: &'static str) -> TemporalText {
        TemporalText::timestamp(self, b'T', zone)
    }

    fn minus_minutes(self, minutes: i64) -> Option<Self> {
        if !self.is_finite() {
            return Some(self);
        }
        let per_minute = match self.precision {
            Precision::Micros => 60_000_000,
            Precision::Nanos => 60 * SECOND_NANOS,
        };
        let ticks = self.ticks.checked_sub(minutes.checked_mul(per_minute)?)?;
        Some(Self { ticks, precision: self.precision }).filter(|moved| moved.is_finite())
    }

    fn nanos_wide(self) -> i128 {
        let ticks = i128::from(self.ticks);
        match (self.is_finite(), self.precision) {
            (false, _) => ticks * i128::from(i64::MAX),
            (true, Precision::Micros) => ticks * 1_000,
            (true, Precision::Nanos) => ticks,
        }
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.nanos_wide() == other.nanos_wide()
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.nanos_wide().cmp(&other.nanos_wide())
    }
}

impl std::hash::Hash for Timestamp {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.nanos_wide().hash(state);
    }
}

impl Interval {
    pub(crate) fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&self.months.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.days.to_le_bytes());
        bytes[8..].copy_from_slice(&self.micros.to_le_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        let [a, b, c, d, e, f, g, h, micros @ ..] = bytes;
        Self {
            months: i32::from_le_bytes([a, b, c, d]),
            days: i32::from_le_bytes([e, f, g, h]),
            micros: i64::from_le_bytes(micros),
        }
    }

    /// Reads an ISO 8601 duration as [`Interval::iso`] writes it: `P[nM][nD][TnS]`.
    ///
    /// # Errors
    /// A [`Mismatch`] for any other text.
    pub fn parse(text: &str) -> Result<Self, Mismatch> {
        super::text::parse_interval(text).ok_or(Mismatch::invalid("an interval as P1M2DT3.5S"))
    }

    /// Writes an ISO 8601 duration of months, days and seconds, as `P14M3DT4.5S`.
    pub fn iso(self) -> String {
        let mut out = String::from("P");
        if self.months != 0 {
            out += &format!("{}M", self.months);
        }
        if self.days != 0 {
            out += &format!("{}D", self.days);
        }
        if self.micros != 0 || out.len() == 1 {
            let sign = if self.micros < 0 { "-" } else { "" };
            let micros = self.micros.unsigned_abs();
            let fraction = format!(".{:06}", micros % 1_000_000);
            let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
            out += &format!("T{sign}{}{fraction}S", micros / 1_000_000);
        }
        out
    }
}

/// Counts the ticks of whole days and a part of one. The first day of the range begins before it,
/// so that its product alone does not fit.
fn ticks(date: Date, per_day: i64, part: i64) -> Option<i64> {
    let days = i64::from(date.days());
    match days.checked_mul(per_day) {
        Some(whole) => whole.checked_add(part),
        None => i64::try_from(i128::from(days) * i128::from(per_day) + i128::from(part)).ok(),
    }
}

pub(super) fn days_in_month(year: i32, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts days since 1970-01-01.
///
/// # Source
/// Howard Hinnant, “chrono-compatible low-level date algorithms”, `days_from_civil`.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = u8::try_from(day_of_year - (153 * shifted_month + 2) / 5 + 1).unwrap_or(1);
    let month = u8::try_from((shifted_month + 2) % 12 + 1).unwrap_or(1);
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}
