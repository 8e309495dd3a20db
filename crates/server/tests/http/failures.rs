//! Failures: status, code and details of each.

use std::time::Duration;

use super::Running;
use hypostyle_server::Config;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_with_what_is() {
    let site = Running::start().await;
    let table = site.check_failure("/api/v1/db/tables/users", 404, "TABLE_NOT_FOUND").await;
    let expect = concat!(
        r#"{"error":{"code":"TABLE_NOT_FOUND","message":"Table 'users' not found in database","#,
        r#""module":"core.database","details":{"table_name":"users","available_tables":"#,
        r#"["album","artist","free","line","numbers","odd \"name","titles"]},"correlation_id":""#,
    );
    assert!(table.body.starts_with(expect), "{}", table.body);
    let column = "/api/v1/db/tables/artist?nope=eq.1";
    let column = site.check_failure(column, 400, "COLUMN_NOT_FOUND").await;
    let expect = r#""details":{"table_name":"artist","column_name":"nope","available_columns":["id","name"]}"#;
    assert!(column.body.contains(expect), "{}", column.body);
    let database = site.check_failure("/api/v1/db/tables?db=x", 404, "DATABASE_NOT_FOUND").await;
    let expect = r#""details":{"database":"x","available_databases":["shop","blog"]}"#;
    assert!(database.body.contains(expect), "{}", database.body);
    let by_header = [("X-Database", "shop' OR '1")];
    let answer = site.client.get("/api/v1/db/tables", &by_header).await;
    answer.assert_failure(404, "DATABASE_NOT_FOUND");
    site.check_failure("/api/v1/db/tables/sqlite_schema", 404, "TABLE_NOT_FOUND").await;
    site.check_failure("/api/v1/db/nothing", 404, "NOT_FOUND").await;
    site.check_failure("/api/v1/db/tables/", 404, "NOT_FOUND").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_makes_no_sense_is_told_why() {
    let site = Running::start().await;
    let table = "/api/v1/db/tables/artist";
    for (query, code) in [
        ("page=0", "INVALID_PAGE"),
        ("page=18446744073709551615", "INVALID_PAGE"),
        ("page_size=1001", "INVALID_PAGE"),
        ("page_size=0", "INVALID_PAGE"),
        ("page=1&page=1", "INVALID_PARAMETER"),
        ("sort=", "INVALID_PARAMETER"),
        ("sort=nope", "COLUMN_NOT_FOUND"),
        ("select=nope", "COLUMN_NOT_FOUND"),
        ("name=regex.x", "INVALID_FILTER"),
        ("id=eq.x", "INVALID_VALUE"),
        ("name=eq.%FF", "INVALID_PARAMETER"),
        ("name=eq.%00", "INVALID_PARAMETER"),
    ] {
        site.check_failure(&format!("{table}?{query}"), 400, code).await;
    }
    site.check_failure("/api/v1/db/tables/%FF", 400, "INVALID_PARAMETER").await;
    let filters = "id=eq.1&".repeat(33);
    site.check_failure(&format!("{table}?{filters}"), 400, "LIMIT_EXCEEDED").await;
    let values = "1,".repeat(1_001);
    site.check_failure(&format!("{table}?id=in.({values}1)"), 400, "LIMIT_EXCEEDED").await;
    let long = "x".repeat(33_000);
    site.check_failure(&format!("{table}?name=eq.{long}"), 414, "URL_TOO_LONG").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_bodies_and_heads_are_answered_for() {
    let site = Running::start().await;
    let host = site.address.to_string();
    let headers = [("Host", host.as_str()), ("Content-Length", "0")];
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let answer = site.client.send(method, "/api/v1/db/tables", &headers).await;
        answer.assert_failure(405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), Some("get,head"), "{}", answer.head);
    }
    let long = [("Host", host.as_str()), ("Content-Length", "99999999")];
    let answer = site.client.send("GET", "/api/v1/db/tables", &long).await;
    answer.assert_failure(413, "BODY_TOO_LARGE");
    let head = site.client.send("HEAD", "/api/v1/db/tables", &headers).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_query_is_stopped_at_its_deadline() {
    let config = Config { request_timeout: Duration::from_millis(200), ..Config::default() };
    let endless = "CREATE VIEW endless AS WITH RECURSIVE n(i) AS \
                   (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;";
    let site = Running::start_with(config, endless).await;
    let began = std::time::Instant::now();
    site.check_failure("/api/v1/db/tables/endless", 504, "QUERY_TIMEOUT").await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    site.check("/api/v1/db/tables", 200, r#"{"success":true,"tables":["endless"]}"#).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_beyond_the_limit_are_told_to_come_back() {
    let config =
        Config { requests_max: 1, request_timeout: Duration::from_secs(2), ..Config::default() };
    let endless = "CREATE VIEW endless AS WITH RECURSIVE n(i) AS \
                   (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;";
    let site = Running::start_with(config, endless).await;
    let later = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let answer = site.check_failure("/api/v1/db/tables", 503, "OVERLOADED").await;
        assert_eq!(answer.header("retry-after"), Some("1"));
        site.check("/healthz", 200, r#"{"status":"alive"}"#).await;
    };
    let slow = site.check_failure("/api/v1/db/tables/endless", 504, "QUERY_TIMEOUT");
    tokio::join!(slow, later);
    site.check("/api/v1/db/tables", 200, r#"{"success":true,"tables":["endless"]}"#).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_beyond_the_bytes_of_an_answer_are_refused() {
    let config = Config { response_bytes_max: 1_000, ..Config::default() };
    let script = "CREATE TABLE t (a TEXT);
                  INSERT INTO t VALUES (printf('%.600c', 'x')), (printf('%.600c', 'y'));";
    let site = Running::start_with(config, script).await;
    site.check_failure("/api/v1/db/tables/t", 400, "RESPONSE_TOO_LARGE").await;
    assert_eq!(site.get("/api/v1/db/tables/t?page_size=1").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_the_database_cannot_read_is_told_with_its_reason() {
    let script = "CREATE TABLE t (a); CREATE VIEW broken AS SELECT * FROM t; DROP TABLE t;";
    let site = Running::start_with(Config::default(), script).await;
    site.check("/api/v1/db/tables", 200, r#"{"success":true,"tables":["broken"]}"#).await;
    let answer = site.check_failure("/api/v1/db/tables/broken", 409, "TABLE_UNREADABLE").await;
    assert!(answer.body.contains("no such table: main.t"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_correlation_id_of_the_caller_is_kept_if_it_is_sane() {
    let site = Running::start().await;
    let given = [("X-Request-Id", "job-42")];
    let answer = site.client.get("/api/v1/db/tables/x", &given).await;
    assert_eq!(answer.header("x-request-id"), Some("job-42"));
    assert!(answer.body.ends_with(r#""correlation_id":"job-42"}}"#), "{}", answer.body);
    let answer = site.client.get("/healthz", &[("X-Request-Id", "a b")]).await;
    assert_eq!(answer.header("x-request-id").map(str::len), Some(36));
}
