//! Who may run migrations, one run at a time, and runs that outlive their client and their request.

use std::time::Duration;

use hypostyle_server::Config;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{BASE, FIRST, KEY, Served, keyed, names};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_nothing_is_run_and_the_setting_is_named() {
    let served = Served::start(Config::default(), &[FIRST]).await;
    assert_eq!(served.get("status").await["changeable"], false);
    assert_eq!(names(&served.get("plan").await["plan"]), ["V001__items.sql"]);
    for (what, body) in [
        ("run", json!({})),
        ("downgrade", json!({ "target": "0", "confirm": true })),
        ("resume", json!({})),
        ("generate", json!({ "message": "x" })),
    ] {
        let refused = served.post(what, body).await;
        refused.assert_failure(403, "MIGRATIONS_NEED_KEY");
        assert!(refused.body.contains("server.api_key"), "{}", refused.body);
    }
    assert!(!served.has("item").await);
    assert_eq!(served.get("status").await["last_run"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_key_or_comes_from_another_page_runs_nothing() {
    let served = Served::start(keyed(), &[FIRST]).await;
    let target = format!("{BASE}/run");
    let json = ("Content-Type", "application/json");
    let post =
        async |headers: &[(&str, &str)]| served.client.json("POST", &target, headers, "{}").await;
    post(&[]).await.assert_failure(401, "UNAUTHORIZED");
    post(&[("X-API-Key", "S3CRET")]).await.assert_failure(401, "UNAUTHORIZED");
    for origin in ["http://evil.example", "null"] {
        post(&[KEY, ("Origin", origin)]).await.assert_failure(403, "FORBIDDEN_ORIGIN");
    }
    // What a page can send without asking first is no JSON.
    let plain = [("Host", "localhost"), ("Content-Length", "2"), KEY];
    for media_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let mut headers = plain.to_vec();
        headers.push(("Content-Type", media_type));
        let refused = served.client.exchange("POST", &target, &headers, "{}").await;
        refused.assert_failure(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    let mut elsewhere = plain.to_vec();
    elsewhere[0] = ("Host", "evil.example");
    elsewhere.push(json);
    let refused = served.client.exchange("POST", &target, &elsewhere, "{}").await;
    refused.assert_failure(403, "FORBIDDEN_HOST");
    assert!(!served.has("item").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_runs_at_once_the_second_is_told_of_the_first() {
    let served = Served::start(keyed(), &[FIRST]).await;
    let held = served.hold().await;
    let first = served.post_ok("run", json!({}));
    let second = async {
        let status = served.until(true).await;
        let running = &status["running"];
        assert_eq!((&running["work"], running["since"].is_string()), (&json!("run"), true));
        for (what, body) in [
            ("run", json!({})),
            ("resume", json!({})),
            ("downgrade", json!({ "target": "0", "confirm": true })),
            ("generate", json!({ "message": "x" })),
        ] {
            let refused = served.post(what, body).await;
            refused.assert_failure(409, "MIGRATION_RUNNING");
            assert!(refused.body.contains(running["since"].as_str().unwrap()), "{}", refused.body);
        }
        held.rollback().await.unwrap();
    };
    let (done, ()) = tokio::join!(first, second);
    assert_eq!(names(&done["applied"]), ["V001__items.sql"]);
    let status = served.get("status").await;
    assert_eq!((&status["running"], &status["pending"]), (&Value::Null, &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_when_its_client_hangs_up() {
    let served = Served::start(keyed(), &[FIRST]).await;
    let held = served.hold().await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let request = format!(
        "POST {BASE}/run HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {}\r\n\
         Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}",
        KEY.1
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    served.until(true).await;
    drop(stream);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(served.get("status").await["running"].is_object());
    held.rollback().await.unwrap();
    let status = served.until(false).await;
    assert_eq!(names(&status["last_run"]["done"]), ["V001__items.sql"]);
    assert_eq!(status["pending"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_takes_longer_than_its_request_may_goes_on() {
    let config = Config { request_timeout: Duration::from_secs(2), ..keyed() };
    let served = Served::start(config, &[FIRST]).await;
    let held = served.hold().await;
    let answer = served.post("run", json!({})).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    let running = &told["running"];
    assert_eq!((&running["number"], &running["total"]), (&json!(1), &json!(1)), "{running}");
    assert_eq!(running["filename"], "V001__items.sql");
    held.rollback().await.unwrap();
    let status = served.until(false).await;
    assert_eq!(status["last_run"]["error"], Value::Null);
    assert!(served.has("item").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_waits_for_a_run() {
    let mut served = Served::start(keyed(), &[FIRST]).await;
    let held = served.hold().await;
    let stop = served.stop.take();
    let run = served.post("run", json!({}));
    let stopping = async {
        served.until(true).await;
        stop.map(|stop| stop.send(()));
        tokio::time::sleep(Duration::from_millis(200)).await;
        held.rollback().await.unwrap();
    };
    let (answer, ()) = tokio::join!(run, stopping);
    assert_eq!(answer.status, 200, "{}", answer.body);
    (&mut served.running).await.unwrap().unwrap();
    assert!(served.has("item").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_outlasts_the_patience_of_a_server_is_undone() {
    let endless = "CREATE TABLE endless AS WITH RECURSIVE n(i) AS \
                   (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;";
    let config = Config {
        shutdown_timeout: Duration::from_millis(300),
        request_timeout: Duration::from_millis(900),
        ..keyed()
    };
    let mut served = Served::start(config, &[FIRST, ("V002__endless.sql", endless)]).await;
    assert_eq!(served.post("run", json!({})).await.status, 202);
    served.stop.take().map(|stop| stop.send(()));
    let stopped = tokio::time::timeout(Duration::from_secs(20), &mut served.running).await;
    stopped.unwrap().unwrap().unwrap();
    assert!(served.has("item").await && !served.has("endless").await);
    let count = "SELECT count(*) FROM ia_migrations";
    assert_eq!(served.db.fetch_value::<i64>(count, ()).await.unwrap(), 1);
}
