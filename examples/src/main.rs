//! Runs the examples, on a database in memory or on that of a URL:
//!
//! ```text
//! cargo run -p hypostyle-examples
//! cargo run -p hypostyle-examples -- postgres://localhost/scratch
//! ```

use hypostyle::{Database, Result};
use hypostyle_examples::{blog, features, orders, transfer};
use rust_decimal::Decimal;

#[tokio::main]
async fn main() -> Result<()> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "sqlite::memory:".to_owned());
    let db = Database::open(&url).await?;

    transfer::models().create(&db).await?;
    let [ada, bob] = transfer::open_accounts(&db, ["Ada", "Bob"], Decimal::new(10_000, 2)).await?;
    let entry = transfer::transfer_funds(&db, ada, bob, Decimal::new(2_550, 2)).await?;
    println!("transfer {} of {} is in the ledger", entry.id, entry.amount);

    features::models().create(&db).await?;
    let feature = features::create_feature_with_log(&db, "search", 8, "ada").await?;
    println!("feature {} has priority {}", feature.id, feature.priority);

    orders::models().create(&db).await?;
    let lamp = orders::stock(&db, "lamp", Decimal::new(1_999, 2), 3).await?;
    let order = orders::create_order(&db, "ada", &[(lamp.id, 2)]).await?;
    println!("order {} costs {}", order.id, order.total);
    if let Err(error) = orders::create_order(&db, "bob", &[(lamp.id, 2)]).await {
        println!("refused: {}", error.message());
    }

    blog::models().create(&db).await?;
    blog::fill(&db, 5, 12).await?;
    for (user, posts) in blog::users_with_posts(&db, 2).await? {
        println!("{}: {}", user.name, posts.len());
    }
    let page = blog::paginated_posts(&db, 10, None).await?;
    println!("{} posts, more: {}", page.items.len(), page.has_next_page);
    for (name, posts) in blog::top_contributors(&db, 3).await? {
        println!("{name} wrote {posts}");
    }
    db.close().await
}
