//! Finding what may have been renamed.

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

/// Tells whether two tables have the same columns, or nearly so: of three or more one may differ.
pub(super) fn may_be_renamed(gone: &Table, new: &Table) -> bool {
    let has = |table: &Table, column: &Column| {
        table.columns.iter().any(|other| {
            other.name.eq_ignore_ascii_case(&column.name) && other.declared == column.declared
        })
    };
    let same = gone.columns.iter().filter(|column| has(new, column)).count();
    let most = gone.columns.len().max(new.columns.len());
    let differing = most - same;
    gone.kind == new.kind && same > 0 && (differing == 0 || (differing == 1 && most >= 3))
}

/// Tells whether a column may be another under a new name: of the same type, and it keeps what it
/// is.
pub(super) fn column_may_be_renamed(gone: &Column, new: &Column) -> bool {
    gone.declared.eq_ignore_ascii_case(&new.declared)
        && gone.nullable == new.nullable
        && gone.generated == new.generated
}

/// Pairs what is gone with the first new one that it may be, each once.
pub(super) fn guesses<'a, T>(
    gone: &[&'a T],
    new: &[&'a T],
    may_be: impl Fn(&T, &T) -> bool,
) -> Vec<(&'a T, &'a T)> {
    let mut free: Vec<&T> = new.to_vec();
    let mut found = Vec::new();
    for one in gone {
        if let Some(at) = free.iter().position(|other| may_be(one, other)) {
            found.push((*one, free.remove(at)));
        }
    }
    found
}

pub(super) fn question(table: Option<&Table>, from: &str, to: &str) -> Question {
    let table = table.map(|table| table.name.clone());
    Question { table, from: from.to_owned(), to: to.to_owned() }
}
