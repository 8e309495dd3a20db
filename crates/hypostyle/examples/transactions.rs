//! Moves money: all or nothing, repeated when another transaction is in the way.

use hypostyle::{Database, Error, ErrorKind, Result, Transaction};

async fn transfer(db: &Database, from: i64, to: i64, cents: i64) -> Result<()> {
    db.transact(|mut tx| async move {
        let taken = "UPDATE account SET cents = cents - ? WHERE id = ? AND cents >= ?";
        if tx.execute(taken, (cents, from, cents)).await?.rows_affected == 0 {
            return Err(Error::new(ErrorKind::Validation, "not enough money"));
        }
        let given = "UPDATE account SET cents = cents + ? WHERE id = ?";
        tx.execute(given, (cents, to)).await?;
        record(&mut tx, from, to, cents).await
    })
    .await
}

async fn record(tx: &mut Transaction<'_>, from: i64, to: i64, cents: i64) -> Result<()> {
    tx.execute("INSERT INTO ledger VALUES (?, ?, ?)", (from, to, cents)).await.map(drop)
}

#[tokio::main]
async fn main() -> Result<()> {
    let db = Database::open("sqlite::memory:").await?;
    let schema = "CREATE TABLE account (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL);
                  CREATE TABLE ledger (giver INTEGER, taker INTEGER, cents INTEGER);
                  INSERT INTO account VALUES (1, 1000), (2, 0)";
    db.execute(schema, ()).await?;

    transfer(&db, 1, 2, 300).await?;
    if let Err(error) = transfer(&db, 1, 2, 5_000).await {
        println!("refused: {error}");
    }

    // A savepoint is a transaction inside a transaction; dropping either undoes it.
    let mut tx = db.begin().await?;
    tx.execute("UPDATE account SET cents = cents + 1 WHERE id = 2", ()).await?;
    let mut inner = tx.savepoint().await?;
    inner.execute("DELETE FROM account", ()).await?;
    drop(inner);
    tx.commit().await?;

    let accounts: Vec<(i64, i64)> = db.fetch_all("SELECT * FROM account", ()).await?;
    assert_eq!(accounts, [(1, 700), (2, 301)]);
    println!("accounts: {accounts:?}");
    Ok(())
}
