//! Cuts a script as the client it was written for does; for psql: statements, its own commands, rows
//! after COPY.

use hypostyle::sql::copy::{Head, end_of_rows};
use hypostyle::sql::{Access, Class, Delimiter, Dialect, TokenKind, Verb, classify, split, tokens};

use super::block::Block;
use super::meta::{self, Meta};
use super::sources::{Kind, Piece, Source, Sources};
use crate::exit::{Failure, Place, Result};

/// How deep scripts include one another.
const DEPTH_MAX: usize = 16;

/// The characters of a piece that a refusal shows.
const SHOWN_MAX: usize = 100;

/// What copying rows does.
const COPY: Class = Class { access: Access::Write, verb: Verb::Copy };

/// What is known of the session and the client while a script is cut.
pub(super) struct Scanner {
    pub(super) sources: Sources,
    dialect: Dialect,
    depth: usize,
    /// The key of `\restrict`.
    restriction: Option<String>,
    /// What ends a statement for the client of MySQL.
    pub(super) delimiter: Delimiter,
}

/// A text that is being cut.
pub(super) struct Cut<'t> {
    source: usize,
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// The line of `at`, from 1.
    line: usize,
}

impl Scanner {
    pub(super) fn new(dialect: Dialect) -> Self {
        let delimiter = Delimiter::default();
        Self { sources: Sources::default(), dialect, depth: 0, restriction: None, delimiter }
    }

    /// Takes a text to its end, or to where it says that it ends.
    pub(super) fn scan(&mut self, source: Source) -> Result {
        let text = source.text.clone();
        self.sources.all.push(source);
        let source = self.sources.all.len() - 1;
        let mut cut = Cut { source, text: &text, at: 0, line: 1 };
        match self.dialect {
            Dialect::Mysql => self.scan_mysql(&mut cut),
            _ => self.scan_psql(&mut cut),
        }
    }

    fn scan_psql(&mut self, cut: &mut Cut<'_>) -> Result {
        while let Some(statement) = split(&cut.text[cut.at..], self.dialect).next() {
            let (start, length) = (cut.at + statement.start, statement.text.len());
            cut.go_to(start);
            let backslash = backslash(statement.text, self.dialect);
            match backslash {
                Some(0) => {
                    if self.command(cut)? == Flow::Stop {
                        return Ok(());
                    }
                }
                Some(at) => self.ended_by_command(cut, at)?,
                None => self.statement(cut, length)?,
            }
        }
        Ok(())
    }

    /// Takes a statement of this length.
    fn statement(&mut self, cut: &mut Cut<'_>, length: usize) -> Result {
        let text = &cut.text[cut.at..cut.at + length];
        let class = classify(text, self.dialect);
        match class.verb {
            Verb::Copy => {
                let head = Head::parse(text, self.dialect);
                match head.map_err(|error| self.refusal(cut, error.message().to_owned()))? {
                    Some(head) if head.file.is_none() => return self.rows(cut, length, head),
                    _ => self.push(cut, length, class, Kind::Statement),
                }
            }
            Verb::Set => {
                self.setting(cut, text)?;
                self.push(cut, length, class, Kind::Statement);
            }
            _ => self.push(cut, length, class, Kind::Statement),
        }
        cut.go_to(cut.at + length);
        Ok(())
    }

    /// Takes a statement that a command ends in the place of a semicolon.
    fn ended_by_command(&mut self, cut: &mut Cut<'_>, at: usize) -> Result {
        let after = cut.at + at + 1;
        let length = match meta::ends_statement(rest_of_line(cut.text, after)) {
            Ok(length) => length,
            Err(why) => {
                cut.go_to(after - 1);
                return Err(self.refusal(cut, why));
            }
        };
        let text = cut.text[cut.at..cut.at + at].trim_end();
        self.push(cut, text.len(), classify(text, self.dialect), Kind::Statement);
        cut.go_to(after + length);
        Ok(())
    }

