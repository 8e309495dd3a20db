//! Words of SQL as values.

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
