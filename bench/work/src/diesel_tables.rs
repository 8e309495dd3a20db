//! The tables and rows of Diesel.

use chrono::NaiveDateTime;
use diesel::prelude::{Insertable, Queryable};

use crate::item::Item;

macro_rules! tables {
    ($($table:ident),*) => {$(
        diesel::table! {
            $table (id) {
                id -> BigInt,
                name -> Text,
                score -> Double,
                active -> Bool,
                ts -> Timestamp,
            }
        }
    )*};
}

tables!(item, large, target);

/// A row as it is read.
#[derive(Queryable)]
pub struct Row {
    id: i64,
    name: String,
    score: f64,
    active: bool,
    ts: NaiveDateTime,
}

impl From<Row> for Item {
    fn from(row: Row) -> Self {
        let Row { id, name, score, active, ts } = row;
        Self { id, name, score, active, ts }
    }
}

/// A new row; Diesel's async side wants it owned.
///
/// Without default values Diesel caches the statement and writes many rows by one.
#[derive(Insertable)]
#[diesel(table_name = target, treat_none_as_default_value = false)]
pub struct NewRow<Name> {
    name: Name,
    score: f64,
    active: bool,
    ts: NaiveDateTime,
}

impl<'a, Name: From<&'a str>> From<&'a Item> for NewRow<Name> {
    fn from(item: &'a Item) -> Self {
        Self {
            name: item.name.as_str().into(),
            score: item.score,
            active: item.active,
            ts: item.ts,
        }
    }
}
