//! What leads from one schema to another, as changes that can be turned around. Pure: no database
//! is asked.
//!
//! # Invariants
//! - The difference of equals is empty.
//! - A table or column that seems renamed is asked about, and never dropped unasked.
//! - Turning a change around swaps its two sides; what it loses is said, not hidden.

mod answers;
mod change;
mod objects;
mod rename;
mod risk;
mod tables;
mod triggers;

use std::collections::HashMap;
use std::hash::Hash;

use hypostyle_sql::Dialect;

pub use answers::{Answer, OpenQuestions, Question};
pub use change::{Change, Part, TableChange};
pub use risk::{Risk, RiskLevel};

use crate::Schema;

/// What leads from one schema to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diff {
    /// The changes, in no order that matters: a plan orders them.
    pub changes: Vec<Change>,
    /// What may be a rename and was not answered. Until it is, there is no plan.
    pub questions: Vec<Question>,
}

/// Compares two schemas of one engine.
///
/// Both must come from the same engine, or from statements that it ran: expressions are compared as
/// text. Names that an engine gave by itself, to constraints and their indexes, are no difference.
///
/// # Examples
/// ```
/// use hypostyle_core::Type;
/// use hypostyle_schema::{Column, Schema, Table, diff};
/// use hypostyle_sql::Dialect;
/// let item = Table::new("item").with(Column::new("id", Type::I64)).keyed_by(["id"]);
/// let wanted = item.clone().with(Column::new("note", Type::Text));
/// let schema = |table| Schema { tables: vec![table], ..Schema::default() };
/// let found = diff::diff(&schema(item), &schema(wanted), Dialect::Sqlite, &[]);
/// assert_eq!(found.changes[0].sentences(), ["add column `item.note`"]);
/// # assert!(found.questions.is_empty());
/// ```
pub fn diff(from: &Schema, to: &Schema, dialect: Dialect, answers: &[Answer]) -> Diff {
    let mut found = Diff::default();
    objects::compare(from, to, dialect, answers, &mut found.changes);
    tables::compare(from, to, dialect, answers, &mut found);
    found
}

/// Pairs the members of two lists by a key: what only the first has, what both have, what only the
/// second has, each in its list's order.
struct Pairs<'a, T> {
    gone: Vec<&'a T>,
    both: Vec<(&'a T, &'a T)>,
    new: Vec<&'a T>,
}

fn pairs<'a, T, K: Hash + Eq>(from: &'a [T], to: &'a [T], key: impl Fn(&T) -> K) -> Pairs<'a, T> {
    let mut left: HashMap<K, Vec<&T>> = HashMap::with_capacity(from.len());
    for one in from.iter().rev() {
        left.entry(key(one)).or_default().push(one);
    }
    let (mut both, mut new) = (Vec::new(), Vec::new());
    for one in to {
        match left.get_mut(&key(one)).and_then(Vec::pop) {
            Some(other) => both.push((other, one)),
            None => new.push(one),
        }
    }
    let is_left = |one: &&T| {
        left.get(&key(one)).is_some_and(|rest| rest.iter().any(|other| std::ptr::eq(*other, *one)))
    };
    Pairs { gone: from.iter().filter(is_left).collect(), both, new }
}
