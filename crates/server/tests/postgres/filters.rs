//! Filters, sorting and pages over real rows.

use crate::{Running, TABLES};

async fn check(site: &Running, query: &str, ids: &[i64]) {
    let records: Vec<String> = ids.iter().map(|id| format!("{{\"id\":{id}}}")).collect();
    let target = format!("{TABLES}/album?select=id&{query}");
    site.check_records(&target, &format!("[{}]", records.join(","))).await;
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
    check(&site, "artist_id=is.notnull", &[1, 2, 3]).await;
    check(&site, "live=is.true", &[1, 3]).await;
    check(&site, "live=is.false", &[2]).await;
    check(&site, "live=eq.true", &[1, 3]).await;
    check(&site, "artist_id=is.true", &[1, 2, 3]).await;
    check(&site, "artist_id=is.false", &[]).await;
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
    check(&site, "title=like.%5C", &[]).await;
    check(&site, "id=like.*2*", &[2]).await;
    check(&site, "released=like.2024-02*", &[2]).await;
    check(&site, "extra=like.*1.10*", &[1]).await;
    let site = Running::start_at(
        hypostyle_server::Config::default(),
        crate::SHOP,
        "?options=-c%20standard_conforming_strings%3Doff",
    );
    let site = site.await;
    check(&site, "title=like.*%5C%25", &[3]).await;
    check(&site, "title=eq.'%5C", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_compared_as_their_column_stores_them() {
    let site = Running::start().await;
    check(&site, "price=eq.9.99", &[1]).await;
    check(&site, "price=eq.10.000", &[2]).await;
    check(&site, "price=lt.10.000000000000000000001", &[1, 2, 3]).await;
    check(&site, "score=gte.1.5", &[2, 3]).await;
    check(&site, "cover=eq.AP8=", &[1]).await;
    check(&site, "released=eq.2024-01-01T00:00:00", &[1]).await;
    check(&site, "released=gte.2024-02-01", &[2, 3]).await;
    check(&site, "released=lt.2024-02-01T10:00:00", &[1]).await;
    check(&site, "artist_id=eq.9223372036854775807", &[]).await;
    check(&site, "artist_id=lt.-3000000000", &[]).await;
    let row = "INSERT INTO every (small, real, num, day, clock, moment, span, uuid, mood, ip, range, \
               money, bits) VALUES (7, 0.1, 'NaN', 'infinity', '24:00', '2024-05-06 07:08:09+02', \
               '1 day 2 s', '67e55044-10b1-426f-9247-bb680e5fe0c8', 'very, happy', '10.0.0.1', \
               '[1,5)', 12.5, B'101')";
    site.db.execute(row, ()).await.unwrap();
    for filter in [
        "small=eq.7",
        "small=lt.70000",
        "real=eq.0.1",
        "real=in.(0.1,9)",
        "num=eq.NaN",
        "day=gt.2024-01-01",
        "moment=eq.2024-05-06T05:08:09Z",
        "moment=gte.2024-05-06",
        "span=eq.P1DT2S",
        "uuid=eq.67E55044-10b1-426f-9247-bb680e5fe0c8",
        "mood=eq.very,%20happy",
        "mood=in.(sad,%22very,%20happy%22)",
        "mood=gt.so-so",
        "ip=eq.10.0.0.1",
        "ip=lt.10.0.0.2",
        "range=eq.[1,4]",
        "money=gt.$3",
        "bits=eq.101",
        "ip=like.10.*",
        "mood=ilike.VERY*",
        "place=is.null&tags=is.null&doc=is.null",
    ] {
        site.check_records(&format!("{TABLES}/every?select=id&{filter}"), "[{\"id\":1}]").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_value_of_a_column_is_refused_clearly() {
    let site = Running::start().await;
    let refused = async |filter: &str, code: &str, message: &str| {
        let target = format!("{TABLES}/every?{filter}");
        let answer = site.check_failure(&target, 400, code).await;
        assert!(answer.body.contains(message), "{filter}: {}", answer.body);
    };
    let whole = "'x' is not a whole number of 64 bits, as 'small' takes";
    refused("small=eq.x", "INVALID_VALUE", whole).await;
    refused("num=eq.1,5", "INVALID_VALUE", "'1,5' is not a number").await;
    refused("real=eq.1e99", "INVALID_VALUE", "not a number of 32 bits").await;
    refused("day=eq.1704164645", "INVALID_VALUE", "is not a date").await;
    refused("moment=eq.2024-05-06T05:08:09", "INVALID_VALUE", "a timestamp with zone").await;
    refused("mood=eq.glad", "INVALID_VALUE", "'glad' is not one of the values of its type").await;
    for column in ["doc", "place", "tags", "docs"] {
        let filter = format!("{column}=eq.1");
        refused(&filter, "INVALID_VALUE", "is not a value that can be compared").await;
    }
    let told = "A value is none of its column's type, as the database reads it";
    refused("ip=eq.nowhere", "INVALID_VALUE", told).await;
    refused("bits=eq.7", "INVALID_VALUE", told).await;
    refused("range=gt.[5,1]", "INVALID_VALUE", told).await;
    refused("words=eq.%26", "INVALID_VALUE", told).await;
    let told = "The database knows no order, or no equality";
    refused("point=eq.(1,2)", "INVALID_PARAMETER", told).await;
    refused("xml=eq.a", "INVALID_PARAMETER", told).await;
    refused("mood=is.true", "INVALID_FILTER", "asks for a truth value").await;
    refused("small=eq.%00", "INVALID_PARAMETER", "NUL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_can_be_sorted_by_and_orders_all_rows() {
    let site = Running::start().await;
    let rows = "INSERT INTO every (small, doc, xml, point, place, tags, docs) \
                SELECT 1, '{}', '<a/>', '(1,2)', ROW('a', 1)::place, '{a}', '{}' \
                FROM generate_series(1, 3)";
    site.db.execute(rows, ()).await.unwrap();
    for column in ["small", "doc", "xml", "point", "place", "tags", "docs", "ip", "range", "mood"] {
        let target = format!("{TABLES}/every?select=id&sort=-{column}");
        site.check_records(&target, "[{\"id\":1},{\"id\":2},{\"id\":3}]").await;
    }
    check(&site, "sort=-id", &[4, 3, 2, 1]).await;
    check(&site, "sort=live,-price", &[2, 1, 3, 4]).await;
    let titles = format!("{TABLES}/titles?select=title&sort=-title&page_size=1&page=4");
    site.check_records(&titles, "[{\"title\":\"100%\"}]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_neither_repeat_nor_skip_a_row() {
    let script = "CREATE TABLE plain (n int); CREATE TABLE person (id int PRIMARY KEY, n int);
        CREATE TABLE player (club text, PRIMARY KEY (id)) INHERITS (person);
        CREATE TABLE part (n int) PARTITION BY HASH (n);
        CREATE TABLE part_0 PARTITION OF part FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE part_1 PARTITION OF part FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO plain SELECT 1 FROM generate_series(1, 50);
        INSERT INTO person SELECT i, 1 FROM generate_series(1, 25) AS i;
        INSERT INTO player SELECT i, 1, 'x' FROM generate_series(1, 25) AS i;
        INSERT INTO part SELECT i / 5 FROM generate_series(1, 50) AS i;
        CREATE MATERIALIZED VIEW kept AS SELECT n FROM plain";
    let site = Running::start_with(hypostyle_server::Config::default(), script).await;
    for table in ["plain", "person", "part", "kept"] {
        let mut records = 0;
        for page in 1..=6 {
            let target = format!("{TABLES}/{table}?sort=n&page={page}&page_size=9");
            let answer = site.get(&target).await;
            assert!(answer.body.contains("\"total_records\":50"), "{}", answer.body);
            records += answer.body.matches("{\"").count() - 1;
        }
        assert_eq!(records, 50, "{table}");
    }
}
