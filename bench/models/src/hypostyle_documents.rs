//! Hypostyle's operation documents, each read, checked against the live schema, and run.

use std::collections::HashMap;

use ::hypostyle::Database;
use ::hypostyle::model::operation::{self, Answer, Insert, Limits, Operation, Record};
use serde::Deserialize;
use serde_json::json;

use crate::hypostyle_models::open;
use crate::library::{Library, Parents};
use crate::place::Place;
use crate::rows::{Content, Edit, FOUND_ROWS, PAGE_ROWS, PARENTS, Walk, rows};

/// Rows of one insert.
const CHUNK_ROWS: usize = 1_000;

#[derive(Deserialize)]
pub(crate) struct Author {
    id: i64,
    name: String,
    email: String,
    score: f64,
    active: bool,
}

#[derive(Deserialize)]
pub(crate) struct Post {
    id: i64,
    author_id: i64,
    title: String,
    likes: i64,
    score: f64,
    published: bool,
}

rows!(Author; Post);

pub(crate) struct HypostyleDocuments {
    database: Database,
    limits: Limits,
}

impl HypostyleDocuments {
    async fn run(&self, operation: &Operation) -> Answer {
        let ran = operation::run(&self.database, operation, &self.limits).await;
        ran.expect("hypostyle runs the operation")
    }

    async fn rows<T: for<'de> Deserialize<'de>>(&self, document: serde_json::Value) -> Vec<T> {
        let operation = Operation::parse(&document.to_string(), &self.limits);
        let answer = self.run(&operation.expect("it is a document")).await;
        answer.data().expect("it answers rows").read().expect("the rows are read")
    }

    async fn row(&self, document: serde_json::Value) -> Post {
        self.rows(document).await.pop().expect("it answers a row")
    }
}

fn record(row: &Content) -> serde_json::Value {
    json!({
        "author_id": row.author_id, "title": row.title, "likes": row.likes, "score": row.score,
        "published": row.published
    })
}

impl Library for HypostyleDocuments {
    const NAME: &'static str = "hypostyle documents";

    type Author = Author;
    type Post = Post;
    type Draft = Post;

    async fn open(place: &Place) -> Self {
        Self { database: open(place).await, limits: Limits::default() }
    }

    async fn find_by_id(&mut self, id: i64) -> Post {
        self.row(json!({"table": "post", "id": id})).await
    }

    async fn find_many(&mut self, likes_min: i64) -> Vec<Post> {
        self.rows(json!({
            "table": "post", "filter": {"published": true, "likes": {"gte": likes_min}},
            "order_by": ["likes", "id"], "limit": FOUND_ROWS
        }))
        .await
    }

    async fn include(&mut self, first: i64) -> Parents<Self> {
        let ids = json!({"between": [first, first + PARENTS - 1]});
        let document = json!({"table": "author", "filter": {"id": ids}, "order_by": ["id"]});
        let authors: Vec<Author> = self.rows(document).await;
        let keys: Vec<i64> = authors.iter().map(|author| author.id).collect();
        let posts = json!({
            "table": "post", "filter": {"author_id": {"in": keys}}, "order_by": ["id"],
            "limit": self.limits.rows_max
        });
        let mut of_author: HashMap<i64, Vec<Post>> = HashMap::with_capacity(authors.len());
        for post in self.rows::<Post>(posts).await {
            of_author.entry(post.author_id).or_default().push(post);
        }
        let posts = |author: Author| {
            let posts = of_author.remove(&author.id).unwrap_or_default();
            (author, posts)
        };
        authors.into_iter().map(posts).collect()
    }

    async fn create(&mut self, row: Content) -> Post {
        let record = record(&row);
        self.row(json!({"operation": "insert", "table": "draft", "record": record})).await
    }

    async fn create_many(&mut self, rows: Vec<Content>) {
        let inserts = rows.chunks(CHUNK_ROWS).map(|chunk| {
            let records = chunk.iter().map(|row| {
                let read: Result<Record, _> = serde_json::from_value(record(row));
                read.expect("it is a record")
            });
            let records = records.collect();
            Operation::Insert(Insert { table: "draft".to_owned(), records, returning: false })
        });
        self.run(&Operation::Transaction(inserts.collect())).await;
    }

    async fn update(&mut self, id: i64, edit: Edit) -> Post {
        let record = json!({"title": edit.title, "likes": edit.likes});
        self.row(json!({"operation": "update", "table": "draft", "id": id, "record": record})).await
    }

    async fn walk(&mut self, walk: &mut Walk) {
        let mut last = (-1, 0);
        loop {
            let (likes, id) = last;
            let behind = json!([{"likes": {"gt": likes}}, {"likes": likes, "id": {"gt": id}}]);
            let page: Vec<Post> = self
                .rows(json!({
                    "table": "post", "filter": {"likes": {"gte": likes}, "any": behind},
                    "order_by": ["likes", "id"], "limit": PAGE_ROWS
                }))
                .await;
            let Some(end) = page.last() else { return };
            last = (end.likes, end.id);
            page.iter().for_each(|post| walk.add(post));
        }
    }
}
