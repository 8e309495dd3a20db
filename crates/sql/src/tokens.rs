use crate::Dialect;
use crate::lexis::{Dollar, Lexis, is_name, is_name_start, is_space};

mod spans;

use spans::is_executable;

/// Cuts a text into tokens by the lexical rules of a dialect.
///
/// The tokens cover the text exactly: the first starts at 0, each next where the last one ended.
/// Tokens are lexical: whether a `?` is an operator or a `:name` part of a slice depends on the
/// rest of the text and is decided by [`translate`](crate::translate).
///
/// # Examples
///
/// ```
/// use hypostyle_sql::{Dialect, TokenKind, tokens};
///
/// let text = "SELECT 'it''s' -- why";
/// let kinds: Vec<_> = tokens(text, Dialect::Sqlite).map(|token| token.kind).collect();
/// use TokenKind::{LineComment, String, Whitespace, Word};
/// assert_eq!(kinds, [Word, Whitespace, String, Whitespace, LineComment]);
/// ```
pub fn tokens(text: &str, dialect: Dialect) -> Tokens<'_> {
    Tokens { bytes: text.as_bytes(), at: 0, lexis: dialect.lexis() }
}

/// A piece of a text and what it is.
///
/// # Shape
///
/// `start..end` in bytes, on character boundaries, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// What the piece is.
    pub kind: TokenKind,
    /// Where it starts.
    pub start: usize,
    /// Where it ends; the first byte after it.
    pub end: usize,
}

/// Says what a [`Token`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// Spaces, line ends, or a byte order mark.
    Whitespace,
    /// `-- …` or, on MySQL, `# …`, without the line end.
    LineComment,
    /// `/* … */`, and on MySQL `/*! … */`, which the server runs.
    BlockComment,
    /// A keyword or an unquoted identifier.
    Word,
    /// `"…"`, `` `…` `` or `[…]`, as the dialect has it.
    QuotedIdentifier,
    /// `'…'` with its prefix (`x'…'`, `E'…'`), and `"…"` on MySQL.
    String,
    /// `$tag$…$tag$`.
    DollarString,
    /// `1`, `1.5e-3`, `0xFF`, `1_000`.
    Number,
    /// `?`, `?1`, `$1`, `:name`; `@name` and `$name` where the dialect has them.
    Placeholder,
    /// Anything else, mostly one character at a time.
    Operator,
    /// `;`
    Semicolon,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// A string, quoted identifier or comment that runs into the end of the text.
    Unterminated,
}

/// Iterates over the tokens of a text; made by [`tokens()`].
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
    lexis: &'static Lexis,
}

impl Token {
    /// Returns the piece of `source` that the token covers; empty if `source` is another text.
    #[must_use]
    pub fn text(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }

    /// Tells whether the engine skips the token.
    pub(crate) fn is_blank(self, source: &str, dialect: Dialect) -> bool {
        match self.kind {
            TokenKind::Whitespace | TokenKind::LineComment => true,
            TokenKind::BlockComment => {
                !dialect.lexis().executable_comments || !is_executable(self.text(source).as_bytes())
            }
            _ => false,
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let start = self.at;
        let first = self.byte(start)?;
        let (kind, end) = self.lex(start, first);
        debug_assert!(start < end && end <= self.bytes.len());
        self.at = end;
        Some(Token { kind, start, end })
    }
}

impl std::iter::FusedIterator for Tokens<'_> {}

type Lexed = (TokenKind, usize);

impl Tokens<'_> {
    fn lex(&self, start: usize, first: u8) -> Lexed {
        use TokenKind::{QuotedIdentifier, String};
        let (lexis, after) = (self.lexis, start + 1);
        let second = self.byte(after);
        match first {
            _ if is_space(first) => (TokenKind::Whitespace, self.run(after, is_space)),
            0xEF if self.starts_with(start, BYTE_ORDER_MARK) => (TokenKind::Whitespace, start + 3),
            _ if is_name_start(first) => self.word(start, first),
            b'0'..=b'9' => (TokenKind::Number, self.number(start)),
            b'.' if second.is_some_and(|b| b.is_ascii_digit()) => {
                (TokenKind::Number, self.number(start))
            }
            b'\'' => self.close(String, self.quoted(after, b'\'', lexis.backslash)),
            b'"' if lexis.double_quoted_strings => {
                self.close(String, self.quoted(after, b'"', lexis.backslash))
            }
            b'"' => self.close(QuotedIdentifier, self.quoted(after, b'"', false)),
            b'`' if lexis.backticks => {
                self.close(QuotedIdentifier, self.quoted(after, b'`', false))
            }
            b'[' if lexis.brackets => self.close(QuotedIdentifier, self.find(after, b"]")),
            b'-' if second == Some(b'-') && self.dashes_comment(start + 2) => {
                self.line_comment(start)
            }
            b'#' if lexis.hash_comments => self.line_comment(start),
            b'/' if second == Some(b'*') => self.block_comment(start),
            b';' => (TokenKind::Semicolon, after),
            b'(' => (TokenKind::OpenParen, after),
            b')' => (TokenKind::CloseParen, after),
            b'$' => self.dollar(start),
            b':' => self.colon(start),
            b'?' => self.question(start),
            b'@' => self.at_sign(start),
            b'<' if lexis.question_operators && second == Some(b'@') => {
                (TokenKind::Operator, start + 2)
            }
            _ => (TokenKind::Operator, after),
        }
    }

