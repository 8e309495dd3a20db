//! The OpenAPI document of a PostgreSQL database, and that the server does what it says.

use serde_json::{Value, json};

use crate::Running;

async fn document(site: &Running) -> Value {
    serde_json::from_str(&site.get("/openapi.json").await.body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_of_the_document_is_answered() {
    let site = Running::start().await;
    let document = document(&site).await;
    let paths = document["paths"].as_object().unwrap();
    assert!(
        paths.contains_key("/api/v1/db/tables/sales.orders/records/{sales.orders_key}")
            || paths.keys().any(|path| path.contains("sales.orders/records/{")),
        "{paths:?}"
    );
    for (path, item) in paths {
        let key = item["parameters"][0]["example"].to_string();
        let target = match path.split_once('{') {
            Some((before, _)) => format!("{before}{}", key.trim_matches('"')),
            None => path.to_owned(),
        };
        let answer = site.get(&target).await;
        let told = item["get"]["responses"].get(answer.status.to_string());
        assert!(told.is_some(), "{target}: {} {}", answer.status, answer.body);
        assert!(answer.status == 200 || answer.body.contains("RECORD_NOT_FOUND"), "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_told_as_the_engine_holds_them() {
    let site = Running::start().await;
    let document = document(&site).await;
    let check = |pointer: &str, expect: Value| {
        assert_eq!(document.pointer(pointer), Some(&expect), "{pointer}");
    };
    let schemas = "/components/schemas";
    check(&format!("{schemas}/artist.new/required"), json!(["name"]));
    check(
        &format!("{schemas}/artist.new/properties/id/description"),
        json!("`integer`; primary key; numbered by the database where no value is given"),
    );
    assert_eq!(document.pointer(&format!("{schemas}/every.new/properties/id")), None);
    check(&format!("{schemas}/every/properties/id/readOnly"), json!(true));
    let labels = json!({ "type": "string", "enum": ["sad", "so-so", "very, happy"] });
    check(&format!("{schemas}/every.new/properties/mood/anyOf/0"), labels);
    check(&format!("{schemas}/input.list"), json!({ "type": "array" }));
    check(
        &format!("{schemas}/value.date"),
        json!({ "type": "string", "description": "As `2024-05-06`" }),
    );
    let filters = document.pointer("/paths/~1api~1v1~1db~1tables~1every/get/parameters").unwrap();
    let pattern = |column: &str| {
        let name = format!("filter.{column}");
        let found = filters.as_array().unwrap().iter().find(|parameter| parameter["name"] == name);
        let schema = &found.unwrap()["schema"];
        let referred =
            schema["$ref"].as_str().map(|refers| document.pointer(&refers[1..]).unwrap());
        referred.unwrap_or(schema)["pattern"].as_str().unwrap().to_owned()
    };
    assert!(pattern("mood").contains("(?:sad|so-so|very, happy)"), "{}", pattern("mood"));
    assert!(pattern("mood").contains("(?:sad|so-so|\"very, happy\")"), "{}", pattern("mood"));
    assert!(!pattern("mood").contains("true") && pattern("small").contains("true"));
    assert!(!pattern("doc").contains("eq|neq") && !pattern("tags").contains("eq|neq"));
    let about = document.pointer("/info/description").unwrap().as_str().unwrap();
    assert!(about.contains("PostgreSQL alone reads") && !about.contains("STRICT"), "{about}");
}

#[tokio::test(flavor = "multi_thread")]
async fn examples_of_the_document_are_taken() {
    let script = "CREATE TYPE mood AS ENUM ('a b', 'c');
        CREATE TABLE t (
            a int2 NOT NULL, b real NOT NULL, c numeric NOT NULL, d date NOT NULL, e time NOT NULL,
            f timestamp NOT NULL, g timestamptz NOT NULL, h interval NOT NULL, i uuid NOT NULL,
            j jsonb NOT NULL, k mood NOT NULL, l text[] NOT NULL, m bytea NOT NULL,
            n boolean NOT NULL, o varchar(9) NOT NULL, p float8 NOT NULL, PRIMARY KEY (k, a))";
    let site = Running::start_with(hypostyle_server::Config::default(), script).await;
    let document = document(&site).await;
    let example = &document["components"]["schemas"]["t.new"]["examples"][0];
    let answer = site.send("POST", "/t/records", &example.to_string()).await;
    assert_eq!(answer.status, 201, "{example} {}", answer.body);
    let record: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(record["record"]["k"], "a b");
    assert_eq!(record["record"].as_object().map(|record| record.len()), Some(16));
}
