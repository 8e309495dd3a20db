//! The names of a schema, and those near a name that is none.

use std::collections::{BTreeMap, HashSet};

use hypostyle::schema::Schema;
use strsim::damerau_levenshtein;

/// The most names that a hint lists.
const LISTED_MAX: usize = 12;

/// Tables and views with their columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(BTreeMap<String, Vec<String>>);

impl Names {
    pub(crate) fn of(schema: &Schema) -> Self {
        let columns = |table: &hypostyle::schema::Table| {
            table.columns.iter().map(|column| column.name.clone()).collect()
        };
        Self(
            schema
                .tables
                .iter()
                .map(|table| (table.bare_name().to_owned(), columns(table)))
                .collect(),
        )
    }

    pub(crate) fn from_tables<'t>(tables: impl Iterator<Item = (&'t str, Vec<String>)>) -> Self {
        Self(tables.map(|(name, columns)| (name.to_owned(), columns)).collect())
    }

    pub(crate) fn has_table(&self, name: &str) -> bool {
        self.0.keys().any(|known| known.eq_ignore_ascii_case(name))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        let is = |known: &String| known.eq_ignore_ascii_case(name);
        self.0.iter().any(|(table, columns)| is(table) || columns.iter().any(is))
    }

    /// Says what a table that is not there may have been.
    pub(crate) fn of_table(&self, unknown: &str) -> Option<String> {
        hint(unknown, self.0.keys(), "the tables are")
    }

    /// Finds the nearest column of some tables.
    pub(crate) fn near_column(&self, unknown: &str, tables: &[&str]) -> Option<&String> {
        near(unknown, self.used(tables).flat_map(|(_, columns)| columns.iter()))
    }

    /// Says which columns some tables have.
    pub(crate) fn columns_of(&self, tables: &[&str]) -> Option<String> {
        let listed = |(table, columns): (&String, &Vec<String>)| {
            format!("`{table}` has {}", list(columns.iter()))
        };
        let all: Vec<String> = self.used(tables).map(listed).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    fn used(&self, tables: &[&str]) -> impl Iterator<Item = (&String, &Vec<String>)> {
        let is_used = |name: &str| tables.iter().any(|table| table.eq_ignore_ascii_case(name));
        self.0.iter().filter(move |(name, _)| is_used(name))
    }
}

/// Says which of some names was meant, or which there are.
pub(crate) fn hint<'n>(
    unknown: &str,
    names: impl Iterator<Item = &'n String> + Clone,
    what: &str,
) -> Option<String> {
    match near(unknown, names.clone()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None => names.clone().next().is_some().then(|| format!("{what} {}", list(names))),
    }
}

/// Finds the nearest name within a third of its letters.
pub(crate) fn near<'n>(
    unknown: &str,
    names: impl Iterator<Item = &'n String>,
) -> Option<&'n String> {
    let unknown = unknown.to_lowercase();
    let distance_max = (unknown.chars().count() / 3).max(1);
    let distances = names.map(|name| (damerau_levenshtein(&unknown, &name.to_lowercase()), name));
    let nearest = distances.min_by_key(|(distance, _)| *distance)?;
    (nearest.0 <= distance_max).then_some(nearest.1)
}

fn list<'n>(names: impl Iterator<Item = &'n String>) -> String {
    let mut seen = HashSet::new();
    let names: Vec<&str> = names.map(String::as_str).filter(|name| seen.insert(*name)).collect();
    let shown = names.iter().take(LISTED_MAX).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(LISTED_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_told_with_the_nearest_or_with_all() {
        let names = ["id", "name", "created_at"].map(str::to_owned).to_vec();
        let tables = Names::from_tables([("person", names)].into_iter());
        let check = |unknown: &str, expect: Option<&str>| {
            let near = tables.near_column(unknown, &["person"]);
            assert_eq!(near.map(String::as_str), expect, "{unknown}");
        };
        check("naem", Some("name"));
        check("Names", Some("name"));
        check("createdat", Some("created_at"));
        check("colour", None);
        let listed = tables.columns_of(&["Person"]);
        assert_eq!(listed.as_deref(), Some("`person` has id, name, created_at"));
        assert_eq!(tables.of_table("persn").as_deref(), Some("did you mean `person`?"));
        assert_eq!(tables.of_table("orders").as_deref(), Some("the tables are person"));
    }
}
