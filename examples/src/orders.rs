//! An order that takes its items from the stock.

use hypostyle::{Database, Error, ErrorKind, Model, Models, Result, Timestamp};
use rust_decimal::Decimal;

/// What is sold.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "products")]
pub struct Product {
    /// Its number.
    #[model(key)]
    pub id: i64,
    /// What it is called.
    #[model(length = 100, unique)]
    pub name: String,
    /// What one costs.
    #[model(precision(10, 2), check = "price >= 0")]
    pub price: Decimal,
    /// How many there are.
    #[model(check = "stock >= 0")]
    pub stock: i64,
}

/// What somebody ordered.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "orders", has_many(items = OrderItem, by = order_id))]
pub struct Order {
    /// Its number.
    #[model(key)]
    pub id: i64,
    /// Who ordered.
    #[model(length = 100)]
    pub customer: String,
    /// What it costs.
    #[model(precision(12, 2))]
    pub total: Decimal,
    /// When.
    #[model(created)]
    pub created_at: Timestamp,
}

/// A product of an order.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "order_items")]
pub struct OrderItem {
    /// The order.
    #[model(key, references = Order, relation = order)]
    pub order_id: i64,
    /// The product.
    #[model(key, references = Product, relation = product)]
    pub product_id: i64,
    /// How many.
    #[model(check = "quantity > 0")]
    pub quantity: i64,
    /// What one cost then.
    #[model(precision(10, 2))]
    pub price: Decimal,
}

/// The tables.
pub fn models() -> Models {
    Models::of("shop").with::<Product>().with::<Order>().with::<OrderItem>()
}

/// Puts a product into the stock.
///
/// # Errors
/// `UniqueViolation` for a name that is taken.
pub async fn stock(db: &Database, name: &str, price: Decimal, stock: i64) -> Result<Product> {
    Product::on(db).create(NewProduct { name: name.to_owned(), price, stock }).await
}

/// Makes an order of some products, each with how many, and takes them from the stock.
///
/// What is there is compared and taken from in one statement: of two orders at once for the last piece
/// one is refused.
///
/// # Errors
/// `Validation` with `Insufficient stock for product X`, or for an order of nothing; nothing has changed
/// then.
pub async fn create_order(db: &Database, customer: &str, items: &[(i64, i64)]) -> Result<Order> {
    if items.is_empty() {
        return Err(Error::new(ErrorKind::Validation, "an order needs an item"));
    }
    db.transact(|mut tx| async move {
        let mut lines = Vec::with_capacity(items.len());
        for (product_id, quantity) in items {
            let enough = Product::id.eq(*product_id) & Product::stock.gte(*quantity);
            let taken = Product::on(&mut tx).update_many(enough, Product::stock.minus(*quantity));
            if taken.await? == 0 {
                let message = format!("Insufficient stock for product {product_id}");
                return Err(Error::new(ErrorKind::Validation, message));
            }
            let product = Product::on(&mut tx).get(*product_id).await?;
            lines.push((product, *quantity));
        }
        let price = |(product, quantity): &(Product, i64)| product.price * Decimal::from(*quantity);
        let total = lines.iter().map(price).sum();
        let order = NewOrder { customer: customer.to_owned(), total };
        let order = Order::on(&mut tx).create(order).await?;
        let items = lines.iter().map(|(product, quantity)| NewOrderItem {
            order_id: order.id,
            product_id: product.id,
            quantity: *quantity,
            price: product.price,
        });
        OrderItem::on(&mut tx).create_many(items).await?;
        Ok(order)
    })
    .await
}
