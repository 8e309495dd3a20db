//! Properties that hold for any text, on texts made of the pieces that matter to a lexer.

use std::borrow::Cow;

use hypostyle_sql::{
    Access, Dialect, Marker, Slot, TokenKind, classify, is_complete, split, tokens, translate,
};
use proptest::prelude::*;

const PIECES: &[&str] = &[
    "SELECT",
    "INTO",
    "for update",
    "WITH",
    "CREATE TRIGGER",
    "PROCEDURE",
    "BEGIN",
    "ATOMIC",
    "CASE",
    "END",
    "IF",
    "EXPLAIN",
    "PRAGMA",
    "DELETE",
    " ",
    "\n",
    "\r",
    "\t",
    "a",
    "é",
    "日",
    "E",
    "x",
    "'",
    "''",
    "\"",
    "`",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    ";",
    "--",
    "-- ",
    "#",
    "/*",
    "*/",
    "/*!",
    "$$",
    "$t$",
    "$1",
    "$2",
    "$a",
    "?",
    "?1",
    "??",
    "?|",
    "@?",
    ":a",
    ":b",
    "::",
    ":=",
    ":",
    "@a",
    "@",
    "\\",
    ".",
    "1",
    "0x",
    "1e",
    "_",
    ",",
    "=",
    "|",
    "&",
    "-",
    "<",
    "\0",
    "\u{feff}",
];

fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..24);
    prop_oneof![4 => pieces.prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
}

fn dialects() -> impl Strategy<Value = Dialect> {
    prop::sample::select(vec![Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql, Dialect::DuckDb])
}

fn markers() -> impl Strategy<Value = Marker> {
    prop::sample::select(vec![Marker::Question, Marker::Numbered, Marker::Dollar])
}

/// Returns what a translation must not touch.
fn opaque(text: &str, dialect: Dialect) -> Vec<&str> {
    tokens(text, dialect)
        .filter(|token| {
            matches!(
                token.kind,
                TokenKind::String
                    | TokenKind::DollarString
                    | TokenKind::QuotedIdentifier
                    | TokenKind::LineComment
                    | TokenKind::BlockComment
                    | TokenKind::Unterminated
            )
        })
        .map(|token| token.text(text))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_cover_the_text(text in texts(), dialect in dialects()) {
        let mut at = 0;
        for token in tokens(&text, dialect) {
            prop_assert_eq!(token.start, at);
            prop_assert!(token.end > at);
            prop_assert!(text.is_char_boundary(token.end));
            at = token.end;
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn translating_keeps_strings_and_comments(
        text in texts(), dialect in dialects(), marker in markers(),
    ) {
        if let Ok(translated) = translate(&text, dialect, marker) {
            prop_assert_eq!(opaque(&text, dialect), opaque(&translated.text, dialect));
        }
    }

    #[test]
    fn borrowed_is_unchanged_and_owned_is_changed(
        text in texts(), dialect in dialects(), marker in markers(),
    ) {
        match translate(&text, dialect, marker).map(|translated| translated.text) {
            Ok(Cow::Borrowed(same)) => prop_assert_eq!(same, &text),
            Ok(Cow::Owned(other)) => prop_assert_ne!(other, text),
            Err(error) => prop_assert!(text.is_char_boundary(error.position())),
        }
    }

    #[test]
    fn translated_text_has_as_many_parameters(text in texts(), marker in markers()) {
        let dialect = if marker == Marker::Dollar { Dialect::DuckDb } else { Dialect::Sqlite };
        if let Ok(first) = translate(&text, dialect, marker) {
            let second = translate(&first.text, dialect, marker);
            let second = second.map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(&second.text, &first.text);
            prop_assert_eq!(second.slots.len(), first.slots.len());
            prop_assert!(second.slots.iter().all(|slot| matches!(slot, Slot::Position(_))));
        }
    }

    #[test]
    fn statements_are_pieces_in_order(text in texts(), dialect in dialects()) {
        let (mut at, mut line) = (0, 1);
        for statement in split(&text, dialect) {
            prop_assert!(statement.start >= at && !statement.text.is_empty());
            prop_assert!(text[statement.start..].starts_with(statement.text));
            prop_assert!(statement.line >= line);
            prop_assert_eq!(statement.line, text[..statement.start].matches('\n').count() + 1);
            (at, line) = (statement.start + statement.text.len(), statement.line);
        }
    }

    #[test]
    fn a_text_that_reads_is_made_of_statements_that_read(text in texts(), dialect in dialects()) {
        if classify(&text, dialect).access == Access::Read {
            for statement in split(&text, dialect) {
                prop_assert_eq!(classify(statement.text, dialect).access, Access::Read);
            }
        }
    }

    #[test]
    fn a_leading_comment_does_not_change_the_class(text in texts(), dialect in dialects()) {
        prop_assert_eq!(classify(&format!("/**/{text}"), dialect), classify(&text, dialect));
    }

    #[test]
    fn a_complete_text_stays_complete_before_spaces(text in texts(), dialect in dialects()) {
        let complete = is_complete(&text, dialect);
        prop_assert_eq!(is_complete(&format!("{text}\n"), dialect), complete);
    }
}
