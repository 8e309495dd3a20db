//! Cuts a script as the engine's plain client does.

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::copy::{Head, Rows, end_of_rows};
use hypostyle_sql::{Delimiter, Dialect, Statement, TokenKind, split, tokens};

use super::body::Script;
use crate::script::{Place, beginning, flaw};

/// A statement, its line that of the file, and the rows that follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece<'s> {
    pub(super) statement: Statement<'s>,
    pub(super) rows: Option<Copied<'s>>,
}

impl<'s> Piece<'s> {
    /// Answers the statement as it is written, its rows included.
    pub(super) fn text(&self) -> &'s str {
        self.rows.as_ref().map_or(self.statement.text, |rows| rows.whole)
    }
}

/// Rows after `COPY … FROM stdin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copied<'s> {
    pub(super) head: Head,
    /// The statement and its rows, with the line that ends them.
    whole: &'s str,
    text: &'s str,
    /// The line of the first row in the file.
    line: usize,
}

impl Copied<'_> {
    pub(super) fn rows(&self) -> Rows<'_> {
        Rows::new(&self.head.format, self.text, self.line)
    }
}

/// Cuts a script into its pieces.
///
/// # Errors
/// `Validation`, with file, line and column, for what does not end and for commands of a client.
pub(super) fn pieces(script: &Script, dialect: Dialect) -> Result<Vec<Piece<'_>>> {
    if let Some(at) = script.text.find('\0') {
        return Err(refused(script, at, "the text holds a NUL byte"));
    }
    let mut cut = Cut { script, dialect, at: 0, counted: 0, line: 1, found: Vec::new() };
    match dialect {
        Dialect::Mysql => cut.mysql()?,
        _ => cut.plain()?,
    }
    Ok(cut.found)
}

struct Cut<'s> {
    script: &'s Script,
    dialect: Dialect,
    at: usize,
    /// Where lines were counted to, and the line there.
    counted: usize,
    line: usize,
    found: Vec<Piece<'s>>,
}

impl<'s> Cut<'s> {
    fn plain(&mut self) -> Result<()> {
        let text: &'s str = &self.script.text;
        while let Some(statement) = split(&text[self.at..], self.dialect).next() {
            let start = self.at + statement.start;
            let end = start + statement.text.len();
            if self.dialect.is_postgres() && self.is_guard(start) {
                self.at = line_end(text, start);
                continue;
            }
            self.check(end)?;
            let line = self.line(start);
            let statement = Statement { start, line, ..statement };
            let rows = self.rows(statement)?;
            self.at = rows.as_ref().map_or(end, |(_, next)| *next);
            self.found.push(Piece { statement, rows: rows.map(|(rows, _)| rows) });
        }
        self.check(text.len())
    }

    fn mysql(&mut self) -> Result<()> {
        let text: &'s str = &self.script.text;
        let mut delimiter = Delimiter::default();
        while let Some(start) = Delimiter::begin(text, self.at) {
            if let Some(line) = Delimiter::command(text, start) {
                if line.argument.is_empty() {
                    return Err(refused(self.script, start, "DELIMITER names no delimiter"));
                }
                delimiter.set(line.argument);
                self.at = line.next;
                continue;
            }
            let (length, next) = delimiter.statement(&text[start..]);
            self.check(start + length)?;
            let line = self.line(start);
            let statement = Statement { text: &text[start..start + length], start, line };
            if length > 0 {
                self.found.push(Piece { statement, rows: None });
            }
            self.at = start + next;
        }
        self.check(text.len())
    }

    /// Answers the line of a byte in the file; bytes are asked for in order.
    fn line(&mut self, at: usize) -> usize {
        let passed = self.script.text.get(self.counted..at).unwrap_or_default();
        self.line += passed.matches('\n').count();
        self.counted = at;
        self.line + self.script.lines_before
    }

