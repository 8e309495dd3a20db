//! Strings, quoted identifiers and comments: what runs from an opening to its end.

use super::{Lexed, TokenKind, Tokens};
use crate::lexis::is_space;

impl Tokens<'_> {
    pub(super) fn dashes_comment(&self, after: usize) -> bool {
        !self.lexis.spaced_dashes
            || self.byte(after).is_none_or(|b| is_space(b) || b.is_ascii_control())
    }

    pub(super) fn line_comment(&self, start: usize) -> Lexed {
        let return_ends = self.lexis.return_ends_comment;
        (TokenKind::LineComment, self.run(start, |b| b != b'\n' && !(return_ends && b == b'\r')))
    }

    pub(super) fn block_comment(&self, start: usize) -> Lexed {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let end = if self.lexis.executable_comments && is_executable(rest) {
            self.executable_comment(start + 2)
        } else if self.lexis.nested_comments {
            self.nested_comment(start + 2)
        } else {
            self.find(start + 2, b"*/")
        };
        match end {
            None if self.lexis.open_comments => (TokenKind::BlockComment, self.bytes.len()),
            end => self.close(TokenKind::BlockComment, end),
        }
    }

    fn nested_comment(&self, mut at: usize) -> Option<usize> {
        let mut depth = 1_usize;
        while depth > 0 {
            match (self.byte(at)?, self.byte(at + 1)) {
                (b'/', Some(b'*')) => (depth, at) = (depth + 1, at + 2),
                (b'*', Some(b'/')) => (depth, at) = (depth - 1, at + 2),
                _ => at += 1,
            }
        }
        Some(at)
    }

    /// The server reads the inside as SQL, so a `*/` in a string does not end it.
    fn executable_comment(&self, mut at: usize) -> Option<usize> {
        loop {
            at = match (self.byte(at)?, self.byte(at + 1)) {
                (b'*', Some(b'/')) => return Some(at + 2),
                (b'/', Some(b'*')) => self.find(at + 2, b"*/")?,
                (b'`', _) => self.quoted(at + 1, b'`', false)?,
                (quote @ (b'\'' | b'"'), _) => self.quoted(at + 1, quote, self.lexis.backslash)?,
                _ => at + 1,
            }
        }
    }

    pub(super) fn escape_string(&self, from: usize) -> Option<usize> {
        let mut end = self.quoted(from, b'\'', true)?;
        while let Some(next) = self.continued_string(end) {
            end = self.quoted(next, b'\'', true)?;
        }
        Some(end)
    }

    /// PostgreSQL joins strings that only white space with a line end separates; the later ones
    /// read backslashes like the first.
    fn continued_string(&self, mut at: usize) -> Option<usize> {
        let mut line_ended = false;
        loop {
            match self.byte(at)? {
                b'\'' if line_ended => return Some(at + 1),
                b'-' if self.byte(at + 1) == Some(b'-') => at = self.line_comment(at).1,
                b if is_space(b) => {
                    line_ended |= matches!(b, b'\n' | b'\r');
                    at += 1;
                }
                _ => return None,
            }
        }
    }

    pub(super) fn quoted(&self, mut at: usize, quote: u8, backslash: bool) -> Option<usize> {
        loop {
            match self.byte(at)? {
                b if b == quote && self.byte(at + 1) == Some(quote) => at += 2,
                b if b == quote => return Some(at + 1),
                b'\\' if backslash => at += 2,
                _ => at += 1,
            }
        }
    }

    pub(super) fn close(&self, kind: TokenKind, end: Option<usize>) -> Lexed {
        end.map_or((TokenKind::Unterminated, self.bytes.len()), |end| (kind, end))
    }

    /// Returns the end of the first `needle` at or after `from`.
    pub(super) fn find(&self, from: usize, needle: &[u8]) -> Option<usize> {
        let rest = self.bytes.get(from..)?;
        let at = rest.windows(needle.len()).position(|window| window == needle)?;
        Some(from + at + needle.len())
    }
}

pub(super) fn is_executable(comment: &[u8]) -> bool {
    comment.starts_with(b"/*!") || comment.starts_with(b"/*M!")
}
