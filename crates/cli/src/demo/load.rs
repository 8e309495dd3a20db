//! The shop on its way into the database, a table at a time.

use std::fmt::Write as _;

use hypostyle::Database;
use hypostyle::core::{IntoRow, Timestamp, ValueRef, write_json_string};

use super::catalog::Product;
use super::people::Customer;
use super::sales::{Event, Line, Order, What};
use super::words::RANGES;
use super::{Counts, Shop};
use crate::exit::Result;
use crate::progress::Progress;

/// In an order in which every row refers to rows before it.
pub(super) const TABLES: [&str; 6] =
    ["categories", "products", "customers", "orders", "order_lines", "events"];

impl Shop {
    pub(super) async fn load(&self, database: &Database, progress: &Progress) -> Result<Counts> {
        let mut load = Load { database, progress, counts: Counts::new() };
        let [categories, products, customers, orders, lines, events] = TABLES;
        let rows = RANGES.iter().enumerate().map(|(at, range)| Category { at, name: range.name });
        load.table(categories, &["id", "name"], rows).await?;
        let columns = ["id", "category_id", "sku", "name", "price_cents", "stock", "active"];
        load.table(products, &columns, numbered(&self.catalog.products)).await?;
        let columns = ["id", "name", "email", "city", "country", "registered_at"];
        load.table(customers, &columns, numbered(&self.people.customers)).await?;
        let columns = [
            "id",
            "customer_id",
            "status",
            "channel",
            "shipping_cents",
            "total_cents",
            "ordered_at",
        ];
        load.table(orders, &columns, numbered(&self.sales.orders)).await?;
        let columns = ["order_id", "line", "product_id", "quantity", "price_cents"];
        load.table(lines, &columns, self.sales.lines.iter()).await?;
        let columns = ["id", "kind", "customer_id", "payload", "at"];
        let rows = self.events.iter().enumerate().map(|(at, event)| Told { at, event, shop: self });
        load.table(events, &columns, rows).await?;
        Ok(load.counts)
    }
}

struct Load<'a> {
    database: &'a Database,
    progress: &'a Progress,
    counts: Counts,
}

impl Load<'_> {
    async fn table<R: IntoRow>(
        &mut self,
        table: &'static str,
        columns: &[&str],
        rows: impl Iterator<Item = R>,
    ) -> Result {
        self.progress.set_label(format!("writing {table}"));
        let rows = rows.inspect(|_| self.progress.advance(1));
        let outcome = self.database.insert_many(table, columns, rows).await?;
        self.counts.push((table, outcome.rows_affected));
        Ok(())
    }
}

/// A row with the place it has in its list; keys are counted from 1.
struct Numbered<'a, T> {
    at: usize,
    row: &'a T,
}

fn numbered<T>(rows: &[T]) -> impl Iterator<Item = Numbered<'_, T>> {
    rows.iter().enumerate().map(|(at, row)| Numbered { at, row })
}

fn key(at: usize) -> ValueRef<'static> {
    ValueRef::I64(i64::try_from(at).unwrap_or(i64::MAX).saturating_add(1))
}

fn moment(second: i64) -> ValueRef<'static> {
    ValueRef::Timestamp(Timestamp::from_micros(second * 1_000_000))
}

struct Category {
    at: usize,
    name: &'static str,
}

impl IntoRow for Category {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        take(&[key(self.at), ValueRef::Text(self.name)])
    }
}

impl IntoRow for Numbered<'_, Product> {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        let Product { category, sku, name, price_cents, stock, is_active } = self.row;
        take(&[
            key(self.at),
            key(*category),
            sku.into(),
            name.into(),
            (*price_cents).into(),
            (*stock).into(),
            (*is_active).into(),
        ])
    }
}

impl IntoRow for Numbered<'_, Customer> {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        let customer = self.row;
        take(&[
            key(self.at),
            (&customer.name).into(),
            (&customer.email).into(),
            customer.city.into(),
            customer.country.into(),
            moment(customer.registered_s),
        ])
    }
}

impl IntoRow for Numbered<'_, Order> {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        let order = self.row;
        take(&[
            key(self.at),
            key(order.customer),
            order.status.into(),
            order.channel.into(),
            order.shipping_cents.into(),
            order.total_cents.into(),
            moment(order.ordered_s),
        ])
    }
}

impl IntoRow for Line {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        take(&[
            key(self.order),
            self.number.into(),
            key(self.product),
            self.quantity.into(),
            self.price_cents.into(),
        ])
    }
}

/// An event with the shop it tells of.
struct Told<'a> {
    at: usize,
    event: &'a Event,
    shop: &'a Shop,
}

impl IntoRow for Told<'_> {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        let (kind, customer, payload) = self.told();
        let customer = customer.map_or(ValueRef::Null, key);
        take(&[
            key(self.at),
            kind.into(),
            customer,
            ValueRef::Json(&payload),
            moment(self.event.at_s),
        ])
    }
}

impl Told<'_> {
    fn told(&self) -> (&'static str, Option<usize>, String) {
        let orders = &self.shop.sales.orders;
        match self.event.what {
            What::Registered { customer } => {
                let country = self.shop.people.customers[customer].country;
                ("customer.registered", Some(customer), format!("{{\"country\":\"{country}\"}}"))
            }
            What::Placed { order } => {
                let Order { customer, channel, total_cents, lines, .. } = &orders[order];
                let payload = format!(
                    "{{\"order_id\":{},\"total_cents\":{total_cents},\"lines\":{lines},\
                     \"channel\":\"{channel}\"}}",
                    order + 1
                );
                ("order.placed", Some(*customer), payload)
            }
            What::Cancelled { order } => {
                let payload = format!("{{\"order_id\":{}}}", order + 1);
                ("order.cancelled", Some(orders[order].customer), payload)
            }
            What::Returned { order } => {
                let refund = orders[order].total_cents - orders[order].shipping_cents;
                let payload = format!("{{\"order_id\":{},\"refund_cents\":{refund}}}", order + 1);
                ("order.returned", Some(orders[order].customer), payload)
            }
            What::Abandoned { customer, items, total_cents } => {
                let payload = format!("{{\"items\":{items},\"total_cents\":{total_cents}}}");
                ("cart.abandoned", Some(customer), payload)
            }
            What::Searched { query, results } => {
                let mut payload = String::from("{\"query\":");
                // Writing to a string does not fail.
                let _ = write_json_string(query, &mut payload);
                let _ = write!(payload, ",\"results\":{results}}}");
                ("search", None, payload)
            }
        }
    }
}
