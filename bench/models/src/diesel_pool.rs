//! Diesel: blocking on a held connection of SQLite, and diesel-async with its pool on both engines.
//!
//! The async side blocks on the runtime's blocking threads with SQLite, and is tokio-postgres with
//! PostgreSQL.

use bench_work::POOL_CONNECTIONS;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures::FutureExt;

use crate::diesel_tables::{Author, Draft, NewDraft, Post, author, draft, post};
use crate::library::{Library, Parents};
use crate::place::{PRAGMAS, Place};
use crate::rows::{Content, Edit, FOUND_ROWS, PAGE_ROWS, PARENTS, Walk};

/// Rows of one statement of a bulk insert.
const SQLITE_CHUNK_ROWS: usize = 100;
const POSTGRES_CHUNK_ROWS: usize = 10_000;

/// The rows that `find_many` answers.
macro_rules! found {
    ($likes_min:expr) => {
        post::table
            .filter(post::published.eq(true))
            .filter(post::likes.ge($likes_min))
            .order((post::likes.asc(), post::id.asc()))
            .limit(FOUND_ROWS)
            .select(Post::as_select())
    };
}

macro_rules! parents {
    ($first:expr) => {
        author::table
            .filter(author::id.between($first, $first + PARENTS - 1))
            .order(author::id.asc())
            .select(Author::as_select())
    };
}

macro_rules! insert {
    ($row:expr) => {
        diesel::insert_into(draft::table)
            .values(NewDraft::from($row))
            .returning(Draft::as_returning())
    };
}

macro_rules! update {
    ($id:expr, $edit:expr) => {
        diesel::update(draft::table.find($id))
            .set((draft::title.eq($edit.title), draft::likes.eq($edit.likes)))
            .returning(Draft::as_returning())
    };
}

/// A page behind a row, in a form whose first condition the index answers.
macro_rules! page {
    ($likes:expr, $id:expr) => {
        post::table
            .filter(post::likes.ge($likes))
            .filter(post::likes.gt($likes).or(post::id.gt($id)))
            .order((post::likes.asc(), post::id.asc()))
            .limit(PAGE_ROWS)
            .select(Post::as_select())
    };
}

pub(crate) struct Diesel {
    connection: SqliteConnection,
}

impl Library for Diesel {
    const NAME: &'static str = "diesel";

    type Author = Author;
    type Post = Post;
    type Draft = Draft;

    async fn open(place: &Place) -> Self {
        let Place::Sqlite(path) = place else { unreachable!("it is opened on SQLite") };
        let mut connection = SqliteConnection::establish(path).expect("Diesel opens the database");
        connection.batch_execute(PRAGMAS).expect("the pragmas are SQLite's");
        Self { connection }
    }

    async fn find_by_id(&mut self, id: i64) -> Post {
        let found = post::table.find(id).select(Post::as_select());
        found.first(&mut self.connection).expect("Diesel finds the post")
    }

    async fn find_many(&mut self, likes_min: i64) -> Vec<Post> {
        found!(likes_min).load(&mut self.connection).expect("Diesel finds posts")
    }

    async fn include(&mut self, first: i64) -> Parents<Self> {
        let authors = parents!(first).load(&mut self.connection).expect("Diesel finds authors");
        let posts = Post::belonging_to(&authors).select(Post::as_select());
        let posts: Vec<Post> = posts.load(&mut self.connection).expect("Diesel finds posts");
        let posts = posts.grouped_by(&authors);
        authors.into_iter().zip(posts).collect()
    }

    async fn create(&mut self, row: Content) -> Draft {
        insert!(row).get_result(&mut self.connection).expect("Diesel inserts")
    }

    async fn create_many(&mut self, rows: Vec<Content>) {
        bulk(&mut self.connection, rows).expect("Diesel inserts all rows");
    }

    async fn update(&mut self, id: i64, edit: Edit) -> Draft {
        update!(id, edit).get_result(&mut self.connection).expect("Diesel updates")
    }

    async fn walk(&mut self, walk: &mut Walk) {
        let mut last = (-1_i64, 0_i64);
        loop {
            let page = page!(last.0, last.1).load(&mut self.connection);
            let page: Vec<Post> = page.expect("Diesel finds a page");
            let Some(end) = page.last() else { return };
            last = (end.likes, end.id);
            page.iter().for_each(|post| walk.add(post));
        }
    }
}

fn bulk(connection: &mut SqliteConnection, rows: Vec<Content>) -> QueryResult<()> {
    connection.transaction(|connection| {
        for chunk in chunks(rows, SQLITE_CHUNK_ROWS) {
            diesel::insert_into(draft::table).values(chunk).execute(connection)?;
        }
        Ok(())
    })
}

fn chunks(rows: Vec<Content>, chunk_rows: usize) -> impl Iterator<Item = Vec<NewDraft>> {
    let mut rows = rows.into_iter().map(NewDraft::from).peekable();
    std::iter::from_fn(move || {
        rows.peek().is_some().then(|| rows.by_ref().take(chunk_rows).collect())
    })
}

