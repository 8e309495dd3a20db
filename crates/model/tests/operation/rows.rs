//! Rows made, read, changed and deleted.

use hypostyle::Result;
use hypostyle::model::operation::{
    self, Comparison, Delete, Filter, Insert, Limits, Operation, Record, Rows, Select, Update,
};

use crate::engine::Home;

const PERSON: &str = "CREATE TABLE person (id BIGINT PRIMARY KEY, name VARCHAR(200), age BIGINT)";

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_answered_in_their_shapes() -> Result<()> {
    Home::each(PERSON, async |home| {
        home.answers(
            r#"{"operation": "insert", "table": "person", "record": {"id": 1, "name": "Ada", "age": 36}}"#,
            r#"{"data":[{"id":1,"name":"Ada","age":36}],"success":true,"rowcount":1}"#,
        )
        .await;
        home.answers(
            r#"{"operation": "insert", "table": "person", "returning": false,
                "record": [{"id": 2, "name": "Bo"}, {"id": 3, "name": "Cy"}, {"id": 4}]}"#,
            r#"{"success":true,"rowcount":3}"#,
        )
        .await;
        home.answers(
            r#"{"table": "person", "id": 1}"#,
            r#"{"data":[{"id":1,"name":"Ada","age":36}]}"#,
        )
        .await;
        home.answers(
            r#"{"operation": "update", "table": "person", "id": 2, "record": {"age": 7, "name": null}}"#,
            r#"{"data":[{"id":2,"name":null,"age":7}],"success":true,"rowcount":1}"#,
        )
        .await;
        home.answers(
            r#"{"operation": "update", "table": "person", "id": 9, "record": {"age": 7}}"#,
            r#"{"data":[],"success":true,"rowcount":0}"#,
        )
        .await;
        home.answers(
            r#"{"operation": "count", "table": "person", "filter": {"age": null}}"#,
            r#"{"count":2}"#,
        )
        .await;
        home.answers(
            r#"{"operation": "delete", "table": "person", "id": 1}"#,
            r#"{"success":true,"rowcount":1}"#,
        )
        .await;
        home.answers(
            r#"{"operation": "delete", "table": "person", "filter": {"age": 7}, "returning": true}"#,
            r#"{"data":[{"id":2,"name":null,"age":7}],"success":true,"rowcount":1}"#,
        )
        .await;
        home.answers(r#"{"operation": "tables"}"#, r#"{"tables":["person"]}"#).await;
        let schema = home
            .try_within(r#"{"operation": "schema", "table": "PERSON"}"#, &Limits::default())
            .await;
        let schema = schema.expect("it is there").to_json();
        assert!(schema.starts_with(r#"{"table":"person","schema":{"#), "{schema}");
        assert!(schema.contains(r#""primary_key":["id"]"#), "{schema}");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_typed_twin_does_the_same() -> Result<()> {
    Home::each(PERSON, async |home| {
        let limits = Limits::default();
        let run = async |operation: Operation| {
            operation::run(&home.db, &operation, &limits).await.expect("it runs")
        };
        let table = || "person".to_owned();
        let record = |id: i64, age: i64| Record::from([("id", id), ("age", age)]);
        let records = vec![record(1, 10), record(2, 20), record(3, 30)];
        run(Operation::Insert(Insert { table: table(), records, returning: false })).await;
        let adults = || Rows::of_filter(Filter::compare("age", Comparison::GreaterOrEqual, 18));
        let record = Record::from([("name", "adult")]);
        let update = Update { table: table(), rows: adults(), record, ..Update::default() };
        run(Operation::Update(Update { returning: true, ..update })).await;
        let rows = Rows::of_key(3);
        run(Operation::Delete(Delete { table: table(), rows, ..Delete::default() })).await;
        let select = Select { table: table(), rows: adults(), ..Select::default() };
        let answer = run(Operation::Select(select)).await;
        let data = answer.data().expect("it has rows");
        let read: Vec<Record> = data.read().expect("they are records");
        assert_eq!(data.as_json(), r#"[{"id":2,"name":"adult","age":20}]"#, "{}", home.engine);
        assert_eq!(read.len(), 1);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_changed_by_a_filter_and_counted_on() -> Result<()> {
    let script =
        format!("{PERSON}; INSERT INTO person VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)");
    Home::each(&script, async |home| {
        home.answers(
            r#"{"operation": "update", "table": "person", "filter": {"age": {"lte": 2}},
                "record": {"age": {"increment": 10}}, "returning": false}"#,
            r#"{"success":true,"rowcount":2}"#,
        )
        .await;
        home.answers(
            r#"{"operation": "update", "table": "person", "filter": {"age": {"gt": 5}},
                "record": {"age": {"decrement": 1}, "name": "x"}, "expect": 2}"#,
            r#"{"data":[{"id":1,"name":"x","age":10},{"id":2,"name":"x","age":11}],"success":true,"rowcount":2}"#,
        )
        .await;
        home.answers(
            r#"{"operation": "update", "table": "person", "all": true, "record": {"age": 0}, "expect": 2}"#,
            "2 records of 'person' were to be changed, and 3 met the conditions; nothing was \
             changed (operation update, table person)",
        )
        .await;
        home.answers(
            r#"{"operation": "delete", "table": "person", "filter": {"age": {"gte": 3}}, "expect": 9}"#,
            "9 records of 'person' were to be changed, and 3 met the conditions; nothing was \
             changed (operation delete, table person)",
        )
        .await;
        home.answers(
            r#"{"operation": "update", "table": "person", "id": 3, "filter": {"age": 99},
                "record": {"age": 0}}"#,
            r#"{"data":[],"success":true,"rowcount":0}"#,
        )
        .await;
        home.answers(
            r#"{"table": "person", "columns": ["age"], "order_by": ["-age"]}"#,
            r#"{"data":[{"age":11},{"age":10},{"age":3}]}"#,
        )
        .await;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_past_its_range_is_refused_and_never_rounded() -> Result<()> {
    let script = format!("{PERSON}; INSERT INTO person VALUES (1, 'a', 9223372036854775806)");
    Home::each(&script, async |home| {
        let document = r#"{"operation": "update", "table": "person", "id": 1,
            "record": {"age": {"increment": 2}}}"#;
        let error = home.try_within(document, &Limits::default()).await;
        assert!(error.is_err(), "{}: {error:?}", home.engine);
        home.answers(
            r#"{"operation": "update", "table": "person", "id": 1, "record": {"age": {"increment": 1}}}"#,
            r#"{"data":[{"id":1,"name":"a","age":9223372036854775807}],"success":true,"rowcount":1}"#,
        )
        .await;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_several_columns_name_one_row() -> Result<()> {
    let script = "CREATE TABLE line (no BIGINT, order_id BIGINT, note VARCHAR(20), \
                  PRIMARY KEY (order_id, no)); \
                  INSERT INTO line VALUES (1, 7, 'a'), (2, 7, 'b'), (7, 1, 'c')";
    Home::each(script, async |home| {
        let found = r#"{"data":[{"no":1,"order_id":7,"note":"a"}]}"#;
        home.answers(r#"{"table": "line", "id": [7, 1]}"#, found).await;
        home.answers(r#"{"table": "line", "id": {"no": 1, "order_id": "7"}}"#, found).await;
        home.answers(
            r#"{"operation": "update", "table": "line", "id": [7, 2], "record": {"no": 3, "note": "z"}}"#,
            r#"{"data":[{"no":3,"order_id":7,"note":"z"}],"success":true,"rowcount":1}"#,
        )
        .await;
        home.answers(
            r#"{"operation": "delete", "table": "line", "id": {"order_id": 1, "no": 7}}"#,
            r#"{"success":true,"rowcount":1}"#,
        )
        .await;
        home.answers(
            r#"{"table": "line", "id": 7}"#,
            "7 is not a key of (order_id, no) (operation select, table line)",
        )
        .await;
        home.answers(
            r#"{"operation": "delete", "table": "line", "id": {"order_id": 7}}"#,
            "{\"order_id\":7} is not a key of (order_id, no) (operation delete, table line)",
        )
        .await;
        assert_eq!(home.count("line").await, 2);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upsert_makes_what_is_missing_and_changes_what_is_there() -> Result<()> {
    let script = "CREATE TABLE setting (id BIGINT PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE, \
                  worth BIGINT); INSERT INTO setting VALUES (1, 'a', 1)";
    Home::each(script, async |home| {
        home.answers(
            r#"{"operation": "upsert", "table": "setting",
                "record": [{"id": 1, "worth": 5, "name": "a"}]}"#,
            r#"{"data":[{"id":1,"name":"a","worth":5}],"success":true,"rowcount":1}"#,
        )
        .await;
    })
    .await?;
    let script = "CREATE TABLE tag (a BIGINT, b BIGINT, worth BIGINT, PRIMARY KEY (a, b)); \
                  INSERT INTO tag VALUES (1, 1, 1)";
    Home::each(script, async |home| {
        home.answers(
            r#"{"operation": "upsert", "table": "tag",
                "record": [{"a": 1, "b": 1, "worth": 7}, {"a": 1, "b": 2, "worth": 8}]}"#,
            r#"{"data":[{"a":1,"b":1,"worth":7},{"a":1,"b":2,"worth":8}],"success":true,"rowcount":2}"#,
        )
        .await;
        home.answers(
            r#"{"operation": "upsert", "table": "tag", "conflict": ["B", "a"],
                "record": [{"a": 1, "b": 2}, {"a": 2, "b": 2}]}"#,
            r#"{"data":[{"a":1,"b":2,"worth":8},{"a":2,"b":2,"worth":null}],"success":true,"rowcount":2}"#,
        )
        .await;
        home.answers(
            r#"{"operation": "upsert", "table": "tag", "conflict": ["a"], "record": {"a": 1, "b": 2}}"#,
            "No primary key and no unique constraint of 'tag' is of (a) (operation upsert, table tag)",
        )
        .await;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn values_come_back_as_they_were_given() -> Result<()> {
    Home::each(PERSON, async |home| {
        let hostile = [
            "'; DROP TABLE person; --", "\\", "\"", "%_*", "a\nb\tc", "é\u{1F600}", "{{7*7}}", "?",
            ":name", "$1", "",
        ];
        for (id, text) in hostile.iter().enumerate() {
            let text = serde_json::to_string(text).expect("a text is JSON");
            let insert = format!(
                r#"{{"operation": "insert", "table": "person", "record": {{"id": {id}, "name": {text}}}}}"#
            );
            let read: Record = serde_json::from_str(&format!(r#"{{"name":{text}}}"#)).expect("it is");
            let answer = home.try_within(&insert, &Limits::default()).await.expect("it is taken");
            assert!(answer.to_json().contains(&format!("\"id\":{id}")), "{}", home.engine);
            let select = format!(
                r#"{{"table": "person", "columns": ["name"], "id": {id}, "filter": {{"name": {text}}}}}"#
            );
            let answer = home.try_within(&select, &Limits::default()).await.expect("it is read");
            let found: Vec<Record> = answer.data().expect("rows").read().expect("records");
            assert_eq!(found, [read], "{}", home.engine);
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn decimals_are_counted_on_to_the_last_digit_or_not_at_all() -> Result<()> {
    let script = "CREATE TABLE money (id BIGINT PRIMARY KEY, amount DECIMAL(30,2)); \
                  INSERT INTO money VALUES (1, 12345678901234567890.10)";
    Home::each(script, async |home| {
        home.answers(
            r#"{"operation": "update", "table": "money", "id": 1, "returning": false,
                "record": {"amount": {"increment": 0.20}}}"#,
            match home.engine {
                "sqlite" => {
                    "SQLite keeps no digits of a sum of decimals; count 'amount' in whole units \
                     (operation update, table money)"
                }
                _ => r#"{"success":true,"rowcount":1}"#,
            },
        )
        .await;
        if home.engine != "sqlite" {
            home.answers(
                r#"{"table": "money", "filter": {"amount": 12345678901234567890.30}}"#,
                r#"{"data":[{"id":1,"amount":12345678901234567890.30}]}"#,
            )
            .await;
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_of_the_caller_decides_what_stays() -> Result<()> {
    Home::each(PERSON, async |home| {
        let limits = Limits::default();
        let insert = r#"{"operation": "insert", "table": "person", "record": {"id": 1}}"#;
        let insert = Operation::parse(insert, &limits).expect("it is one");
        for (commits, expect) in [(false, 0), (true, 1)] {
            let mut transaction = home.db.begin().await.expect("it begins");
            let mut runner = operation::Runner::new(&home.db, &mut transaction, &limits);
            runner.run(&insert).await.expect("it is inserted");
            match commits {
                true => transaction.commit().await.expect("it commits"),
                false => transaction.rollback().await.expect("it rolls back"),
            }
            assert_eq!(home.count("person").await, expect, "{}", home.engine);
        }
    })
    .await
}
