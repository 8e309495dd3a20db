//! Rows with what does not matter filled in.

use std::collections::HashSet;

use hypostyle::testing::{Factory, Setup};
use hypostyle::{Capability, ErrorKind, Model, Result};

use crate::cases;
use crate::shop::{Comment, NewUser, Post, User, comments, count, models, posts, users};

cases![
    every_row_has_a_number_of_its_own,
    a_test_says_only_what_matters,
    a_row_brings_those_it_belongs_to,
    a_row_that_names_another_brings_none,
    a_row_brings_those_that_belong_to_it,
    a_row_that_breaks_a_key_leaves_nothing,
    a_factory_makes_rows_in_a_transaction,
    a_row_is_built_without_the_database,
];

async fn every_row_has_a_number_of_its_own(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    let mut made = users().create_many(&db, 10).await?;
    made.push(users().create(&db).await?);
    let emails: HashSet<String> = made.into_iter().map(|user| user.email).collect();
    assert_eq!((emails.len(), count(&db).await?), (11, 11));
    Ok(())
}

async fn a_test_says_only_what_matters(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    let children = users().with(|user| user.age = Some(9));
    let nameless = children.clone().with(|user| user.email = "none".to_owned());
    assert_eq!(children.create(&db).await?.age, Some(9));
    let nameless = nameless.create(&db).await?;
    assert_eq!((nameless.age, nameless.email.as_str()), (Some(9), "none"));
    assert_eq!(users().create(&db).await?.age, Some(30));
    Ok(())
}

async fn a_row_brings_those_it_belongs_to(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    let comment = comments().create(&db).await?;
    let found = Comment::on(&db).find().include(Comment::post).include(Comment::author);
    let (found, post, author) = found.all().await?.remove(0);
    let (post, author) = (post.unwrap(), author.unwrap());
    assert_eq!((found.id, found.post_id), (comment.id, post.id));
    assert_eq!(found.author_id, Some(author.id));
    assert_ne!(post.author_id, author.id);
    assert_eq!(count(&db).await?, 2);
    Ok(())
}

async fn a_row_that_names_another_brings_none(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    let ada = users().create(&db).await?;
    let by_ada = posts().with(move |post| post.author_id = ada.id);
    let made = by_ada.create_many(&db, 3).await?;
    assert!(made.iter().all(|post| post.author_id == ada.id && post.likes == 0));
    assert_eq!(count(&db).await?, 1);
    Ok(())
}

async fn a_row_brings_those_that_belong_to_it(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    let ada = users().has_many(User::posts, posts(), 3).create(&db).await?;
    assert_eq!(Post::on(&db).count(Post::author_id.eq(ada.id)).await?, 3);
    assert_eq!((Post::on(&db).find().count().await?, count(&db).await?), (3, 1));
    Ok(())
}

async fn a_row_that_breaks_a_key_leaves_nothing(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    let same = Factory::new(|_| NewUser { email: "same".to_owned(), age: None });
    let refused = same.create_many(&db, 2).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::UniqueViolation);
    assert!(refused.message().starts_with("a factory of User: "), "{refused}");
    assert_eq!(count(&db).await?, 0);

    same.create(&db).await?;
    let of_same = Factory::new(|_| crate::shop::NewPost::default()).belongs_to(Post::author, same);
    assert_eq!(of_same.create(&db).await.unwrap_err().kind(), ErrorKind::UniqueViolation);
    assert_eq!((Post::on(&db).find().count().await?, count(&db).await?), (0, 1));
    Ok(())
}

async fn a_factory_makes_rows_in_a_transaction(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    let has_savepoints = db.capability().has(Capability::SAVEPOINTS);
    let mut tx = db.begin().await?;
    match posts().create(&mut tx).await {
        Ok(post) => assert_eq!(Post::on(&mut tx).get(post.id).await?, post),
        Err(error) => {
            assert!(!has_savepoints);
            assert_eq!(error.context("capability"), Some("savepoints"));
        }
    }
    tx.rollback().await?;
    assert_eq!(count(&db).await?, 0);
    Ok(())
}

async fn a_row_is_built_without_the_database(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    let post = posts().with(|post| post.title = "built".to_owned()).build();
    assert_eq!((post.author_id, post.title.as_str()), (0, "built"));
    assert_eq!(count(&db).await?, 0);
    Ok(())
}
