//! Medians and quantiles of a few dozen figures.

/// The median.
pub(crate) fn median(figures: &[f64]) -> f64 {
    quantile(figures, 0.5)
}

/// The `share`-quantile, linear between neighbours; NaN for no figures.
pub(crate) fn quantile(figures: &[f64], share: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let position = share * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * position.fract()
}

/// The distance between the quartiles as a share of the median.
pub(crate) fn spread(figures: &[f64]) -> f64 {
    (quantile(figures, 0.75) - quantile(figures, 0.25)) / median(figures)
}

/// How many times faster than `base`: the median of the rounds' ratios of two times.
pub(crate) fn speed_ratio(base: &[f64], own: &[f64]) -> f64 {
    let rounds = base.iter().zip(own);
    median(&rounds.map(|(base, own)| base / own).collect::<Vec<f64>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(figures: &[f64], share: f64, expect: f64) {
        assert_eq!(quantile(figures, share), expect);
    }

    #[test]
    fn quantile_sorts_and_interpolates() {
        check(&[7.0], 0.25, 7.0);
        check(&[3.0, 1.0, 2.0], 0.5, 2.0);
        check(&[4.0, 1.0, 3.0, 2.0], 0.5, 2.5);
        check(&[1.0, 2.0, 3.0], 1.0, 3.0);
    }

    #[test]
    fn quantile_of_nothing_is_not_a_number() {
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn speed_ratio_is_taken_inside_each_round() {
        assert_eq!(speed_ratio(&[2.0, 40.0, 9.0], &[1.0, 10.0, 3.0]), 3.0);
    }

    #[test]
    fn spread_is_relative_to_the_median() {
        assert_eq!(spread(&[1.0, 2.0, 3.0]), 0.5);
    }
}
