//! Names of tables: how they are told, and which one a name means.

use super::assembly::RelationRow;
use crate::words::qualified;

/// Writes the name of a table, with its schema before it outside the default one. A part with a
/// point or a quote is quoted where both are told, so that two tables never share a name.
pub(super) fn told(schema: &str, name: &str, home: &str) -> String {
    if schema == home && !name.contains('.') {
        return name.to_owned();
    }
    format!("{}.{}", part(schema), part(name))
}

fn part(name: &str) -> String {
    match name.contains(['.', '"']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_owned(),
    }
}

/// A name that a table is asked for by.
pub(super) struct Asked<'n> {
    text: &'n str,
    qualified: Option<(String, String)>,
}

impl<'n> Asked<'n> {
    pub(super) fn new(text: &'n str) -> Self {
        Self { text, qualified: qualified(text) }
    }

    /// What is looked for: the whole as a name, or a schema and a name in it.
    pub(super) fn parts(&self) -> (Option<&str>, Option<&str>, Option<&str>) {
        let (schema, name) =
            self.qualified.as_ref().map(|(schema, name)| (&**schema, &**name)).unzip();
        (Some(self.text), schema, name)
    }

    /// Keeps the one table that the name means best: exactly as it is told; by the search path; by
    /// its schema; each without regard to ASCII case.
    pub(super) fn best(&self, found: Vec<RelationRow>, home: &str) -> Vec<RelationRow> {
        let ranked = found.into_iter().filter_map(|row| Some((self.rank(&row, home)?, row)));
        ranked.min_by_key(|(rank, _)| *rank).map(|(_, row)| row).into_iter().collect()
    }

    fn rank(&self, row: &RelationRow, home: &str) -> Option<usize> {
        let (_, schema, name, _, _, is_visible, ..) = row;
        let ways = |same: fn(&str, &str) -> bool| {
            [
                same(&told(schema, name, home), self.text),
                *is_visible && same(name, self.text),
                self.qualified.as_ref().is_some_and(|(s, n)| same(schema, s) && same(name, n)),
            ]
        };
        let exact: fn(&str, &str) -> bool = |one, other| one == other;
        let folded: fn(&str, &str) -> bool = |one, other| one.eq_ignore_ascii_case(other);
        ways(exact).into_iter().chain(ways(folded)).position(|is_meant| is_meant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_so_that_it_means_one_table() {
        let check = |schema: &str, name: &str, expect: &str| {
            assert_eq!(told(schema, name, "public"), expect);
            if let Some(cut) = qualified(expect) {
                assert_eq!(cut, (schema.to_owned(), name.to_owned()), "{expect}");
            }
        };
        check("public", "film", "film");
        check("public", "o\"dd", "o\"dd");
        check("sales", "orders", "sales.orders");
        check("public", "sales.orders", "public.\"sales.orders\"");
        check("a.b", "c\"d", "\"a.b\".\"c\"\"d\"");
        check("Größe", "ä b", "Größe.ä b");
    }
}
