//! What is sent to do harm: SQL in every place, JSON and HTTP at their edges. The file stays as it
//! was.

use std::time::{Duration, Instant};

use hypostyle_server::Config;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Running, SHOP};

const TABLES: &str = "/api/v1/db/tables";

const PAYLOADS: [&str; 10] = [
    "'; DROP TABLE artist; --",
    "\"; DELETE FROM artist; --",
    "artist\" UNION SELECT sql, 1 FROM sqlite_schema --",
    "1 OR 1=1",
    "1) OR (1=1",
    "x' OR 'x'='x",
    "`; UPDATE artist SET name = 'owned'; --",
    "]; ATTACH 'x.db' AS x; --",
    "\\\"; PRAGMA writable_schema = 1; --",
    "name) VALUES ('x'); DROP TABLE album; --",
];

impl Running {
    /// Everything that the database holds, its schema included.
    async fn dump(&self) -> String {
        let mut dump = String::new();
        let tables = ["artist", "album", "line", "free", "\"odd \"\"name\"", "sqlite_schema"];
        for table in tables {
            let rows = self.db.query(&format!("SELECT * FROM {table}"), ()).await;
            assert_eq!(rows.error_message, None, "{table}");
            let rows = rows.rows.iter().map(|row| row.values()).collect::<Vec<_>>();
            dump += &format!("{rows:?}\n");
        }
        dump
    }

