//! The default layers around a real engine.
#![cfg(feature = "sqlite")]

use std::time::Duration;

use hypostyle::layers::Timeout;
use hypostyle::{Backoff, Context, Database, Environment, ErrorKind, Result, RetryPolicy};

const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_deadline_ends_at_the_default_one() -> Result<()> {
    let options = Database::options().timeout(Duration::from_millis(50));
    let db = options.open("sqlite::memory:").await?;
    let error = db.fetch_value::<i64>(ENDLESS, ()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().starts_with("Query timeout"), "{error}");
    let mut transaction = db.begin().await?;
    let error = transaction.fetch_value::<i64>(ENDLESS, ()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_is_tried_again_until_the_lock_is_gone() -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}?busy_timeout=1", folder.path().join("t.db").display());
    let first = Duration::from_millis(50);
    let locked = Backoff { attempts_max: 3, first, longest: first };
    let policy = RetryPolicy { locked, ..RetryPolicy::default() };
    let db = Database::options().retry(policy).open(&url).await?;
    let other = Database::open(&url).await?;
    db.execute("CREATE TABLE t (id INTEGER)", ()).await?;

    let mut holder = other.begin().await?;
    holder.execute("INSERT INTO t VALUES (1)", ()).await?;
    let context = Context::new("c-7");
    let write = || db.request("INSERT INTO t VALUES (2)").tag("write t").context(&context);
    let error = write().execute().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(error.message().starts_with("write t failed after 3 attempts: "), "{error}");
    assert_eq!(error.context("correlation_id"), Some("c-7"));

    holder.commit().await?;
    write().execute().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_says_how_often_and_code_whether_at_all() -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}?busy_timeout=1", folder.path().join("t.db").display());
    let twice = || {
        let environment = Environment::from_map([("DATABASE_MAX_RETRIES", "2")]);
        Database::options().environment(environment)
    };
    let db = twice().open(&url).await?;
    let never = twice().retry(None).open(&url).await?;
    let mut holder = db.begin().await?;
    holder.execute("CREATE TABLE t (id INTEGER)", ()).await?;

    let other = twice().open(&url).await?;
    let error = other.execute("CREATE TABLE u (id INTEGER)", ()).await.unwrap_err();
    assert!(error.message().starts_with("the request failed after 2 attempts: "), "{error}");
    let error = never.execute("CREATE TABLE u (id INTEGER)", ()).await.unwrap_err();
    assert_eq!((error.kind(), error.context("attempts")), (ErrorKind::Locked, None));
    Ok(())
}

#[tokio::test]
async fn two_layers_of_one_rank_are_refused_and_defaults_can_be_left_out() -> Result<()> {
    let timeout = Timeout::new(Duration::from_secs(1));
    let refused = Database::options().layer(timeout).open("sqlite::memory:").await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Config);
    let replaced = Database::options().timeout(None).layer(timeout);
    assert!(replaced.open("sqlite::memory:").await?.health_check().await);
    let bare = Database::options().without_layers().layer(timeout);
    assert_eq!(bare.open("sqlite::memory:").await?.figures(), None);
    Ok(())
}
