//! `transfer_funds`: two balances and a row of the ledger, all or nothing.

use hypostyle::model::operation::{self, CallerSql, Limits, Operation, Refusal};
use hypostyle::{ErrorKind, Result};

use crate::engine::Home;

const BANK: &str = "CREATE TABLE account (id VARCHAR(20) PRIMARY KEY, balance BIGINT NOT NULL); \
    CREATE TABLE entry (no BIGINT PRIMARY KEY, from_account VARCHAR(20) NOT NULL, \
    to_account VARCHAR(20) NOT NULL, amount BIGINT NOT NULL); \
    INSERT INTO account VALUES ('ada', 100), ('bo', 0)";

/// Moves an amount in the smallest unit of money.
fn transfer_funds(no: u32, from: &str, to: &str, amount: i64) -> String {
    format!(
        r#"{{"operation": "transaction", "operations": [
            {{"operation": "update", "table": "account", "id": "{from}",
              "filter": {{"balance": {{"gte": {amount}}}}},
              "record": {{"balance": {{"decrement": {amount}}}}}, "expect": 1}},
            {{"operation": "update", "table": "account", "id": "{to}",
              "record": {{"balance": {{"increment": {amount}}}}}, "expect": 1}},
            {{"operation": "insert", "table": "entry", "record": {{"no": {no},
              "from_account": "{from}", "to_account": "{to}", "amount": {amount}}}}}]}}"#
    )
}

async fn balances(home: &Home) -> Vec<i64> {
    let query = "SELECT balance FROM account ORDER BY id";
    home.db
        .fetch_all::<(i64,)>(query, ())
        .await
        .expect("they are there")
        .into_iter()
        .map(|row| row.0)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn funds_are_transferred_or_nothing_happens() -> Result<()> {
    Home::each(BANK, async |home| {
        home.answers(
            &transfer_funds(1, "ada", "bo", 30),
            r#"{"success":true,"results":[{"data":[{"id":"ada","balance":70}],"success":true,"rowcount":1},{"data":[{"id":"bo","balance":30}],"success":true,"rowcount":1},{"data":[{"no":1,"from_account":"ada","to_account":"bo","amount":30}],"success":true,"rowcount":1}]}"#,
        )
        .await;
        home.answers(
            &transfer_funds(2, "ada", "bo", 71),
            "1 records of 'account' were to be changed, and 0 met the conditions; nothing was \
             changed (operation update, table account, at 0)",
        )
        .await;
        home.answers(
            &transfer_funds(2, "ada", "nobody", 10),
            "1 records of 'account' were to be changed, and 0 met the conditions; nothing was \
             changed (operation update, table account, at 1)",
        )
        .await;
        let again = transfer_funds(1, "ada", "bo", 10);
        let error = home.try_within(&again, &Limits::default()).await.expect_err("1 is taken");
        assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{}: {error}", home.engine);
        assert_eq!((error.context("operation"), error.context("at")), (Some("insert"), Some("2")));
        assert_eq!(balances(home).await, [70, 30], "{}", home.engine);
        assert_eq!(home.count("entry").await, 1, "{}", home.engine);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn funds_are_transferred_by_statements_of_the_callers_own() -> Result<()> {
    Home::each(BANK, async |home| {
        let document = r#"{"operation": "transaction", "queries": [
            {"sql": "UPDATE account SET balance = balance - ? WHERE id = ?", "params": [30, "ada"]},
            {"sql": "UPDATE account SET balance = balance + ? WHERE id = ?", "params": [30, "bo"]},
            {"sql": "INSERT INTO entry VALUES (1, ?, ?, ?)", "params": ["ada", "bo", 30]}]}"#;
        let limits = Limits { sql: CallerSql::Writes, ..Limits::default() };
        let answer = home.try_within(document, &limits).await.expect("it runs");
        let one = r#"{"success":true,"rowcount":1}"#;
        let expect = format!(r#"{{"success":true,"results":[{one},{one},{one}]}}"#);
        assert_eq!(answer.to_json(), expect, "{}", home.engine);
        home.try_within(document, &limits).await.expect_err("the entry is there");
        assert_eq!(balances(home).await, [70, 30], "{}", home.engine);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_transferred_than_there_is_whoever_comes_at_once() -> Result<()> {
    Home::each(BANK, async |home| {
        let limits = Limits::default();
        let transfers = (0..8).map(|no| {
            let db = home.db.clone();
            let document = transfer_funds(no, "ada", "bo", 25);
            let operation = Operation::parse(&document, &limits).expect("it is one");
            let limits = limits.clone();
            tokio::spawn(async move { operation::run(&db, &operation, &limits).await })
        });
        let transfers: Vec<_> = transfers.collect();
        let (mut done, mut refused) = (0, 0);
        for transfer in transfers {
            match transfer.await.expect("it ends") {
                Ok(_) => done += 1,
                Err(error) => {
                    let refusal = Refusal::of(&error);
                    let is_short = matches!(refusal, Some(Refusal::RowsUnexpected { .. }));
                    assert!(is_short, "{}: {error:?}", home.engine);
                    refused += 1;
                }
            }
        }
        assert_eq!((done, refused), (4, 4), "{}", home.engine);
        assert_eq!(balances(home).await, [0, 100], "{}", home.engine);
        assert_eq!(home.count("entry").await, 4, "{}", home.engine);
    })
    .await
}