type Blocking = SyncConnectionWrapper<SqliteConnection>;

fn open_sqlite(place: &Place) -> Pool<Blocking> {
    let Place::Sqlite(path) = place else { unreachable!("it is opened on SQLite") };
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(|path| connect(path.to_owned()).boxed());
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    Pool::builder(manager).max_size(connections()).build().expect("deadpool starts")
}

async fn connect(path: String) -> ConnectionResult<Blocking> {
    let mut connection = Blocking::establish(&path).await?;
    let pragmas = SimpleAsyncConnection::batch_execute(&mut connection, PRAGMAS).await;
    pragmas.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

fn open_postgres(place: &Place) -> Pool<AsyncPgConnection> {
    let Place::Postgres(url) = place else { unreachable!("it is opened on PostgreSQL") };
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    Pool::builder(manager).max_size(connections()).build().expect("deadpool starts")
}

fn connections() -> usize {
    usize::try_from(POOL_CONNECTIONS).expect("a pool is small")
}

async fn bulk_sqlite(mut connection: Object<Blocking>, rows: Vec<Content>) {
    let writing = connection.spawn_blocking(move |connection| bulk(connection, rows));
    writing.await.expect("diesel-async inserts all rows");
}

async fn bulk_postgres(mut connection: Object<AsyncPgConnection>, rows: Vec<Content>) {
    let writing = async {
        SimpleAsyncConnection::batch_execute(&mut connection, "BEGIN").await?;
        for chunk in chunks(rows, POSTGRES_CHUNK_ROWS) {
            let insert = diesel::insert_into(draft::table).values(chunk);
            diesel_async::RunQueryDsl::execute(insert, &mut connection).await?;
        }
        SimpleAsyncConnection::batch_execute(&mut connection, "COMMIT").await
    };
    writing.await.expect("diesel-async inserts all rows");
}

macro_rules! library {
    ($library:ident, $connection:ty, $open:ident, $bulk:ident) => {
        pub(crate) struct $library {
            pool: Pool<$connection>,
        }

        impl $library {
            async fn connection(&self) -> Object<$connection> {
                self.pool.get().await.expect("deadpool has a connection")
            }
        }

        impl Library for $library {
            const NAME: &'static str = "diesel-async";

            type Author = Author;
            type Post = Post;
            type Draft = Draft;

            async fn open(place: &Place) -> Self {
                Self { pool: $open(place) }
            }

            async fn find_by_id(&mut self, id: i64) -> Post {
                let found = post::table.find(id).select(Post::as_select());
                let connection = &mut self.connection().await;
                let found = diesel_async::RunQueryDsl::first(found, connection);
                found.await.expect("diesel-async finds the post")
            }

            async fn find_many(&mut self, likes_min: i64) -> Vec<Post> {
                let connection = &mut self.connection().await;
                let found = diesel_async::RunQueryDsl::load(found!(likes_min), connection);
                found.await.expect("diesel-async finds posts")
            }

            async fn include(&mut self, first: i64) -> Parents<Self> {
                let connection = &mut self.connection().await;
                let authors = diesel_async::RunQueryDsl::load(parents!(first), connection);
                let authors: Vec<Author> = authors.await.expect("diesel-async finds authors");
                let posts = Post::belonging_to(&authors).select(Post::as_select());
                let posts = diesel_async::RunQueryDsl::load(posts, connection);
                let posts: Vec<Post> = posts.await.expect("diesel-async finds posts");
                let posts = posts.grouped_by(&authors);
                authors.into_iter().zip(posts).collect()
            }

            async fn create(&mut self, row: Content) -> Draft {
                let connection = &mut self.connection().await;
                let made = diesel_async::RunQueryDsl::get_result(insert!(row), connection);
                made.await.expect("diesel-async inserts")
            }

            async fn create_many(&mut self, rows: Vec<Content>) {
                $bulk(self.connection().await, rows).await;
            }

            async fn update(&mut self, id: i64, edit: Edit) -> Draft {
                let connection = &mut self.connection().await;
                let changed = diesel_async::RunQueryDsl::get_result(update!(id, edit), connection);
                changed.await.expect("diesel-async updates")
            }

            async fn walk(&mut self, walk: &mut Walk) {
                let connection = &mut self.connection().await;
                let mut last = (-1_i64, 0_i64);
                loop {
                    let page = page!(last.0, last.1);
                    let page = diesel_async::RunQueryDsl::load(page, connection);
                    let page: Vec<Post> = page.await.expect("diesel-async finds a page");
                    let Some(end) = page.last() else { return };
                    last = (end.likes, end.id);
                    page.iter().for_each(|post| walk.add(post));
                }
            }
        }
    };
}

library!(DieselSqlite, Blocking, open_sqlite, bulk_sqlite);
library!(DieselPostgres, AsyncPgConnection, open_postgres, bulk_postgres);
