//! A schema in other languages: a picture, and the structures of a Rust program.

mod mermaid;
mod rust;

pub use mermaid::mermaid;
pub use rust::rust;

use crate::{Origin, Table};

/// Tells whether at most one row has the same values in some columns.
fn is_unique(table: &Table, columns: &[String]) -> bool {
    let same = |others: &[&str]| {
        others.len() == columns.len() && others.iter().all(|name| columns.iter().any(|c| c == name))
    };
    let key: Vec<&str> = table.primary_key.iter().map(String::as_str).collect();
    same(&key)
        || table.indexes.iter().any(|index| {
            let parts: Option<Vec<&str>> = index.parts.iter().map(|part| part.column()).collect();
            let is_whole = index.unique && index.predicate.is_none();
            is_whole
                && index.origin != Origin::PrimaryKey
                && parts.is_some_and(|parts| same(&parts))
        })
}
