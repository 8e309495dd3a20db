//! Rows made, or changed where they are there already: never another row than the one that is meant.

use hypostyle::model::operation::Limits;
use hypostyle::{ErrorKind, Result};

use crate::engine::Home;

const SETTING: &str = "CREATE TABLE setting (id BIGINT PRIMARY KEY, name VARCHAR(20) NOT NULL \
    UNIQUE, worth BIGINT); INSERT INTO setting VALUES (1, 'a', 1), (2, 'b', 2)";

#[tokio::test(flavor = "multi_thread")]
async fn a_row_with_another_of_its_keys_is_a_conflict_and_stays_as_it_was() -> Result<()> {
    Home::each(SETTING, async |home| {
        for record in
            [r#"{"id": 3, "name": "b", "worth": 9}"#, r#"{"id": 1, "name": "b", "worth": 9}"#]
        {
            for returning in [true, false] {
                let document = format!(
                    r#"{{"operation": "upsert", "table": "setting", "returning": {returning},
                        "record": [{{"id": 2, "name": "b", "worth": 7}}, {record}]}}"#
                );
                let refused = home.try_within(&document, &Limits::default()).await;
                let error = refused.expect_err(&document);
                assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{}: {error}", home.engine);
                // DuckDB tells the value of the key it met, here and there without its name.
                let named = if home.engine == "duckdb" { "\"b\"" } else { "name" };
                assert!(error.to_string().contains(named), "{}: {error}", home.engine);
            }
        }
        home.answers(
            r#"{"operation": "upsert", "table": "setting", "conflict": ["name"],
                "record": {"id": 2, "name": "b", "worth": null}}"#,
            r#"{"data":[{"id":2,"name":"b","worth":null}],"success":true,"rowcount":1}"#,
        )
        .await;
        home.answers(
            r#"{"table": "setting", "columns": ["worth"]}"#,
            r#"{"data":[{"worth":1},{"worth":null}]}"#,
        )
        .await;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_the_record_does_not_give_are_no_other_row_either() -> Result<()> {
    let script = "CREATE TABLE badge (id BIGINT PRIMARY KEY, colour VARCHAR(20) DEFAULT 'red', \
                  worth BIGINT); CREATE UNIQUE INDEX badge_colour ON badge (colour); \
                  INSERT INTO badge (id, worth) VALUES (1, 1)";
    Home::each(script, async |home| {
        let document =
            r#"{"operation": "upsert", "table": "badge", "record": {"id": 2, "worth": 9}}"#;
        let error = home.try_within(document, &Limits::default()).await.expect_err("it is refused");
        assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{}: {error}", home.engine);
        home.answers(r#"{"table": "badge"}"#, r#"{"data":[{"id":1,"colour":"red","worth":1}]}"#)
            .await;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_make_one_row() -> Result<()> {
    Home::each(SETTING, async |home| {
        for id in 10..30 {
            let upsert = async |worth: i64| {
                let document = format!(
                    r#"{{"operation": "upsert", "table": "setting",
                        "record": {{"id": {id}, "name": "n{id}", "worth": {worth}}}}}"#
                );
                home.try_within(&document, &Limits::default()).await
            };
            let (one, other) = tokio::join!(upsert(1), upsert(2));
            for done in [one, other] {
                // PostgreSQL may meet the other row by its second key first.
                if let Err(error) = done {
                    let is_second = home.engine == "postgres" && error.columns() == ["name"];
                    assert!(is_second, "{}: {error}", home.engine);
                }
            }
        }
        assert_eq!(home.count("setting").await, 22, "{}", home.engine);
    })
    .await
}
