//! PostgreSQL and MySQL without a server: the names of a statement against those of the schema.
//!
//! # Invariants
//! - What the parser cannot read, and what may come from elsewhere (functions that answer tables,
//!   extensions, other schemas), is not judged.
//! - Names are compared without case: a name that differs in case alone is not told.

mod catalog;
mod relations;
mod resolve;

use std::borrow::Cow;

use hypostyle::sql::{Dialect, Token, TokenKind, tokens};
use sqlparser::ast::{Statement, Visit as _};
use sqlparser::dialect::{MySqlDialect, PostgreSqlDialect};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Span;

use crate::engine::{Fault, Verdict};
pub(crate) use catalog::Catalog;
use resolve::Resolver;

/// The most operators of a statement that is read.
const NESTED_MAX: usize = 300;

impl Catalog {
    /// Holds the names of a statement against the schema.
    pub(crate) fn judge(&self, text: &str) -> Verdict {
        if is_too_deep(text, self.dialect()) {
            return Verdict::Unchecked("it is too long to be judged without a server".to_owned());
        }
        let plain = without_placeholders(text, self.dialect());
        let statement = match parse(&plain, self.dialect()) {
            Ok(statement) => statement,
            Err(error) => {
                return Verdict::Unchecked(format!("it cannot be read without a server: {error}"));
            }
        };
        let is_known = matches!(
            statement,
            Statement::Query(_)
                | Statement::Insert(_)
                | Statement::Update(_)
                | Statement::Delete(_)
        );
        if !is_known {
            return Verdict::Unchecked("only a server can judge it".to_owned());
        }
        let mut resolver = Resolver::new(self);
        // Nothing breaks the walk off.
        let _ = statement.visit(&mut resolver);
        match resolver.first() {
            Some((span, fault)) => {
                let (begin, end) = bytes(&plain, span);
                Verdict::Wrong(fault.at(begin, end))
            }
            None => Verdict::Right,
        }
    }
}

/// Tells whether operators may stand in one another so deep that following them ends the process.
fn is_too_deep(text: &str, dialect: Dialect) -> bool {
    let nests = |token: &Token| match token.kind {
        TokenKind::Operator => ![",", "."].contains(&token.text(text)),
        TokenKind::Word => {
            let words =
                ["and", "or", "not", "is", "union", "except", "intersect", "like", "collate"];
            words.iter().any(|word| word.eq_ignore_ascii_case(token.text(text)))
        }
        _ => false,
    };
    tokens(text, dialect).filter(nests).count() > NESTED_MAX
}

/// Reads one statement.
fn parse(text: &str, dialect: Dialect) -> Result<Statement, ParserError> {
    let statements = match dialect {
        Dialect::Mysql => Parser::parse_sql(&MySqlDialect {}, text),
        _ => Parser::parse_sql(&PostgreSqlDialect {}, text),
    }?;
    let is_one = statements.len() == 1;
    let statement = statements.into_iter().next().filter(|_| is_one);
    statement.ok_or_else(|| ParserError::ParserError("it is not one statement".to_owned()))
}

/// Puts numbers of the same length for placeholders, of which each parser knows some only.
fn without_placeholders(text: &str, dialect: Dialect) -> Cow<'_, str> {
    let mut plain = Cow::Borrowed(text);
    for token in tokens(text, dialect).filter(|token| token.kind == TokenKind::Placeholder) {
        // A number has bytes of one character each, as a name need not have.
        plain.to_mut().replace_range(token.start..token.end, &"1".repeat(token.end - token.start));
    }
    plain
}

/// Finds the bytes of lines and columns.
fn bytes(text: &str, span: Span) -> (usize, usize) {
    let at = |line: u64, column: u64| {
        let lines = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        let begin = match lines.checked_sub(1) {
            None => 0,
            Some(before) => {
                text.match_indices('\n').nth(before).map_or(text.len(), |(at, _)| at + 1)
            }
        };
        let rest = text.get(begin..).unwrap_or_default();
        let columns = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
        begin + rest.char_indices().nth(columns).map_or(rest.len(), |(at, _)| at)
    };
    let begin = at(span.start.line, span.start.column);
    (begin, at(span.end.line, span.end.column).max(begin + 1).min(text.len().max(begin + 1)))
}

fn wrong(message: String, help: Option<String>) -> Fault {
    help.into_iter().fold(Fault::new(message), Fault::help)
}
