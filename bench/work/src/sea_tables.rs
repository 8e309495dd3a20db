//! The tables of SeaORM, and its bulk insert.

use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{DatabaseConnection, DbErr, EntityTrait, TransactionTrait};

use crate::item::Item;

/// The columns that are inserted; the database gives the id.
pub fn new_row(item: &Item) -> target::ActiveModel {
    target::ActiveModel {
        id: NotSet,
        name: Set(item.name.clone()),
        score: Set(item.score),
        active: Set(item.active),
        ts: Set(item.ts),
    }
}

/// Inserts all rows in one transaction, so many by a statement.
///
/// # Errors
/// Those of SeaORM.
pub async fn bulk(database: &DatabaseConnection, items: &[Item], rows: usize) -> Result<(), DbErr> {
    let transaction = database.begin().await?;
    for chunk in items.chunks(rows) {
        let insert = target::Entity::insert_many(chunk.iter().map(new_row));
        insert.exec_without_returning(&transaction).await?;
    }
    transaction.commit().await
}

macro_rules! entity {
    ($module:ident, $table:literal) => {
        pub mod $module {
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
