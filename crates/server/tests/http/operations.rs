//! Operation documents over HTTP.

use hypostyle_server::Config;

use crate::{Answer, Running};

const OPERATIONS: &str = "/api/v1/db/operations";

impl Running {
    async fn operate(&self, document: &str) -> Answer {
        self.client.json("POST", OPERATIONS, &[], document).await
    }

    async fn check_operation(&self, document: &str, expect: &str) {
        let answer = self.operate(document).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, expect), "{document}");
    }

    async fn check_refused_operation(&self, document: &str, status: u16, code: &str) -> Answer {
        let before = self.artists().await;
        let answer = self.operate(document).await;
        answer.assert_failure(status, code);
        assert_eq!(self.artists().await, before, "{document}");
        answer
    }

    async fn artists(&self) -> i64 {
        self.db.fetch_value("SELECT count(*) FROM artist", ()).await.unwrap()
    }
}

#[tokio::test]
async fn a_document_is_run_as_its_operation_says() {
    let site = Running::start().await;
    site.check_operation(
        r#"{"operation": "insert", "table": "artist", "record": {"name": "D"}}"#,
        r#"{"data":[{"id":4,"name":"D"}],"success":true,"rowcount":1}"#,
    )
    .await;
    site.check_operation(
        r#"{"table": "artist", "filter": {"id": {"gte": 4}}}"#,
        r#"{"data":[{"id":4,"name":"D"}]}"#,
    )
    .await;
    site.check_operation(
        r#"{"operation": "transaction", "operations": [
            {"operation": "update", "table": "artist", "id": 4, "record": {"name": "E"}},
            {"operation": "delete", "table": "artist", "id": 4, "expect": 1}]}"#,
        r#"{"success":true,"results":[{"data":[{"id":4,"name":"E"}],"success":true,"rowcount":1},{"success":true,"rowcount":1}]}"#,
    )
    .await;
    let answer = site.operate(r#"{"operation": "tables"}"#).await;
    assert!(answer.body.starts_with(r#"{"tables":["album""#), "{}", answer.body);
    assert!(!answer.body.contains("idempotency"), "{}", answer.body);
}

#[tokio::test]
async fn what_is_refused_is_told_as_every_failure() {
    let site = Running::start().await;
    let check = async |document: &str, status: u16, code: &str, part: &str| {
        let answer = site.check_refused_operation(document, status, code).await;
        assert!(answer.body.contains(part), "{document}: {}", answer.body);
    };
    check(r#"{"operation": "merge"}"#, 400, "UNKNOWN_OPERATION", "Unknown operation: merge").await;
    check(r#"{"table": "artist", "sort": "id"}"#, 400, "INVALID_OPERATION", "'sort' is no key")
        .await;
    check("[]", 400, "INVALID_OPERATION", "The document is not what is expected").await;
    check(r#"{"table": "nope"}"#, 404, "TABLE_NOT_FOUND", r#""available_tables":["album","#).await;
    check(
        r#"{"table": "artist", "filter": {"nope": 1}}"#,
        400,
        "COLUMN_NOT_FOUND",
        r#""available_columns":["id","name"]"#,
    )
    .await;
    check(r#"{"table": "artist", "id": {"name": 1}}"#, 400, "INVALID_OPERATION", "of (id)").await;
    check(r#"{"table": "artist", "columns": ["id", "ID"]}"#, 400, "INVALID_OPERATION", "twice")
        .await;
    check(r#"{"table": "artist", "limit": 1001}"#, 400, "LIMIT_EXCEEDED", "1000 rows").await;
    check(
        r#"{"operation": "insert", "table": "artist", "record": {"id": 1, "name": "x"}}"#,
        409,
        "CREATE_FAILED",
        r#""reason":"unique""#,
    )
    .await;
    check(
        r#"{"operation": "transaction", "operations": [
            {"operation": "insert", "table": "artist", "record": {"id": 9, "name": "x"}},
            {"operation": "delete", "table": "artist", "id": 77, "expect": 1}]}"#,
        409,
        "ROWS_UNEXPECTED",
        r#""expected":1,"found":0,"operation_index":1"#,
    )
    .await;
    check(r#"{"operation": "delete", "query": "DELETE FROM artist"}"#, 403, "SQL_DISABLED", "")
        .await;
    check(r#"{"query": "DELETE FROM artist"}"#, 400, "QUERY_FAILED", "it may only read").await;
    check(
        r#"{"operation": "delete", "table": "hypostyle_idempotency_keys", "all": true}"#,
        404,
        "TABLE_NOT_FOUND",
        "",
    )
    .await;
}

#[tokio::test]
async fn sql_that_only_reads_is_a_document_too() {
    let site = Running::start().await;
    site.check_operation(
        r#"{"operation": "select", "query": "SELECT id + ? AS next FROM artist WHERE id = ?", "params": [1, 2]}"#,
        r#"{"data":[{"next":3}]}"#,
    )
    .await;
    let config = Config { sql_editor: false, ..Config::default() };
    let off = Running::start_with(config, crate::SHOP).await;
    off.check_refused_operation(r#"{"query": "SELECT 1"}"#, 403, "SQL_DISABLED").await;
}

#[tokio::test]
async fn a_document_that_is_sent_again_with_its_key_is_run_once() {
    let site = Running::start().await;
    let document = r#"{"operation": "insert", "table": "artist", "record": {"name": "again"}}"#;
    let headers = [("Idempotency-Key", "k1")];
    let first = site.client.json("POST", OPERATIONS, &headers, document).await;
    let second = site.client.json("POST", OPERATIONS, &headers, document).await;
    assert_eq!((first.status, &first.body), (200, &second.body));
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!(site.artists().await, 4);
    let other = document.replace("again", "other");
    let third = site.client.json("POST", OPERATIONS, &headers, &other).await;
    third.assert_failure(409, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn tables_that_are_not_to_be_written_are_only_read() {
    let site = Running::start().await;
    let delete = r#"{"operation": "delete", "table": "numbers", "all": true}"#;
    site.check_refused_operation(delete, 405, "WRITES_DISABLED").await;
    site.check_operation(r#"{"operation": "count", "table": "numbers"}"#, r#"{"count":2}"#).await;
    let insert = r#"{"operation": "insert", "table": "post", "record": {"id": 1}}"#;
    let path = format!("{OPERATIONS}?db=blog");
    let answer = site.client.json("POST", &path, &[], insert).await;
    answer.assert_failure(405, "WRITES_DISABLED");
    assert!(answer.body.contains(r#""database":"blog""#), "{}", answer.body);
}

#[tokio::test]
async fn a_body_is_json_of_a_limited_length() {
    let config = Config { body_bytes_max: 100, ..Config::default() };
    let site = Running::start_with(config, crate::SHOP).await;
    let long = format!(r#"{{"table": "{}"}}"#, "x".repeat(100));
    site.check_refused_operation(&long, 413, "BODY_TOO_LARGE").await;
    let answer = site.client.send("POST", OPERATIONS, &[("Host", "localhost")]).await;
    answer.assert_failure(415, "UNSUPPORTED_MEDIA_TYPE");
    site.check_failure(OPERATIONS, 405, "METHOD_NOT_ALLOWED").await;
}
