//! The entities of SeaORM, on sqlx's pool with its defaults.

use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, DbErr, EntityTrait, LoaderTrait,
    QueryFilter, QueryOrder, QuerySelect, SqlxPostgresConnector, SqlxSqliteConnector,
    TransactionTrait,
};

use crate::library::{Library, Parents};
use crate::place::Place;
use crate::rows::{Content, Edit, FOUND_ROWS, PAGE_ROWS, PARENTS, Walk, rows};
use crate::sqlx_pool::{open_postgres, open_sqlite};

mod author {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "author")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) name: String,
        pub(crate) email: String,
        pub(crate) score: f64,
        pub(crate) active: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(has_many = "super::post::Entity")]
        Post,
    }

    impl Related<super::post::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Post.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod post {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "post")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) author_id: i64,
        pub(crate) title: String,
        pub(crate) likes: i64,
        pub(crate) score: f64,
        pub(crate) published: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(
            belongs_to = "super::author::Entity",
            from = "Column::AuthorId",
            to = "super::author::Column::Id"
        )]
        Author,
    }

    impl Related<super::author::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Author.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod draft {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "draft")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) author_id: i64,
        pub(crate) title: String,
        pub(crate) likes: i64,
        pub(crate) score: f64,
        pub(crate) published: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

rows!(author::Model; post::Model, draft::Model);

pub(crate) struct Sea {
    database: DatabaseConnection,
    /// Rows of one statement of a bulk insert.
    chunk_rows: usize,
}

impl Library for Sea {
    const NAME: &'static str = "sea-orm";

    type Author = author::Model;
    type Post = post::Model;
    type Draft = draft::Model;

    async fn open(place: &Place) -> Self {
        match place {
            Place::Sqlite(_) => {
                let pool = open_sqlite(place).await;
                let database = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
                Self { database, chunk_rows: 100 }
            }
            Place::Postgres(_) => {
                let pool = open_postgres(place).await;
                let database = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
                Self { database, chunk_rows: 10_000 }
            }
        }
    }

    async fn find_by_id(&mut self, id: i64) -> post::Model {
        let found = post::Entity::find_by_id(id).one(&self.database).await;
        found.expect("SeaORM selects").expect("SeaORM finds the post")
    }

    async fn find_many(&mut self, likes_min: i64) -> Vec<post::Model> {
        let found = post::Entity::find()
            .filter(post::Column::Published.eq(true))
            .filter(post::Column::Likes.gte(likes_min))
            .order_by_asc(post::Column::Likes)
            .order_by_asc(post::Column::Id)
            .limit(FOUND_ROWS.unsigned_abs())
            .all(&self.database);
        found.await.expect("SeaORM finds posts")
    }

    async fn include(&mut self, first: i64) -> Parents<Self> {
        let found = author::Entity::find()
            .filter(author::Column::Id.between(first, first + PARENTS - 1))
            .order_by_asc(author::Column::Id)
            .all(&self.database);
        let authors = found.await.expect("SeaORM finds authors");
        let posts = authors.load_many(post::Entity, &self.database).await;
        authors.into_iter().zip(posts.expect("SeaORM finds posts")).collect()
    }

    async fn create(&mut self, row: Content) -> draft::Model {
        active(row).insert(&self.database).await.expect("SeaORM inserts")
    }

    async fn create_many(&mut self, rows: Vec<Content>) {
        bulk(&self.database, rows, self.chunk_rows).await.expect("SeaORM inserts all rows");
    }

    async fn update(&mut self, id: i64, edit: Edit) -> draft::Model {
        let changed = draft::ActiveModel {
            id: Unchanged(id),
            title: Set(edit.title),
            likes: Set(edit.likes),
            ..Default::default()
        };
        changed.update(&self.database).await.expect("SeaORM updates")
    }

    async fn walk(&mut self, walk: &mut Walk) {
        let mut last = (-1, 0);
        loop {
            let mut cursor =
                post::Entity::find().cursor_by((post::Column::Likes, post::Column::Id));
            let page = cursor.after(last).first(PAGE_ROWS.unsigned_abs()).all(&self.database);
            let page = page.await.expect("SeaORM finds a page");
            let Some(end) = page.last() else { return };
            last = (end.likes, end.id);
            page.iter().for_each(|post| walk.add(post));
        }
    }
}

fn active(row: Content) -> draft::ActiveModel {
    let Content { author_id, title, likes, score, published } = row;
    draft::ActiveModel {
        id: NotSet,
        author_id: Set(author_id),
        title: Set(title),
        likes: Set(likes),
        score: Set(score),
        published: Set(published),
    }
}

async fn bulk(
    database: &DatabaseConnection,
    rows: Vec<Content>,
    chunk_rows: usize,
) -> Result<(), DbErr> {
    let transaction = database.begin().await?;
    let mut rows = rows.into_iter().map(active).peekable();
    while rows.peek().is_some() {
        let insert = draft::Entity::insert_many(rows.by_ref().take(chunk_rows));
        insert.exec_without_returning(&transaction).await?;
    }
    transaction.commit().await
}
