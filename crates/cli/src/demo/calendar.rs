//! When things happen in the shop: two years of growth, seasons, weekdays and hours.

use fastrand::Rng;

use super::dice::{Weighted, scaled};

/// 2024-01-01, in days since 1970.
const FIRST_DAY: i64 = 19_723;
/// The years 2024 and 2025.
pub(super) const DAYS: u16 = 731;
pub(super) const DAY_S: i64 = 86_400;
/// The end of the two years, in seconds since 1970.
pub(super) const END_S: i64 = (FIRST_DAY + DAYS as i64) * DAY_S;

/// How much more is sold on the last day than on the first.
const GROWTH: f64 = 2.4;
const MONTHS: [f64; 12] = [0.88, 0.86, 0.95, 0.97, 1.0, 0.98, 0.9, 0.92, 1.02, 1.06, 1.35, 1.55];
/// The days before each month, and in a year.
const MONTH_STARTS: [u16; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
/// From Monday.
const WEEKDAYS: [f64; 7] = [1.08, 1.02, 0.98, 0.97, 0.95, 0.92, 1.1];
const HOURS: [f64; 24] = [
    0.25, 0.12, 0.07, 0.05, 0.05, 0.1, 0.3, 0.6, 0.85, 1.0, 1.1, 1.15, 1.25, 1.1, 1.0, 1.0, 1.05,
    1.15, 1.3, 1.55, 1.7, 1.5, 1.0, 0.55,
];

/// Draws moments of the two years.
pub(super) struct Calendar {
    days: Weighted,
    hours: Weighted,
}

impl Calendar {
    pub(super) fn new(rng: &mut Rng) -> Self {
        let days = (0..DAYS).map(|day| weight(day) * (0.92 + 0.16 * rng.f64()));
        Self { days: Weighted::new(days), hours: Weighted::new(HOURS) }
    }

    /// Draws so many moments, spread as the shop's business is, in order.
    ///
    /// # Shape
    /// Seconds since 1970.
    pub(super) fn moments(&self, count: u32, rng: &mut Rng) -> Vec<i64> {
        let moment = |at: u32| {
            let (day, _) = self.days.at((f64::from(at) + rng.f64()) / f64::from(count));
            let (hour, into_hour) = self.hours.at(rng.f64());
            let second = scaled(into_hour, 3_600);
            let in_day = i64::try_from(hour * 3_600 + second).unwrap_or_default();
            (FIRST_DAY + i64::try_from(day).unwrap_or_default()) * DAY_S + in_day
        };
        let mut moments: Vec<i64> = (0..count).map(moment).collect();
        moments.sort_unstable();
        moments
    }
}

/// Tells whether a moment is in the sale around Black Friday.
pub(super) fn is_sale(second: i64) -> bool {
    is_sale_day(day_of_year(day_of(second)))
}

/// Answers the day of a moment, counted from the first.
fn day_of(second: i64) -> u16 {
    u16::try_from(second / DAY_S - FIRST_DAY).unwrap_or_default()
}

/// 22 November to 2 December.
fn is_sale_day(day_of_year: u16) -> bool {
    (325..336).contains(&day_of_year)
}

/// Answers the day of a common year; the leap day counts as the day before.
fn day_of_year(day: u16) -> u16 {
    match day {
        0..=58 => day,
        59..=365 => day - 1,
        _ => day - 366,
    }
}

fn weight(day: u16) -> f64 {
    let day_of_year = day_of_year(day);
    let month = MONTH_STARTS.partition_point(|start| *start <= day_of_year).saturating_sub(1);
    // The first day is a Monday.
    let weekday = WEEKDAYS[usize::from(day % 7)];
    let special = match day_of_year {
        0 => 0.5,
        357..=359 => 0.45,
        _ if is_sale_day(day_of_year) => 1.6,
        _ => 1.0,
    };
    let growth = GROWTH.powf(f64::from(day) / f64::from(DAYS));
    growth * MONTHS.get(month).copied().unwrap_or(1.0) * weekday * special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_in_order_and_in_the_two_years() {
        let mut rng = Rng::with_seed(1);
        let moments = Calendar::new(&mut rng).moments(5_000, &mut rng);
        assert!(moments.is_sorted());
        assert!(moments.iter().all(|at| (FIRST_DAY * DAY_S..END_S).contains(at)));
        let second_year = moments.iter().filter(|at| day_of(**at) >= 366).count();
        assert!((2_700..3_400).contains(&second_year), "{second_year} orders in the second year");
    }

    #[test]
    fn the_sale_is_at_the_end_of_november_in_both_years() {
        assert_eq!(day_of_year(58), 58);
        assert_eq!(day_of_year(59), 58);
        assert_eq!(day_of_year(365), 364);
        assert_eq!(day_of_year(366), 0);
        // 2024-11-29 and 2025-11-28.
        assert!(is_sale(1_732_838_400) && is_sale(1_764_288_000));
        assert!(!is_sale(1_732_838_400 - 30 * DAY_S));
    }
}
