//! Escapes in texts.

/// Takes backslashes out of a text, as C and PostgreSQL's `E'…'` read them.
#[must_use]
pub fn without_escapes(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(each) = characters.next() {
        if each != '\\' {
            out.push(each);
            continue;
        }
        out.extend(characters.next().map(|escape| match escape {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            other => other,
        }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslashes_are_taken_out() {
        assert_eq!(without_escapes(r"a\tb\'c\\d\n"), "a\tb'c\\d\n");
        assert_eq!(without_escapes("a\\"), "a");
    }
}
