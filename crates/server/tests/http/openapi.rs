//! The OpenAPI document of a running server, and that the server does what it says.

use hypostyle_server::Config;
use serde_json::{Value, json};

use crate::{Running, SHOP};

impl Running {
    async fn document(&self) -> Value {
        let answer = self.get("/openapi.json").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
        serde_json::from_str(&answer.body).unwrap()
    }
}

/// Puts a key in the place of the parameter that a path of a record ends in.
fn with_key(path: &str, key: &str) -> String {
    match path.split_once('{') {
        Some((before, _)) => format!("{before}{key}"),
        None => path.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_of_the_document_is_answered() {
    let site = Running::start().await;
    let document = site.document().await;
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.contains_key("/api/v1/db/tables/odd%20%22name/records"), "{paths:?}");
    for (path, item) in paths {
        let key = item["parameters"][0]["example"].to_string();
        let target = with_key(path, key.trim_matches('"'));
        let answer = site.get(&target).await;
        let told = item["get"]["responses"].get(answer.status.to_string());
        assert!(told.is_some(), "{target}: {} {}", answer.status, answer.body);
        let is_missing = answer.body.contains("RECORD_NOT_FOUND") && path.ends_with("_key}");
        assert!(answer.status == 200 || is_missing, "{target}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_has_these_paths() {
    let site = Running::start().await;
    let document = site.document().await;
    let item = &document["paths"]["/api/v1/db/tables/artist/records/{artist_key}"];
    let statuses = |method: &str| -> Vec<&String> {
        let mut statuses: Vec<&String> =
            item[method]["responses"].as_object().unwrap().keys().collect();
        statuses.sort_unstable();
        statuses
    };
    let read = ["200", "400", "403", "404", "409", "414", "500", "501", "503", "504"];
    assert_eq!(statuses("get"), read);
    let mut write = read.to_vec();
    write.extend(["405", "413", "415", "507"]);
    write.sort_unstable();
    assert_eq!(statuses("patch"), write);
    assert_eq!(
        document["components"]["schemas"]["artist"],
        json!({
            "type": "object",
            "description": "A record of `artist`",
            "required": ["id", "name"],
            "properties": {
                "id": {
                    "$ref": "#/components/schemas/value.i64",
                    "description":
                        "`INTEGER`; primary key; made by the database where none is given",
                },
                "name": {
                    "$ref": "#/components/schemas/value.text", "description": "`TEXT`; unique",
                },
            },
        })
    );
    let filters = document["paths"]["/api/v1/db/tables/artist"]["get"]["parameters"].as_array();
    let names: Vec<&str> =
        filters.unwrap().iter().map(|filter| filter["name"].as_str().unwrap()).collect();
    let expect = ["db", "page", "page_size", "sort", "select", "filter.id", "filter.name"];
    assert_eq!(names, expect);
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_are_not_told_of_are_refused_with_those_that_are() {
    let site = Running::start().await;
    let document = site.document().await;
    let host = site.address.to_string();
    let headers = [("Host", host.as_str()), ("Content-Length", "0")];
    for (path, item) in document["paths"].as_object().unwrap() {
        let mut told: Vec<&String> =
            item.as_object().unwrap().keys().filter(|key| *key != "parameters").collect();
        told.sort_unstable();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            if told.iter().any(|told| told.eq_ignore_ascii_case(method)) {
                continue;
            }
            let target = with_key(path, "1");
            let answer = site.client.send(method, &target, &headers).await;
            let allowed = answer.header("allow").unwrap_or_default();
            let mut allowed: Vec<&str> =
                allowed.split(',').filter(|method| *method != "head").collect();
            allowed.sort_unstable();
            assert_eq!(
                (answer.status, &allowed),
                (405, &told.iter().map(|m| m.as_str()).collect()),
                "{method} {target}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_of_the_database_asked_for_and_wants_the_key() {
    let config = Config { api_key: Some("s3cret-key".into()), ..Config::default() };
    let site = Running::start_with(config, SHOP).await;
    site.check_failure("/openapi.json", 401, "UNAUTHORIZED").await;
    let key = [("Authorization", "Bearer s3cret-key")];
    let answer = site.client.get("/openapi.json?db=blog", &key).await;
    let document: Value = serde_json::from_str(&answer.body).unwrap();
    assert!(document["paths"].get("/api/v1/db/tables/post").is_some());
    assert!(document["paths"].get("/api/v1/db/tables/artist").is_none());
    let folder = site.folder.path().display().to_string();
    assert!(!answer.body.contains("s3cret-key") && !answer.body.contains(&folder));
    let answer = site.client.get("/openapi.json?db=nope", &key).await;
    answer.assert_failure(404, "DATABASE_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_a_route_does_not_know_are_refused() {
    let site = Running::start().await;
    for route in ["status", "is-ready", "tables", "tables/artist/schema", "migrations/status"] {
        let target = format!("/api/v1/db/{route}?nope=1");
        site.check_failure(&target, 400, "INVALID_PARAMETER").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_takes_a_filter_for_each_of_its_columns() {
    let columns: Vec<String> = (0..40).map(|at| format!("c{at} INTEGER")).collect();
    let script = format!("CREATE TABLE wide ({}); CREATE TABLE slim (a);", columns.join(", "));
    let site = Running::start_with(Config::default(), &script).await;
    let filters: Vec<String> = (0..40).map(|at| format!("filter.c{at}=is.null")).collect();
    let target = format!("/api/v1/db/tables/wide?{}", filters.join("&"));
    assert_eq!(site.get(&target).await.status, 200);
    site.check_failure(&format!("{target}&c0=is.null"), 400, "LIMIT_EXCEEDED").await;
    let slim = format!("/api/v1/db/tables/slim?{}", "a=is.null&".repeat(33));
    site.check_failure(&slim, 400, "LIMIT_EXCEEDED").await;
}
