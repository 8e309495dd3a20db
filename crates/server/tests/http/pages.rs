//! The pages people read.

use super::{Answer, Site};

async fn page(site: &Site, target: &str) -> Answer {
    let answer = site.client.get(target, &[("Accept", "text/html")]).await;
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(!answer.body.contains("<script"), "{}", answer.body);
    assert!(!answer.body.contains(" style="), "{}", answer.body);
    answer
}

#[track_caller]
fn assert_shows(answer: &Answer, parts: &[&str]) {
    for part in parts {
        assert!(answer.body.contains(part), "no {part} in {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_lists_databases_and_counts_rows() {
    let site = Site::start().await;
    let home = page(&site, "/").await;
    assert_eq!(home.status, 200);
    assert_shows(
        &home,
        &[
            "2 databases · 5 tables · 1 view · 12 rows",
            "<h2>shop</h2>",
            "href=\"/t/shop/album\"",
            "href=\"/t/shop/odd%20%22name\">odd &quot;name</a>",
            "<td>view</td>",
            "title=\"not counted\"",
            "href=\"/t/blog/post\"",
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_shown_with_its_rows_escaped() {
    let site = Site::start().await;
    let album = page(&site, "/t/shop/album").await;
    assert_shows(
        &album,
        &[
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "<td class=\"null\">NULL</td>",
            "⟨2 bytes⟩",
            "href=\"/t/shop/artist?id=eq.1\">1</a>",
            "href=\"/t/shop/album?sort=title\"",
            "Rows 1–4 of 4 · page 1 of 1",
            "href=\"/api/v1/db/tables/album?db=shop\"",
            "<h2>Schema</h2>",
        ],
    );
    let odd = page(&site, "/t/shop/odd%20%22name").await;
    assert_shows(&odd, &["sort=x%27y", "x'y"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_keep_filters_sorting_and_size() {
    let site = Site::start().await;
    let target = "/t/shop/album?page_size=1&sort=-id&id=lt.4&page=2";
    let second = page(&site, target).await;
    assert_shows(
        &second,
        &[
            "3 rows found",
            "id lt.4",
            "href=\"/t/shop/album?page_size=1&amp;sort=-id\" aria-label=\"Remove filter id lt.4\"",
            "aria-sort=\"descending\"",
            "href=\"/t/shop/album?page_size=1&amp;id=lt.4&amp;sort=id\"",
            "href=\"/t/shop/album?page_size=1&amp;sort=-id&amp;id=lt.4&amp;page=3\">Next",
            "page 2 of 3",
        ],
    );
    let past = page(&site, "/t/shop/album?page=9").await;
    assert_shows(&past, &["This page is past the last row.", "href=\"/t/shop/album\""]);
    let none = page(&site, "/t/shop/album?id=gt.9").await;
    assert_shows(&none, &["No row meets these filters."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_pages_for_browsers_and_escaped() {
    let site = Site::start().await;
    let missing = page(&site, "/t/shop/%3Cimg%20src=x%20onerror=alert(1)%3E").await;
    assert_eq!(missing.status, 404);
    assert_shows(&missing, &["TABLE_NOT_FOUND", "&lt;img src=x onerror=alert(1)&gt;"]);
    let value = page(&site, "/t/shop/album?id=eq.%3Cb%3E%22").await;
    assert_eq!(value.status, 400);
    assert_shows(&value, &["INVALID_VALUE", "&lt;b&gt;&quot;"]);
    assert_eq!(page(&site, "/t/nope/album").await.status, 404);
    assert_eq!(page(&site, "/nothing").await.status, 404);
    site.check_failure("/t/nope/album", 404, "DATABASE_NOT_FOUND").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_does_not_hide_the_others() {
    let site = Site::start().await;
    site.db.close().await.unwrap();
    let home = page(&site, "/").await;
    assert_shows(&home, &["The database does not answer", "href=\"/t/blog/post\""]);
}
