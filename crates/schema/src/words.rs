//! Words of SQL as values.

use hypostyle_sql::{Dialect, TokenKind, tokens};

/// Answers a name without its quotes.
pub(crate) fn unquote(name: &str) -> String {
    let mut letters = name.chars();
    let (open, close) = (letters.next(), letters.next_back());
    let inner = letters.as_str();
    match (open, close) {
        (Some('['), Some(']')) => inner.to_owned(),
        (Some(quote @ ('"' | '`' | '\'')), Some(end)) if quote == end => {
            inner.replace(&format!("{quote}{quote}"), &quote.to_string())
        }
        _ => name.to_owned(),
    }
}

/// Cuts a name at its first point outside quotes: a schema, and a name in it.
pub(crate) fn qualified(text: &str) -> Option<(String, String)> {
    let mut is_quoted = false;
    let cut = text.char_indices().find(|(_, letter)| {
        is_quoted ^= *letter == '"';
        *letter == '.' && !is_quoted
    });
    let (at, _) = cut?;
    let part = |part: &str| match part.starts_with('"') {
        true => unquote(part),
        false => part.to_owned(),
    };
    Some((part(&text[..at]), part(&text[at + 1..])))
}

/// Tells what a trigger of MySQL fires on, as `BEFORE INSERT`, and where its body begins.
pub(crate) fn firing(sql: &str) -> Option<(String, usize)> {
    let words = tokens(sql, Dialect::Mysql).filter(|token| token.kind == TokenKind::Word);
    let words: Vec<(String, usize)> =
        words.map(|token| (token.text(sql).to_ascii_uppercase(), token.end)).collect();
    let is_time = |(word, _): &(String, usize)| word == "BEFORE" || word == "AFTER";
    let words = &words[words.iter().position(is_time)?..];
    let [(time, _), (event, _), ..] = words else { return None };
    let rows =
        words.windows(3).find(|three| three.iter().map(|it| &it.0).eq(["FOR", "EACH", "ROW"]))?;
    Some((format!("{time} {event}"), rows[2].1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_tells_what_it_fires_on_and_its_body() {
        let check = |sql: &str, expect: Option<(&str, &str)>| {
            let found = firing(sql).map(|(event, at)| (event, sql[at..].to_owned()));
            assert_eq!(
                found,
                expect.map(|(event, body)| (event.to_owned(), body.to_owned())),
                "{sql}"
            );
        };
        check(
            "CREATE TRIGGER `for` before INSERT ON `row` FOR each\nROW SET a = 'x'",
            Some(("BEFORE INSERT", " SET a = 'x'")),
        );
        check("CREATE TRIGGER g BEFORE INSERT ON t", None);
    }
}
