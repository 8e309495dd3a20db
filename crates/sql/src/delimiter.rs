//! What ends a statement for the client `mysql`.

use crate::{Dialect, Token, TokenKind, split, tokens};

const SEMICOLON: &str = ";";

/// What ends a statement in a script for MySQL's client: `;`, or what a line `DELIMITER …` says.
///
/// # Source
/// <https://dev.mysql.com/doc/refman/9.0/en/mysql-commands.html>
///
/// # Examples
/// ```
/// use hypostyle_sql::Delimiter;
///
/// let script = "DELIMITER $$\nSET @a = 1; SET @b = '$$' $$";
/// let mut delimiter = Delimiter::default();
/// let line = Delimiter::command(script, 0).unwrap();
/// delimiter.set(line.argument);
/// let start = Delimiter::begin(script, line.next).unwrap();
/// let (length, next) = delimiter.statement(&script[start..]);
/// assert_eq!(&script[start..start + length], "SET @a = 1; SET @b = '$$'");
/// assert_eq!(start + next, script.len());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delimiter {
    text: String,
}

impl Default for Delimiter {
    fn default() -> Self {
        Self { text: SEMICOLON.to_owned() }
    }
}

/// A line `DELIMITER …`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelimiterLine<'a> {
    /// The delimiter; empty where none is named.
    pub argument: &'a str,
    /// Where the script goes on.
    pub next: usize,
}

impl Delimiter {
    /// Answers the delimiter.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Changes the delimiter for what follows.
    pub fn set(&mut self, text: &str) {
        text.clone_into(&mut self.text);
    }

    /// Reads the command `DELIMITER` or `\d` at a byte of a script, where a line begins.
    #[must_use]
    pub fn command(script: &str, at: usize) -> Option<DelimiterLine<'_>> {
        let rest = script.get(at..)?;
        let begins_line = script[..at].rsplit('\n').next().is_none_or(|it| it.trim().is_empty());
        let line = rest.lines().next().filter(|_| begins_line)?;
        let argument = line.strip_prefix("\\d").or_else(|| {
            let end = line.find(|each: char| !each.is_ascii_alphanumeric()).unwrap_or(line.len());
            let (word, argument) = line.split_at(end);
            word.eq_ignore_ascii_case("delimiter").then_some(argument)
        })?;
        Some(DelimiterLine {
            argument: argument.split_whitespace().next().unwrap_or_default(),
            next: at + rest.find('\n').unwrap_or(rest.len()),
        })
    }

    /// Finds the next token of a script that is no blank, comment or semicolon.
    #[must_use]
    pub fn begin(script: &str, from: usize) -> Option<usize> {
        use TokenKind::{LineComment, Semicolon, Whitespace};
        let rest = script.get(from..)?;
        let is_blank = |token: &Token| {
            matches!(token.kind, Whitespace | LineComment | Semicolon)
                || (token.kind == TokenKind::BlockComment && !token.text(rest).starts_with("/*!"))
        };
        tokens(rest, Dialect::Mysql).find(|token| !is_blank(token)).map(|token| from + token.start)
    }

    /// Answers the length of the statement that a text begins with, and where what follows it
    /// begins.
    #[must_use]
    pub fn statement(&self, text: &str) -> (usize, usize) {
        match self.text.as_str() {
            SEMICOLON => match split(text, Dialect::Mysql).next() {
                Some(statement) => {
                    let end = statement.start + statement.text.len();
                    (end, end)
                }
                None => (0, text.len()),
            },
            delimiter => {
                let end = end_by(text, delimiter);
                (text[..end].trim_end().len(), (end + delimiter.len()).min(text.len()))
            }
        }
    }
}

/// Finds a delimiter outside strings and comments, where the client looks for it.
fn end_by(text: &str, delimiter: &str) -> usize {
    use TokenKind::{BlockComment, LineComment, QuotedIdentifier, String, Whitespace};
    for token in tokens(text, Dialect::Mysql) {
        if matches!(token.kind, BlockComment | LineComment | QuotedIdentifier | String | Whitespace)
        {
            continue;
        }
        let mut places = token.text(text).char_indices().map(|(at, _)| token.start + at);
        if let Some(at) = places.find(|at| text[*at..].starts_with(delimiter)) {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_stands_where_a_line_begins() {
        let check = |script: &str, at: usize, expect: Option<(&str, usize)>| {
            let found = Delimiter::command(script, at).map(|line| (line.argument, line.next));
            assert_eq!(found, expect, "{script:?}");
        };
        check("DELIMITER //\nSELECT 1//", 0, Some(("//", 12)));
        check("delimiter $$ -- x\r\n", 0, Some(("$$", 18)));
        check("\\d$$", 0, Some(("$$", 4)));
        check("DELIMITER", 0, Some(("", 9)));
        check("a;\n DELIMITER ;;", 4, Some((";;", 16)));
        check("a; DELIMITER ;;", 3, None);
        check("delimiters (x)", 0, None);
    }

    #[test]
    fn a_statement_ends_at_the_delimiter_outside_strings_and_comments() {
        let check = |delimiter: &str, text: &str, expect: (&str, usize)| {
            let mut found = Delimiter::default();
            found.set(delimiter);
            let (length, next) = found.statement(text);
            assert_eq!((&text[..length], next), expect, "{text:?}");
        };
        check(";", "a ';'; b", ("a ';'", 5));
        check("$$", "a '$$'; /* $$ */ b $$ c", ("a '$$'; /* $$ */ b", 21));
        check("//", "a", ("a", 1));
    }
}
