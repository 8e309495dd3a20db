//! The resources of the specification, field by field.

use super::{Running, SHOP};
use hypostyle_server::Config;

#[tokio::test(flavor = "multi_thread")]
async fn status_shows_the_database_and_its_tables() {
    let site = Running::start().await;
    let path = site.folder.path().join("shop.db");
    let expect = format!(
        "{{\"status\":\"connected\",\"engine\":\"sqlite:{}\",\"initialization\":{{\"ready\":true,\
         \"database\":\"shop\",\"databases\":[\"shop\",\"blog\"],\"pool\":{{\"active\":0,",
        path.display()
    );
    let answer = site.get("/api/v1/db/status").await;
    assert!(answer.status == 200 && answer.body.starts_with(&expect), "{}", answer.body);
    let tables = r#""tables":["album","artist","free","line","numbers","odd \"name","titles"],"table_count":7}"#;
    assert!(answer.body.ends_with(tables), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_is_told_for_one_database_and_for_all() {
    let site = Running::start().await;
    let ready = r#"{"ready":true,"status":"ready"}"#;
    site.check("/api/v1/db/is-ready", 200, ready).await;
    site.check("/api/v1/db/is-ready?db=blog", 200, ready).await;
    site.check("/readyz", 200, ready).await;
    site.check("/healthz", 200, r#"{"status":"alive"}"#).await;
    site.db.close().await.unwrap();
    let not_ready = r#"{"ready":false,"status":"not_ready"}"#;
    site.check("/api/v1/db/is-ready", 503, not_ready).await;
    site.check("/api/v1/db/is-ready?db=blog", 200, ready).await;
    site.check("/readyz", 503, not_ready).await;
    site.check("/healthz", 200, r#"{"status":"alive"}"#).await;
    site.check_failure("/api/v1/db/tables", 503, "DATABASE_UNAVAILABLE").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_listed_for_the_database_asked_for() {
    let site = Running::start().await;
    let all = r#"{"success":true,"tables":["album","artist","free","line","numbers","odd \"name","titles"]}"#;
    site.check("/api/v1/db/tables", 200, all).await;
    site.check("/api/v1/db/tables?db=blog", 200, r#"{"success":true,"tables":["post"]}"#).await;
    let by_header = site.client.get("/api/v1/db/tables", &[("X-Database", "blog")]).await;
    assert_eq!(by_header.body, r#"{"success":true,"tables":["post"]}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_rows_has_every_field() {
    let site = Running::start().await;
    site.check(
        "/api/v1/db/tables/artist?page=1&page_size=2",
        200,
        concat!(
            r#"{"success":true,"table":"artist","page":1,"page_size":2,"total_records":3,"#,
            r#""total_pages":2,"has_next":true,"records":[{"id":1,"name":"Ada"},"#,
            r#"{"id":2,"name":"Björk"}]}"#,
        ),
    )
    .await;
    site.check(
        "/api/v1/db/tables/ARTIST?page=2&page_size=2",
        200,
        concat!(
            r#"{"success":true,"table":"artist","page":2,"page_size":2,"total_records":3,"#,
            r#""total_pages":2,"has_next":false,"records":[{"id":3,"name":"Zoé"}]}"#,
        ),
    )
    .await;
    site.check(
        "/api/v1/db/tables/artist?page=9007199254740991",
        200,
        concat!(
            r#"{"success":true,"table":"artist","page":9007199254740991,"page_size":50,"#,
            r#""total_records":3,"total_pages":1,"has_next":false,"records":[]}"#,
        ),
    )
    .await;
    site.check(
        "/api/v1/db/tables/post?db=blog",
        200,
        concat!(
            r#"{"success":true,"table":"post","page":1,"page_size":50,"total_records":0,"#,
            r#""total_pages":0,"has_next":false,"records":[]}"#,
        ),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_value_is_exact_json() {
    let site = Running::start().await;
    let numbers = concat!(
        r#"[{"big":9223372036854775807,"tenth":0.1},"#,
        r#"{"big":-9223372036854775808,"tenth":1e300}]"#,
    );
    site.check_records("/api/v1/db/tables/numbers", numbers).await;
    let first = concat!(
        r#"[{"id":1,"artist_id":1,"title":"One","price":9.99,"released":"2024-01-01T00:00:00","#,
        r#""live":true,"cover":"AP8=","extra":{"a": [1.10]},"score":0.5}]"#,
    );
    site.check_records("/api/v1/db/tables/album?id=eq.1", first).await;
    let not_json = r#"[{"extra":"1},{\"x\":2"}]"#;
    site.check_records("/api/v1/db/tables/album?id=eq.3&select=extra", not_json).await;
    let nothing = r#"[{"title":"<script>alert(1)</script>","price":null,"live":null}]"#;
    site.check_records("/api/v1/db/tables/album?id=eq.4&select=title,price,live", nothing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_neither_repeat_nor_skip_rows() {
    let rows: String = (0..97)
        .map(|at| format!("INSERT INTO tied (name, same) VALUES ('{}', 1);", at % 7))
        .collect();
    let script = format!(
        "CREATE TABLE tied (name TEXT, same INT);
         CREATE VIEW seen AS SELECT rowid AS number, same FROM tied; {rows}"
    );
    let site = Running::start_with(Config::default(), &script).await;
    for (table, sort) in [("tied", "same"), ("tied", "-name"), ("seen", "-same")] {
        let mut all = Vec::new();
        for page in 1..=10 {
            let target = format!("/api/v1/db/tables/{table}?sort={sort}&page_size=10&page={page}");
            let body = site.get(&target).await.body;
            assert!(body.contains("\"total_records\":97,\"total_pages\":10"), "{body}");
            all.extend(body.split("},{").map(str::to_owned));
        }
        assert_eq!(all.len(), 97, "{table} by {sort}");
    }
    let seen = site.get("/api/v1/db/tables/seen?sort=-same&page_size=10&page=10").await.body;
    assert!(seen.ends_with(r#"{"number":97,"same":1}]}"#), "{seen}");
}

#[tokio::test]
async fn a_schema_is_shown_on_a_runtime_of_one_thread() {
    let site = Running::start().await;
    let answer = site.get("/api/v1/db/tables/album/schema").await;
    let begin = concat!(
        r#"{"success":true,"table":"album","schema_definition":{"schema":"main","name":"album","#,
        r#""kind":"table","columns":[{"name":"id","type":"INTEGER","kind":"i64","#,
    );
    assert!(answer.status == 200 && answer.body.starts_with(begin), "{}", answer.body);
    let key = r#""foreign_keys":[{"columns":["artist_id"],"referenced_table":"artist","#;
    assert!(answer.body.contains(key), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_are_said_to_be_none() {
    let site = Running::start().await;
    let none = concat!(
        r#"{"success":true,"configured":false,"changeable":false,"has_models":false,"current":null,"#,
        r#""applied":[],"pending":[],"running":null,"last_run":null}"#,
    );
    site.check("/api/v1/db/migrations/status", 200, none).await;
    site.check_failure("/api/v1/db/migrations/status?db=x", 404, "DATABASE_NOT_FOUND").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_one_moment_while_others_write() {
    let site = Running::start_with(Config::default(), SHOP).await;
    let db = site.db.clone();
    let writer = tokio::spawn(async move {
        for _ in 0..200 {
            db.execute("INSERT INTO numbers VALUES (1, 1)", ()).await.unwrap();
        }
    });
    while !writer.is_finished() {
        let body = site.get("/api/v1/db/tables/numbers?page_size=1000").await.body;
        let total: usize = body
            .split_once("\"total_records\":")
            .and_then(|(_, rest)| rest.split_once(','))
            .and_then(|(total, _)| total.parse().ok())
            .unwrap();
        assert_eq!(body.matches("{\"big\"").count(), total);
    }
    writer.await.unwrap();
}
