//! Filters, sorting and columns over real rows, and attempts to break out of them.

use super::Running;

const ALBUM: &str = "/api/v1/db/tables/album?select=id&";

async fn check(site: &Running, query: &str, ids: &[i64]) {
    let records: Vec<String> = ids.iter().map(|id| format!("{{\"id\":{id}}}")).collect();
    site.check_records(&format!("{ALBUM}{query}"), &format!("[{}]", records.join(","))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operator_finds_its_rows() {
    let site = Running::start().await;
    check(&site, "id=eq.2", &[2]).await;
    check(&site, "id=neq.2", &[1, 3, 4]).await;
    check(&site, "id=gt.2", &[3, 4]).await;
    check(&site, "id=gte.2&id=lt.4", &[2, 3]).await;
    check(&site, "id=not.lte.2", &[3, 4]).await;
    check(&site, "id=in.(1,3,9)", &[1, 3]).await;
    check(&site, "id=not.in.(1,3)", &[2, 4]).await;
    check(&site, "id=in.()", &[]).await;
    check(&site, "artist_id=is.null", &[4]).await;
    check(&site, "artist_id=not.is.null", &[1, 2, 3]).await;
    check(&site, "artist_id=is.notnull", &[1, 2, 3]).await;
    check(&site, "live=is.true", &[1, 3]).await;
    check(&site, "live=is.false", &[2]).await;
    check(&site, "live=eq.true", &[1, 3]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn patterns_hold_to_case_unless_told_otherwise() {
    let site = Running::start().await;
    check(&site, "title=like.O*", &[1]).await;
    check(&site, "title=like.o*", &[]).await;
    check(&site, "title=ilike.o*", &[1]).await;
    check(&site, "title=like.t_o", &[2]).await;
    check(&site, "title=like.*%5C%25", &[3]).await;
    check(&site, "title=ilike.*%5C%25", &[3]).await;
    check(&site, "title=not.like.*o*", &[1, 3, 4]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_compared_as_their_column_stores_them() {
    let site = Running::start().await;
    check(&site, "price=eq.9.99", &[1]).await;
    check(&site, "price=eq.10.00", &[2]).await;
    check(&site, "price=lt.10", &[1, 3]).await;
    check(&site, "score=gte.1.5", &[2, 3]).await;
    check(&site, "cover=eq.AP8=", &[1]).await;
    check(&site, "released=eq.2024-01-01T00:00:00", &[1]).await;
    check(&site, "released=eq.2024-03-01T12:00:00", &[3]).await;
    check(&site, "released=gte.2024-02-01", &[2, 3]).await;
    check(&site, "released=lt.2024-02-01T10:00:00", &[1]).await;
    let odd = "/api/v1/db/tables/odd%20%22name?select=page&";
    site.check_records(&format!("{odd}any_thing=eq.5"), r#"[{"page":7},{"page":8}]"#).await;
    site.check_records(&format!("{odd}any_thing=eq.007"), r#"[{"page":9}]"#).await;
    site.check_records(&format!("{odd}a+b=eq.007"), r#"[{"page":9}]"#).await;
    site.check_records(&format!("{odd}filter.page=gt.7&x'y=is.null"), r#"[{"page":8}]"#).await;
    site.check_records("/api/v1/db/tables/titles?loud=eq.TWO", r#"[{"title":"two","loud":"TWO"}]"#)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_sorted_and_columns_chosen() {
    let site = Running::start().await;
    check(&site, "sort=-id", &[4, 3, 2, 1]).await;
    check(&site, "sort=live,-price", &[4, 2, 1, 3]).await;
    site.check_records(
        "/api/v1/db/tables/album?select=title,ID&sort=title&page_size=2",
        r#"[{"title":"100%","id":3},{"title":"<script>alert(1)</script>","id":4}]"#,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_request_becomes_sql() {
    let site = Running::start().await;
    let attempts = [
        "1 OR 1=1",
        "1); DROP TABLE album; --",
        "' OR ''='",
        "\" OR \"\"=\"",
        "1 UNION SELECT name FROM artist",
        "?",
        "$1",
        ":name",
        "/*",
        "\\",
        "x'00'",
    ];
    for attempt in attempts {
        let text: String = attempt.bytes().map(|byte| format!("%{byte:02X}")).collect();
        check(&site, &format!("title=eq.{text}"), &[]).await;
        check(&site, &format!("title=in.({text})"), &[]).await;
        check(&site, &format!("title=ilike.{text}"), &[]).await;
        site.check_failure(&format!("{ALBUM}id=eq.{text}"), 400, "INVALID_VALUE").await;
        site.check_failure(&format!("{ALBUM}id={text}"), 400, "INVALID_FILTER").await;
        site.check_failure(&format!("{ALBUM}id=is.{text}"), 400, "INVALID_FILTER").await;
        site.check_failure(&format!("{ALBUM}{text}=eq.1"), 400, "COLUMN_NOT_FOUND").await;
        site.check_failure(&format!("{ALBUM}sort={text}"), 400, "COLUMN_NOT_FOUND").await;
        site.check_failure(&format!("{ALBUM}page={text}"), 400, "INVALID_PAGE").await;
        site.check_failure(&format!("{ALBUM}page_size={text}"), 400, "INVALID_PAGE").await;
        site.check_failure(&format!("{ALBUM}db={text}"), 404, "DATABASE_NOT_FOUND").await;
        site.check_failure(&format!("/api/v1/db/tables/{text}"), 404, "TABLE_NOT_FOUND").await;
        site.check_failure(&format!("/api/v1/db/tables/{text}/schema"), 404, "TABLE_NOT_FOUND")
            .await;
    }
    check(&site, "", &[1, 2, 3, 4]).await;
}
