//! What is meant to break a document: values out of range, sizes, two at once.

use hypostyle::core::Decimal;
use hypostyle::model::operation::{Answer, Limits};
use hypostyle::{ErrorKind, Result};

use crate::engine::Home;

const THING: &str = "CREATE TABLE thing (id BIGINT PRIMARY KEY, small SMALLINT, big BIGINT, \
    ratio DOUBLE PRECISION, exact DECIMAL(10,2), yes BOOLEAN, word VARCHAR(5), day DATE, \
    moment TIMESTAMP NULL)";

/// Reads a value of the only row of an answer.
fn value_of(answer: &Answer, column: &str) -> serde_json::Value {
    let rows: Vec<serde_json::Map<String, serde_json::Value>> =
        answer.data().expect("it has rows").read().expect("they are objects");
    rows[0][column].clone()
}

/// Tells whether JSON that came back is the value that was given.
fn is_same(column: &str, given: &str, read: &serde_json::Value) -> bool {
    let given: serde_json::Value = serde_json::from_str(given).expect("it is JSON");
    let digits = |json: &serde_json::Value| {
        let decimal: Decimal = json.to_string().parse().expect("it is a number");
        let text = decimal.to_string();
        let whole =
            text.split_once('.').map(|(whole, digits)| (whole, digits.trim_end_matches('0')));
        whole.map_or(text.clone(), |(whole, digits)| format!("{whole}.{digits}"))
    };
    match (column, &given) {
        ("ratio", given) if given.is_number() => given.as_f64() == read.as_f64(),
        (_, given) if given.is_number() => {
            digits(given).trim_end_matches('.') == digits(read).trim_end_matches('.')
        }
        (_, given) => given == read,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_comes_back_as_it_was_given_or_is_refused() -> Result<()> {
    Home::each(THING, async |home| {
        let mut made = 0;
        for column in ["small", "big", "ratio", "exact", "yes", "word"] {
            for given in [
                "1e400",
                "40000",
                "9223372036854775808",
                "0.125",
                "12345678.25",
                "2.50",
                "true",
                "[]",
                "\"NaN\"",
                "\"-0001-01-01\"",
                "\"a\\u0000b\"",
                "\"\u{1F600}é\"",
                "\" 7 \"",
            ] {
                let document = format!(
                    r#"{{"operation": "insert", "table": "thing",
                        "record": {{"id": {made}, "{column}": {given}}}}}"#
                );
                match home.try_within(&document, &Limits::default()).await {
                    Ok(answer) => {
                        made += 1;
                        let read = value_of(&answer, column);
                        let is_same = is_same(column, given, &read);
                        assert!(is_same, "{} {column}: {given} became {read}", home.engine);
                    }
                    Err(error) => {
                        let is_of_value = matches!(
                            error.kind(),
                            ErrorKind::Validation | ErrorKind::Data | ErrorKind::Parameter
                        );
                        assert!(is_of_value, "{} {column} {given}: {error:?}", home.engine);
                    }
                }
            }
        }
        assert_eq!(home.count("thing").await, made, "{}", home.engine);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_time_is_refused_before_the_engine_sees_it() -> Result<()> {
    Home::each(THING, async |home| {
        let check = async |column: &str, given: &str| {
            for document in [
                format!(
                    r#"{{"operation": "insert", "table": "thing", "record": {{"id": 1, "{column}": {given}}}}}"#
                ),
                format!(r#"{{"table": "thing", "filter": {{"{column}": {given}}}}}"#),
            ] {
                let refused = home.try_within(&document, &Limits::default()).await;
                let error = refused.expect_err(&document);
                assert_eq!(error.kind(), ErrorKind::Validation, "{} {document}", home.engine);
            }
        };
        for column in ["day", "moment"] {
            for given in ["true", "[]", "\"\"", "\"2024-02-30\"", "\"0000-00-00\"", "\"x\""] {
                check(column, given).await;
            }
            // Applications keep such numbers in SQLite, which has no times.
            if home.engine != "sqlite" {
                check(column, "20240229").await;
                check(column, "\"20240229\"").await;
            }
        }
        assert_eq!(home.count("thing").await, 0, "{}", home.engine);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn more_values_than_an_engine_binds_are_written_in_parts() -> Result<()> {
    const COLUMNS: usize = 70;
    const ROWS: usize = 1_000;
    let columns: Vec<String> = (0..COLUMNS).map(|at| format!("c{at} BIGINT")).collect();
    let script = format!("CREATE TABLE wide (id BIGINT PRIMARY KEY, {})", columns.join(", "));
    let cells: Vec<String> = (0..COLUMNS).map(|at| format!("\"c{at}\":{at}")).collect();
    let cells = cells.join(",");
    let records: Vec<String> = (0..ROWS).map(|id| format!("{{\"id\":{id},{cells}}}")).collect();
    let document = format!(
        r#"{{"operation": "insert", "table": "wide", "returning": false, "record": [{}]}}"#,
        records.join(",")
    );
    Home::each(&script, async |home| {
        let answer = home.try_within(&document, &Limits::default()).await.expect("it is written");
        assert_eq!(answer.to_json(), r#"{"success":true,"rowcount":1000}"#, "{}", home.engine);
        let last = format!(r#"{{"data":[{}]}}"#, records[ROWS - 1]);
        home.answers(r#"{"table": "wide", "id": 999}"#, &last).await;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_as_deep_as_they_may_be_are_understood() -> Result<()> {
    let script = "CREATE TABLE thing (id BIGINT PRIMARY KEY); INSERT INTO thing VALUES (1), (2)";
    Home::each(script, async |home| {
        let limits = Limits { filter_depth_max: 32, ..Limits::default() };
        for (levels, expect) in [(30, r#"{"data":[{"id":1}]}"#), (31, r#"{"data":[{"id":2}]}"#)] {
            let (open, close) = ("{\"not\":".repeat(levels), "}".repeat(levels));
            let document = format!(r#"{{"table": "thing", "filter": {open}{{"id": 1}}{close}}}"#);
            let answer = home.try_within(&document, &limits).await.expect("it is understood");
            assert_eq!(answer.to_json(), expect, "{} {levels}", home.engine);
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_count_on_the_same_row_lose_nothing() -> Result<()> {
    let script = "CREATE TABLE thing (id BIGINT PRIMARY KEY, pieces BIGINT); \
                  INSERT INTO thing VALUES (1, 0), (2, 0)";
    Home::each(script, async |home| {
        // Each takes the rows in another order.
        let count = async |first: i64| {
            let one = |id: i64| {
                format!(
                    r#"{{"operation": "update", "table": "thing", "id": {id}, "returning": false,
                        "record": {{"pieces": {{"increment": 1}}}}, "expect": 1}}"#
                )
            };
            let document = format!(
                r#"{{"operation": "transaction", "operations": [{}, {}]}}"#,
                one(first),
                one(3 - first)
            );
            for _ in 0..10 {
                home.try_within(&document, &Limits::default()).await.expect("it is counted");
            }
        };
        tokio::join!(count(1), count(2));
        home.answers(
            r#"{"table": "thing"}"#,
            r#"{"data":[{"id":1,"pieces":20},{"id":2,"pieces":20}]}"#,
        )
        .await;
    })
    .await
}
