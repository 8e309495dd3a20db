//! What only the statements say, as DuckDB keeps them: generated columns, and the parts of an index.

use hypostyle_sql::{Dialect, Token, TokenKind, tokens};

/// Lists the generated columns of a table by name, with their expressions.
pub(super) fn generated(create: &str) -> Vec<(String, String)> {
    let columns = parts(create).into_iter().filter_map(|part| {
        let all: Vec<Token> = significant(part).collect();
        let words: Vec<&str> = all.iter().map(|token| token.text(part)).collect();
        let is_word = |at: usize, word: &str| {
            words.get(at).is_some_and(|found| found.eq_ignore_ascii_case(word))
        };
        let at = (1..words.len()).find(|at| {
            is_word(*at, "GENERATED") && is_word(at + 1, "ALWAYS") && is_word(at + 2, "AS")
        })?;
        let open = all.get(at + 3).filter(|token| token.kind == TokenKind::OpenParen)?;
        let close = all.iter().rev().find(|token| token.kind == TokenKind::CloseParen)?;
        let expression = part.get(open.end..close.start)?.trim();
        Some((name(words.first()?), without_parens(expression).to_owned()))
    });
    columns.collect()
}

/// Lists the columns of a table that have a collation, each with it.
pub(super) fn collations(create: &str) -> Vec<(String, String)> {
    let columns = parts(create).into_iter().filter_map(|part| {
        let mut depth = 0_usize;
        let mut words = significant(part).filter(|token| {
            match token.kind {
                TokenKind::OpenParen => depth += 1,
                TokenKind::CloseParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let column = words.next()?;
        let mut rest = words.skip_while(|it| !it.text(part).eq_ignore_ascii_case("COLLATE"));
        let _collate = rest.next()?;
        // The parts of one stand with points between them, as `DE.NOCASE`.
        let told = |token: &Token| token.kind == TokenKind::Word || token.text(part) == ".";
        let is_over = |token: &Token| {
            ["NOT", "DEFAULT", "UNIQUE", "PRIMARY", "CHECK", "REFERENCES"]
                .iter()
                .any(|word| token.text(part).eq_ignore_ascii_case(word))
        };
        let own = rest.take_while(|token| told(token) && !is_over(token));
        Some((name(column.text(part)), own.map(|it| it.text(part)).collect()))
    });
    columns.collect()
}

/// Lists what an index orders by: a column or an expression.
pub(super) fn index_parts(create: &str) -> Vec<String> {
    parts(create).into_iter().map(|part| without_parens(part).to_owned()).collect()
}

/// Answers a name without its quotes.
pub(super) fn name(text: &str) -> String {
    match text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => text.to_owned(),
    }
}

fn significant(text: &str) -> impl Iterator<Item = Token> {
    tokens(text, Dialect::DuckDb).filter(|token| token.kind != TokenKind::Whitespace)
}

/// Cuts what stands in the first parentheses at its commas.
fn parts(create: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for token in significant(create) {
        match token.kind {
            TokenKind::OpenParen => {
                depth += 1;
                if depth == 1 {
                    start = token.end;
                }
            }
            TokenKind::CloseParen => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    parts.push(create[start..token.start].trim());
                    return parts;
                }
            }
            _ if depth == 1 && token.text(create) == "," => {
                parts.push(create[start..token.start].trim());
                start = token.end;
            }
            _ => {}
        }
    }
    parts
}

fn without_parens(text: &str) -> &str {
    let mut depth = 0_usize;
    let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else {
        return text;
    };
    for token in significant(inner) {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen if depth == 0 => return text,
            TokenKind::CloseParen => depth -= 1,
            _ => {}
        }
    }
    inner.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_say_what_functions_do_not() {
        let create = "CREATE TABLE p(id BIGINT DEFAULT(nextval('sq')) PRIMARY KEY, \"a,\"\"b\" INTEGER \
                      GENERATED ALWAYS AS((id * (2 + 1))), d DECIMAL(10,2), CHECK((d > 0)));";
        let expect = [("a,\"b".to_owned(), "id * (2 + 1)".to_owned())];
        assert_eq!(generated(create), expect);
        let create = "CREATE TABLE p(a VARCHAR DEFAULT('COLLATE x') COLLATE DE.NOCASE NOT NULL, \
                      CHECK((a COLLATE NOCASE > 'b')), \"b c\" VARCHAR COLLATE NOCASE DEFAULT('x'));";
        let expect = [("a", "DE.NOCASE"), ("b c", "NOCASE")];
        assert_eq!(collations(create), expect.map(|(a, b)| (a.to_owned(), b.to_owned())));
        let index = "CREATE UNIQUE INDEX i ON s.p(d, (lower(\"name\")), \"x y\");";
        assert_eq!(index_parts(index), ["d", "lower(\"name\")", "\"x y\""]);
        assert_eq!(without_parens("(a) + (b)"), "(a) + (b)");
    }
}
