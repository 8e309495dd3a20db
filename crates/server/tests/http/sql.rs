//! SQL of the caller's own, panels, figures, the catalogue, the console's page.

use std::time::{Duration, Instant};

use hypostyle_server::{Chart, Config, Module, Panel, Problem, Site};

use crate::{Answer, Running};

const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

impl Running {
    async fn ask(&self, body: &str) -> Answer {
        self.client.json("POST", "/api/v1/db/query", &[], body).await
    }

    async fn sql(&self, sql: &str) -> Answer {
        self.ask(&format!("{{\"sql\":{}}}", serde_json::Value::from(sql))).await
    }
}

#[tokio::test]
async fn a_statement_answers_columns_and_rows() {
    let site = Running::start().await;
    let answer = site.sql("SELECT id, name, id AS id FROM artist ORDER BY id LIMIT 2;").await;
    let expect = concat!(
        r#"{"success":true,"columns":[{"name":"id","kind":"i64"},{"name":"name","kind":"text"},"#,
        r#"{"name":"id","kind":"i64"}],"rows":[[1,"Ada",1],[2,"Björk",2]],"row_count":2,"truncated":false,"#,
    );
    assert!(answer.status == 200 && answer.body.starts_with(expect), "{}", answer.body);
    let answer =
        site.ask(r#"{"sql":"SELECT ?, ? || 'x'","params":[9223372036854775807,"a"]}"#).await;
    assert!(answer.body.contains(r#""rows":[[9223372036854775807,"ax"]]"#), "{}", answer.body);
    let answer = site.ask(r#"{"sql":"SELECT id FROM artist","limit":2}"#).await;
    assert!(answer.body.contains(r#""row_count":2,"truncated":true"#), "{}", answer.body);
    let answer = site.ask(r#"{"sql":"SELECT id FROM artist","limit":3}"#).await;
    assert!(answer.body.contains(r#""row_count":3,"truncated":false"#), "{}", answer.body);
}

#[tokio::test]
async fn the_engine_refuses_every_write() {
    let site = Running::start().await;
    for sql in [
        "DELETE FROM artist",
        "INSERT INTO artist (name) VALUES ('x') RETURNING id",
        "CREATE TABLE x (a)",
        "CREATE TEMP TABLE x (a)",
        "DROP TABLE artist",
        "PRAGMA query_only = 0",
        "PRAGMA journal_mode = DELETE",
        "ATTACH DATABASE '/tmp/x.db' AS x",
        "WITH x AS (SELECT 1) UPDATE artist SET name = 'x'",
        "VACUUM",
        "COMMIT",
        "ROLLBACK",
        "BEGIN",
    ] {
        let answer = site.sql(sql).await;
        assert_eq!(answer.status, 400, "{sql}: {}", answer.body);
        answer.assert_failure(400, "QUERY_FAILED");
    }
    site.check_records(
        "/api/v1/db/tables/artist",
        r#"[{"id":1,"name":"Ada"},{"id":2,"name":"Björk"},{"id":3,"name":"Zoé"}]"#,
    )
    .await;
}

#[tokio::test]
async fn a_mistake_is_told_with_its_place() {
    let site = Running::start().await;
    let check = async |sql: &str, message: &str, place: &str| {
        let answer = site.sql(sql).await;
        answer.assert_failure(400, "QUERY_FAILED");
        let expect =
            format!("\"message\":\"{message}\",\"module\":\"core.database\",\"details\":{place}");
        assert!(answer.body.contains(&expect), "{}", answer.body);
    };
    check("SELECT id,\n  nam FROM artist", "no such column: nam", r#"{"line":2,"column":3}"#).await;
    check(" -- nothing", "There is no statement", "{}").await;
    check(
        "SELECT 1;\nSELECT 2",
        "There are several statements; run one at a time",
        r#"{"line":2,"column":1}"#,
    )
    .await;
    site.ask("{}").await.assert_failure(400, "INVALID_BODY");
    site.ask(r#"{"sql":"SELECT 1","limit":0}"#).await.assert_failure(400, "INVALID_BODY");
    site.ask(r#"{"sql":"SELECT 1","limit":10001}"#).await.assert_failure(400, "INVALID_BODY");
    site.ask(r#"{"sql":"SELECT 1","x":1}"#).await.assert_failure(400, "INVALID_BODY");
    site.ask(r#"{"sql":"SELECT ?","params":[[1]]}"#).await.assert_failure(400, "INVALID_BODY");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_ends_with_its_time_or_with_its_caller() {
    let config = Config { request_timeout: Duration::from_millis(300), ..Config::default() };
    let site = Running::start_with(config, crate::SHOP).await;
    site.sql(ENDLESS).await.assert_failure(504, "QUERY_TIMEOUT");
    let site = Running::start().await;
    let body = format!("{{\"sql\":\"{ENDLESS}\"}}");
    let gone = tokio::time::timeout(Duration::from_millis(300), site.ask(&body)).await;
    assert!(gone.is_err());
    let begun = Instant::now();
    while site.db.pool().active > 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "the statement goes on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_statements_keep_nobody_else_waiting() {
    let site = Running::start().await;
    let body = format!("{{\"sql\":\"{ENDLESS}\"}}");
    let asking = (0..20).map(|_| {
        let client = crate::Client::new(site.address);
        let body = body.clone();
        tokio::spawn(async move { client.json("POST", "/api/v1/db/query", &[], &body).await })
    });
    let asking: Vec<_> = asking.collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let begun = Instant::now();
    assert_eq!(site.get("/healthz").await.status, 200);
    assert_eq!(site.get("/api/v1/db/tables/artist").await.status, 200);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    asking.into_iter().for_each(|asking| asking.abort());
}

#[tokio::test]
async fn sql_may_be_switched_off() {
    let config = Config { sql_editor: false, ..Config::default() };
    let site = Running::start_with(config, crate::SHOP).await;
    site.sql("SELECT 1").await.assert_failure(403, "SQL_DISABLED");
    let databases = site.get("/api/v1/db/databases").await;
    assert!(databases.body.contains(r#""sql_editor":false"#), "{}", databases.body);
}

#[tokio::test]
async fn panels_are_listed_and_answered() {
    let panel = |id: &str, sql: &str| Panel {
        id: id.into(),
        title: "T".into(),
        database: "shop".into(),
        chart: Chart::Bar,
        unit: None,
        sql: sql.into(),
    };
    let panels = vec![panel("good", "SELECT 1 AS a"), panel("bad", "SELECT x")];
    let site = Site { panels, ..Default::default() };
    let site = Running::start_site(Config::default(), crate::SHOP, site).await;
    let list = site.get("/api/v1/db/panels").await.body;
    assert!(list.contains(r#"{"id":"good","title":"T","database":"shop","chart":"bar""#), "{list}");
    let good = site.get("/api/v1/db/panels/good").await.body;
    assert!(good.contains(r#""rows":[[1]]"#), "{good}");
    site.check_failure("/api/v1/db/panels/bad", 400, "QUERY_FAILED").await;
    site.check_failure("/api/v1/db/panels/none", 404, "PANEL_NOT_FOUND").await;
}

#[tokio::test]
async fn modules_that_could_not_be_loaded_are_told() {
    let problem = Problem {
        message: "a column has no type".into(),
        file: Some("modules/blog/models.sql".into()),
        line: Some(7),
        expected: Some("a type".into()),
    };
    let broken = Module { name: "blog".into(), database: None, problem: Some(problem) };
    let modules = vec![Module { name: "store".into(), ..Module::default() }, broken];
    let site = Site { modules, environment: Some("testing".into()), ..Default::default() };
    let site = Running::start_site(Config::default(), crate::SHOP, site).await;
    let databases = site.get("/api/v1/db/databases").await.body;
    let expect = concat!(
        r#"{"name":"blog","database":null,"state":"failed","problem":{"message":"a column has no type","#,
        r#""file":"modules/blog/models.sql","line":7,"expected":"a type"}}"#
    );
    assert!(databases.contains(expect), "{databases}");
    assert!(databases.contains(r#""environment":"testing""#), "{databases}");
    assert!(databases.contains(r#""module":"store""#), "{databases}");
    let ready = site.get("/api/v1/db/is-ready").await;
    assert!(
        ready.body.starts_with(r#"{"ready":true,"status":"degraded","failed":[{"#),
        "{}",
        ready.body
    );
    let ready = site.get("/readyz").await;
    assert_eq!((ready.status, &*ready.body), (200, r#"{"ready":true,"status":"degraded"}"#));
}

#[tokio::test]
async fn slow_statements_and_figures_are_told() {
    let site = Running::start().await;
    site.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000000) SELECT 'slow' AS s, count(*) FROM n").await;
    let health = site.get("/api/v1/db/health").await.body;
    let health: serde_json::Value = serde_json::from_str(&health).unwrap();
    let shop = &health["databases"][0];
    assert_eq!((&shop["name"], &shop["ready"]), (&"shop".into(), &true.into()));
    assert!(shop["figures"]["queries"].as_u64() > Some(0), "{shop}");
    assert!(shop["pool"]["max"].as_u64() > Some(0), "{shop}");
    let slow = shop["slow_statements"][0]["sql"].as_str().unwrap_or_default();
    assert!(slow.contains("'slow' AS s"), "{shop}");
}

#[tokio::test]
async fn the_catalogue_has_tables_columns_and_counts() {
    let site = Running::start().await;
    let catalog = site.get("/api/v1/db/catalog").await.body;
    let catalog: serde_json::Value = serde_json::from_str(&catalog).unwrap();
    assert_eq!(
        (&catalog["row_counts"]["artist"], &catalog["row_counts"]["titles"]),
        (&3.into(), &().into())
    );
    assert_eq!(catalog["tables"].as_array().map(Vec::len), Some(7));
}

#[tokio::test]
async fn the_console_has_an_address_for_each_view_and_no_script_of_others() {
    let site = Running::start().await;
    for target in ["/", "/sql", "/health", "/d/shop/t/album?sort=id"] {
        let answer = site.get(target).await;
        let policy = answer.header("content-security-policy").unwrap().to_owned();
        assert!(answer.status == 200 && answer.body.contains("Hypostyle"), "{target}");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(!policy.contains("script-src 'unsafe") && !answer.body.contains("__CSP_NONCE__"));
    }
    site.check_failure("/assets/..%2f..%2fCargo.toml", 404, "NOT_FOUND").await;
    site.check_failure("/nothing", 404, "NOT_FOUND").await;
    let shown = site.client.get("/nothing", &[("Accept", "text/html,*/*")]).await;
    assert_eq!((shown.status, shown.body.contains("Hypostyle")), (404, true));
}
