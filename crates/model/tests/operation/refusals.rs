//! What is refused, and that nothing is changed by it.

use hypostyle::model::operation::{CallerSql, Limits};
use hypostyle::{ErrorKind, Result};

use crate::engine::Home;

const SHOP: &str = "CREATE TABLE item (id BIGINT PRIMARY KEY, name VARCHAR(20) NOT NULL, \
    price BIGINT); INSERT INTO item VALUES (1, 'a', 5), (2, 'b', 6); \
    CREATE VIEW cheap AS SELECT id, name FROM item WHERE price < 6";

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_told_with_what_does() -> Result<()> {
    Home::each(SHOP, async |home| {
        home.answers(
            r#"{"table": "itme"}"#,
            "Table 'itme' not found in database (available_tables cheap, item, operation select, \
             table itme)",
        )
        .await;
        home.answers(
            r#"{"table": "item", "filter": {"prize": 1}}"#,
            "Column 'prize' not found in 'item' (available_columns id, name, price, operation \
             select, table item)",
        )
        .await;
        home.answers(r#"{"operation": "merge"}"#, "Unknown operation: merge").await;
        home.answers(
            r#"{"operation": "insert", "table": "cheap", "record": {"id": 3}}"#,
            "'cheap' is a view, whose records cannot be written (operation insert, table cheap)",
        )
        .await;
        home.answers(r#"{"table": "cheap"}"#, r#"{"data":[{"id":1,"name":"a"}]}"#).await;
        home.answers(
            r#"{"table": "cheap", "id": 1}"#,
            "'cheap' has no primary key, so none of its records can be named (operation select, \
             table cheap)",
        )
        .await;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_another_type_is_refused_before_the_engine_sees_it() -> Result<()> {
    Home::each(SHOP, async |home| {
        let refused = async |keys: &str, expect: &str| {
            let error = home.try_within(&format!("{{{keys}}}"), &Limits::default()).await;
            let error = error.expect_err("it is refused");
            assert_eq!(error.kind(), ErrorKind::Validation, "{}: {keys}", home.engine);
            assert_eq!(error.message(), expect, "{}: {keys}", home.engine);
        };
        let whole = "is not a whole number of 64 bits, as 'price' takes";
        let insert = r#""operation": "insert", "table": "item", "record":"#;
        refused(&format!(r#"{insert} {{"id": 3, "price": "x"}}"#), &format!("'x' {whole}")).await;
        refused(&format!(r#"{insert} {{"id": 3, "price": 1.5}}"#), &format!("'1.5' {whole}")).await;
        refused(
            &format!(r#"{insert} {{"id": 3, "price": true}}"#),
            "'true' is not a whole number, as 'price' takes",
        )
        .await;
        refused(
            &format!(r#"{insert} {{"id": 3, "name": {{"increment": 1}}}}"#),
            r#"'{"increment": 1}' is not text, as 'name' takes"#,
        )
        .await;
        refused(
            r#""table": "item", "filter": {"price": "1 OR 1=1"}"#,
            &format!("'1 OR 1=1' {whole}"),
        )
        .await;
        refused(
            r#""table": "item", "id": "1; DROP TABLE item""#,
            "'1; DROP TABLE item' is not a whole number of 64 bits, as 'id' takes",
        )
        .await;
        refused(
            r#""table": "item", "id": [[1]]"#,
            "'[1]' is not a value that can be compared; use is.null or is.notnull, as 'id' takes",
        )
        .await;
        assert_eq!(home.count("item").await, 2);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn text_in_any_place_stays_text() -> Result<()> {
    Home::each(SHOP, async |home| {
        for attack in [
            "item; DROP TABLE item", "item\" --", "item` --", "(SELECT 1)", "1=1", "id) OR (1=1",
            "name, (SELECT 1)", "*", "item.id", "item\u{0}",
        ] {
            let text = serde_json::to_string(attack).expect("a text is JSON");
            for document in [
                format!(r#"{{"table": {text}}}"#),
                format!(r#"{{"operation": "schema", "table": {text}}}"#),
                format!(r#"{{"operation": "delete", "table": {text}, "all": true}}"#),
                format!(r#"{{"table": "item", "columns": [{text}]}}"#),
                format!(r#"{{"table": "item", "order_by": [{text}]}}"#),
                format!(r#"{{"table": "item", "order_by": [{{"column": {text}}}]}}"#),
                format!(r#"{{"table": "item", "filter": {{{text}: 1}}}}"#),
                format!(r#"{{"table": "item", "filter": {{"id": {{{text}: 1}}}}}}"#),
                format!(r#"{{"table": "item", "id": {{{text}: 1}}}}"#),
                format!(r#"{{"operation": "insert", "table": "item", "record": {{{text}: 1}}}}"#),
                format!(
                    r#"{{"operation": "update", "table": "item", "all": true, "record": {{{text}: 1}}}}"#
                ),
                format!(
                    r#"{{"operation": "upsert", "table": "item", "record": {{"id": 1}}, "conflict": [{text}]}}"#
                ),
                format!(r#"{{"operation": {text}}}"#),
                format!(r#"{{"table": "item", {text}: 1}}"#),
            ] {
                let refused = home.try_within(&document, &Limits::default()).await;
                let error = refused.expect_err(&document);
                assert_eq!(error.kind(), ErrorKind::Validation, "{}: {document}", home.engine);
            }
        }
        home.answers(
            r#"{"table": "item", "columns": ["price"]}"#,
            r#"{"data":[{"price":5},{"price":6}]}"#,
        )
        .await;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_only_quotes_hold_are_taken() -> Result<()> {
    Home::each("", async |home| {
        let (table, column) = ("select \"from\" `x`; --", "a?:b $1 'c' \\");
        let create = format!(
            "CREATE TABLE {} (id BIGINT PRIMARY KEY, {} VARCHAR(20))",
            home.quote(table),
            home.quote(column)
        );
        home.db.execute(&create, ()).await.expect("it is made");
        let (table, column) = (
            serde_json::to_string(table).expect("it is text"),
            serde_json::to_string(column).expect("it is text"),
        );
        let row = format!(r#"{{"id":1,{column}:"v"}}"#);
        home.answers(
            &format!(r#"{{"operation": "insert", "table": {table}, "record": {row}}}"#),
            &format!(r#"{{"data":[{row}],"success":true,"rowcount":1}}"#),
        )
        .await;
        home.answers(
            &format!(
                r#"{{"table": {table}, "filter": {{{column}: {{"like": "v*"}}}}, "order_by": [{column}]}}"#
            ),
            &format!(r#"{{"data":[{row}]}}"#),
        )
        .await;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_held_and_named() -> Result<()> {
    Home::each(SHOP, async |home| {
        let limits = Limits {
            rows_default: 1,
            rows_max: 2,
            answer_bytes_max: 40,
            records_max: 2,
            filters_max: 1,
            filter_depth_max: 2,
            in_values_max: 2,
            operations_max: 1,
            document_bytes_max: 300,
            sql: CallerSql::Off,
        };
        let check = async |document: &str, expect: &str| {
            let shown = match home.try_within(document, &limits).await {
                Ok(answer) => answer.to_json(),
                Err(error) => error.message().to_owned(),
            };
            assert_eq!(shown, expect, "{}: {document}", home.engine);
        };
        check(
            r#"{"table": "item", "columns": ["id"]}"#,
            r#"{"data":[{"id":1}],"has_more":true}"#,
        )
        .await;
        check(r#"{"table": "item", "limit": 3}"#, "There are more than 2 rows").await;
        check(r#"{"table": "item", "limit": 2}"#, "The rows exceed 40 bytes; ask for fewer or for fewer columns").await;
        check(
            r#"{"operation": "insert", "table": "item", "record": [{"id": 3}, {"id": 4}, {"id": 5}]}"#,
            "There are more than 2 records",
        )
        .await;
        check(
            r#"{"table": "item", "filter": {"id": 1, "name": "a", "price": {"gt": 1, "lt": 9}}}"#,
            "There are more than 3 filters",
        )
        .await;
        check(
            r#"{"table": "item", "filter": {"not": {"not": {"id": 1}}}}"#,
            "There are more than 2 levels of filters",
        )
        .await;
        check(
            r#"{"table": "item", "filter": {"id": {"in": [1, 2, 3]}}}"#,
            "There are more than 2 values in a list",
        )
        .await;
        check(
            r#"{"operation": "transaction", "operations": [{"operation": "tables"}, {"operation": "tables"}]}"#,
            "There are more than 1 operations",
        )
        .await;
        let long = format!(r#"{{"table": "{}"}}"#, "x".repeat(300));
        check(&long, "There are more than 300 bytes of a document").await;
        assert_eq!(home.count("item").await, 2);
    })
    .await
}
