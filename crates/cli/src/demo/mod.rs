//! A shop made up from a seed: customers, products, orders, lines and events over two years.
//!
//! The same seed and number of orders make the same shop, to the last row. Money is in whole cents,
//! because SQLite has no exact decimals; views show it with a point.

mod calendar;
mod catalog;
mod dice;
mod load;
mod people;
mod sales;
mod site;
mod words;

use fastrand::Rng;
use hypostyle::Database;

use crate::exit::Result;
use crate::progress::Progress;
use calendar::Calendar;
use catalog::Catalog;
use people::People;
use sales::{Event, Sales};

pub(crate) use site::site;

/// Changes when the same seed makes another shop.
const GENERATION: u32 = 1;
/// `Hyps` in the header of a file that this program made.
const APPLICATION_ID: i64 = 0x4879_7073;
const CUSTOMERS_MIN: u32 = 20;
const ORDERS_PER_CUSTOMER: u32 = 6;
const PRODUCTS: std::ops::RangeInclusive<u32> = 60..=600;
const ORDERS_PER_PRODUCT: u32 = 150;

/// What a shop is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recipe {
    pub(crate) orders: u32,
    pub(crate) seed: u64,
}

/// What stands in a database that might be a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The shop of that recipe.
    Same,
    /// A shop of another recipe.
    Other,
    /// Something that is not ours.
    Foreign,
}

/// The rows of each table, in the order they were made.
pub(crate) type Counts = Vec<(&'static str, u64)>;

/// A whole shop in memory.
struct Shop {
    catalog: Catalog,
    people: People,
    sales: Sales,
    events: Vec<Event>,
}

impl Shop {
    fn new(recipe: Recipe) -> Self {
        let mut rng = Rng::with_seed(recipe.seed);
        let calendar = Calendar::new(&mut rng);
        let products =
            (recipe.orders / ORDERS_PER_PRODUCT).clamp(*PRODUCTS.start(), *PRODUCTS.end());
        let catalog = Catalog::new(usize::try_from(products).unwrap_or_default(), &mut rng);
        let customers = (recipe.orders / ORDERS_PER_CUSTOMER).max(CUSTOMERS_MIN);
        let people = People::new(customers, &calendar, &mut rng);
        let sales = Sales::new(recipe.orders, &calendar, &people, &catalog, &mut rng);
        let events = sales.events(&people, &calendar, &mut rng);
        Self { catalog, people, sales, events }
    }
}

/// Makes the shop in an empty database and answers how many rows it has.
pub(crate) async fn make(
    database: &Database,
    recipe: Recipe,
    progress: &Progress,
) -> Result<Counts> {
    progress.set_label("making up the shop");
    let shop = Shop::new(recipe);
    database.execute(include_str!("schema.sql"), ()).await?;
    let counts = shop.load(database, progress).await?;
    progress.set_label("building indexes");
    database.execute(include_str!("finish.sql"), ()).await?;
    let marks = format!(
        "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {}",
        recipe.fingerprint()
    );
    database.execute(&marks, ()).await?;
    Ok(counts)
}

/// Tells what a database is, by the marks in its header.
pub(crate) async fn look(database: &Database, recipe: Recipe) -> Result<Found> {
    let application: i64 = database.fetch_value("PRAGMA application_id", ()).await?;
    let version: i64 = database.fetch_value("PRAGMA user_version", ()).await?;
    Ok(match application == APPLICATION_ID {
        true if version == i64::from(recipe.fingerprint()) => Found::Same,
        true => Found::Other,
        false => Found::Foreign,
    })
}

/// Counts the rows of a shop that was there.
pub(crate) async fn count(database: &Database) -> Result<Counts> {
    let mut counts = Counts::new();
    for table in load::TABLES {
        let rows: i64 = database.fetch_value(&format!("SELECT count(*) FROM {table}"), ()).await?;
        counts.push((table, rows.unsigned_abs()));
    }
    Ok(counts)
}

impl Recipe {
    /// Answers a number that differs between recipes, in the range of `user_version` (FNV-1a).
    fn fingerprint(self) -> i32 {
        let parts = [u64::from(GENERATION), u64::from(self.orders), self.seed];
        let bytes = parts.iter().flat_map(|part| part.to_le_bytes());
        let hash = bytes
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        i32::try_from(hash >> 1).unwrap_or(i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_adds_up() {
        let shop = Shop::new(Recipe { orders: 2_000, seed: 42 });
        let (orders, lines) = (&shop.sales.orders, &shop.sales.lines);
        assert_eq!(orders.len(), 2_000);
        for (number, order) in orders.iter().enumerate() {
            let own: Vec<_> = lines.iter().filter(|line| line.order == number).collect();
            let goods: i64 = own.iter().map(|line| line.quantity * line.price_cents).sum();
            assert_eq!(order.total_cents, goods + order.shipping_cents);
            assert_eq!(own.len(), usize::try_from(order.lines).unwrap());
            assert!(own.iter().enumerate().all(|(at, line)| line.number as usize == at + 1));
        }
        assert!(shop.events.is_sorted_by_key(|event| event.at_s));
    }

    #[test]
    fn recipes_have_fingerprints_of_their_own() {
        let recipe = Recipe { orders: 100_000, seed: 42 };
        assert_eq!(recipe.fingerprint(), recipe.fingerprint());
        assert_ne!(recipe.fingerprint(), Recipe { seed: 43, ..recipe }.fingerprint());
        assert_ne!(recipe.fingerprint(), Recipe { orders: 10, ..recipe }.fingerprint());
    }
}
