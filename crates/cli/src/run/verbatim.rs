//! Texts of PostgreSQL in which `?` is an operator.

use std::borrow::Cow;

use hypostyle::sql::{Dialect, TokenKind, tokens};

/// Doubles each lone `?`, which is how an operator is told from a placeholder.
pub(super) fn without_placeholders(text: &str) -> Cow<'_, str> {
    if !text.contains('?') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for token in tokens(text, Dialect::Postgres) {
        let piece = token.text(text);
        out.push_str(piece);
        if token.kind == TokenKind::Placeholder && piece == "?" {
            out.push('?');
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_question_mark_is_an_operator() {
        let check = |text: &str, expect: &str| assert_eq!(without_placeholders(text), expect);
        check("SELECT a ? 'k', b ?| c, '?' -- ?", "SELECT a ?? 'k', b ?| c, '?' -- ?");
        check("SELECT 1", "SELECT 1");
    }
}