    /// Refuses what does not end, and commands of a client, before a byte.
    fn check(&self, end: usize) -> Result<()> {
        let text = &self.script.text[self.at..end];
        if let Some((offset, what)) = flaw(text, self.dialect) {
            return Err(refused(self.script, self.at + offset, what));
        }
        let has_commands = self.dialect.is_postgres() || self.dialect == Dialect::Mysql;
        if !has_commands || !text.contains('\\') {
            return Ok(());
        }
        let is_command = |token: &hypostyle_sql::Token| {
            token.text(text).starts_with('\\')
                && !matches!(token.kind, TokenKind::String | TokenKind::QuotedIdentifier)
        };
        let Some(token) = tokens(text, self.dialect).find(is_command) else { return Ok(()) };
        let command = text[token.start..].split(|each: char| each.is_whitespace() || each == ';');
        let client = if self.dialect == Dialect::Mysql { "mysql" } else { "psql" };
        let what = format!(
            "`{}` is a command of {client}, which no server knows; write it as SQL, or leave it out",
            command.into_iter().next().unwrap_or_default()
        );
        Err(refused(self.script, self.at + token.start, &what))
    }

    /// `\restrict` and `\unrestrict` of pg_dump keep commands of psql out, which have no place here.
    fn is_guard(&self, start: usize) -> bool {
        let rest = &self.script.text[start..];
        rest.starts_with("\\restrict ") || rest.starts_with("\\unrestrict ")
    }

    /// Takes the rows after a statement, and answers where the script goes on.
    fn rows(&mut self, statement: Statement<'s>) -> Result<Option<(Copied<'s>, usize)>> {
        let Statement { text, start, .. } = statement;
        let is_copy = text.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("COPY"));
        if !self.dialect.is_postgres() || !is_copy {
            return Ok(None);
        }
        let head = Head::parse(text, self.dialect);
        let head = head.map_err(|error| refused(self.script, start, error.message()))?;
        let Some(head) = head.filter(|head| head.file.is_none()) else { return Ok(None) };
        let script: &'s str = &self.script.text;
        let from = (line_end(script, start + text.len()) + 1).min(script.len());
        let Some((end, next)) = end_of_rows(script, from) else {
            let what = "the rows after COPY … FROM stdin have no end: a line `\\.` is missing";
            return Err(refused(self.script, start, what));
        };
        let line = self.line(from);
        let whole = script[start..next].trim_end();
        Ok(Some((Copied { head, whole, text: &script[from..end], line }, next)))
    }
}

fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |at| from + at)
}

fn refused(script: &Script, at: usize, what: &str) -> Error {
    let Place { line, column } = script.place(at);
    let file = &script.file;
    Error::new(ErrorKind::Validation, format!("{file}:{line}:{column}: {what}"))
}

