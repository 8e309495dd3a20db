//! Records created, changed and deleted.

use hypostyle_server::Config;

use crate::{Answer, Running};

const TABLES: &str = "/api/v1/db/tables";

impl Running {
    async fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        self.client.json(method, &format!("{TABLES}{path}"), &[], body).await
    }

    /// Sends and compares the body of the answer.
    async fn check_sent(&self, method: &str, path: &str, body: &str, status: u16, expect: &str) {
        let answer = self.send(method, path, body).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (status, expect),
            "{method} {path} {body}"
        );
    }

    /// Sends what is refused, and looks that nothing of it was written.
    async fn check_refused(&self, method: &str, path: &str, body: &str, status: u16, code: &str) {
        let before = self.everything().await;
        self.send(method, path, body).await.assert_failure(status, code);
        assert_eq!(self.everything().await, before, "{method} {path} {body}");
    }

    async fn everything(&self) -> Vec<String> {
        let mut all = Vec::new();
        for table in ["artist", "album", "line", "free", "\"odd \"\"name\""] {
            let rows = self.db.query(&format!("SELECT * FROM {table}"), ()).await;
            all.push(format!("{:?}", rows.rows.iter().map(|row| row.values()).collect::<Vec<_>>()));
        }
        all
    }
}

#[tokio::test]
async fn a_record_is_created_read_changed_and_deleted() {
    let site = Running::start().await;
    let answer = site.send("POST", "/artist/records", r#"{"name":"Cé"}"#).await;
    let record = r#"{"success":true,"table":"artist","record":{"id":4,"name":"Cé"}}"#;
    assert_eq!((answer.status, answer.body.as_str()), (201, record));
    let location = answer.header("location").unwrap().to_owned();
    assert_eq!(location, "/api/v1/db/tables/artist/records/4");
    site.check(&location, 200, record).await;
    let changed = r#"{"success":true,"table":"artist","record":{"id":4,"name":"D"}}"#;
    site.check_sent("PATCH", "/artist/records/4", r#"{"name":"D"}"#, 200, changed).await;
    site.check_sent("DELETE", "/ARTIST/records/4", "", 200, changed).await;
    site.check_failure(&location, 404, "RECORD_NOT_FOUND").await;
    site.check_refused("PATCH", "/artist/records/4", r#"{"name":"E"}"#, 404, "RECORD_NOT_FOUND")
        .await;
    site.check_refused("DELETE", "/artist/records/4", "", 404, "RECORD_NOT_FOUND").await;
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_was_sent() {
    let site = Running::start().await;
    let sent = concat!(
        r#"{"id":9223372036854775807,"artist_id":null,"title":"<b>'\"\u0001","price":12.5,"#,
        r#""released":"2024-05-06T07:08:09","live":true,"cover":"AP8=","extra":{"a":[1.10]},"score":0.1}"#
    );
    let expect = format!(r#"{{"success":true,"table":"album","record":{sent}}}"#);
    site.check_sent("POST", "/album/records", sent, 201, &expect).await;
    site.check(&format!("{TABLES}/album/records/9223372036854775807"), 200, &expect).await;
}

#[tokio::test]
async fn the_key_of_several_columns_is_a_list() {
    let site = Running::start().await;
    let answer = site.send("POST", "/line/records", r#"{"order_id":7,"no":2}"#).await;
    assert_eq!(answer.header("location"), Some("/api/v1/db/tables/line/records/7%2c2"));
    let changed =
        r#"{"success":true,"table":"line","record":{"order_id":7,"no":2,"text":"y","loud":"Y"}}"#;
    site.check_sent("PATCH", "/line/records/7,2", r#"{"text":"y"}"#, 200, changed).await;
    site.check(&format!("{TABLES}/line/records/7%2C2"), 200, changed).await;
    for (key, code, status) in
        [("7", "INVALID_KEY", 400), ("7,2,1", "INVALID_KEY", 400), ("x,2", "INVALID_VALUE", 400)]
    {
        site.check_refused("DELETE", &format!("/line/records/{key}"), "", status, code).await;
    }
    site.check_refused("PATCH", "/line/records/7,2", r#"{"loud":"Z"}"#, 400, "COLUMN_NOT_WRITABLE")
        .await;
    site.check_sent("DELETE", "/line/records/7,2", "", 200, changed).await;
}

#[tokio::test]
async fn a_key_of_text_may_hold_anything() {
    let site = Running::start().await;
    let answer = site.send("POST", "/free/records", r#"{"id":"a/b,\"c?%ü'--","n":1}"#).await;
    let location = answer.header("location").unwrap().to_uppercase();
    let key = location.rsplit('/').next().unwrap().replace("A", "a").replace("B", "b");
    let key = key.replace("%2F", "%2f").replace('C', "c");
    let path = format!("/free/records/{key}");
    let record = r#"{"success":true,"table":"free","record":{"id":"a/b,\"c?%ü'--","n":1}}"#;
    site.check(&format!("{TABLES}{path}"), 200, record).await;
    site.check_sent("DELETE", &path, "", 200, record).await;
}

#[tokio::test]
async fn a_key_of_empty_text_ends_in_a_slash() {
    let site = Running::start().await;
    let answer = site.send("POST", "/free/records", r#"{"id":"","n":1}"#).await;
    let location = answer.header("location").unwrap();
    assert_eq!(location, "/api/v1/db/tables/free/records/");
    let record =
        |n: u8| format!(r#"{{"success":true,"table":"free","record":{{"id":"","n":{n}}}}}"#);
    site.check(location, 200, &record(1)).await;
    site.check_sent("PATCH", "/free/records/", r#"{"n":2}"#, 200, &record(2)).await;
    site.check_sent("DELETE", "/free/records/", "", 200, &record(2)).await;
    site.check_failure(location, 404, "RECORD_NOT_FOUND").await;
    site.check_failure(&format!("{TABLES}/artist/records/"), 400, "INVALID_VALUE").await;
}

#[tokio::test]
async fn an_array_is_written_whole_or_not_at_all() {
    let site = Running::start().await;
    let expect = r#"{"success":true,"table":"artist","records":[{"id":10,"name":"J"},{"id":11,"name":"K"}]}"#;
    let both = r#"[{"id":10,"name":"J"},{"id":11,"name":"K"}]"#;
    site.check_sent("POST", "/artist/records", both, 201, expect).await;
    let second_fails = r#"[{"id":12,"name":"L"},{"id":10,"name":"M"}]"#;
    site.check_refused("POST", "/artist/records", second_fails, 409, "CREATE_FAILED").await;
    let many = format!("[{}]", vec!["{}"; 1_001].join(","));
    site.check_refused("POST", "/free/records", &many, 400, "LIMIT_EXCEEDED").await;
}

#[tokio::test]
async fn what_the_database_refuses_says_why() {
    let site = Running::start().await;
    let cases = [
        ("POST", "/artist/records", r#"{"name":"Ada"}"#, "CREATE_FAILED", "unique"),
        ("POST", "/artist/records", r#"{}"#, "CREATE_FAILED", "not_null"),
        ("POST", "/album/records", r#"{"artist_id":99}"#, "CREATE_FAILED", "foreign_key"),
        ("POST", "/free/records", r#"{"id":"x","n":0}"#, "CREATE_FAILED", "check"),
        ("PATCH", "/artist/records/1", r#"{"name":"Björk"}"#, "UPDATE_FAILED", "unique"),
        ("DELETE", "/artist/records/1", "", "DELETE_FAILED", "foreign_key"),
    ];
    for (method, path, body, code, reason) in cases {
        site.check_refused(method, path, body, 409, code).await;
        let answer = site.send(method, path, body).await;
        assert!(answer.body.contains(&format!("\"reason\":\"{reason}\"")), "{}", answer.body);
    }
    let answer = site.send("POST", "/artist/records", r#"{"name":"Ada"}"#).await;
    assert!(answer.body.contains("Record already exists: another has the same (name)"));
}

#[tokio::test]
async fn used_up_keys_are_told_and_a_key_of_ones_own_is_taken() {
    let script = "CREATE TABLE artist (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)";
    let site = Running::start_with(Config::default(), script).await;
    let last = r#"{"id":9223372036854775807}"#;
    assert_eq!(site.send("POST", "/artist/records", last).await.status, 201);
    let next = site.send("POST", "/artist/records", r#"{"name":"Ada"}"#).await;
    assert_eq!(next.status, 409, "{}", next.body);
    assert!(next.body.contains(r#""reason":"sequence_exhausted""#), "{}", next.body);
    let own = site.send("POST", "/artist/records", r#"{"id":1,"name":"Ada"}"#).await;
    assert_eq!(own.status, 201, "{}", own.body);
}

#[tokio::test]
async fn what_is_no_record_of_the_table_is_refused() {
    let site = Running::start().await;
    for (body, status, code) in [
        ("", 400, "INVALID_BODY"),
        ("{", 400, "INVALID_BODY"),
        ("[]", 400, "INVALID_BODY"),
        ("[1]", 400, "INVALID_BODY"),
        (r#"{"name":"a","name":"b"}"#, 400, "INVALID_BODY"),
        (r#"{"name":"a","NAME":"b"}"#, 400, "INVALID_BODY"),
        (r#"{"nam":"a"}"#, 400, "COLUMN_NOT_FOUND"),
        (r#"{"name\" = 'x'; --":"a"}"#, 400, "COLUMN_NOT_FOUND"),
        (r#"{"name":{"$ne":null}}"#, 400, "INVALID_VALUE"),
        (r#"{"name":1}"#, 400, "INVALID_VALUE"),
        (r#"{"id":"1; DROP TABLE artist"}"#, 400, "INVALID_VALUE"),
    ] {
        site.check_refused("POST", "/artist/records", body, status, code).await;
    }
    site.check_refused("PATCH", "/artist/records/1", "{}", 400, "INVALID_BODY").await;
    site.check_refused(
        "PATCH",
        "/artist/records/1%20OR%201=1",
        r#"{"name":"x"}"#,
        400,
        "INVALID_VALUE",
    )
    .await;
    site.check_refused("DELETE", "/artist'--/records/1", "", 404, "TABLE_NOT_FOUND").await;
}

#[tokio::test]
async fn only_tables_that_were_named_are_written() {
    let site = Running::start().await;
    site.check_refused("POST", "/numbers/records", "{}", 405, "WRITES_DISABLED").await;
    site.check_refused("POST", "/titles/records", "{}", 405, "WRITES_DISABLED").await;
    site.check_refused("POST", "/post/records?db=blog", "{}", 405, "WRITES_DISABLED").await;
    site.check_refused("POST", "/sqlite_master/records", "{}", 404, "TABLE_NOT_FOUND").await;
    site.check_refused("DELETE", "/odd%20%22name/records/1", "", 409, "NO_PRIMARY_KEY").await;
    let made = r#"{"success":true,"table":"odd \"name","record":{"a b":"n","page":null,"x'y":null,"any_thing":1}}"#;
    let body = r#"{"a b":"n","any_thing":1}"#;
    site.check_sent("POST", "/odd%20%22name/records", body, 201, made).await;
}

#[tokio::test]
async fn only_json_from_our_own_pages_is_taken() {
    let site = Running::start().await;
    let (host, target) = (site.address.to_string(), format!("{TABLES}/artist/records"));
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let headers = [("Host", &*host), ("Content-Type", media_type), ("Content-Length", "0")];
        let answer = site.client.send("POST", &target, &headers).await;
        answer.assert_failure(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    let foreign = [("Origin", "https://evil.example")];
    let answer = site.client.json("POST", &target, &foreign, r#"{"name":"x"}"#).await;
    answer.assert_failure(403, "FORBIDDEN_ORIGIN");
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_whatever_length_it_says() {
    let config = hypostyle_server::Config { body_bytes_max: 64, ..Default::default() };
    let site = Running::start_with(config, crate::SHOP).await;
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(64));
    site.check_refused("POST", "/artist/records", &long, 413, "BODY_TOO_LARGE").await;
    let chunked = format!("{:x}\r\n{long}\r\n0\r\n\r\n", long.len());
    let host = site.address.to_string();
    let headers =
        [("Host", &*host), ("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")];
    let target = format!("{TABLES}/artist/records");
    let answer = site.client.exchange("POST", &target, &headers, &chunked).await;
    answer.assert_failure(413, "BODY_TOO_LARGE");
}

#[tokio::test]
async fn what_triggers_do_is_told() {
    let site = Running::start().await;
    let triggers = "CREATE TRIGGER a BEFORE INSERT ON artist WHEN new.name = 'ignored'
            BEGIN SELECT RAISE(IGNORE); END;
        CREATE TRIGGER b BEFORE INSERT ON artist WHEN new.name = 'refused'
            BEGIN SELECT RAISE(ABORT, 'No such artist here'); END;";
    site.db.execute(triggers, ()).await.unwrap();
    for (name, message) in [
        ("ignored", "A trigger of the table left the record out"),
        ("refused", "No such artist here"),
    ] {
        let body = format!("[{{\"name\":\"first\"}},{{\"name\":\"{name}\"}}]");
        site.check_refused("POST", "/artist/records", &body, 409, "CREATE_FAILED").await;
        let answer = site.send("POST", "/artist/records", &body).await;
        assert!(answer.body.contains(&format!("\"message\":\"{message}\"")), "{}", answer.body);
        assert!(answer.body.contains("\"reason\":\"trigger\""), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_body_of_many_names_is_refused_at_once() {
    let site = Running::start().await;
    let names: Vec<String> = (0..50_000).map(|name| format!("\"n{name}\":1")).collect();
    let body = format!("{{{}}}", names.join(","));
    let begun = std::time::Instant::now();
    site.check_refused("POST", "/artist/records", &body, 400, "INVALID_BODY").await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn answers_given_to_others_are_kept_from_callers() {
    let site = Running::start().await;
    let target = format!("{TABLES}/artist/records");
    let key = [("Idempotency-Key", "k-1")];
    assert_eq!(site.client.json("POST", &target, &key, r#"{"name":"Eve"}"#).await.status, 201);
    let own = "hypostyle_idempotency_keys";
    site.check_failure(&format!("{TABLES}/{own}"), 404, "TABLE_NOT_FOUND").await;
    site.check_failure(&format!("{TABLES}/{own}/schema"), 404, "TABLE_NOT_FOUND").await;
    for listing in ["tables", "catalog", "status"] {
        let answer = site.get(&format!("/api/v1/db/{listing}")).await;
        assert!(!answer.body.contains(own), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_repeated_idempotency_key_writes_once_and_answers_the_same() {
    let site = Running::start().await;
    let target = format!("{TABLES}/artist/records");
    let keyed = async |key: &str, target: &str, body: &str| {
        site.client.json("POST", target, &[("Idempotency-Key", key)], body).await
    };
    let first = keyed("k-1", &target, r#"{"name":"Eve"}"#).await;
    let again = keyed("k-1", &target, r#"{"name":"Eve"}"#).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, None));
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")));
    assert_eq!((&first.body, first.header("location")), (&again.body, again.header("location")));
    site.check_records(&format!("{TABLES}/artist?name=eq.Eve"), r#"[{"id":4,"name":"Eve"}]"#).await;
    keyed("k-1", &target, r#"{"name":"Other"}"#)
        .await
        .assert_failure(409, "IDEMPOTENCY_KEY_REUSED");
    let elsewhere = format!("{TABLES}/free/records");
    keyed("k-1", &elsewhere, r#"{"name":"Eve"}"#)
        .await
        .assert_failure(409, "IDEMPOTENCY_KEY_REUSED");
    keyed("k-2", &target, r#"{"name":"Eve"}"#).await.assert_failure(409, "CREATE_FAILED");
    assert_eq!(keyed("k-2", &target, r#"{"name":"Fay"}"#).await.status, 201);
    for key in ["", "a b", &"x".repeat(256)] {
        keyed(key, &target, "{}").await.assert_failure(400, "INVALID_PARAMETER");
    }
}

#[tokio::test]
async fn requests_with_one_key_at_once_write_once() {
    let site = Running::start().await;
    let target = format!("{TABLES}/free/records");
    let body = r#"{"id":"once","n":1}"#;
    let ask = || site.client.json("POST", &target, &[("Idempotency-Key", "k")], body);
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    let statuses = [&a, &b, &c, &d].map(|answer| answer.status);
    let replayed =
        [&a, &b, &c, &d].iter().filter(|a| a.header("idempotency-replayed").is_some()).count();
    assert_eq!((statuses, replayed), ([201; 4], 3));
}
