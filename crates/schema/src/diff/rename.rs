//! Finding what may have been renamed.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use super::{Answer, Question};
use crate::{Column, Table};

/// What was said of a table or column that is gone.
pub(super) enum Said<'a> {
    Renamed(&'a str),
    Dropped,
    Nothing,
}

pub(super) fn said<'a>(answers: &'a [Answer], subject: &str) -> Said<'a> {
    match answers.iter().find(|answer| answer.subject == subject) {
        Some(Answer { to: Some(to), .. }) => Said::Renamed(to),
        Some(Answer { to: None, .. }) => Said::Dropped,
        None => Said::Nothing,
    }
}

/// A table and what stands for its columns, so that many can be held against many.
pub(super) struct Shape<'a> {
    pub(super) table: &'a Table,
    /// A hash of each column's name and type, in order.
    columns: Vec<u64>,
}

impl<'a> Shape<'a> {
    pub(super) fn of(table: &'a Table) -> Self {
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let hash = |column: &Column| {
            hasher.hash_one((column.name.to_ascii_lowercase(), column.declared.as_str()))
        };
        let mut columns: Vec<u64> = table.columns.iter().map(hash).collect();
        columns.sort_unstable();
        Self { table, columns }
    }

    /// Tells whether two tables have the same columns, or nearly so: of three or more one may differ.
    pub(super) fn may_be_renamed(&self, new: &Self) -> bool {
        let most = self.columns.len().max(new.columns.len());
        if self.table.kind != new.table.kind || most.abs_diff(self.columns.len()) > 1 {
            return false;
        }
        let same = self.columns.iter().filter(|one| new.columns.binary_search(one).is_ok()).count();
        let differing = most - same;
        same > 0 && (differing == 0 || (differing == 1 && most >= 3))
    }
}

/// Tells whether a column may be another under a new name: of the same type, and it keeps what it
/// is.
pub(super) fn column_may_be_renamed(gone: &Column, new: &Column) -> bool {
    gone.declared.eq_ignore_ascii_case(&new.declared)
        && gone.nullable == new.nullable
        && gone.generated == new.generated
}

/// Pairs what is gone with the first new one that it may be, each once.
pub(super) fn guesses<T: Copy>(
    gone: impl IntoIterator<Item = T>,
    new: impl IntoIterator<Item = T>,
    may_be: impl Fn(T, T) -> bool,
) -> Vec<(T, T)> {
    let mut free: Vec<T> = new.into_iter().collect();
    let mut found = Vec::new();
    for one in gone {
        if let Some(at) = free.iter().position(|other| may_be(one, *other)) {
            found.push((one, free.remove(at)));
        }
    }
    found
}

pub(super) fn question(table: Option<&Table>, from: &str, to: &str) -> Question {
    let table = table.map(|table| table.name.clone());
    Question { table, from: from.to_owned(), to: to.to_owned() }
}
