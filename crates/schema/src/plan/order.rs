//! Tables in an order in which references find what they refer to.

use std::collections::HashSet;

use crate::Table;

/// Orders tables so that those come first that others refer to, and answers with each the tables it
/// refers to that come later: there is a circle.
pub(super) fn referred_first<'a>(tables: &[&'a Table]) -> Vec<(&'a Table, Vec<&'a str>)> {
    let mut waiting: Vec<&Table> = tables.to_vec();
    let mut ordered = Vec::with_capacity(tables.len());
    while !waiting.is_empty() {
        let names: HashSet<&str> = waiting.iter().map(|table| table.name.as_str()).collect();
        let refers = |table: &'a Table| -> Vec<&'a str> {
            let others = table.foreign_keys.iter().map(|key| key.referenced_table.as_str());
            others.filter(|name| *name != table.name && names.contains(name)).collect()
        };
        let free: Vec<&Table> =
            waiting.iter().copied().filter(|table| refers(table).is_empty()).collect();
        // A circle: whoever refers to the fewest goes first.
        let next = match free.is_empty() {
            true => waiting
                .iter()
                .copied()
                .min_by_key(|table| refers(table).len())
                .into_iter()
                .collect(),
            false => free,
        };
        ordered.extend(next.iter().map(|table| (*table, refers(table))));
        waiting.retain(|table| !next.iter().any(|taken| std::ptr::eq(*taken, *table)));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ForeignKey;

    fn table(name: &str, refers: &[&str]) -> Table {
        let key = |name: &&str| ForeignKey {
            referenced_table: (*name).to_owned(),
            ..ForeignKey::default()
        };
        Table { foreign_keys: refers.iter().map(key).collect(), ..Table::new(name) }
    }

    #[track_caller]
    fn check(tables: &[Table], expect: &str) {
        let tables: Vec<&Table> = tables.iter().collect();
        let shown: Vec<String> = referred_first(&tables)
            .into_iter()
            .map(|(table, later)| match later.is_empty() {
                true => table.name.clone(),
                false => format!("{}({})", table.name, later.join("+")),
            })
            .collect();
        assert_eq!(shown.join(" "), expect);
    }

    #[test]
    fn those_that_others_refer_to_come_first() {
        check(&[table("c", &["b"]), table("b", &["a"]), table("a", &[])], "a b c");
        check(&[table("a", &["a", "elsewhere"])], "a");
        check(&[], "");
    }

    #[test]
    fn a_circle_says_what_comes_later() {
        check(&[table("a", &["b"]), table("b", &["a"])], "a(b) b");
        check(&[table("a", &["b", "c"]), table("b", &["a"]), table("c", &[])], "c a(b) b");
    }
}
