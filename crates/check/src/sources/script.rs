//! Scripts of SQL, cut into their statements.

use hypostyle::sql::{Dialect, Token, TokenKind, split, tokens};

use super::{Found, Given, Text, What};

/// Cuts a script; a string or comment that does not end is a flaw, and nothing else is read.
pub(super) fn found(text: &str, dialect: Dialect) -> Vec<Found> {
    let is_open = |token: &Token| match token.kind {
        TokenKind::Unterminated => true,
        // SQLite takes a comment without an end, but nobody means one.
        TokenKind::BlockComment => !token.text(text).ends_with("*/"),
        _ => false,
    };
    let open = tokens(text, dialect).find(is_open);
    if let Some(token) = open {
        let what = What::Flaw("a string, name or comment does not end".to_owned());
        return vec![Found { range: (token.start, token.start + 1), what }];
    }
    let statement = |statement: hypostyle::sql::Statement<'_>| Found {
        range: (statement.start, statement.start + statement.text.len()),
        what: What::Statement(Text::at(statement.text, statement.start), Given::Unknown),
    };
    split(text, dialect).map(statement).collect()
}

/// Answers the database that the first line names, as in `-- database: shop`.
pub(super) fn database(text: &str, comment: &str) -> Option<String> {
    let line = text.trim_start_matches('\u{feff}').lines().next()?;
    let name = line.strip_prefix(comment)?.trim_start().strip_prefix("database:")?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
