//! What the shop sells.

use fastrand::Rng;

use super::dice::{Weighted, chance, normal, scaled};
use super::words::RANGES;

pub(super) struct Product {
    pub(super) category: usize,
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) price_cents: i64,
    pub(super) stock: i64,
    pub(super) is_active: bool,
}

/// The products, and how well each sells.
pub(super) struct Catalog {
    pub(super) products: Vec<Product>,
    sales: Weighted,
}

impl Catalog {
    /// Makes so many products, or as many as there are names for.
    pub(super) fn new(count: usize, rng: &mut Rng) -> Self {
        let mut products = Vec::with_capacity(count);
        for (category, range) in RANGES.iter().enumerate() {
            let wanted = count * (category + 1) / RANGES.len() - count * category / RANGES.len();
            let kinds = range.kinds.split(',');
            let mut names: Vec<String> = kinds
                .flat_map(|kind| {
                    range.things.split(',').map(move |thing| format!("{kind} {thing}"))
                })
                .collect();
            rng.shuffle(&mut names);
            names.truncate(wanted);
            products.extend(names.into_iter().enumerate().map(|(number, name)| Product {
                category,
                sku: format!("{}-{:04}", range.code, number + 1),
                name,
                price_cents: price_cents(range.price_cents * (range.spread * normal(rng)).exp()),
                stock: i64::from(rng.u32(0..20) * rng.u32(0..25)),
                is_active: chance(rng, 97),
            }));
        }
        let mut ranks: Vec<u32> = (0..u32::try_from(products.len()).unwrap_or(u32::MAX)).collect();
        rng.shuffle(&mut ranks);
        let sales = ranks.iter().map(|rank| (f64::from(*rank) + 3.0).powf(-0.8));
        Self { products, sales: Weighted::new(sales) }
    }

    /// Draws a product, those that sell well more often.
    pub(super) fn draw(&self, rng: &mut Rng) -> usize {
        self.sales.draw(rng)
    }
}

/// Makes a price of a number: cheap things end in 5 and 9, dear ones in whole euros.
fn price_cents(wanted: f64) -> i64 {
    let share = wanted / 200_000.0;
    let cents = i64::try_from(scaled(share, 200_000)).unwrap_or_default().max(100);
    match cents {
        ..1_000 => cents / 50 * 50 + 45,
        1_000..10_000 => cents / 100 * 100 + 90,
        _ => cents / 500 * 500 - 100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_have_names_of_their_own_and_prices_that_look_like_prices() {
        let catalog = Catalog::new(600, &mut Rng::with_seed(1));
        let mut names: Vec<&str> = catalog.products.iter().map(|p| p.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!((names.len(), catalog.products.len()), (600, 600));
        assert!(catalog.products.iter().all(|p| (100..250_000).contains(&p.price_cents)));
    }

    #[test]
    fn prices_are_rounded_by_what_they_are() {
        assert_eq!(price_cents(10.0), 145);
        assert_eq!(price_cents(777.7), 795);
        assert_eq!(price_cents(3_456.0), 3_490);
        assert_eq!(price_cents(23_456.0), 22_900);
    }
}
