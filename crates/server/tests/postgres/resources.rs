//! What else is told of a database.

use hypostyle_server::Config;
use serde_json::Value;

use crate::{Running, TABLES};

async fn json(site: &Running, target: &str) -> Value {
    let answer = site.get(target).await;
    assert_eq!(answer.status, 200, "{target}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_and_status_tell_every_table_by_its_name() {
    let site = Running::start().await;
    let tables = r#"["album","artist","every","free","line","odd \"name","titles","sales.orders"]"#;
    let answer = site.get("/api/v1/db/tables").await;
    assert_eq!(answer.body, format!("{{\"success\":true,\"tables\":{tables}}}"));
    let status = json(&site, "/api/v1/db/status").await;
    assert_eq!(status["table_count"], 8);
    let engine = status["engine"].as_str().unwrap();
    assert!(engine.starts_with("postgres://postgres@127.0.0.1:"), "{engine}");
    assert_eq!(json(&site, "/api/v1/db/is-ready").await["ready"], true);
    let orders = json(&site, &format!("{TABLES}/sales.orders/schema")).await;
    assert_eq!(orders["schema_definition"]["relation"], "orders");
    let missing = site.check_failure(&format!("{TABLES}/orders"), 404, "TABLE_NOT_FOUND").await;
    assert!(missing.body.contains("\"sales.orders\"]"), "{}", missing.body);
    assert_eq!(json(&site, "/api/v1/db/databases").await["databases"][0]["engine"], "postgres");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_counts_what_it_may() {
    let script = format!(
        "{}; CREATE FUNCTION slow(int) RETURNS boolean LANGUAGE sql AS
             'SELECT pg_sleep(600) IS NULL';
         CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one; CREATE TABLE zebra (x int);
         ALTER TABLE free ENABLE ROW LEVEL SECURITY; ALTER TABLE free FORCE ROW LEVEL SECURITY;
         CREATE POLICY broken ON free USING (slow(n)); INSERT INTO zebra VALUES (1);
         CREATE ROLE counter_{id}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO counter_{id};
         REVOKE SELECT ON artist FROM counter_{id}; INSERT INTO free VALUES ('x', 1)",
        crate::SHOP,
        id = std::process::id()
    );
    let options = format!("?options=-c%20role%3Dcounter_{}", std::process::id());
    let site = Running::start_at(Config::default(), &script, &options).await;
    let catalog = json(&site, "/api/v1/db/catalog").await;
    let counts = &catalog["row_counts"];
    assert_eq!((&counts["album"], &counts["titles"]), (&4.into(), &Value::Null));
    // One that takes too long, and one that may not be read, keep no other from being told.
    assert_eq!((&counts["free"], &counts["artist"]), (&Value::Null, &Value::Null));
    let artist = &catalog["tables"].as_array().unwrap()[1];
    assert_eq!(artist["problem"], "permission denied for table artist");
    site.check_failure(&format!("{TABLES}/artist"), 409, "TABLE_UNREADABLE").await;
    site.db.close().await.unwrap();
    let role = format!("counter_{}", std::process::id());
    site.scratch.query(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_and_its_count_are_of_one_moment() {
    let script = "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (0)";
    let site = Running::start_with(Config::default(), script).await;
    let db = site.db.clone();
    let writing = tokio::spawn(async move {
        for id in 1..=300 {
            db.execute("INSERT INTO t VALUES (?)", (id,)).await.unwrap();
        }
    });
    while !writing.is_finished() {
        let page = json(&site, &format!("{TABLES}/t?page_size=1000")).await;
        let records = page["records"].as_array().map(Vec::len);
        assert_eq!(page["total_records"].as_u64(), records.map(|count| count as u64));
    }
    writing.await.unwrap();
}
