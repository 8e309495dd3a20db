//! Patterns of text in the words of each engine.

use hypostyle_core::Value;
use hypostyle_sql::Dialect;

use super::Writer;

impl Writer {
    /// Appends, behind a text, its match with a pattern of `%`, `_` and `\` before what is meant
    /// literally.
    pub(crate) fn push_like(&mut self, pattern: &str, fold_case: bool) {
        let (operator, escape) = match (self.dialect, fold_case) {
            // LIKE of SQLite folds the case of ASCII letters; GLOB folds nothing.
            (Dialect::Sqlite, false) => {
                self.push(" GLOB ");
                self.bind(Value::Text(glob(pattern)));
                return;
            }
            (Dialect::Sqlite, true) => (" LIKE ", " ESCAPE '\\'"),
            (Dialect::Mysql, true) => (" COLLATE utf8mb4_general_ci LIKE ", ""),
            (Dialect::Mysql, false) => (" COLLATE utf8mb4_bin LIKE ", ""),
            // A backslash is the escape by itself.
            (dialect, true) if dialect.is_postgres() => (" ILIKE ", ""),
            (dialect, false) if dialect.is_postgres() => (" LIKE ", ""),
            (_, true) => (" ILIKE ", " ESCAPE '\\'"),
            (_, false) => (" LIKE ", " ESCAPE '\\'"),
        };
        self.push(operator);
        self.bind(Value::Text(pattern.to_owned()));
        self.push(escape);
    }
}

fn glob(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        let literal = match letter {
            '%' => {
                written.push('*');
                continue;
            }
            '_' => {
                written.push('?');
                continue;
            }
            '\\' => letters.next().unwrap_or('\\'),
            letter => letter,
        };
        if matches!(literal, '*' | '?' | '[') {
            written.extend(['[', literal, ']']);
        } else {
            written.push(literal);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_becomes_a_glob() {
        let check = |pattern: &str, expect: &str| assert_eq!(glob(pattern), expect, "{pattern}");
        check("A%", "A*");
        check("%a_b%", "*a?b*");
        check(r"100\%", "100%");
        check(r"a\_b\\", r"a_b\");
        check("[x]?*", "[[]x][?][*]");
        check(r"a\", r"a\");
    }
}