    /// Takes rows that begin on the line after a statement.
    fn rows(&mut self, cut: &mut Cut<'_>, length: usize, head: Head) -> Result {
        let line_end = line_end(cut.text, cut.at + length);
        let rest = &cut.text[cut.at + length..line_end];
        let is_blank = |kind| matches!(kind, TokenKind::Whitespace | TokenKind::LineComment);
        let mut rest = tokens(rest, self.dialect).filter(|token| !is_blank(token.kind)).skip(1);
        if rest.next().is_some() {
            return Err(
                self.refusal(cut, "nothing may follow COPY … FROM stdin on its line".into())
            );
        }
        let from = (line_end + 1).min(cut.text.len());
        self.rows_from(cut, length, head, from)
    }

    fn rows_from(&mut self, cut: &mut Cut<'_>, length: usize, head: Head, from: usize) -> Result {
        let Some((end, next)) = end_of_rows(cut.text, from) else {
            let why = "the rows after COPY … FROM stdin have no end: a line `\\.` is missing";
            return Err(self.refusal(cut, why.to_owned()));
        };
        let line = cut.line + newlines(&cut.text[cut.at..from]);
        let block = Block { head, source: cut.source, rows: from..end, line };
        self.push(cut, length, COPY, Kind::Copy(Box::new(block)));
        cut.go_to(next);
        Ok(())
    }

    /// Takes the command at the cut.
    fn command(&mut self, cut: &mut Cut<'_>) -> Result<Flow> {
        let line = rest_of_line(cut.text, cut.at + 1);
        let (meta, length) = meta::parse(line).map_err(|why| self.refusal(cut, why))?;
        if self.restriction.is_some() && !matches!(meta, Meta::Unrestrict(_)) {
            let why = "after \\restrict no command of psql may stand before \\unrestrict";
            return Err(self.refusal(cut, why.to_owned()));
        }
        let length = length + 1;
        match meta {
            Meta::Nothing => {}
            Meta::Quit => return Ok(Flow::Stop),
            Meta::Say(say) => self.push(cut, length, Kind::COMMAND, Kind::Say(say)),
            Meta::Connect(connect) => {
                self.push(cut, length, Kind::COMMAND, Kind::Connect(Box::new(connect)));
                self.dialect = Dialect::Postgres;
            }
            Meta::Encoding(name) => self.encoding(cut, &name)?,
            Meta::Restrict(key) => self.restriction = Some(key),
            Meta::Unrestrict(key) if self.restriction.as_ref() == Some(&key) => {
                self.restriction = None;
            }
            Meta::Unrestrict(_) => {
                let why = "\\unrestrict has another key than \\restrict";
                return Err(self.refusal(cut, why.to_owned()));
            }
            Meta::Include { path, is_relative } => self.include(cut, &path, is_relative)?,
            Meta::Copy(text) => {
                self.copy(cut, &text, length)?;
                return Ok(Flow::On);
            }
        }
        cut.go_to(cut.at + length);
        Ok(Flow::On)
    }

    pub(super) fn include(&mut self, cut: &Cut<'_>, path: &str, is_relative: bool) -> Result {
        if self.depth == DEPTH_MAX {
            let why = format!("scripts include one another more than {DEPTH_MAX} deep");
            return Err(self.refusal(cut, why));
        }
        let path = match is_relative {
            true => self.sources.all[cut.source].beside(path),
            false => path.into(),
        };
        let read = Source::read(&path);
        let source = read.map_err(|failure| failure.at(self.place(cut)))?;
        self.depth += 1;
        let scanned = self.scan(source);
        self.depth -= 1;
        scanned
    }

