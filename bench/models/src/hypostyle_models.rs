//! The models of hypostyle, on a database as it opens by default, all its layers included.

use ::hypostyle::Database;
use ::hypostyle::model::{CursorKey, Model};

use crate::library::{Library, Parents};
use crate::place::Place;
use crate::rows::{Content, Edit, FOUND_ROWS, PAGE_ROWS, PARENTS, Walk, rows};

#[derive(Model)]
#[model(table = "author", has_many(posts = Post, by = author_id))]
pub(crate) struct Author {
    #[model(key)]
    id: i64,
    name: String,
    email: String,
    score: f64,
    active: bool,
}

#[derive(Model)]
#[model(table = "post")]
pub(crate) struct Post {
    #[model(key)]
    id: i64,
    #[model(references = Author, relation = author)]
    author_id: i64,
    title: String,
    likes: i64,
    score: f64,
    published: bool,
}

#[derive(Model)]
#[model(table = "draft")]
pub(crate) struct Draft {
    #[model(key)]
    id: i64,
    author_id: i64,
    title: String,
    likes: i64,
    score: f64,
    published: bool,
}

rows!(Author; Post, Draft);

pub(crate) struct Hypostyle {
    database: Database,
    key: CursorKey,
}

/// Opens a database; the untyped queries work on the same.
pub(crate) async fn open(place: &Place) -> Database {
    let url = match place {
        Place::Sqlite(path) => format!("sqlite:{path}"),
        Place::Postgres(url) => url.clone(),
    };
    Database::open(&url).await.expect("hypostyle opens the database")
}

impl Library for Hypostyle {
    const NAME: &'static str = "hypostyle";

    type Author = Author;
    type Post = Post;
    type Draft = Draft;

    async fn open(place: &Place) -> Self {
        let key = CursorKey::new(b"a secret of sixteen bytes or more").expect("it is long enough");
        Self { database: open(place).await, key }
    }

    async fn find_by_id(&mut self, id: i64) -> Post {
        Post::on(&self.database).get(id).await.expect("hypostyle finds the post")
    }

    async fn find_many(&mut self, likes_min: i64) -> Vec<Post> {
        let found = Post::on(&self.database)
            .find_many(Post::published.eq(true) & Post::likes.gte(likes_min))
            .order_by([Post::likes.asc(), Post::id.asc()])
            .take(FOUND_ROWS.unsigned_abs())
            .all();
        found.await.expect("hypostyle finds posts")
    }

    async fn include(&mut self, first: i64) -> Parents<Self> {
        let found = Author::on(&self.database)
            .find_many(Author::id.between(first, first + PARENTS - 1))
            .order_by(Author::id.asc())
            .include(Author::posts)
            .all();
        found.await.expect("hypostyle finds authors")
    }

    async fn create(&mut self, row: Content) -> Draft {
        Draft::on(&self.database).create(draft(row)).await.expect("hypostyle inserts")
    }

    async fn create_many(&mut self, rows: Vec<Content>) {
        let creating = Draft::on(&self.database).create_many(rows.into_iter().map(draft));
        creating.await.expect("hypostyle inserts all rows");
    }

    async fn update(&mut self, id: i64, edit: Edit) -> Draft {
        let changes = [Draft::title.set(edit.title), Draft::likes.set(edit.likes)];
        Draft::on(&self.database).update(id, changes).await.expect("hypostyle updates")
    }

    async fn walk(&mut self, walk: &mut Walk) {
        let mut cursor: Option<String> = None;
        loop {
            let find = Post::on(&self.database).find().order_by(Post::likes.asc());
            let page = find.cursor_page(&self.key, PAGE_ROWS.unsigned_abs(), cursor.as_deref());
            let page = page.await.expect("hypostyle finds a page");
            page.items.iter().for_each(|post| walk.add(post));
            cursor = page.next_cursor;
            if cursor.is_none() {
                return;
            }
        }
    }
}

fn draft(row: Content) -> NewDraft {
    let Content { author_id, title, likes, score, published } = row;
    NewDraft { author_id, title, likes, score, published }
}
