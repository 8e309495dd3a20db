//! Scripts as people see them: lines, columns, beginnings, and what is left open.

use hypostyle_sql::{Dialect, TokenKind, tokens};

/// The most characters of a statement that a message repeats.
const BEGINNING_CHARS_MAX: usize = 60;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// From 1.
    pub(crate) line: usize,
    /// In characters, from 1.
    pub(crate) column: usize,
}

impl Place {
    /// Finds the place of a byte.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[line_start..].trim_start_matches('\u{feff}').chars().count() + 1;
        Self { line: before.matches('\n').count() + 1, column }
    }
}

/// Finds what keeps a script from being cut into statements, and says where and what it is.
pub(crate) fn flaw(text: &str, dialect: Dialect) -> Option<(usize, &'static str)> {
    if let Some(at) = text.find('\0') {
        return Some((at, "the text holds a NUL byte"));
    }
    tokens(text, dialect).find_map(|token| {
        let piece = token.text(text);
        let is_comment = piece.starts_with("/*");
        match token.kind {
            TokenKind::Unterminated if is_comment => Some((token.start, COMMENT)),
            TokenKind::Unterminated => Some((token.start, "a string or name does not end")),
            // SQLite takes a comment without an end, but nobody means one.
            TokenKind::BlockComment if piece.len() < "/**/".len() || !piece.ends_with("*/") => {
                Some((token.start, COMMENT))
            }
            _ => None,
        }
    })
}

const COMMENT: &str = "a comment does not end";

/// Answers the first words of a statement on one line.
pub(crate) fn beginning(statement: &str) -> String {
    let mut shown = String::new();
    for word in statement.split_whitespace() {
        if !shown.is_empty() {
            shown.push(' ');
        }
        shown.push_str(word);
        if let Some((cut, _)) = shown.char_indices().nth(BEGINNING_CHARS_MAX) {
            shown.truncate(cut);
            shown.push('…');
            break;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let check = |text: &str, offset: usize, line: usize, column: usize| {
            assert_eq!(Place::of(text, offset), Place { line, column }, "{text:?} {offset}");
        };
        check("", 0, 1, 1);
        check("a\nb", 2, 2, 1);
        check("a\r\nöb", 5, 2, 2);
        check("\u{feff}ab", 4, 1, 2);
        check("ab", 99, 1, 3);
    }

    #[test]
    fn what_does_not_end_is_found_at_its_start() {
        let check = |text: &str, expect: Option<(usize, &str)>| {
            let found =
                flaw(text, Dialect::Sqlite).map(|(at, what)| (Place::of(text, at).line, what));
            assert_eq!(found, expect, "{text:?}");
        };
        check("SELECT 'it''s' /* done */ -- open '", None);
        check("SELECT 1;\nSELECT 'a\nb", Some((2, "a string or name does not end")));
        check("SELECT \"a", Some((1, "a string or name does not end")));
        check("\n/* a", Some((2, "a comment does not end")));
        check("/*/", Some((1, "a comment does not end")));
        check("a\n\0", Some((2, "the text holds a NUL byte")));
    }

    #[test]
    fn a_beginning_is_one_short_line() {
        assert_eq!(beginning("CREATE  TABLE t\n  (a)"), "CREATE TABLE t (a)");
        assert_eq!(beginning(&"ö".repeat(99)), format!("{}…", "ö".repeat(60)));
    }
}