    async fn post(&self, path: &str, body: &str) -> crate::Answer {
        self.client.json("POST", &format!("{TABLES}{path}"), &[], body).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_in_any_place_of_a_request_changes_nothing() {
    let site = Running::start().await;
    let before = site.dump().await;
    for payload in PAYLOADS {
        let text = utf8_percent_encode(payload, NON_ALPHANUMERIC).to_string();
        let json = serde_json::to_string(payload).unwrap();
        for target in [
            format!("{TABLES}/{text}"),
            format!("{TABLES}/{text}/schema"),
            format!("{TABLES}/artist/records/{text}"),
            format!("{TABLES}/free/records/{text}"),
            format!("{TABLES}/line/records/{text},{text}"),
            format!("{TABLES}/artist?sort={text}"),
            format!("{TABLES}/artist?sort=-%22{text}%22"),
            format!("{TABLES}/artist?select={text}"),
            format!("{TABLES}/artist?{text}=eq.1"),
            format!("{TABLES}/artist?filter.{text}=eq.1"),
            format!("{TABLES}/artist?id=eq.{text}"),
            format!("{TABLES}/artist?id={text}"),
            format!("{TABLES}/artist?name=in.({text},%22{text}%22)"),
            format!("{TABLES}/artist?name=like.{text}"),
            format!("{TABLES}/artist?name=ilike.{text}"),
            format!("{TABLES}/artist?page={text}"),
            format!("{TABLES}/artist?db={text}"),
            format!("/api/v1/db/panels/{text}"),
            format!("/openapi.json?db={text}"),
        ] {
            let answer = site.get(&target).await;
            assert!([200, 400, 404].contains(&answer.status), "{target}: {}", answer.body);
            assert!(!answer.body.contains("CREATE TABLE"), "{target}: {}", answer.body);
            for method in ["PATCH", "DELETE"] {
                let answer = site.client.json(method, &target, &[], r#"{"nope":1}"#).await;
                assert!(answer.status / 100 == 4, "{method} {target}: {}", answer.body);
            }
        }
        for body in [
            format!("{{{json}:1}}"),
            format!("{{\"name\":\"x\",{json}:1}}"),
            format!("{{\"id\":{json},\"name\":\"x\"}}"),
            format!("{{\"name\":{{{json}:1}}}}"),
        ] {
            let answer = site.post("/artist/records", &body).await;
            assert_eq!(answer.status, 400, "{body}: {}", answer.body);
        }
        for header in ["X-Database", "Idempotency-Key"] {
            let target = format!("{TABLES}/artist/records");
            let headers = [(header, payload)];
            let answer = site.client.json("POST", &target, &headers, r#"{"name":"x"}"#).await;
            assert!([400, 404].contains(&answer.status), "{header}: {payload}: {}", answer.body);
        }
    }
    assert_eq!(site.dump().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_in_a_value_is_stored_as_the_text_it_is() {
    let site = Running::start().await;
    let before = site.dump().await;
    let target = format!("{TABLES}/artist/records");
    for (at, payload) in PAYLOADS.into_iter().enumerate() {
        let body = serde_json::json!({ "id": 100 + at, "name": payload }).to_string();
        let key = payload.replace(' ', "/**/");
        let answer = site.client.json("POST", &target, &[("Idempotency-Key", &key)], &body).await;
        let expect = format!(r#"{{"success":true,"table":"artist","record":{body}}}"#);
        assert_eq!((answer.status, answer.body), (201, expect));
        let record = format!("{target}/{}", 100 + at);
        assert_eq!(site.client.json("DELETE", &record, &[], "").await.status, 200);
    }
    site.db.execute("DROP TABLE hypostyle_idempotency_keys", ()).await.unwrap();
    assert_eq!(site.dump().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn text_with_any_character_comes_back_as_it_was_sent() {
    let site = Running::start().await;
    let body = r#"{"id":"a\u0000b","n":1}"#;
    let answer = site.post("/free/records", body).await;
    let record = format!(r#"{{"success":true,"table":"free","record":{body}}}"#);
    assert_eq!((answer.status, answer.body.as_str()), (201, record.as_str()));
    let location = answer.header("location").unwrap().to_owned();
    assert_eq!(location, "/api/v1/db/tables/free/records/a%00b");
    site.check(&location, 200, &record).await;
    site.check_failure(&format!("{TABLES}/free/records/a"), 404, "RECORD_NOT_FOUND").await;
    let stored = site.db.query("SELECT length(CAST(id AS BLOB)) FROM free", ()).await;
    assert_eq!(format!("{:?}", stored.rows[0].values()), "[I64(3)]");
}

#[tokio::test(flavor = "multi_thread")]
async fn json_at_its_edges_is_refused_with_its_reason() {
    let site = Running::start().await;
    let before = site.dump().await;
    let deep = format!(r#"{{"extra":{}1{}}}"#, "[".repeat(129), "]".repeat(129));
    let endless = "[".repeat(100_000);
    for (body, code, reason) in [
        (r#"{"title":"\ud800"}"#, "INVALID_BODY", "hex escape"),
        (r#"{"title\udfff":"x"}"#, "INVALID_BODY", "surrogate"),
        (r#"{"extra":{"a":"\ud800"}}"#, "INVALID_BODY", "half of a surrogate pair"),
        (r#"{"title":"a","title":"b"}"#, "INVALID_BODY", "`title` stands twice"),
        (&deep, "INVALID_BODY", "nested more than 128 deep"),
        (&endless, "INVALID_BODY", "is not what is expected"),
        (r#"{"id":1e400}"#, "INVALID_VALUE", "whole number"),
        (r#"{"id":123456789012345678901234567890}"#, "INVALID_VALUE", "whole number"),
        (r#"{"score":1e999}"#, "INVALID_VALUE", "a number of 64 bits"),
        (r#"{"released":1e999}"#, "INVALID_VALUE", "a number that 64 bits hold"),
        (r#"{"id":NaN}"#, "INVALID_BODY", "expected"),
    ] {
        let answer = site.post("/album/records", body).await;
        answer.assert_failure(400, code);
        assert!(answer.body.contains(reason), "{body:.80}: {}", answer.body);
    }
    let precise = r#"{"price":1234567890.12345678901234567890}"#;
    site.post("/album/records", precise).await.assert_failure(409, "CREATE_FAILED");
    let price = format!("{TABLES}/album?price=eq.1234567890.12345678901234567890");
    site.check_failure(&price, 400, "INVALID_VALUE").await;
    site.check_failure(&format!("{TABLES}/album?select=id,ID"), 400, "INVALID_PARAMETER").await;
    assert_eq!(site.dump().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_sent_at_once_are_answered_in_their_order() {
    let site = Running::start().await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let body = r#"{"name":"x"}"#;
    let requests = format!(
        "POST {TABLES}/artist/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}GET {TABLES}/artist/records/4 HTTP/1.1\r\nHost: localhost\r\n\
         \r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(requests.as_bytes()).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    let statuses: Vec<&str> =
        answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["201", "200", "200"], "{answers}");
    let found = |text: &str| answers.find(text).unwrap();
    assert!(found("HTTP/1.1 201") < found("alive") && answers.ends_with("{\"status\":\"alive\"}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_never_ends_gives_its_place_back() {
    let config = Config {
        request_timeout: Duration::from_millis(400),
        requests_max: 1,
        ..Config::default()
    };
    let site = Running::start_with(config, SHOP).await;
    let before = site.dump().await;
    let began = Instant::now();
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let head = format!(
        "POST {TABLES}/artist/records HTTP/1.1\r\nHost: localhost\r\n\
         Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{{\"name\":"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    site.check_failure(TABLES, 503, "OVERLOADED").await;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    crate::Answer::read(&bytes).assert_failure(504, "QUERY_TIMEOUT");
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert_eq!(site.get(TABLES).await.status, 200);
    assert_eq!(site.dump().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_an_answer_is_cut_off() {
    let config = Config {
        requests_max: 1,
        write_timeout: std::time::Duration::from_millis(500),
        ..Config::default()
    };
    let site = Running::start_with(config, crate::SHOP).await;
    site.db.execute("INSERT INTO artist VALUES (9, hex(zeroblob(8000000)))", ()).await.unwrap();
    let mut silent = tokio::net::TcpStream::connect(site.address).await.unwrap();
    let asked = format!("GET /api/v1/db/tables/artist HTTP/1.1\r\nHost: {}\r\n\r\n", site.address);
    silent.write_all(asked.as_bytes()).await.unwrap();
    let mut status_line = [0; 12];
    while silent.peek(&mut status_line).await.unwrap() < status_line.len() {}
    assert_eq!(&status_line, b"HTTP/1.1 200");
    let (mut was_busy, begun) = (false, std::time::Instant::now());
    loop {
        let status = site.get("/api/v1/db/tables").await.status;
        was_busy |= status == 503;
        if was_busy && status == 200 {
            break;
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(20), "busy once: {was_busy}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
