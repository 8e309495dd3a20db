//! Orders, what is in them, and the events around them.

use fastrand::Rng;

use super::calendar::{Calendar, DAY_S, END_S, is_sale};
use super::catalog::Catalog;
use super::dice::{Weighted, chance, pick};
use super::people::People;
use super::words::SEARCHES;

/// Orders above are sent for nothing.
const FREE_SHIPPING_CENTS: i64 = 5_000;
/// How many different products are in an order.
const LINES: [f64; 7] = [45.0, 27.0, 14.0, 7.0, 4.0, 2.0, 1.0];
/// How many of one product.
const QUANTITIES: [f64; 5] = [74.0, 17.0, 5.0, 3.0, 1.0];

/// Numbers are places in their lists, from 0.
pub(super) struct Order {
    pub(super) customer: usize,
    pub(super) status: &'static str,
    pub(super) channel: &'static str,
    pub(super) shipping_cents: i64,
    pub(super) total_cents: i64,
    pub(super) ordered_s: i64,
    pub(super) lines: u32,
}

pub(super) struct Line {
    pub(super) order: usize,
    pub(super) number: u32,
    pub(super) product: usize,
    pub(super) quantity: i64,
    pub(super) price_cents: i64,
}

pub(super) struct Event {
    pub(super) at_s: i64,
    pub(super) what: What,
}

#[derive(Clone, Copy)]
pub(super) enum What {
    Registered { customer: usize },
    Placed { order: usize },
    Cancelled { order: usize },
    Returned { order: usize },
    Abandoned { customer: usize, items: u32, total_cents: i64 },
    Searched { query: &'static str, results: u32 },
}

/// Everything that was sold.
pub(super) struct Sales {
    pub(super) orders: Vec<Order>,
    pub(super) lines: Vec<Line>,
}

impl Sales {
    pub(super) fn new(
        count: u32,
        calendar: &Calendar,
        people: &People,
        catalog: &Catalog,
        rng: &mut Rng,
    ) -> Self {
        let line_counts = Weighted::new(LINES);
        let quantities = Weighted::new(QUANTITIES);
        let mut sales = Self { orders: Vec::new(), lines: Vec::new() };
        for ordered_s in calendar.moments(count, rng) {
            let number = sales.orders.len();
            let from = sales.lines.len();
            for _ in 0..=line_counts.draw(rng) {
                let product = catalog.draw(rng);
                if sales.lines[from..].iter().any(|line| line.product == product) {
                    continue;
                }
                sales.lines.push(Line {
                    order: number,
                    number: u32::try_from(sales.lines.len() - from + 1).unwrap_or_default(),
                    product,
                    quantity: i64::try_from(quantities.draw(rng) + 1).unwrap_or(1),
                    price_cents: sold_at(catalog.products[product].price_cents, ordered_s, rng),
                });
            }
            let lines = &sales.lines[from..];
            let goods: i64 = lines.iter().map(|line| line.quantity * line.price_cents).sum();
            let shipping_cents = if goods >= FREE_SHIPPING_CENTS { 0 } else { 490 };
            sales.orders.push(Order {
                customer: people.draw(ordered_s, rng),
                status: status(END_S - ordered_s, rng),
                channel: pick(rng, &["web", "web", "web", "web", "app", "app", "app", "phone"]),
                shipping_cents,
                total_cents: goods + shipping_cents,
                ordered_s,
                lines: u32::try_from(lines.len()).unwrap_or_default(),
            });
        }
        sales
    }

    /// Lists what happened, in order.
    pub(super) fn events(&self, people: &People, calendar: &Calendar, rng: &mut Rng) -> Vec<Event> {
        let count = u32::try_from(self.orders.len()).unwrap_or(u32::MAX);
        let searches: Vec<&'static str> = SEARCHES.split(',').collect();
        let registered = people.customers.iter().enumerate().map(|(customer, each)| Event {
            at_s: each.registered_s,
            what: What::Registered { customer },
        });
        let mut events: Vec<Event> = registered.collect();
        for (order, each) in self.orders.iter().enumerate() {
            events.push(Event { at_s: each.ordered_s, what: What::Placed { order } });
            let (what, days) = match each.status {
                "cancelled" => (What::Cancelled { order }, rng.i64(0..2)),
                "returned" => (What::Returned { order }, rng.i64(5..25)),
                _ => continue,
            };
            let at_s = each.ordered_s + days * DAY_S + rng.i64(600..DAY_S / 2);
            events.push(Event { at_s: at_s.min(END_S - 1), what });
        }
        for at_s in calendar.moments(count * 3 / 10, rng) {
            let (customer, items) = (people.draw(at_s, rng), rng.u32(1..6));
            let total_cents = i64::from(items) * rng.i64(900..6_000);
            events.push(Event { at_s, what: What::Abandoned { customer, items, total_cents } });
        }
        for at_s in calendar.moments(count / 5, rng) {
            let query = pick(rng, &searches);
            let results = if chance(rng, 8) { 0 } else { rng.u32(1..40) };
            events.push(Event { at_s, what: What::Searched { query, results } });
        }
        events.sort_by_key(|event| event.at_s);
        events
    }
}

/// What a product costs at a moment: some are cheaper in the sale.
fn sold_at(price_cents: i64, at_s: i64, rng: &mut Rng) -> i64 {
    let percent = match (is_sale(at_s), rng.u32(0..100)) {
        (true, 0..60) => 80,
        (false, 0..4) => 90,
        _ => 100,
    };
    (price_cents * percent / 100).max(1)
}

/// How far an order of that age has come.
fn status(age_s: i64, rng: &mut Rng) -> &'static str {
    match (age_s / DAY_S, rng.u32(0..100)) {
        (_, 0..3) => "cancelled",
        (10.., 3..8) => "returned",
        (5.., _) => "delivered",
        (2..5, _) => "shipped",
        (1, _) => "paid",
        (_, 3..50) => "paid",
        _ => "pending",
    }
}
