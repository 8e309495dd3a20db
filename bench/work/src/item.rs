//! The row that every library reads and writes.

use chrono::{DateTime, NaiveDateTime};

/// Points to 2023-11-14 22:13:20 UTC; item `n` lies `n` seconds later.
const FIRST_SECOND: i64 = 1_700_000_000;

/// The row that every library reads and writes.
#[derive(Clone, Debug, PartialEq, ::hypostyle::FromRow, sqlx::FromRow)]
pub struct Item {
    pub id: i64,
    pub name: String,
    pub score: f64,
    pub active: bool,
    pub ts: NaiveDateTime,
}

impl Item {
    /// The item with this id; ids start at 1.
    pub fn numbered(id: i64) -> Self {
        let nanos = u32::try_from(id % 1_000_000).expect("ids are positive") * 1_000;
        let moment = DateTime::from_timestamp(FIRST_SECOND + id, nanos);
        Self {
            id,
            name: format!("customer name {id:08}"),
            score: id as f64 * 1.25 + 0.1,
            active: id % 3 == 0,
            ts: moment.expect("the moment is in chrono's range").naive_utc(),
        }
    }
}
