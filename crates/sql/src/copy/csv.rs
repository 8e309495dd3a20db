//! Rows in the CSV format of COPY, which tells NULL from an empty text by quotes.

use std::borrow::Cow;

use super::Fields;
use super::head::CsvFormat;

/// Reads the row at the beginning of a text, and answers its length with the end of its line.
pub(super) fn read<'a>(
    text: &'a str,
    format: &CsvFormat,
    fields: &mut Fields<'a>,
) -> Result<usize, String> {
    let mut at = 0;
    loop {
        let (field, end) = field(text, at, format)?;
        fields.push(field);
        match text.as_bytes().get(end) {
            Some(byte) if *byte == format.delimiter => at = end + 1,
            Some(b'\r') if text[end..].starts_with("\r\n") => return Ok(end + 2),
            Some(_) => return Ok(end + 1),
            None => return Ok(end),
        }
    }
}

/// Reads a field, and answers where it ends.
fn field<'a>(
    text: &'a str,
    start: usize,
    format: &CsvFormat,
) -> Result<(Option<Cow<'a, str>>, usize), String> {
    let bytes = text.as_bytes();
    let is_end = |at: usize| match bytes.get(at) {
        None | Some(b'\n') => true,
        Some(b'\r') => bytes.get(at + 1) == Some(&b'\n'),
        Some(byte) => *byte == format.delimiter,
    };
    let (mut at, mut plain, mut value) = (start, start, String::new());
    let mut is_quoted = false;
    let mut is_inside = false;
    while is_inside || !is_end(at) {
        let Some(&byte) = bytes.get(at) else { return Err("a quote is not closed".to_owned()) };
        let next = bytes.get(at + 1);
        let is_escape = is_inside
            && byte == format.escape
            && next.is_some_and(|next| [format.escape, format.quote].contains(next));
        if is_escape {
            value.push_str(&text[plain..at]);
            plain = at + 1;
            at += 2;
        } else if byte == format.quote {
            value.push_str(&text[plain..at]);
            (is_quoted, is_inside) = (true, !is_inside);
            at += 1;
            plain = at;
        } else {
            at += 1;
        }
    }
    let field = if is_quoted {
        value.push_str(&text[plain..at]);
        Some(value.into())
    } else {
        Some(&text[start..at]).filter(|raw| *raw != format.null).map(Cow::from)
    };
    Ok((field, at))
}
