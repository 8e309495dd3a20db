//! SQL of the caller's own.

use std::time::{Duration, Instant};

use hypostyle_server::Config;

use crate::{Answer, Running};

const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 9000000000000000000)";

impl Running {
    async fn ask(&self, body: &str) -> Answer {
        self.client.json("POST", "/api/v1/db/query", &[], body).await
    }

    async fn sql(&self, sql: &str) -> Answer {
        self.ask(&format!("{{\"sql\":{}}}", serde_json::Value::from(sql))).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_answers_columns_and_rows() {
    let site = Running::start().await;
    let answer = site.sql("SELECT id, name, id AS id FROM artist ORDER BY id LIMIT 2;").await;
    let expect = concat!(
        r#"{"success":true,"columns":[{"name":"id","kind":"i64"},{"name":"name","kind":"text"},"#,
        r#"{"name":"id","kind":"i64"}],"rows":[[1,"Ada",1],[2,"Björk",2]],"row_count":2,"truncated":false,"#,
    );
    assert!(answer.status == 200 && answer.body.starts_with(expect), "{}", answer.body);
    for (body, rows) in [
        (
            r#"{"sql":"SELECT ?, ? || 'x'","params":[9223372036854775807,"a"]}"#,
            r#"[[9223372036854775807,"ax"]]"#,
        ),
        (
            r#"{"sql":"SELECT $1::numeric, $2","params":[12345678901234567890.10,true]}"#,
            "[[12345678901234567890.10,true]]",
        ),
        (r#"{"sql":"VALUES (1, NULL::int[])"}"#, "[[1,null]]"),
        (r#"{"sql":"TABLE sales.orders"}"#, "[[1,5]]"),
        (r#"{"sql":"(SELECT 1) UNION ALL SELECT 2"}"#, "[[1],[2]]"),
        (r#"{"sql":"WITH a AS (SELECT 1) TABLE a"}"#, "[[1]]"),
        (r#"{"sql":"SHOW transaction_read_only"}"#, r#"[["on"]]"#),
        (
            r#"{"sql":"SELECT '{\"a\": [1.10]}'::jsonb, '{a,NULL}'::text[], '[1,2)'::int4range"}"#,
            r#"[[{"a": [1.10]},["a",null],"[1,2)"]]"#,
        ),
    ] {
        let answer = site.ask(body).await;
        assert!(answer.body.contains(&format!("\"rows\":{rows},")), "{body}: {}", answer.body);
    }
    assert!(site.sql("EXPLAIN (ANALYZE) SELECT 1").await.body.contains("Planning"));
    let answer = site.ask(r#"{"sql":"SELECT id FROM artist","limit":2}"#).await;
    assert!(answer.body.contains(r#""row_count":2,"truncated":true"#), "{}", answer.body);
    let endless = "SELECT generate_series(1, 9000000000000000000)";
    let answer = site.ask(&format!("{{\"sql\":\"{endless}\",\"limit\":3}}")).await;
    assert!(answer.body.contains(r#""row_count":3,"truncated":true"#), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_refuses_every_write() {
    let site = Running::start().await;
    let file = site.scratch.server().folder().join("written");
    let program = format!("COPY (SELECT 1) TO PROGRAM 'cat > {}'", file.display());
    let hidden = format!("DO $$ BEGIN EXECUTE '{}'; END $$", program.replace('\'', "''"));
    for sql in [
        "DELETE FROM artist",
        "INSERT INTO artist (name) VALUES ('x') RETURNING id",
        "CREATE TABLE x (a int)",
        "CREATE TEMP TABLE x (a int)",
        "DROP TABLE artist",
        "SELECT 1 INTO x",
        "SELECT nextval('artist_id_seq')",
        "SELECT * FROM artist FOR UPDATE",
        "WITH x AS (DELETE FROM artist RETURNING 1) SELECT * FROM x",
        "EXPLAIN ANALYZE DELETE FROM artist",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SET TRANSACTION READ WRITE",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "RESET ALL",
        "COMMIT",
        "ROLLBACK",
        "BEGIN",
        "START TRANSACTION READ WRITE",
        "END",
        "PREPARE TRANSACTION 'x'",
        "PREPARE x AS DELETE FROM artist",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "LOCK TABLE artist",
        "LISTEN x",
        "NOTIFY x",
        "LOAD 'plpgsql'",
        "VACUUM",
        "CALL nothing()",
        "COPY artist TO STDOUT",
        &program,
        &hidden,
        "/* SELECT */ DELETE FROM artist",
    ] {
        let answer = site.sql(sql).await;
        assert_eq!(answer.status, 400, "{sql}: {}", answer.body);
        answer.assert_failure(400, "QUERY_FAILED");
    }
    assert!(!file.exists());
    assert_eq!(site.scratch.query("SELECT count(*) FROM artist").unwrap().trim(), "3");
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'";
    site.sql("SELECT pg_advisory_lock(7)").await;
    site.sql("SELECT set_config('work_mem', '7MB', false)").await;
    let left = site.sql("SHOW work_mem").await.body;
    assert!(!left.contains("7MB"), "{left}");
    assert_eq!(site.scratch.query(locks).unwrap().trim(), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_statement_is_one_whatever_a_backslash_means() {
    let script = format!("{}; CREATE TABLE t (a text)", crate::SHOP);
    let smuggled = r"SELECT '\'' ; COMMIT; DELETE FROM artist; --'";
    let plain = r"SELECT 'a\'; COMMIT; DELETE FROM artist; --'";
    for options in ["", "?options=-c%20standard_conforming_strings%3Doff"] {
        let site = Running::start_at(Config::default(), &script, options).await;
        for sql in [smuggled, plain] {
            site.sql(sql).await.assert_failure(400, "QUERY_FAILED");
        }
        assert_eq!(site.scratch.query("SELECT count(*) FROM artist").unwrap().trim(), "3");
        let answer = site.sql(r"SELECT $q$a\';b$q$").await;
        assert!(answer.body.contains(r#""rows":[["a\\';b"]]"#), "{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_told_with_its_place() {
    let site = Running::start().await;
    let check = async |sql: &str, message: &str, place: &str| {
        let answer = site.sql(sql).await;
        answer.assert_failure(400, "QUERY_FAILED");
        let end = format!("\",\"module\":\"core.database\",\"details\":{place}");
        let found = answer.body.contains(message) && answer.body.contains(&end);
        assert!(found, "{sql}: {}", answer.body);
    };
    let column = r#"column \"nam\" does not exist"#;
    check("SELECT id,\n  nam FROM artist", column, r#"{"line":2,"column":3}"#).await;
    let syntax = r#"syntax error at or near \"SELEC\""#;
    check("SELEC 1", syntax, r#"{"line":1,"column":1}"#).await;
    check("-- é\n\n SELEC 1", syntax, r#"{"line":3,"column":2}"#).await;
    check("SELECT 1/0", "division by zero", "{}").await;
    check("SELECT 'x'::int", "invalid input syntax", r#"{"line":1,"column":8}"#).await;
    check(" -- nothing", "There is no statement", "{}").await;
    let several = "There are several statements; run one at a time";
    check("SELECT 1;\nSELECT 2", several, r#"{"line":2,"column":1}"#).await;
    site.ask(r#"{"sql":"SELECT ?","params":[[1]]}"#).await.assert_failure(400, "INVALID_BODY");
    let role = format!("reader_{}", std::process::id());
    let script = format!("{}; CREATE ROLE {role}", crate::SHOP);
    let options = format!("?options=-c%20role%3D{role}");
    let reader = Running::start_at(Config::default(), &script, &options).await;
    let answer = reader.sql("SELECT * FROM artist").await;
    answer.assert_failure(400, "QUERY_FAILED");
    assert!(answer.body.contains("permission denied for table artist"), "{}", answer.body);
    reader.db.close().await.unwrap();
    reader.scratch.query(&format!("DROP ROLE {role}")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_ends_with_its_time_or_with_its_caller() {
    let config = Config { request_timeout: Duration::from_millis(300), ..Config::default() };
    let site = Running::start_with(config, crate::SHOP).await;
    site.sql(ENDLESS).await.assert_failure(504, "QUERY_TIMEOUT");
    site.sql("SELECT pg_sleep(600)").await.assert_failure(504, "QUERY_TIMEOUT");
    let site = Running::start_at(Config::default(), crate::SHOP, "?statement_timeout=100").await;
    site.sql(ENDLESS).await.assert_failure(504, "QUERY_TIMEOUT");
    let site = Running::start().await;
    let body = format!("{{\"sql\":\"{ENDLESS}\"}}");
    let gone = tokio::time::timeout(Duration::from_millis(300), site.ask(&body)).await;
    assert!(gone.is_err());
    let busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND pid <> pg_backend_pid() AND state <> 'idle'";
    let began = Instant::now();
    while site.scratch.query(busy).unwrap().trim() != "0" {
        assert!(began.elapsed() < Duration::from_secs(20), "the statement goes on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
