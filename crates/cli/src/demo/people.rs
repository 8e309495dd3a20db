//! Who buys in the shop.

use fastrand::Rng;

use super::calendar::{Calendar, DAY_S};
use super::dice::{Weighted, chance, pick, pick_early};
use super::words::LOCALES;

/// Of a hundred customers, those who were there before the shop's first order.
const EARLY_PERCENT: usize = 15;
const EARLY_DAYS: i64 = 400;

pub(super) struct Customer {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) city: &'static str,
    pub(super) country: &'static str,
    /// Seconds since 1970.
    pub(super) registered_s: i64,
    /// How often the customer comes back, up to 1.
    loyalty: f64,
}

/// The customers in the order of their registration.
pub(super) struct People {
    pub(super) customers: Vec<Customer>,
    /// The customers that were there from the beginning.
    early: usize,
}

impl People {
    pub(super) fn new(count: u32, calendar: &Calendar, rng: &mut Rng) -> Self {
        let countries = Weighted::new(LOCALES.iter().map(|locale| f64::from(locale.percent)));
        let mut moments = calendar.moments(count, rng);
        let early = (moments.len() * EARLY_PERCENT / 100).max(1);
        let first = moments.first().copied().unwrap_or_default();
        for moment in moments.iter_mut().take(early) {
            *moment = first - rng.i64(0..EARLY_DAYS * DAY_S);
        }
        moments.sort_unstable();
        let customers = moments.into_iter().enumerate().map(|(at, registered_s)| {
            let locale = &LOCALES[countries.draw(rng)];
            let first: Vec<&str> = locale.first.split(',').collect();
            let last: Vec<&str> = locale.last.split(',').collect();
            let cities: Vec<&'static str> = locale.cities.split(',').collect();
            let (first, last) = (pick(rng, &first), pick(rng, &last));
            Customer {
                name: format!("{first} {last}"),
                email: format!("{}.{}{}@example.com", plain(first), plain(last), at + 1),
                city: pick_early(rng, &cities),
                country: locale.country,
                registered_s,
                loyalty: rng.f64().powi(3).max(0.01),
            }
        });
        Self { customers: customers.collect(), early }
    }

    /// Draws who orders at a moment, among those registered: often a newcomer, else one by loyalty.
    pub(super) fn draw(&self, at_s: i64, rng: &mut Rng) -> usize {
        let known = self.customers.partition_point(|customer| customer.registered_s <= at_s);
        let known = known.max(self.early.min(self.customers.len()));
        if chance(rng, 15) {
            return known - 1 - rng.usize(0..known.div_ceil(50));
        }
        loop {
            let at = rng.usize(0..known);
            if rng.f64() < self.customers[at].loyalty {
                return at;
            }
        }
    }
}

/// Writes a name in the letters of an address.
fn plain(name: &str) -> String {
    let letters = name.chars().flat_map(char::to_lowercase).filter_map(|each| {
        Some(match each {
            'a'..='z' => each.to_string(),
            'ä' | 'à' | 'á' | 'â' | 'å' | 'ą' => "a".to_owned(),
            'ç' | 'ć' => "c".to_owned(),
            'è' | 'é' | 'ê' | 'ë' | 'ę' => "e".to_owned(),
            'í' | 'î' | 'ï' => "i".to_owned(),
            'ł' => "l".to_owned(),
            'ñ' | 'ń' => "n".to_owned(),
            'ö' | 'ò' | 'ó' | 'ô' | 'ø' => "o".to_owned(),
            'ś' => "s".to_owned(),
            'ß' => "ss".to_owned(),
            'ü' | 'ù' | 'ú' | 'û' => "u".to_owned(),
            'ź' | 'ż' => "z".to_owned(),
            _ => return None,
        })
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_addresses() {
        let check = |name: &str, expect: &str| assert_eq!(plain(name), expect);
        check("Łucja", "lucja");
        check("van den Berg", "vandenberg");
        check("O'Connor", "oconnor");
        check("Åsa", "asa");
        // No name may lose a letter.
        for locale in &LOCALES {
            for name in locale.first.split(',').chain(locale.last.split(',')) {
                let letters = name.chars().filter(|each| each.is_alphabetic()).count();
                assert!(plain(name).chars().count() >= letters, "{name}");
            }
        }
    }

    #[test]
    fn only_registered_customers_order() {
        let mut rng = Rng::with_seed(1);
        let calendar = Calendar::new(&mut rng);
        let people = People::new(200, &calendar, &mut rng);
        for at_s in calendar.moments(500, &mut rng) {
            assert!(people.customers[people.draw(at_s, &mut rng)].registered_s <= at_s);
        }
    }
}
