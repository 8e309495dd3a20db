//! Money from one account to another: two balances and a row in the ledger, all or nothing.

use hypostyle::{Database, Error, ErrorKind, Model, Models, Result, Timestamp};
use rust_decimal::Decimal;

/// An account.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "accounts", check = "balance >= 0")]
pub struct Account {
    /// Its number.
    #[model(key)]
    pub id: i64,
    /// Whose it is.
    #[model(length = 100)]
    pub owner: String,
    /// What it holds.
    #[model(precision(12, 2))]
    pub balance: Decimal,
}

/// What went from one account to another.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "ledger", new = NewEntry)]
pub struct Entry {
    /// Its number.
    #[model(key)]
    pub id: i64,
    /// Where it came from.
    #[model(references = Account)]
    pub from_account: i64,
    /// Where it went.
    #[model(references = Account)]
    pub to_account: i64,
    /// How much.
    #[model(precision(12, 2))]
    pub amount: Decimal,
    /// When.
    #[model(created)]
    pub created_at: Timestamp,
}

/// The tables.
pub fn models() -> Models {
    Models::of("bank").with::<Account>().with::<Entry>()
}

/// Opens accounts with the same balance, and answers their numbers.
///
/// # Errors
/// Those of the database.
pub async fn open_accounts<const N: usize>(
    db: &Database,
    owners: [&str; N],
    balance: Decimal,
) -> Result<[i64; N]> {
    let mut ids = [0; N];
    for (id, owner) in ids.iter_mut().zip(owners) {
        *id = Account::on(db).create(NewAccount { owner: owner.to_owned(), balance }).await?.id;
    }
    Ok(ids)
}

/// Takes an amount from one account, gives it to another, and notes it in the ledger.
///
/// The balance is compared and taken from in one statement, so that two transfers at once cannot both
/// take what is there once. Where they wait for each other in a circle, the engine ends one of them, and
/// `transact` begins it anew.
///
/// # Errors
/// `Validation` for an amount of nothing or less, for `Insufficient funds in account X`, and where there is
/// no such account; nothing has changed then.
pub async fn transfer_funds(db: &Database, from: i64, to: i64, amount: Decimal) -> Result<Entry> {
    let refuse = |message: String| Err(Error::new(ErrorKind::Validation, message));
    if amount <= Decimal::ZERO {
        return refuse(format!("an amount is more than nothing, not {amount}"));
    }
    db.transact(|mut tx| async move {
        let covered = Account::id.eq(from) & Account::balance.gte(amount);
        let taken =
            Account::on(&mut tx).update_many(covered, Account::balance.minus(amount)).await?;
        if taken == 0 {
            return refuse(format!("Insufficient funds in account {from}"));
        }
        let given =
            Account::on(&mut tx).update_many(Account::id.eq(to), Account::balance.plus(amount));
        if given.await? == 0 {
            return refuse(format!("there is no account {to}"));
        }
        let entry = NewEntry { from_account: from, to_account: to, amount };
        Entry::on(&mut tx).create(entry).await
    })
    .await
}