    fn word(&self, start: usize, first: u8) -> Lexed {
        if self.byte(start + 1) == Some(b'\'') {
            if self.lexis.escape_strings && first.eq_ignore_ascii_case(&b'e') {
                return self.close(TokenKind::String, self.escape_string(start + 2));
            }
            if self.lexis.string_prefixes.contains(&first) {
                let end = self.quoted(start + 2, b'\'', self.lexis.backslash);
                return self.close(TokenKind::String, end);
            }
        }
        (TokenKind::Word, self.run(start + 1, is_name))
    }

    fn number(&self, start: usize) -> usize {
        if self.byte(start) == Some(b'0') {
            let is_digit: fn(u8) -> bool = match self.byte(start + 1) {
                Some(b'x' | b'X') => |b| b.is_ascii_hexdigit() || b == b'_',
                Some(b'b' | b'B') => |b| matches!(b, b'0' | b'1' | b'_'),
                Some(b'o' | b'O') => |b| matches!(b, b'0'..=b'7' | b'_'),
                _ => |_| false,
            };
            let end = self.run(start + 2, is_digit);
            if end > start + 2 {
                return end;
            }
        }
        let mut end = self.digits(start);
        if self.byte(end) == Some(b'.') && self.byte(end + 1) != Some(b'.') {
            end = self.digits(end + 1);
        }
        if matches!(self.byte(end), Some(b'e' | b'E')) {
            let signed = usize::from(matches!(self.byte(end + 1), Some(b'+' | b'-')));
            let exponent = self.digits(end + 1 + signed);
            if exponent > end + 1 + signed {
                end = exponent;
            }
        }
        end
    }

    fn digits(&self, from: usize) -> usize {
        let end = self.run(from, |b| b.is_ascii_digit());
        if end > from
            && self.byte(end) == Some(b'_')
            && self.byte(end + 1).is_some_and(|b| b.is_ascii_digit())
        {
            return self.run(end, |b| b.is_ascii_digit() || b == b'_');
        }
        end
    }

    fn dollar(&self, start: usize) -> Lexed {
        if self.lexis.dollar_strings
            && let Some(tag) = self.dollar_tag(start)
        {
            return self.close(TokenKind::DollarString, self.find(start + tag.len(), tag));
        }
        let digits = self.run(start + 1, |b| b.is_ascii_digit());
        let name = self.run(start + 1, is_name);
        match self.lexis.dollar {
            Dollar::Word if digits < name || name == start + 1 => (TokenKind::Word, name),
            Dollar::Name if name > start + 1 => (TokenKind::Placeholder, name),
            _ if digits > start + 1 => (TokenKind::Placeholder, digits),
            _ => (TokenKind::Operator, start + 1),
        }
    }

    fn dollar_tag(&self, start: usize) -> Option<&[u8]> {
        let end = match self.byte(start + 1)? {
            b'$' => start + 1,
            first if is_name_start(first) => {
                self.run(start + 2, |b| is_name_start(b) || b.is_ascii_digit())
            }
            _ => return None,
        };
        (self.byte(end) == Some(b'$')).then(|| self.bytes.get(start..=end)).flatten()
    }

    fn colon(&self, start: usize) -> Lexed {
        let is_first = if self.lexis.digit_names { is_name } else { is_name_start };
        match self.byte(start + 1) {
            Some(b':' | b'=') => (TokenKind::Operator, start + 2),
            Some(b) if is_first(b) => (TokenKind::Placeholder, self.run(start + 2, is_name)),
            _ => (TokenKind::Operator, start + 1),
        }
    }

    fn question(&self, start: usize) -> Lexed {
        let (second, third) = (self.byte(start + 1), self.byte(start + 2));
        match second {
            Some(b'?') if self.lexis.question_operators => (TokenKind::Operator, start + 2),
            // `?||'%'` concatenates and `?&&a` overlaps a parameter.
            Some(b'|' | b'&') if self.lexis.question_operators && second != third => {
                (TokenKind::Operator, start + 2)
            }
            _ => {
                let end = self.run(start + 1, |b| b.is_ascii_digit());
                // `?1e5` may turn out as an operator before a number, which must not be cut.
                let is_cut = self.byte(end).is_some_and(|b| is_name(b) || b == b'.');
                let is_bare = self.lexis.question_operators && is_cut;
                (TokenKind::Placeholder, if is_bare { start + 1 } else { end })
            }
        }
    }

    fn at_sign(&self, start: usize) -> Lexed {
        match self.byte(start + 1) {
            Some(b) if self.lexis.at_names && is_name(b) => {
                (TokenKind::Placeholder, self.run(start + 2, is_name))
            }
            Some(b'@') if self.lexis.question_operators => (TokenKind::Operator, start + 2),
            // In `@??` the second half is the escape.
            Some(b'?') if self.lexis.question_operators && self.byte(start + 2) != Some(b'?') => {
                (TokenKind::Operator, start + 2)
            }
            _ => (TokenKind::Operator, start + 1),
        }
    }

    fn starts_with(&self, from: usize, prefix: &[u8]) -> bool {
        self.bytes.get(from..).is_some_and(|rest| rest.starts_with(prefix))
    }

    fn run(&self, from: usize, belongs: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from + rest.iter().position(|&b| !belongs(b)).unwrap_or(rest.len())
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

#[cfg(test)]
mod tests;
