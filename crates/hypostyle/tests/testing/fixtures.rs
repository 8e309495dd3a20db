//! Rows from files.

use std::path::PathBuf;

use hypostyle::testing::{Setup, load};
use hypostyle::{Database, ErrorKind, Model, Result};
use tempfile::TempDir;

use crate::cases;
use crate::shop::{Comment, Post, User, count, models, users};

cases![
    tables_are_loaded_in_the_order_of_their_keys,
    the_engine_numbers_on_behind_the_rows,
    a_wrong_file_says_file_table_row_and_column,
    a_file_of_sql_is_run,
];

const BLOG: &str = r#"{
    "comments": [
        {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "post_id": 12, "author_id": null, "text": "a \"b\""}
    ],
    "posts": [
        {"id": 11, "author_id": 2, "title": "first"},
        {"id": 12, "author_id": 7, "title": "second", "likes": 3}
    ],
    "users": [
        {"id": 2, "email": "ada@example.org", "age": 36, "created_at": "2026-01-02T03:04:05"},
        {"id": 7, "email": "bob@example.org"}
    ]
}"#;

/// A file in a folder of its own.
fn file(name: &str, text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

async fn tables_are_loaded_in_the_order_of_their_keys(setup: Setup) -> Result<()> {
    let (_folder, path) = file("blog.json", BLOG);
    let db = setup.models(&models()).fixtures(path).open().await?;
    assert_eq!((count(&db).await?, Post::on(&db).get(12).await?.likes), (2, 3));
    let ada = User::on(&db).get(2).await?;
    assert_eq!((ada.age, ada.created_at.micros_exact()), (Some(36), Some(1_767_323_045_000_000)));
    assert_eq!(Post::on(&db).get(11).await?.likes, 0);
    let comment = Comment::on(&db).find().first().await?.unwrap();
    assert_eq!((comment.author_id, comment.text.as_str()), (None, "a \"b\""));
    Ok(())
}

async fn the_engine_numbers_on_behind_the_rows(setup: Setup) -> Result<()> {
    let (_folder, path) = file("blog.json", BLOG);
    let db = setup.models(&models()).fixtures(path).open().await?;
    let next = users().create(&db).await?;
    assert!(next.id > 7, "{}", next.id);
    Ok(())
}

/// Loads a file that is refused.
async fn refused(db: &Database, text: &str) -> (ErrorKind, String) {
    let (_folder, path) = file("wrong.json", text);
    let error = load(db, &path).await.unwrap_err();
    let told = error.message().strip_prefix(&format!("{}: ", path.display())).unwrap();
    assert_eq!(count(db).await.unwrap(), 0);
    (error.kind(), told.to_owned())
}

async fn a_wrong_file_says_file_table_row_and_column(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    let column = r#"{"users": [{"email": "a"}, {"email": "b", "agee": 3}]}"#;
    let (kind, told) = refused(&db, column).await;
    assert_eq!(kind, ErrorKind::Validation);
    assert!(told.starts_with("users, row 2: ") && told.contains("agee"), "{told}");

    let (kind, told) = refused(&db, r#"{"user": []}"#).await;
    assert_eq!(kind, ErrorKind::Validation);
    assert!(told.contains("user"), "{told}");

    let (kind, told) = refused(&db, r#"{"users": [{"email": "a", "age": "old"}]}"#).await;
    assert_eq!(kind, ErrorKind::Validation);
    assert!(told.starts_with("users, row 1: ") && told.contains("age"), "{told}");

    let twice = r#"{"users": [{"email": "a"}, {"email": "a"}]}"#;
    let (kind, told) = refused(&db, twice).await;
    assert_eq!(kind, ErrorKind::UniqueViolation);
    assert!(told.starts_with("users, row 2: "), "{told}");

    let orphan =
        r#"{"users": [{"id": 1, "email": "a"}], "posts": [{"author_id": 9, "title": "t"}]}"#;
    let (kind, told) = refused(&db, orphan).await;
    assert_eq!(kind, ErrorKind::ForeignKeyViolation);
    assert!(told.starts_with("posts, row 1: "), "{told}");

    let (_, told) = refused(&db, r#"{"users": {"email": "a"}}"#).await;
    assert_eq!(told, r#"users: an array of rows is expected, as [{"id": 1}]"#);
    let (_, told) = refused(&db, r#"{"users": [3]}"#).await;
    assert_eq!(told, r#"users, row 1: users: a row is an object, as [{"id": 1}]"#);
    let (_, told) = refused(&db, "{\n\"users\": [}").await;
    assert!(told.contains("line 2"), "{told}");

    let missing = load(&db, "no/such/file.json").await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Io);
    assert!(missing.message().starts_with("no/such/file.json: it cannot be read"), "{missing}");
    Ok(())
}

async fn a_file_of_sql_is_run(setup: Setup) -> Result<()> {
    let sql = "INSERT INTO users (email, age) VALUES ('a', 1);\n-- one more\n\
               INSERT INTO users (email, age) VALUES ('b', 2);\n";
    let (_folder, path) = file("users.sql", sql);
    let db = setup.models(&models()).fixtures(path).open().await?;
    assert_eq!(count(&db).await?, 2);
    let (_folder, path) =
        file("more.sql", "INSERT INTO users (email) VALUES ('c');\nSELECT * FROM x");
    let error = load(&db, &path).await.unwrap_err();
    assert!(error.message().starts_with(&path.display().to_string()), "{error}");
    assert_eq!(count(&db).await?, 2);
    Ok(())
}