/// Says where in its file a piece stands.
pub(super) fn place(script: &Script, piece: &Piece<'_>, position: Option<usize>) -> String {
    let (file, statement) = (&script.file, &piece.statement);
    let place = match position {
        Some(position) => {
            let Place { line, column } = script.place(statement.start + position);
            format!("{file}:{line}:{column}")
        }
        None => format!("{file}:{}", statement.line),
    };
    format!("{place}: `{}`", beginning(statement.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(dialect: Dialect, text: &'static str, expect: &[(usize, &str)]) {
        let script = Script::new(text, "x.sql");
        let pieces = pieces(&script, dialect).unwrap();
        let found = pieces.iter().map(|piece| (piece.statement.line, piece.statement.text));
        assert_eq!(found.collect::<Vec<_>>(), expect, "{text}");
        for piece in &pieces {
            let Statement { text: statement, start, .. } = piece.statement;
            assert_eq!(&text[start..start + statement.len()], statement);
        }
    }

    #[track_caller]
    fn refuse(dialect: Dialect, text: &'static str, expect: &str) {
        let script = Script::new(text, "x.sql");
        let error = pieces(&script, dialect).unwrap_err();
        assert!(error.message().starts_with(expect), "{error} is not {expect}");
    }

    #[test]
    fn a_script_needs_no_final_semicolon_and_may_be_empty() {
        for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql, Dialect::DuckDb] {
            check(dialect, "", &[]);
            check(dialect, "\u{feff}-- a\n", &[]);
            check(dialect, ";;\n;", &[]);
            check(dialect, "a;\r\n/* ; */ b", &[(1, "a"), (2, "b")]);
            check(dialect, "\u{feff}a ';';", &[(1, "a ';'")]);
        }
        let nested = "SELECT 1 /* a /* b; */ ; */; SELECT $x$ ; $x$";
        check(Dialect::Postgres, nested, &[(1, "SELECT 1"), (1, "SELECT $x$ ; $x$")]);
    }

    #[test]
    fn rows_follow_copy_up_to_their_end() {
        let text =
            "SELECT 1;\nCOPY a (b, c) FROM stdin;\n1\tit's; -- $$\n\\N\t\\\\.\n\\.\n\nSELECT 2;";
        check(
            Dialect::Postgres,
            text,
            &[(1, "SELECT 1"), (2, "COPY a (b, c) FROM stdin"), (7, "SELECT 2")],
        );
        let script = Script::new(text, "x.sql");
        let pieces = pieces(&script, Dialect::Postgres).unwrap();
        let copied = pieces[1].rows.as_ref().unwrap();
        assert!(pieces[1].text().ends_with("FROM stdin;\n1\tit's; -- $$\n\\N\t\\\\.\n\\."));
        assert_eq!((copied.text, copied.line), ("1\tit's; -- $$\n\\N\t\\\\.\n", 3));
        check(
            Dialect::Postgres,
            "COPY a FROM '/x'; COPY a TO STDOUT",
            &[(1, "COPY a FROM '/x'"), (1, "COPY a TO STDOUT")],
        );
        refuse(Dialect::Postgres, "\nCOPY a FROM stdin;\n1\n", "x.sql:2:1: the rows after COPY");
        refuse(Dialect::Postgres, "COPY a FROM stdin BINARY;", "x.sql:1:1: COPY with the option");
    }

    #[test]
    fn commands_of_a_client_are_refused_by_name_and_line() {
        refuse(
            Dialect::Postgres,
            "SELECT 1;\n\\connect shop\n",
            "x.sql:2:1: `\\connect` is a command",
        );
        refuse(Dialect::Postgres, "\\i more.sql;", "x.sql:1:1: `\\i` is a command of psql");
        refuse(Dialect::Postgres, "SELECT 1\n\\gexec", "x.sql:2:1: `\\gexec` is a command");
        refuse(Dialect::Mysql, "SELECT 1\\G", "x.sql:1:9: `\\G` is a command of mysql");
        let dump = "\\restrict abc\nSELECT '\\i';\n\\unrestrict abc\n";
        check(Dialect::Postgres, dump, &[(2, "SELECT '\\i'")]);
    }

    #[test]
    fn mysql_may_change_its_delimiter() {
        let text = "DELIMITER $$\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; \
                    END$$\nDELIMITER ;\nSELECT 2;\nCREATE PROCEDURE p() BEGIN SELECT 1; END;";
        check(
            Dialect::Mysql,
            text,
            &[
                (2, "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; END"),
                (4, "SELECT 2"),
                (5, "CREATE PROCEDURE p() BEGIN SELECT 1; END"),
            ],
        );
        refuse(Dialect::Mysql, "a;\nDELIMITER\n", "x.sql:2:1: DELIMITER names no delimiter");
    }

    #[test]
    fn what_does_not_end_is_refused_where_it_begins() {
        refuse(
            Dialect::Sqlite,
            "SELECT 1;\n SELECT 'a",
            "x.sql:2:9: a string or name does not end",
        );
        refuse(Dialect::Sqlite, "SELECT 1 /* a", "x.sql:1:10: a comment does not end");
        refuse(Dialect::Postgres, "DO $$ x", "x.sql:1:4: a string or name does not end");
        refuse(Dialect::Sqlite, "a\0", "x.sql:1:2: the text holds a NUL byte");
    }
}
