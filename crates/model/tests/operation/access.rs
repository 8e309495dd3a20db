//! Who may do what: SQL of the caller's own, tables that are hidden or not to be written.

use hypostyle::Result;
use hypostyle::model::operation::{CallerSql, Limits, Operation, Runner};

use crate::engine::Home;

const SHOP: &str = "CREATE TABLE item (id BIGINT PRIMARY KEY, name VARCHAR(20)); \
    INSERT INTO item VALUES (1, 'a'), (2, 'b'); CREATE TABLE secret (id BIGINT PRIMARY KEY)";

/// Compares what a document answers where SQL of the caller's own may do so much.
async fn check(home: &Home, sql: CallerSql, document: &str, expect: &str) {
    let limits = Limits { sql, rows_max: 2, ..Limits::default() };
    let shown = match home.try_within(document, &limits).await {
        Ok(answer) => answer.to_json(),
        Err(error) => error.message().to_owned(),
    };
    assert_eq!(shown, expect, "{} {sql:?}: {document}", home.engine);
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_of_the_callers_own_runs_only_where_it_may() -> Result<()> {
    Home::each(SHOP, async |home| {
        let select = r#"{"query": "SELECT name FROM item WHERE id = ?", "params": [2]}"#;
        check(home, CallerSql::Off, select, "SQL of a caller's own is off").await;
        check(home, CallerSql::Reads, select, r#"{"data":[{"name":"b"}]}"#).await;
        check(
            home,
            CallerSql::Reads,
            r#"{"operation": "query", "query": "SELECT name FROM item WHERE id = :id", "params": {"id": 1}}"#,
            r#"{"data":[{"name":"a"}]}"#,
        )
        .await;
        check(
            home,
            CallerSql::Reads,
            r#"{"query": "SELECT id FROM item ORDER BY id", "limit": 1}"#,
            r#"{"data":[{"id":1}],"has_more":true}"#,
        )
        .await;
        let only_reads = "The statement would change something; here it may only read";
        let lying = r#"{"operation": "select", "query": "DELETE FROM item"}"#;
        check(home, CallerSql::Reads, lying, only_reads).await;
        check(home, CallerSql::Writes, lying, only_reads).await;
        let write = r#"{"operation": "update", "query": "UPDATE item SET name = ? WHERE id = ?", "params": ["z", 2]}"#;
        check(home, CallerSql::Off, write, "SQL of a caller's own is off").await;
        check(home, CallerSql::Reads, write, "SQL of a caller's own may only read").await;
        let transaction = r#"{"operation": "transaction", "operations": [
            {"operation": "insert", "table": "item", "record": {"id": 3}, "returning": false},
            {"query": "DELETE FROM item"}]}"#;
        check(home, CallerSql::Reads, transaction, "SQL of a caller's own may only read").await;
        assert_eq!(home.count("item").await, 2, "{}", home.engine);
        check(home, CallerSql::Writes, write, r#"{"success":true,"rowcount":1}"#).await;
        for text in ["COMMIT", "ROLLBACK", "BEGIN"] {
            let document = format!(r#"{{"operation": "transaction", "queries": [{{"sql": "{text}"}}]}}"#);
            let expect = "A statement may neither begin nor end a transaction here";
            check(home, CallerSql::Writes, &document, expect).await;
        }
        check(
            home,
            CallerSql::Writes,
            r#"{"operation": "delete", "query": "DELETE FROM item; DELETE FROM secret"}"#,
            "There are several statements; run one at a time",
        )
        .await;
        assert_eq!(home.count("item").await, 2, "{}", home.engine);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_knows_and_writes_only_its_own_tables() -> Result<()> {
    Home::each(SHOP, async |home| {
        let limits = Limits::default();
        let check = async |document: &str, expect: &str| {
            let operation = Operation::parse(document, &limits).expect("it is one");
            let mut transaction = home.db.begin().await.expect("it begins");
            let sees = |table: &str| table != "secret";
            let writes = |table: &str| table != "item";
            let mut runner = Runner::new(&home.db, &mut transaction, &limits);
            runner = runner.sees(&sees).writes(&writes);
            let shown = match runner.run(&operation).await {
                Ok(answer) => answer.to_json(),
                Err(error) => error.to_string(),
            };
            assert_eq!(shown, expect, "{}: {document}", home.engine);
        };
        check(r#"{"operation": "tables"}"#, r#"{"tables":["item"]}"#).await;
        check(
            r#"{"table": "secret"}"#,
            "Table 'secret' not found in database (available_tables item, operation select, table \
             secret)",
        )
        .await;
        for document in [
            r#"{"operation": "insert", "table": "item", "record": {"id": 3}}"#,
            r#"{"operation": "upsert", "table": "ITEM", "record": {"id": 3}}"#,
            r#"{"operation": "update", "table": "item", "id": 1, "record": {"id": 3}}"#,
            r#"{"operation": "delete", "table": "item", "id": 1}"#,
        ] {
            let operation = Operation::parse(document, &limits).expect("it is one");
            let (name, table) = (operation.name(), operation.table().unwrap_or_default());
            let expect =
                format!("Records of 'item' may not be written (operation {name}, table {table})");
            check(document, &expect).await;
        }
    })
    .await
}
