//! The application under test.

use hypostyle::testing::Factory;
use hypostyle::{Database, Error, ErrorKind, Model, Models, Result, Timestamp, Uuid};

#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "users", has_many(posts = Post, by = author_id))]
pub(crate) struct User {
    #[model(key)]
    pub(crate) id: i64,
    #[model(length = 100, unique)]
    pub(crate) email: String,
    pub(crate) age: Option<i32>,
    #[model(created)]
    pub(crate) created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "posts")]
pub(crate) struct Post {
    #[model(key)]
    pub(crate) id: i64,
    #[model(references = User, relation = author)]
    pub(crate) author_id: i64,
    #[model(length = 100)]
    pub(crate) title: String,
    #[model(default = 0)]
    pub(crate) likes: i64,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "comments")]
pub(crate) struct Comment {
    #[model(key)]
    pub(crate) id: Uuid,
    #[model(references = Post, relation = post)]
    pub(crate) post_id: i64,
    #[model(references = User, relation = author)]
    pub(crate) author_id: Option<i64>,
    pub(crate) text: String,
}

pub(crate) fn models() -> Models {
    Models::of("shop").with::<User>().with::<Post>().with::<Comment>()
}

pub(crate) fn users() -> Factory<NewUser> {
    Factory::new(|n| NewUser { email: format!("user{n}@example.org"), age: Some(30) })
}

pub(crate) fn posts() -> Factory<NewPost> {
    Factory::new(|n| NewPost { title: format!("post {n}"), ..NewPost::default() })
        .belongs_to(Post::author, users())
}

pub(crate) fn comments() -> Factory<NewComment> {
    Factory::new(|n| NewComment {
        id: None,
        post_id: 0,
        author_id: None,
        text: format!("comment {n}"),
    })
    .belongs_to(Comment::post, posts())
    .belongs_to(Comment::author, users())
}

pub(crate) async fn count(db: &Database) -> Result<u64> {
    User::on(db).find().count().await
}

/// Takes an address from one user and gives it to another, in a transaction of its own.
pub(crate) async fn pass_on(db: &Database, from: i64, to: i64, keep: bool) -> Result<()> {
    db.transact(|mut tx| async move {
        let email = User::on(&mut tx).get(from).await?.email;
        User::on(&mut tx).update(from, User::email.set(format!("passed on by {from}"))).await?;
        User::on(&mut tx).update(to, User::email.set(email)).await?;
        match keep {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::Validation, "it is not to be kept")),
        }
    })
    .await
}
