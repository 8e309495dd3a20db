//! Literals of Rust as the text they stand for, with the way back to where each byte stands.

use syn::{Expr, ExprLit, ExprMacro, Lit, LitStr, Token, punctuated::Punctuated};

/// A text that stands in a file, as a whole or in pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) value: String,
    /// Where in the value a piece begins, and where in the file that stands.
    pieces: Vec<(usize, usize)>,
}

impl Text {
    /// A text that stands in the file as it is.
    pub(crate) fn at(value: &str, start: usize) -> Self {
        Self { value: value.to_owned(), pieces: vec![(0, start)] }
    }

    /// Answers where a byte stands in the file.
    pub(crate) fn origin(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|(begin, _)| *begin <= at).checked_sub(1);
        let (begin, start) =
            piece.and_then(|piece| self.pieces.get(piece)).copied().unwrap_or_default();
        start + (at - begin)
    }

    fn piece(&mut self, start: usize) {
        self.pieces.push((self.value.len(), start));
    }

    fn append(&mut self, other: &Self) {
        let before = self.value.len();
        self.pieces.extend(other.pieces.iter().map(|(begin, start)| (before + begin, *start)));
        self.value.push_str(&other.value);
    }
}

/// Reads a literal, or a `concat!` of literals, in a file.
pub(crate) fn text(expression: &Expr, file: &str) -> Option<Text> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => string(literal, file),
        Expr::Reference(reference) => text(&reference.expr, file),
        Expr::Paren(paren) => text(&paren.expr, file),
        Expr::Group(group) => text(&group.expr, file),
        Expr::Macro(ExprMacro { mac, .. }) if mac.path.is_ident("concat") => {
            let parts =
                mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
            let mut whole = Text::default();
            for part in &parts {
                whole.append(&part_of_concat(part, file)?);
            }
            Some(whole)
        }
        _ => None,
    }
}

/// Numbers, too, may stand in a `concat!`.
fn part_of_concat(part: &Expr, file: &str) -> Option<Text> {
    match part {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
            Some(Text::at(number.base10_digits(), number.span().byte_range().start))
        }
        _ => text(part, file),
    }
}

fn string(literal: &LitStr, file: &str) -> Option<Text> {
    let range = literal.span().byte_range();
    let token = file.get(range.clone())?;
    let open = token.find('"')? + 1;
    let hashes = token.len() - token.trim_end_matches('#').len();
    let inside = token.get(open..token.len().checked_sub(hashes + 1)?)?;
    let text = match token.starts_with('r') {
        true => Text::at(inside, range.start + open),
        false => unescaped(inside, range.start + open),
    };
    // Whatever is read otherwise than the compiler does is not judged.
    (text.value == literal.value()).then_some(text)
}

fn unescaped(inside: &str, start: usize) -> Text {
    let mut text = Text::default();
    text.piece(start);
    let mut rest = inside.char_indices().peekable();
    while let Some((_, each)) = rest.next() {
        match each {
            '\\' => escape(&mut text, inside, &mut rest),
            '\r' if rest.peek().is_some_and(|(_, next)| *next == '\n') => {}
            _ => {
                text.value.push(each);
                continue;
            }
        }
        let next = rest.peek().map_or(inside.len(), |(at, _)| *at);
        text.piece(start + next);
    }
    text
}

fn escape(
    text: &mut Text,
    inside: &str,
    rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
) {
    let Some((at, kind)) = rest.next() else { return };
    match kind {
        'n' => text.value.push('\n'),
        't' => text.value.push('\t'),
        'r' => text.value.push('\r'),
        '0' => text.value.push('\0'),
        '\n' | '\r' => while rest.next_if(|(_, each)| each.is_ascii_whitespace()).is_some() {},
        'x' => {
            let digits = inside.get(at + 1..at + 3).unwrap_or_default();
            let byte = u8::from_str_radix(digits, 16).unwrap_or_default();
            text.value.push(char::from(byte));
            rest.next();
            rest.next();
        }
        'u' => {
            let digits: String =
                rest.by_ref().map(|(_, each)| each).take_while(|each| *each != '}').collect();
            let digits = digits.trim_start_matches('{').replace('_', "");
            let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
            text.value.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        other => text.value.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads an expression, and finds `x` of its value in the source again.
    fn check(source: &str, value: &str) {
        let expression: Expr = syn::parse_str(source).unwrap();
        let text = text(&expression, source).unwrap();
        assert_eq!(text.value, value, "{source}");
        let at = value.find('x').unwrap();
        assert_eq!(source.get(text.origin(at)..).unwrap().chars().next(), Some('x'), "{source}");
    }

    #[test]
    fn every_form_of_literal_leads_back_to_its_source() {
        check(r#""SELECT x""#, "SELECT x");
        check(r##"r#"SELECT "a", x"#"##, "SELECT \"a\", x");
        check("\"SELECT \\\"a\\\", \\n \\u{e4} \\x41 x\"", "SELECT \"a\", \n ä A x");
        check("\"SELECT a, \\\n      x\"", "SELECT a, x");
        check("\"SELECT 'ö',\n x\"", "SELECT 'ö',\n x");
        check(r#"concat!("SELECT ", 1, r" , x")"#, "SELECT 1 , x");
        check(r#"&("SELECT x")"#, "SELECT x");
    }

    #[test]
    fn what_is_made_at_run_time_is_no_literal() {
        for source in ["text", "format!(\"SELECT {x}\")", "concat!(env!(\"A\"))", "b\"x\"", "1"] {
            let expression: Expr = syn::parse_str(source).unwrap();
            assert_eq!(text(&expression, source), None, "{source}");
        }
    }
}