    /// Takes `\copy`, which is COPY with rows of the client's files.
    fn copy(&mut self, cut: &mut Cut<'_>, text: &str, length: usize) -> Result {
        let text = text.trim_end_matches(';');
        let head = Head::parse_of_client(text, self.dialect);
        let Some(mut head) = head.map_err(|error| self.refusal(cut, error.message().to_owned()))?
        else {
            let why = meta::refused("copy", "only `table FROM stdin` or a file is read here");
            return Err(self.refusal(cut, why));
        };
        let Some(file) = head.file.take() else {
            let from = (line_end(cut.text, cut.at) + 1).min(cut.text.len());
            return self.rows_from(cut, length, head, from);
        };
        let source = Source::read(file.as_ref());
        let source = source.map_err(|failure| failure.at(self.place(cut)))?;
        let rows = 0..end_of_rows(&source.text, 0).map_or(source.text.len(), |(end, _)| end);
        self.sources.all.push(source);
        let source = self.sources.all.len() - 1;
        let block = Block { head, source, rows, line: 1 };
        self.push(cut, length, COPY, Kind::Copy(Box::new(block)));
        cut.go_to(cut.at + length);
        Ok(())
    }

    /// Follows a setting that says how the rest of the script is read.
    fn setting(&mut self, cut: &Cut<'_>, text: &str) -> Result {
        let is_word = |kind| {
            use TokenKind::{QuotedIdentifier, String, Word};
            matches!(kind, Word | QuotedIdentifier | String)
        };
        let words = tokens(text, self.dialect).filter(|token| is_word(token.kind));
        let words =
            words.map(|token| token.text(text).trim_matches(['\'', '"']).to_ascii_lowercase());
        let words: Vec<String> =
            words.filter(|word| !["set", "session", "local", "to"].contains(&&**word)).collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["standard_conforming_strings", value] => {
                let is_off = ["off", "false", "no"].contains(&value);
                let kind = if is_off { Dialect::PostgresBackslash } else { Dialect::Postgres };
                self.dialect = kind;
                Ok(())
            }
            ["client_encoding" | "names", value] => self.encoding(cut, value),
            _ => Ok(()),
        }
    }

    /// Every script is read as UTF-8, whatever it says.
    fn encoding(&mut self, cut: &Cut<'_>, name: &str) -> Result {
        let letters = |each: char| each.is_ascii_alphanumeric();
        let name: String = name.chars().filter(|each| letters(*each)).collect();
        match ["utf8", "unicode", "sqlascii", "default"].contains(&&*name.to_ascii_lowercase()) {
            true => Ok(()),
            false => {
                let why = format!("a script in {name}: write it in UTF-8, and say so in it");
                Err(self.refusal(cut, why))
            }
        }
    }

    pub(super) fn push(&mut self, cut: &Cut<'_>, length: usize, class: Class, kind: Kind) {
        let Cut { source, at: start, line, .. } = *cut;
        let end = start + length;
        self.sources.pieces.push(Piece { source, start, end, line, class, kind });
    }

    pub(super) fn refusal(&self, cut: &Cut<'_>, why: String) -> Failure {
        Failure::invalid(why).at(self.place(cut))
    }

    fn place(&self, cut: &Cut<'_>) -> Place {
        let line = rest_of_line(cut.text, cut.at);
        let mut text: String = line.chars().take(SHOWN_MAX).collect();
        if text.len() < line.len() {
            text.push('…');
        }
        Place {
            file: self.sources.all[cut.source].name.clone(),
            statement: self.sources.pieces.len() + 1,
            line: cut.line,
            column: None,
            text,
            is_all: false,
        }
    }
}

/// Whether a text is read on.
#[derive(PartialEq, Eq)]
enum Flow {
    On,
    Stop,
}

impl Cut<'_> {
    pub(super) fn go_to(&mut self, at: usize) {
        self.line += newlines(&self.text[self.at..at]);
        self.at = at;
    }
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// Finds the first backslash outside strings and comments.
fn backslash(statement: &str, dialect: Dialect) -> Option<usize> {
    if !statement.contains('\\') {
        return None;
    }
    let mut tokens = tokens(statement, dialect);
    tokens.find(|token| token.text(statement) == "\\").map(|token| token.start)
}

pub(super) fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |at| from + at)
}

pub(super) fn rest_of_line(text: &str, from: usize) -> &str {
    text[from..line_end(text, from)].trim_end_matches('\r')
}
