//! Patterns: PostgREST's `like` and `ilike` in the words of the engine.

use hypostyle_core::{Result, Value};
use hypostyle_sql::Dialect;

use super::Statement;

/// Appends a match of a column with a pattern of `*` or `%`, `_` and `\` before what is meant
/// literally.
pub(super) fn push(
    out: &mut Statement,
    column: &str,
    pattern: &str,
    fold_case: bool,
) -> Result<()> {
    let is_cast = out.dialect == Dialect::Mysql;
    out.push(if is_cast { "CAST(" } else { "" });
    out.push_name(column)?;
    out.push(if is_cast { " AS CHAR)" } else { "" });
    match (out.dialect, fold_case) {
        // A backslash is the escape by itself. What is no text is matched by its text.
        (Dialect::Postgres, fold_case) => {
            out.push(if fold_case { "::text ILIKE " } else { "::text LIKE " });
            out.bind(Value::Text(like(pattern)));
        }
        // LIKE of SQLite folds the case of ASCII letters; GLOB folds nothing.
        (Dialect::Sqlite, false) => {
            out.push(" GLOB ");
            out.bind(Value::Text(glob(pattern)));
        }
        (Dialect::Sqlite, true) => {
            out.push(" LIKE ");
            out.bind(Value::Text(like(pattern)));
            out.push(" ESCAPE '\\'");
        }
        // A backslash is the escape by itself, and the collation folds.
        (Dialect::Mysql, fold_case) => {
            out.push(match fold_case {
                true => " COLLATE utf8mb4_general_ci LIKE ",
                false => " COLLATE utf8mb4_bin LIKE ",
            });
            out.bind(Value::Text(like(pattern)));
        }
        (_, fold_case) => {
            out.push(if fold_case { "::VARCHAR ILIKE " } else { "::VARCHAR LIKE " });
            out.bind(Value::Text(like(pattern)));
            out.push(" ESCAPE '\\'");
        }
    }
    Ok(())
}

fn like(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '*' => out.push('%'),
            '\\' => match letters.next().unwrap_or('\\') {
                literal @ ('%' | '_' | '\\') => out.extend(['\\', literal]),
                literal => out.push(literal),
            },
            letter => out.push(letter),
        }
    }
    out
}

fn glob(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '*' | '%' => out.push('*'),
            '_' => out.push('?'),
            '\\' => push_literal(letters.next().unwrap_or('\\'), &mut out),
            letter => push_literal(letter, &mut out),
        }
    }
    out
}

/// A wildcard of GLOB is itself inside brackets.
fn push_literal(letter: char, out: &mut String) {
    match letter {
        '*' | '?' | '[' => out.extend(['[', letter, ']']),
        letter => out.push(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_becomes_a_glob() {
        let check = |pattern: &str, expect: &str| assert_eq!(glob(pattern), expect, "{pattern}");
        check("A*", "A*");
        check("%a_b%", "*a?b*");
        check(r"100\%", "100%");
        check(r"a\_b\\", r"a_b\");
        check("[x]?", "[[]x][?]");
        check(r"\*\", r"[*]\");
    }

    #[test]
    fn a_pattern_becomes_one_of_like() {
        let check = |pattern: &str, expect: &str| assert_eq!(like(pattern), expect, "{pattern}");
        check("A*", "A%");
        check("%a_b%", "%a_b%");
        check(r"100\%", r"100\%");
        check(r"\*\a", "*a");
        check("\\", r"\\");
    }
}
