//! The head of a statement: which object it makes, and whether a model file may hold it. Read by
//! tokens, without a grammar.

use hypostyle_sql::{Dialect, Statement, Token, TokenKind, tokens};

use super::{Object, ObjectKind, Problem};
use crate::script::{Place, beginning};
use crate::words::unquote;

const EXPECTED: &str = "CREATE TABLE, INDEX, VIEW, TRIGGER or VIRTUAL TABLE";

/// How names of objects that are not a module's begin.
const RESERVED: [&str; 3] = ["sqlite_", "ia_", "hypostyle_"];

/// Reads which object a statement makes; refuses every other statement.
pub(super) fn object(statement: &Statement<'_>, text: &str, file: &str) -> Result<Object, Problem> {
    let mut head = Head::of(statement, text, file);
    head.create()?;
    let kind = head.kind()?;
    if head.takes("IF") {
        head.expect("NOT")?;
        head.expect("EXISTS")?;
    }
    let name = head.name()?;
    if kind == ObjectKind::Table && head.is_at("AS") {
        let message = "CREATE TABLE … AS SELECT copies rows, and says no types";
        return Err(head.problem(message, "the columns of the table in brackets"));
    }
    Ok(Object { kind, name })
}

/// The tokens of a statement, read from the front.
struct Head<'t> {
    file: &'t str,
    /// The whole file.
    text: &'t str,
    statement: &'t str,
    /// Where the statement begins in the file.
    start: usize,
    tokens: Vec<Token>,
    at: usize,
}

impl<'t> Head<'t> {
    fn of(statement: &Statement<'t>, text: &'t str, file: &'t str) -> Self {
        let blank = [TokenKind::Whitespace, TokenKind::LineComment, TokenKind::BlockComment];
        let tokens = tokens(statement.text, Dialect::Sqlite);
        Self {
            file,
            text,
            statement: statement.text,
            start: statement.start,
            tokens: tokens.filter(|token| !blank.contains(&token.kind)).collect(),
            at: 0,
        }
    }

    fn create(&mut self) -> Result<(), Problem> {
        if !self.takes("CREATE") {
            let shown = beginning(self.statement);
            let message = format!("`{shown}` may not stand in a model file");
            return Err(self.problem(&message, EXPECTED));
        }
        if self.is_at("TEMP") || self.is_at("TEMPORARY") {
            let message = "a temporary object would be gone with its connection";
            return Err(self.problem(message, EXPECTED));
        }
        Ok(())
    }

    fn kind(&mut self) -> Result<ObjectKind, Problem> {
        if self.takes("UNIQUE") {
            self.expect("INDEX")?;
            return Ok(ObjectKind::Index);
        }
        if self.takes("VIRTUAL") {
            self.expect("TABLE")?;
            return Ok(ObjectKind::Table);
        }
        let kinds = [ObjectKind::Table, ObjectKind::Index, ObjectKind::View, ObjectKind::Trigger];
        match kinds.into_iter().find(|kind| self.takes(kind.name())) {
            Some(kind) => Ok(kind),
            None => {
                let message = format!("a model file cannot make `{}`", self.piece());
                Err(self.problem(&message, EXPECTED))
            }
        }
    }

    fn name(&mut self) -> Result<String, Problem> {
        let names = [TokenKind::Word, TokenKind::QuotedIdentifier, TokenKind::String];
        let name = match self.tokens.get(self.at) {
            Some(token) if names.contains(&token.kind) => unquote(token.text(self.statement)),
            _ => {
                let message = format!("`{}` is no name", self.piece());
                return Err(self.problem(&message, "the name of the object"));
            }
        };
        if let Some(prefix) = RESERVED.iter().find(|prefix| begins_with(&name, prefix)) {
            let message = format!("names that begin with `{prefix}` are reserved, as `{name}`");
            return Err(self.problem(&message, "another name"));
        }
        self.at += 1;
        if self.piece() == "." {
            let message = format!("`{name}.` names a schema; a module has one database");
            return Err(self.problem(&message, "a name without a schema"));
        }
        Ok(name)
    }

    /// Goes past a word if it comes next.
    fn takes(&mut self, word: &str) -> bool {
        let takes = self.is_at(word);
        self.at += usize::from(takes);
        takes
    }

    fn is_at(&self, word: &str) -> bool {
        let token = self.tokens.get(self.at);
        token.is_some_and(|token| token.kind == TokenKind::Word)
            && self.piece().eq_ignore_ascii_case(word)
    }

    fn expect(&mut self, word: &str) -> Result<(), Problem> {
        match self.takes(word) {
            true => Ok(()),
            false => {
                let message = format!("`{}` cannot stand here", self.piece());
                Err(self.problem(&message, &format!("`{word}`")))
            }
        }
    }

    /// The text of the next token; empty at the end.
    fn piece(&self) -> &'t str {
        self.tokens.get(self.at).map_or("", |token| token.text(self.statement))
    }

    fn problem(&self, message: &str, expected: &str) -> Problem {
        let start = self.tokens.get(self.at).map_or(self.statement.len(), |token| token.start);
        let place = Place::of(self.text, self.start + start);
        Problem::new(self.file, place.line, message).at(place).expected(expected)
    }
}

fn begins_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
