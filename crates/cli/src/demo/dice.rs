//! Chance with a seed, and the shapes that chance has in a shop.

use fastrand::Rng;

/// Things to draw from, some more often than others.
#[derive(Debug)]
pub(super) struct Weighted {
    /// The sum of the weights up to and with each.
    sums: Vec<f64>,
}

impl Weighted {
    pub(super) fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let sums = weights.into_iter().map(|weight| {
            sum += weight;
            sum
        });
        Self { sums: sums.collect() }
    }

    /// Draws the place of one.
    pub(super) fn draw(&self, rng: &mut Rng) -> usize {
        self.at(rng.f64()).0
    }

    /// Finds the one that a share of the whole falls on, and how far into it.
    pub(super) fn at(&self, share: f64) -> (usize, f64) {
        let last = self.sums.len().saturating_sub(1);
        let wanted = share * self.sums.get(last).copied().unwrap_or_default();
        let at = self.sums.partition_point(|sum| *sum <= wanted).min(last);
        let before = if at == 0 { 0.0 } else { self.sums[at - 1] };
        let weight = self.sums.get(at).map_or(1.0, |sum| sum - before);
        (at, ((wanted - before) / weight).clamp(0.0, 1.0))
    }
}

/// Draws around 0 with a deviation of 1, as the sum of twelve throws.
pub(super) fn normal(rng: &mut Rng) -> f64 {
    (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0
}

pub(super) fn chance(rng: &mut Rng, percent: u32) -> bool {
    rng.u32(0..100) < percent
}

/// Picks one, all as likely.
pub(super) fn pick<'a>(rng: &mut Rng, things: &[&'a str]) -> &'a str {
    things.get(rng.usize(0..things.len().max(1))).copied().unwrap_or_default()
}

/// Picks one, the first ones more often.
pub(super) fn pick_early<'a>(rng: &mut Rng, things: &[&'a str]) -> &'a str {
    let share = rng.f64() * rng.f64();
    things.get(scaled(share, things.len())).copied().unwrap_or_default()
}

/// Answers a whole number below `count` from a share of it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a count is between nothing and the count"
)]
pub(super) fn scaled(share: f64, count: usize) -> usize {
    ((share * count as f64) as usize).min(count.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_falls_on_what_it_weighs() {
        let weighted = Weighted::new([1.0, 3.0]);
        assert_eq!(weighted.at(0.0), (0, 0.0));
        assert_eq!(weighted.at(0.125), (0, 0.5));
        assert_eq!(weighted.at(0.25).0, 1);
        assert_eq!(weighted.at(1.0).0, 1);
        assert_eq!(Weighted::new([]).at(0.5).0, 0);
    }

    #[test]
    fn the_same_seed_draws_the_same() {
        let draw = |seed| Rng::with_seed(seed).u64(..);
        assert_eq!(draw(42), draw(42));
        assert_ne!(draw(42), draw(43));
    }
}
