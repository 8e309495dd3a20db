//! Ends statements early: by a timeout, a token, or by dropping the call.

use std::time::Duration;

use hypostyle::{CancellationToken, Database, Result};

/// Counts for ever.
const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

#[tokio::main]
async fn main() -> Result<()> {
    let db = Database::options().timeout(Duration::from_secs(2)).open("sqlite::memory:").await?;

    let call = db.request(ENDLESS).timeout(Duration::from_millis(50)).tag("count");
    let error = call.fetch_value::<i64>().await.expect_err("it never ends by itself");
    println!("by a timeout: {error}");

    let token = CancellationToken::new();
    let killer = token.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        killer.cancel();
    });
    let call = db.request(ENDLESS).cancel(&token);
    let error = call.fetch_value::<i64>().await.expect_err("it never ends by itself");
    println!("by a token: {error}");

    // `offload` lets the other branch of the select run while the statement does.
    tokio::select! {
        _ = db.request(ENDLESS).offload().execute() => {}
        () = tokio::time::sleep(Duration::from_millis(50)) => println!("by dropping the call"),
    }

    // The connection was brought back in sync each time.
    let one: i64 = db.fetch_value("SELECT 1", ()).await?;
    println!("and the database answers: {one}");
    Ok(())
}
