//! Filters, orders and pages.

use hypostyle::Result;

use crate::engine::Home;

const ANIMALS: &str = "CREATE TABLE animal (id BIGINT PRIMARY KEY, name VARCHAR(20), legs BIGINT, \
    born DATE); INSERT INTO animal VALUES (1, 'Ant', 6, '2024-01-01'), (2, 'Bee', 6, NULL), \
    (3, 'Cat', 4, '2023-05-06'), (4, 'Emu', 2, '2022-02-02'), (5, 'eel', 0, '2024-06-07')";

#[tokio::test(flavor = "multi_thread")]
async fn each_operator_finds_its_rows() -> Result<()> {
    Home::each(ANIMALS, async |home| {
        let found = async |filter: &str, ids: &str| {
            let document =
                format!(r#"{{"table": "animal", "columns": ["id"], "filter": {filter}}}"#);
            let rows = ids.split_whitespace().map(|id| format!(r#"{{"id":{id}}}"#));
            let expect = format!(r#"{{"data":[{}]}}"#, rows.collect::<Vec<_>>().join(","));
            home.answers(&document, &expect).await;
        };
        found(r#"{}"#, "1 2 3 4 5").await;
        found(r#"{"legs": 6}"#, "1 2").await;
        found(r#"{"legs": "6"}"#, "1 2").await;
        found(r#"{"legs": {"ne": 6}}"#, "3 4 5").await;
        found(r#"{"legs": {"gt": 2, "lt": 6}}"#, "3").await;
        found(r#"{"legs": {"gte": 2, "lte": 4}}"#, "3 4").await;
        found(r#"{"legs": {"in": [0, 2]}}"#, "4 5").await;
        found(r#"{"legs": {"in": []}}"#, "").await;
        found(r#"{"legs": {"not_in": [6, 0]}}"#, "3 4").await;
        found(r#"{"legs": {"between": [2, 4]}}"#, "3 4").await;
        found(r#"{"name": {"like": "E*"}}"#, "4").await;
        found(r#"{"name": {"ilike": "e%"}}"#, "4 5").await;
        found(r#"{"name": {"like": "_e_"}}"#, "2 5").await;
        found(r#"{"born": null}"#, "2").await;
        found(r#"{"born": {"is_null": false}}"#, "1 3 4 5").await;
        found(r#"{"born": {"ne": null}}"#, "1 3 4 5").await;
        found(r#"{"born": {"gte": "2024-01-01"}}"#, "1 5").await;
        found(r#"{"any": [{"legs": 0}, {"legs": 6, "name": "Ant"}]}"#, "1 5").await;
        found(r#"{"not": {"any": [{"legs": 0}, {"legs": 6}]}}"#, "3 4").await;
        found(r#"{"all": [{"legs": {"gt": 0}}, {"not": {"name": "Cat"}}]}"#, "1 2 4").await;
        found(r#"{"any": []}"#, "").await;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_ordered_and_come_in_pages() -> Result<()> {
    Home::each(ANIMALS, async |home| {
        home.answers(
            r#"{"table": "animal", "columns": ["id"], "order_by": ["-legs", {"column": "id", "direction": "desc"}]}"#,
            r#"{"data":[{"id":2},{"id":1},{"id":3},{"id":4},{"id":5}]}"#,
        )
        .await;
        home.answers(
            r#"{"table": "animal", "columns": ["id"], "limit": 2}"#,
            r#"{"data":[{"id":1},{"id":2}],"has_more":true}"#,
        )
        .await;
        home.answers(
            r#"{"table": "animal", "columns": ["id"], "limit": 2, "offset": 3}"#,
            r#"{"data":[{"id":4},{"id":5}]}"#,
        )
        .await;
        home.answers(
            r#"{"table": "animal", "columns": ["id"], "limit": 2, "page": 3}"#,
            r#"{"data":[{"id":5}],"page":3,"page_size":2,"total_records":5,"total_pages":3,"has_next":false}"#,
        )
        .await;
        home.answers(
            r#"{"table": "animal", "columns": ["id"], "filter": {"legs": 6}, "limit": 1, "page": 1}"#,
            r#"{"data":[{"id":1}],"page":1,"page_size":1,"total_records":2,"total_pages":2,"has_next":true}"#,
        )
        .await;
        home.answers(
            r#"{"table": "animal", "limit": 1000, "page": 18446744073709551615}"#,
            r#"{"data":[],"page":18446744073709551615,"page_size":1000,"total_records":5,"total_pages":1,"has_next":false}"#,
        )
        .await;
    })
    .await
}
