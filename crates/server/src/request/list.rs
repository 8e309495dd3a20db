//! Lists with commas, in which an item may be quoted: `a,"b,c",-"d\"e"`.

/// Cuts a list at its commas outside quotes; `None` when a quote does not end.
pub(super) fn items(text: &str) -> Option<Vec<&str>> {
    let (mut items, mut from) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' if quoted => quoted = false,
            b'"' if matches!(&text[from..at], "" | "-") => quoted = true,
            b',' if !quoted => {
                items.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    items.push(&text[from..]);
    (!quoted).then_some(items)
}

/// Answers an item without its quotes and backslashes; one without quotes is as it stands.
pub(super) fn unquote(item: &str) -> String {
    let inner = item.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner else { return item.to_owned() };
    let mut out = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next()),
            letter => out.push(letter),
        }
    }
    out
}

/// Writes an item with quotes where it cannot stand without them.
pub(crate) fn quote(item: &str) -> String {
    if !item.starts_with('-') && !item.contains([',', '"', '\\']) {
        return item.to_owned();
    }
    let mut out = String::with_capacity(item.len() + 2);
    out.push('"');
    for letter in item.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
    out
}
