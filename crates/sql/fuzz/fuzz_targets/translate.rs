//! Translating keeps strings, names and comments, and what it makes needs no second translation.
#![no_main]

use std::borrow::Cow;

use hypostyle_sql::{Dialect, Marker, TokenKind, tokens, translate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql, Dialect::DuckDb] {
        for marker in [Marker::Question, Marker::Numbered, Marker::Dollar] {
            let Ok(translated) = translate(text, dialect, marker) else { continue };
            assert_eq!(opaque(text, dialect), opaque(&translated.text, dialect));
            match &translated.text {
                Cow::Borrowed(same) => assert_eq!(*same, text),
                Cow::Owned(other) => assert_ne!(other, text),
            }
            if dialect != Dialect::Postgres {
                let again = translate(&translated.text, dialect, marker).expect("is valid");
                assert_eq!(again.text, translated.text);
                assert_eq!(again.slots.len(), translated.slots.len());
            }
        }
    }
});

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
