//! sqlx with its pool and statements by hand.

use std::collections::HashMap;
use std::fmt::Write;
use std::time::Duration;

use bench_work::POOL_CONNECTIONS;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolCopyExt, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, QueryBuilder, Sqlite};

use crate::library::{Library, Parents};
use crate::place::Place;
use crate::rows::{Content, Edit, FOUND_ROWS, PAGE_ROWS, PARENTS, Walk, rows};
use crate::statements::{BY_ID, FOUND, INSERT, PAGE, PARENTS_OF, UPDATE, children};

/// Rows of one statement of a bulk insert: measured best of 1 to 2 000.
const SQLITE_CHUNK_ROWS: usize = 100;

#[derive(sqlx::FromRow)]
pub(crate) struct Author {
    id: i64,
    name: String,
    email: String,
    score: f64,
    active: bool,
}

#[derive(sqlx::FromRow)]
pub(crate) struct Post {
    id: i64,
    author_id: i64,
    title: String,
    likes: i64,
    score: f64,
    published: bool,
}

rows!(Author; Post);

/// Opens a pool; SeaORM works on the same.
pub(crate) async fn open_sqlite(place: &Place) -> SqlitePool {
    let Place::Sqlite(path) = place else { unreachable!("it is opened on SQLite") };
    let connection = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging();
    let options = SqlitePoolOptions::new().max_connections(POOL_CONNECTIONS);
    let pool = options.min_connections(POOL_CONNECTIONS).connect_with(connection);
    pool.await.expect("sqlx opens the database")
}

/// Opens a pool; SeaORM works on the same.
pub(crate) async fn open_postgres(place: &Place) -> PgPool {
    let Place::Postgres(url) = place else { unreachable!("it is opened on PostgreSQL") };
    let connection: PgConnectOptions = url.parse().expect("sqlx reads the URL");
    let options = PgPoolOptions::new().max_connections(POOL_CONNECTIONS);
    let pool = options.min_connections(POOL_CONNECTIONS);
    let pool = pool.connect_with(connection.disable_statement_logging());
    pool.await.expect("sqlx connects")
}

macro_rules! library {
    ($library:ident, $pool:ty, $open:ident, $children:ident, $bulk:ident) => {
        pub(crate) struct $library {
            pool: $pool,
            children: String,
        }

        impl Library for $library {
            const NAME: &'static str = "sqlx";

            type Author = Author;
            type Post = Post;
            type Draft = Post;

            async fn open(place: &Place) -> Self {
                Self { pool: $open(place).await, children: children() }
            }

            async fn find_by_id(&mut self, id: i64) -> Post {
                let query = sqlx::query_as(BY_ID).bind(id);
                query.fetch_one(&self.pool).await.expect("sqlx finds the post")
            }

            async fn find_many(&mut self, likes_min: i64) -> Vec<Post> {
                let query = sqlx::query_as(FOUND).bind(true).bind(likes_min).bind(FOUND_ROWS);
                query.fetch_all(&self.pool).await.expect("sqlx finds posts")
            }

            async fn include(&mut self, first: i64) -> Parents<Self> {
                let query = sqlx::query_as(PARENTS_OF).bind(first).bind(first + PARENTS - 1);
                let authors: Vec<Author> =
                    query.fetch_all(&self.pool).await.expect("sqlx finds authors");
                let found = $children(&self.pool, &self.children, &authors).await;
                gathered(authors, found.expect("sqlx finds posts"))
            }

            async fn create(&mut self, row: Content) -> Post {
                let query = sqlx::query_as(INSERT).bind(row.author_id).bind(row.title);
                let query = query.bind(row.likes).bind(row.score).bind(row.published);
                query.fetch_one(&self.pool).await.expect("sqlx inserts")
            }

            async fn create_many(&mut self, rows: Vec<Content>) {
                $bulk(&self.pool, &rows).await.expect("sqlx inserts all rows");
            }

            async fn update(&mut self, id: i64, edit: Edit) -> Post {
                let query = sqlx::query_as(UPDATE).bind(edit.title).bind(edit.likes).bind(id);
                query.fetch_one(&self.pool).await.expect("sqlx updates")
            }

            async fn walk(&mut self, walk: &mut Walk) {
                let mut last = (-1, 0);
                loop {
                    let query = sqlx::query_as(PAGE).bind(last.0).bind(last.1).bind(PAGE_ROWS);
                    let page: Vec<Post> =
                        query.fetch_all(&self.pool).await.expect("sqlx finds a page");
                    let Some(end) = page.last() else { return };
                    last = (end.likes, end.id);
                    page.iter().for_each(|post| walk.add(post));
                }
            }
        }
    };
}

library!(SqlxSqlite, SqlitePool, open_sqlite, children_sqlite, bulk_sqlite);
library!(SqlxPostgres, PgPool, open_postgres, children_postgres, bulk_postgres);

async fn children_sqlite(
    pool: &SqlitePool,
    text: &str,
    authors: &[Author],
) -> sqlx::Result<Vec<Post>> {
    let mut query = sqlx::query_as(AssertSqlSafe(text));
    for author in authors {
        query = query.bind(author.id);
    }
    query.fetch_all(pool).await
}

/// By an array, which PostgreSQL takes as one parameter.
async fn children_postgres(pool: &PgPool, _: &str, authors: &[Author]) -> sqlx::Result<Vec<Post>> {
    let text = "SELECT id, author_id, title, likes, score, published FROM post \
                WHERE author_id = ANY($1) ORDER BY id";
    let keys: Vec<i64> = authors.iter().map(|author| author.id).collect();
    sqlx::query_as(text).bind(keys).fetch_all(pool).await
}

fn gathered(authors: Vec<Author>, posts: Vec<Post>) -> Vec<(Author, Vec<Post>)> {
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

async fn bulk_sqlite(pool: &SqlitePool, rows: &[Content]) -> sqlx::Result<()> {
    let mut transaction = pool.begin().await?;
    for chunk in rows.chunks(SQLITE_CHUNK_ROWS) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO draft (author_id, title, likes, score, published) ",
        );
        insert.push_values(chunk, |mut values, row| {
            values.push_bind(row.author_id);
            values.push_bind(&row.title);
            values.push_bind(row.likes);
            values.push_bind(row.score);
            values.push_bind(row.published);
        });
        insert.build().execute(&mut *transaction).await?;
    }
    transaction.commit().await
}

/// By COPY in the text format, which is faster than arrays and than many rows of parameters.
async fn bulk_postgres(pool: &PgPool, rows: &[Content]) -> sqlx::Result<()> {
    let copy = "COPY draft (author_id, title, likes, score, published) FROM STDIN";
    let mut sink = pool.copy_in_raw(copy).await?;
    let mut lines = String::new();
    for Content { author_id, title, likes, score, published } in rows {
        assert!(!title.contains(['\\', '\t', '\n']), "a title needs no escape");
        writeln!(lines, "{author_id}\t{title}\t{likes}\t{score}\t{published}")
            .expect("a text takes more");
    }
    sink.send(lines.into_bytes()).await?;
    sink.finish().await?;
    Ok(())
}
