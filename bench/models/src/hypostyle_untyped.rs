//! Hypostyle's own queries of text into structures, which its models are compared with.

use std::collections::HashMap;

use ::hypostyle::{Database, FromRow, ValueRef, params};

use crate::hypostyle_models::open;
use crate::library::{Library, Parents};
use crate::place::Place;
use crate::rows::{Content, Edit, FOUND_ROWS, PAGE_ROWS, PARENTS, Walk, rows};
use crate::statements::{BY_ID, FOUND, INSERT, PAGE, PARENTS_OF, UPDATE, children};

#[derive(FromRow)]
pub(crate) struct Author {
    id: i64,
    name: String,
    email: String,
    score: f64,
    active: bool,
}

#[derive(FromRow)]
pub(crate) struct Post {
    id: i64,
    author_id: i64,
    title: String,
    likes: i64,
    score: f64,
    published: bool,
}

rows!(Author; Post);

pub(crate) struct HypostyleUntyped {
    database: Database,
    children: String,
}

impl Library for HypostyleUntyped {
    const NAME: &'static str = "hypostyle untyped";

    type Author = Author;
    type Post = Post;
    type Draft = Post;

    async fn open(place: &Place) -> Self {
        Self { database: open(place).await, children: children() }
    }

    async fn find_by_id(&mut self, id: i64) -> Post {
        let found = self.database.fetch_optional(BY_ID, (id,)).await;
        found.expect("hypostyle reads").expect("hypostyle finds the post")
    }

    async fn find_many(&mut self, likes_min: i64) -> Vec<Post> {
        let found = self.database.fetch_all(FOUND, (true, likes_min, FOUND_ROWS));
        found.await.expect("hypostyle finds posts")
    }

    async fn include(&mut self, first: i64) -> Parents<Self> {
        let found = self.database.fetch_all(PARENTS_OF, (first, first + PARENTS - 1));
        let authors: Vec<Author> = found.await.expect("hypostyle finds authors");
        let keys: Vec<ValueRef<'_>> =
            authors.iter().map(|author| ValueRef::I64(author.id)).collect();
        let found = self.database.fetch_all(&self.children, keys.as_slice());
        let posts: Vec<Post> = found.await.expect("hypostyle finds posts");
        let mut of_author: HashMap<i64, Vec<Post>> = HashMap::with_capacity(authors.len());
        for post in posts {
            of_author.entry(post.author_id).or_default().push(post);
        }
        let posts = |author: Author| {
            let posts = of_author.remove(&author.id).unwrap_or_default();
            (author, posts)
        };
        authors.into_iter().map(posts).collect()
    }

    async fn create(&mut self, row: Content) -> Post {
        let values = (row.author_id, &row.title, row.likes, row.score, row.published);
        self.database.fetch_one(INSERT, values).await.expect("hypostyle inserts")
    }

    async fn create_many(&mut self, rows: Vec<Content>) {
        let values = rows
            .iter()
            .map(|row| params![row.author_id, &row.title, row.likes, row.score, row.published]);
        let columns = ["author_id", "title", "likes", "score", "published"];
        let inserting = self.database.insert_many("draft", &columns, values);
        inserting.await.expect("hypostyle inserts all rows");
    }

    async fn update(&mut self, id: i64, edit: Edit) -> Post {
        let values = (&edit.title, edit.likes, id);
        self.database.fetch_one(UPDATE, values).await.expect("hypostyle updates")
    }

    async fn walk(&mut self, walk: &mut Walk) {
        let mut last = (-1, 0);
        loop {
            let found = self.database.fetch_all(PAGE, (last.0, last.1, PAGE_ROWS));
            let page: Vec<Post> = found.await.expect("hypostyle finds a page");
            let Some(end) = page.last() else { return };
            last = (end.likes, end.id);
            page.iter().for_each(|post| walk.add(post));
        }
    }
}
