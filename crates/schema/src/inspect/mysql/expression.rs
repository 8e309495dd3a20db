//! Expressions as SQL writes them.

use hypostyle_sql::{Dialect, Token, TokenKind, tokens};

/// MySQL tells an expression with backslashes before its quotes and backslashes, each byte beyond ASCII
/// as a letter of its own, and its negative numbers with parentheses or without.
pub(super) fn expression(told: &str, is_mariadb: bool) -> String {
    if is_mariadb {
        return told.to_owned();
    }
    let written = without_escapes(told);
    let bytes: Option<Vec<u8>> = written.chars().map(|letter| u8::try_from(letter).ok()).collect();
    let letters = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    bare_numbers(&letters.unwrap_or(written))
}

fn without_escapes(told: &str) -> String {
    let mut plain = String::with_capacity(told.len());
    let mut letters = told.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.next_if(|next| letter == '\\' && matches!(next, '\\' | '\'')) {
            Some(escaped) => plain.push(escaped),
            None => plain.push(letter),
        }
    }
    plain
}

/// Writes `-(5)` as `-5`.
fn bare_numbers(written: &str) -> String {
    let all: Vec<Token> = tokens(written, Dialect::Mysql).collect();
    let kinds = [TokenKind::OpenParen, TokenKind::Number, TokenKind::CloseParen];
    let is_number = |sign: usize| {
        all[sign].text(written) == "-"
            && all.get(sign + 1..sign + 4).is_some_and(|it| it.iter().map(|it| it.kind).eq(kinds))
    };
    let mut bare = String::with_capacity(written.len());
    let mut at = 0;
    while let Some(token) = all.get(at) {
        bare += token.text(written);
        match is_number(at) {
            true => {
                bare += all[at + 2].text(written);
                at += 4;
            }
            false => at += 1,
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_told_as_it_is_written() {
        let check = |told, expect: &str| assert_eq!(expression(told, false), expect, "{told}");
        check(r"(`b` <> _utf8mb4\'it\\\'s\')", r"(`b` <> _utf8mb4'it\'s')");
        check("(`grÃ¶Ã\u{9f}e` > 5)", "(`größe` > 5)");
        check("(`größe` > 5)", "(`größe` > 5)");
        check(
            r"(`a` > -(5)) and (`b` <> \'-(5)\') and -((3 + 4))",
            "(`a` > -5) and (`b` <> '-(5)') and -((3 + 4))",
        );
    }
}
