//! Holds the models of a sample database against one that was loaded, and asks it something:
//!
//! ```text
//! cargo run -p hypostyle-examples --bin compare -- chinook sqlite:chinook.db
//! ```

use hypostyle::model::count_all;
use hypostyle::{ConnectionConfig, Database, Error, ErrorKind, Model, Result, Scratch};
use hypostyle_examples::{chinook, northwind};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(sample), Some(url)) = (arguments.next(), arguments.next()) else {
        let message = "name a sample and a database: `compare chinook sqlite:chinook.db`";
        return Err(Error::new(ErrorKind::Validation, message));
    };
    let db = Database::open(&url).await?;
    let url = ConnectionConfig::parse(&url)?;
    let scratch = Scratch::open(&db, Database::options(), url, None).await?;
    let models = match sample.as_str() {
        "chinook" => chinook::models(),
        _ => northwind::models(),
    };
    let found = models.diff(&db, &scratch).await?;
    scratch.close().await?;
    println!("{} models, {} differences", models.definitions().len(), found.changes.len());
    for sentence in found.changes.iter().flat_map(|change| change.sentences()) {
        println!("- {sentence}");
    }
    match sample.as_str() {
        "chinook" => ask_chinook(&db).await?,
        _ => ask_northwind(&db).await?,
    }
    db.close().await
}

/// Who has most albums, with the tracks of each; what sells.
async fn ask_chinook(db: &Database) -> Result<()> {
    use chinook::{Album, Artist, InvoiceLine, Track};
    let albums = Artist::albums.order_by(Album::title.asc()).take(3).include(Album::tracks);
    let many = Artist::on(db).find_many(Artist::name.in_(["Iron Maiden", "Led Zeppelin"]));
    let many = many.include(Artist::albums.count()).include(albums).all().await?;
    for (artist, count, albums) in many {
        println!("{} has {count} albums", artist.name.unwrap_or_default());
        for (album, tracks) in albums {
            println!("  {}: {} tracks", album.title, tracks.len());
        }
    }
    let sold = Track::on(db).count(Track::invoice_lines.some()).await?;
    let lines = InvoiceLine::on(db).find().aggregate(count_all()).await?;
    println!("{sold} tracks were sold in {lines} lines");
    Ok(())
}

/// The customers of a country, with their last orders and what is in them.
async fn ask_northwind(db: &Database) -> Result<()> {
    use northwind::{Customers, OrderDetails, Orders};
    let orders = Customers::orders.order_by(Orders::order_date.desc()).take(1);
    let orders = orders.include(Orders::order_details).include(Orders::employee);
    let found = Customers::on(db).find_many(Customers::country.eq("Brazil")).include(orders);
    for (customer, orders) in found.all().await? {
        let company = customer.company_name.unwrap_or_default();
        for (order, details, employee) in orders {
            let seller = employee.and_then(|employee| employee.last_name).unwrap_or_default();
            println!("{company}: order {}, {} items, by {seller}", order.order_id, details.len());
        }
    }
    let pieces = OrderDetails::on(db).find().aggregate(OrderDetails::quantity.sum()).await?;
    println!("{} pieces were sold", pieces.unwrap_or_default());
    Ok(())
}
