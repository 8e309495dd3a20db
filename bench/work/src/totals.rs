//! What a scan adds up, so that a wrong answer fails the run.

use chrono::{NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};

use crate::item::Item;

/// The sums over the columns of the rows seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    pub rows: u64,
    ids: i64,
    name_bytes: usize,
    scores: f64,
    active: i64,
    micros: u64,
}

impl Totals {
    /// The totals of the items 1 to `rows`.
    pub fn of_items(rows: i64) -> Self {
        let mut totals = Self::default();
        (1..=rows).for_each(|id| totals.add(&Item::numbered(id)));
        totals
    }

    pub fn add(&mut self, item: &Item) {
        self.add_cells(item.id, &item.name, item.score, i64::from(item.active));
        self.add_moment(item.ts);
    }

    /// Adds the cells of a dynamic row, the timestamp apart.
    pub fn add_cells(&mut self, id: i64, name: &str, score: f64, active: i64) {
        self.rows += 1;
        self.ids += id;
        self.name_bytes += name.len();
        self.scores += score;
        self.active += active;
    }

    /// Adds a decoded timestamp; a library that leaves it as it is stored does not.
    pub fn add_moment(&mut self, moment: NaiveDateTime) {
        self.add_micros(u64::from(moment.nanosecond() / 1_000));
    }

    /// Adds the microseconds of a timestamp within its second.
    pub fn add_micros(&mut self, micros: u64) {
        self.micros += micros;
    }

    /// The totals of a library that leaves timestamps as text.
    pub fn without_moments(self) -> Self {
        Self { micros: 0, ..self }
    }
}
