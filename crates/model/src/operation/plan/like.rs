//! Patterns: PostgREST's `like` and `ilike` in the words of the engine.

use hypostyle_core::Result;
use hypostyle_sql::Dialect;

use crate::writer::Writer;

/// Appends a match of the text of a column, whatever its type, with a pattern of `*` or `%`, `_` and
/// `\` before what is meant literally.
pub(super) fn push(out: &mut Writer, column: &str, pattern: &str, fold_case: bool) -> Result<()> {
    let (before, after) = match out.dialect {
        Dialect::Mysql => ("CAST(", " AS CHAR)"),
        // Any value is matched by its text already.
        Dialect::Sqlite => ("", ""),
        dialect if dialect.is_postgres() => ("", "::text"),
        _ => ("", "::VARCHAR"),
    };
    out.push(before);
    out.push_quoted(column)?;
    out.push(after);
    out.push_like(&like(pattern), fold_case);
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

#[cfg(test)]
mod tests {
    use super::*;

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
