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
