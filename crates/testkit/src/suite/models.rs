//! Models: repositories, queries, relations and pages, the same on every engine.

pub mod checks;
pub mod embedded;
pub mod generated;
pub mod pages;
pub mod queries;
pub mod relations;
pub mod repository;

use hypostyle_core::{Result, Timestamp, Uuid};
use hypostyle_model::{Json, Labels, Model, Models};
use serde::{Deserialize, Serialize};

use crate::Bench;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "users", has_many(posts = Post, by = author_id), has_one(profile = Profile, by = user_id))]
#[model(has_many(reports = User, by = manager_id), new_derive(Clone, Debug))]
pub(crate) struct User {
    #[model(key)]
    id: i64,
    #[model(length = 80, unique)]
    email: String,
    name: String,
    age: Option<i32>,
    #[model(default = "reader")]
    role: Role,
    settings: Json<Settings>,
    #[model(references = User, relation = manager)]
    manager_id: Option<i64>,
    #[model(created)]
    created_at: Timestamp,
    #[model(updated)]
    updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Labels)]
#[labels(crate = hypostyle_model)]
pub(crate) enum Role {
    Reader,
    Writer,
    Admin,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    theme: String,
    page_size: i64,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "profiles")]
pub(crate) struct Profile {
    #[model(key)]
    id: Uuid,
    #[model(references = User, relation = user, unique)]
    user_id: i64,
    bio: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "posts", index(author_id, id(desc)), new_derive(Clone))]
#[model(has_many(comments = Comment, by = post_id))]
#[model(many_to_many(tags = Tag, through = PostTag(post_id, tag_code)))]
pub(crate) struct Post {
    #[model(key)]
    id: i64,
    #[model(references = User, relation = author)]
    author_id: i64,
    title: String,
    #[model(default = 0)]
    likes: i64,
    score: Option<f64>,
    #[model(version)]
    version: i64,
    #[model(deleted)]
    deleted_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "comments")]
pub(crate) struct Comment {
    #[model(key)]
    id: i64,
    #[model(references = Post, relation = post)]
    post_id: i64,
    body: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "tags", many_to_many(posts = Post, through = PostTag(tag_code, post_id)))]
pub(crate) struct Tag {
    #[model(key, length = 40)]
    code: String,
    label: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "post_tags")]
pub(crate) struct PostTag {
    #[model(key, references = Post)]
    post_id: i64,
    #[model(key, length = 40, references = Tag)]
    tag_code: String,
    #[model(default = 0)]
    place: i32,
}

/// Makes the tables of all of them.
pub(crate) async fn tables(bench: &Bench) -> Result<()> {
    let models = Models::of("blog")
        .with::<User>()
        .with::<Profile>()
        .with::<Post>()
        .with::<Comment>()
        .with::<Tag>()
        .with::<PostTag>();
    models.create(&bench.db).await
}

/// A new user with this name.
pub(crate) fn user(name: &str) -> NewUser {
    NewUser {
        email: format!("{name}@example.org"),
        name: name.to_owned(),
        age: None,
        role: None,
        settings: Json(Settings { theme: "dark".to_owned(), page_size: 20 }),
        manager_id: None,
    }
}

/// A new post of a user.
pub(crate) fn post(author: &User, title: &str) -> NewPost {
    NewPost { author_id: author.id, title: title.to_owned(), likes: None, score: None }
}
