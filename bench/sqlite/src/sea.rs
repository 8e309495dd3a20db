//! SeaORM on sqlx's pool with its defaults.

use std::path::Path;

use futures::TryStreamExt;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, SqlxSqliteConnector, Statement,
    TransactionTrait,
};

use crate::item::Item;
use crate::library::Library;
use crate::sqlx_pool::open_pool;
use crate::totals::Totals;

/// Rows of one statement of a bulk insert.
const BULK_CHUNK_ROWS: usize = 100;

pub(crate) struct Sea {
    database: DatabaseConnection,
}

impl Library for Sea {
    const NAME: &'static str = "sea-orm";

    async fn open(database: &Path, tasks: usize) -> Vec<Self> {
        let pool = open_pool(database, true).await;
        let database = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
        (0..tasks).map(|_| Self { database: database.clone() }).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        let found = item::Entity::find_by_id(id).one(&self.database).await;
        found.expect("SeaORM selects").expect("SeaORM finds the item").into()
    }

    async fn insert(&mut self, item: &Item) {
        let insert = target::Entity::insert(new_row(item));
        insert.exec(&self.database).await.expect("SeaORM inserts");
    }

    async fn bulk(&mut self, items: &[Item]) {
        bulk(&self.database, items).await.expect("SeaORM inserts all rows");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        let rows = large::Entity::find().stream(&self.database).await;
        let mut rows = rows.expect("SeaORM starts to read");
        while let Some(row) = rows.try_next().await.expect("SeaORM reads all rows") {
            totals.add(&row.into());
        }
    }

    async fn scalar(&mut self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.database.get_database_backend(), sql);
        let row = self.database.query_one_raw(statement).await.expect("SeaORM answers");
        row.expect("SeaORM has a row").try_get_by_index(0).expect("SeaORM decodes the integer")
    }
}

fn new_row(item: &Item) -> target::ActiveModel {
    target::ActiveModel {
        id: NotSet,
        name: Set(item.name.clone()),
        score: Set(item.score),
        active: Set(item.active),
        ts: Set(item.ts),
    }
}

async fn bulk(database: &DatabaseConnection, items: &[Item]) -> Result<(), DbErr> {
    let transaction = database.begin().await?;
    for chunk in items.chunks(BULK_CHUNK_ROWS) {
        let insert = target::Entity::insert_many(chunk.iter().map(new_row));
        insert.exec_without_returning(&transaction).await?;
    }
    transaction.commit().await
}

macro_rules! entity {
    ($module:ident, $table:literal) => {
        #[expect(unreachable_pub, reason = "what the derives write is public")]
        mod $module {
            use chrono::NaiveDateTime;
            use sea_orm::entity::prelude::*;

            use crate::item::Item;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key)]
                pub id: i64,
                pub name: String,
                pub score: f64,
                pub active: bool,
                pub ts: NaiveDateTime,
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}

            impl From<Model> for Item {
                fn from(row: Model) -> Self {
                    let Model { id, name, score, active, ts } = row;
                    Self { id, name, score, active, ts }
                }
            }
        }
    };
}

entity!(item, "item");
entity!(large, "large");
entity!(target, "target");
