//! The tables and rows of Diesel.

use diesel::prelude::*;

use crate::rows::{Content, rows};

diesel::table! {
    author (id) {
        id -> BigInt,
        name -> Text,
        email -> Text,
        score -> Double,
        active -> Bool,
    }
}

diesel::table! {
    post (id) {
        id -> BigInt,
        author_id -> BigInt,
        title -> Text,
        likes -> BigInt,
        score -> Double,
        published -> Bool,
    }
}

diesel::table! {
    draft (id) {
        id -> BigInt,
        author_id -> BigInt,
        title -> Text,
        likes -> BigInt,
        score -> Double,
        published -> Bool,
    }
}

#[derive(Identifiable, Queryable, Selectable)]
#[diesel(table_name = author)]
pub(crate) struct Author {
    pub(crate) id: i64,
    name: String,
    email: String,
    score: f64,
    active: bool,
}

#[derive(Associations, Identifiable, Queryable, Selectable)]
#[diesel(table_name = post, belongs_to(Author))]
pub(crate) struct Post {
    pub(crate) id: i64,
    author_id: i64,
    title: String,
    pub(crate) likes: i64,
    score: f64,
    published: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = draft)]
pub(crate) struct Draft {
    id: i64,
    author_id: i64,
    title: String,
    likes: i64,
    score: f64,
    published: bool,
}

rows!(Author; Post, Draft);

/// A new row; without default values Diesel caches the statement and writes many rows by one.
#[derive(Insertable)]
#[diesel(table_name = draft, treat_none_as_default_value = false)]
pub(crate) struct NewDraft {
    author_id: i64,
    title: String,
    likes: i64,
    score: f64,
    published: bool,
}

impl From<Content> for NewDraft {
    fn from(row: Content) -> Self {
        let Content { author_id, title, likes, score, published } = row;
        Self { author_id, title, likes, score, published }
    }
}
