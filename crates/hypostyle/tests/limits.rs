//! What a URL limits.

use hypostyle::{Database, ErrorKind};

#[tokio::test]
async fn no_value_is_longer_than_the_url_says() {
    let db = Database::open("sqlite::memory:?value_bytes_max=1000").await.unwrap();
    let length = async |bytes: i64| {
        db.fetch_value::<i64>("SELECT length(zeroblob(?) || '')", (bytes,)).await
    };
    assert_eq!(length(900).await.map_err(|error| error.kind()), Ok(0));
    assert_eq!(length(1_001).await.map_err(|error| error.kind()), Err(ErrorKind::Limit));
}
