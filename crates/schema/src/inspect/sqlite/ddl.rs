//! What only the text of a statement says: checks, generated columns, indexed expressions and
//! predicates. Read by tokens, without a grammar.

use hypostyle_sql::{Dialect, Token, TokenKind, tokens};

use crate::Check;
use crate::words::unquote;

/// What the text of `CREATE TABLE` says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TableText {
    pub(super) checks: Vec<Check>,
    /// The foreign keys in the order of their declaration.
    pub(super) foreign_keys: Vec<ForeignKeyText>,
    /// The column that is numbered by `AUTOINCREMENT`.
    pub(super) autoincrement: Option<String>,
    /// What the table has and the model does not carry.
    pub(super) beyond: Vec<String>,
    /// Columns with the expressions that compute them.
    generated: Vec<(String, String)>,
    /// Columns with their collations.
    collations: Vec<(String, String)>,
}

/// What the text says of a foreign key and the pragma does not.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ForeignKeyText {
    pub(super) name: Option<String>,
    pub(super) is_deferred: bool,
}

/// What the text of `CREATE INDEX` says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct IndexText {
    /// What it orders by, without collation and direction.
    pub(super) parts: Vec<String>,
    pub(super) predicate: Option<String>,
}

impl TableText {
    pub(super) fn read(sql: Option<&str>) -> Self {
        let mut text = Self::default();
        let Some(sql) = sql else { return text };
        let all = significant(sql);
        let (definitions, _) = body(sql, &all);
        for definition in definitions {
            text.read_definition(sql, definition);
        }
        text
    }

    pub(super) fn expression_of(&self, column: &str) -> Option<String> {
        let found = self.generated.iter().find(|(name, _)| name.eq_ignore_ascii_case(column));
        found.map(|(_, expression)| expression.clone())
    }

    pub(super) fn collation_of(&self, column: &str) -> Option<String> {
        let found = self.collations.iter().find(|(name, _)| name.eq_ignore_ascii_case(column));
        found.map(|(_, collation)| collation.clone())
    }

    fn read_definition(&mut self, sql: &str, definition: &[Token]) {
        let mut depth = 0_usize;
        let mut constraint = None;
        for (at, token) in definition.iter().enumerate() {
            match token.kind {
                TokenKind::OpenParen => depth += 1,
                TokenKind::CloseParen => depth = depth.saturating_sub(1),
                TokenKind::Word if depth == 0 => {
                    let following = &definition[at + 1..];
                    let column = unquote(definition[0].text(sql));
                    // The name is of the constraint that follows it, and of no later one.
                    let others = ["NOT", "NULL", "UNIQUE", "PRIMARY", "DEFAULT", "COLLATE"];
                    if others.iter().any(|word| is_word(sql, *token, word)) {
                        constraint = None;
                    }
                    if is_word(sql, *token, "CONSTRAINT") {
                        constraint = following.first().map(|name| unquote(name.text(sql)));
                    } else if is_word(sql, *token, "AUTOINCREMENT") {
                        self.autoincrement = Some(column);
                    } else if is_word(sql, *token, "COLLATE") {
                        let collation = following.first().map(|name| unquote(name.text(sql)));
                        self.collations.extend(collation.map(|collation| (column, collation)));
                    } else if is_word(sql, *token, "REFERENCES") {
                        let is_deferred = is_deferred(sql, following);
                        let name = constraint.take();
                        self.foreign_keys.push(ForeignKeyText { name, is_deferred });
                    } else if is_word(sql, *token, "CONFLICT") {
                        let how = following.first().map_or("", |how| how.text(sql));
                        self.beyond.push(format!("{column}: ON CONFLICT {how}"));
                    }
                    let Some(expression) = enclosed(sql, &definition[at + 1..]) else { continue };
                    if is_word(sql, *token, "CHECK") {
                        let name = constraint_name(sql, &definition[..at]);
                        self.checks.push(Check { name, expression, ..Check::default() });
                    } else if is_word(sql, *token, "AS") {
                        self.generated.push((unquote(definition[0].text(sql)), expression));
                    }
                }
                _ => {}
            }
        }
    }
}

/// Tells whether a foreign key is checked at the end of the transaction, by the words that follow
/// `REFERENCES` up to the next one.
fn is_deferred(sql: &str, following: &[Token]) -> bool {
    let words = following.iter().filter(|token| token.kind == TokenKind::Word);
    let words: Vec<String> = words.map(|token| token.text(sql).to_ascii_uppercase()).collect();
    let own = words.iter().take_while(|word| *word != "REFERENCES" && *word != "CONSTRAINT");
    let own: Vec<&str> = own.map(String::as_str).collect();
    let is_not = own.windows(2).any(|pair| pair == ["NOT", "DEFERRABLE"]);
    !is_not && own.windows(3).any(|three| three == ["DEFERRABLE", "INITIALLY", "DEFERRED"])
}

impl IndexText {
    pub(super) fn read(sql: &str) -> Self {
        let all = significant(sql);
        let (parts, rest) = body(sql, &all);
        let predicate = match rest.split_first() {
            Some((first, condition)) if is_word(sql, *first, "WHERE") => span(sql, condition),
            _ => None,
        };
        let parts = parts.into_iter().map(|part| part_text(sql, part)).collect();
        Self { parts, predicate }
    }
}

/// The text of an indexed part without `COLLATE name` and `ASC` or `DESC`.
fn part_text(sql: &str, mut part: &[Token]) -> String {
    if let [rest @ .., last] = part
        && (is_word(sql, *last, "ASC") || is_word(sql, *last, "DESC"))
    {
        part = rest;
    }
    if let [rest @ .., collate, _] = part
        && is_word(sql, *collate, "COLLATE")
    {
        part = rest;
    }
    span(sql, part).unwrap_or_default()
}

/// Cuts the first bracket of a statement at its own commas; answers the pieces and what follows.
fn body<'t>(sql: &str, all: &'t [Token]) -> (Vec<&'t [Token]>, &'t [Token]) {
    let Some(open) = all.iter().position(|token| token.kind == TokenKind::OpenParen) else {
        return (Vec::new(), &[]);
    };
    let inner = &all[open + 1..];
    let (mut pieces, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    for (at, token) in inner.iter().enumerate() {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen if depth == 0 => {
                pieces.push(&inner[from..at]);
                pieces.retain(|piece| !piece.is_empty());
                return (pieces, &inner[at + 1..]);
            }
            TokenKind::CloseParen => depth -= 1,
            TokenKind::Operator if depth == 0 && token.text(sql) == "," => {
                pieces.push(&inner[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    (Vec::new(), &[])
}

/// The text inside the bracket that the tokens begin with.
fn enclosed(sql: &str, following: &[Token]) -> Option<String> {
    let (first, inner) = following.split_first()?;
    if first.kind != TokenKind::OpenParen {
        return None;
    }
    let mut depth = 0_usize;
    for (at, token) in inner.iter().enumerate() {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen if depth == 0 => return span(sql, &inner[..at]),
            TokenKind::CloseParen => depth -= 1,
            _ => {}
        }
    }
    None
}

fn constraint_name(sql: &str, before: &[Token]) -> Option<String> {
    match before {
        [.., constraint, name] if is_word(sql, *constraint, "CONSTRAINT") => {
            Some(unquote(name.text(sql)))
        }
        _ => None,
    }
}

fn significant(sql: &str) -> Vec<Token> {
    let blank = [TokenKind::Whitespace, TokenKind::LineComment, TokenKind::BlockComment];
    tokens(sql, Dialect::Sqlite).filter(|token| !blank.contains(&token.kind)).collect()
}

fn span(sql: &str, tokens: &[Token]) -> Option<String> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    sql.get(first.start..last.end).map(str::to_owned)
}

fn is_word(sql: &str, token: Token, word: &str) -> bool {
    token.kind == TokenKind::Word && token.text(sql).eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_table(sql: &str, expect: &str) {
        let text = TableText::read(Some(sql));
        let checks = text
            .checks
            .iter()
            .map(|check| format!("{}={}", check.name.as_deref().unwrap_or("?"), check.expression));
        let generated = text.generated.iter().map(|(name, by)| format!("{name}:={by}"));
        assert_eq!(checks.chain(generated).collect::<Vec<_>>().join(" | "), expect, "{sql}");
    }

    #[track_caller]
    fn check_index(sql: &str, expect: &str) {
        let text = IndexText::read(sql);
        let predicate = text.predicate.unwrap_or_else(|| "all".into());
        assert_eq!(format!("{} / {predicate}", text.parts.join(" | ")), expect, "{sql}");
    }

    #[test]
    fn checks_and_generated_columns_are_read_from_the_text() {
        check_table("CREATE TABLE t(a INT, b TEXT DEFAULT (1))", "");
        check_table("CREATE TABLE t(a INT CHECK (a > 0), b)", "?=a > 0");
        check_table(
            "CREATE TABLE t(a, b, CONSTRAINT \"one \"\"two\" CHECK (a IN (1, 2) /* , */ AND b))",
            "one \"two=a IN (1, 2) /* , */ AND b",
        );
        check_table(
            "CREATE TABLE [t(]([x y] INT GENERATED ALWAYS AS (a * 2) STORED, v AS (f(a, ')')))",
            "x y:=a * 2 | v:=f(a, ')')",
        );
        check_table("CREATE TABLE t(a DEFAULT (CASE WHEN 1 THEN 'CHECK (x)' END))", "");
        check_table("CREATE TABLE t(a CHECK (a", "");
        check_table("CREATE VIRTUAL TABLE f USING fts5(title, body)", "");
    }

    #[test]
    fn indexed_expressions_and_predicates_are_read_from_the_text() {
        check_index("CREATE INDEX i ON t(a)", "a / all");
        check_index(
            "CREATE UNIQUE INDEX i ON \"t(\" (lower(a) COLLATE nocase DESC, b ASC) WHERE a > 1",
            "lower(a) | b / a > 1",
        );
        check_index(
            "CREATE INDEX i ON t(substr(a, 1, 2), a || ',')",
            "substr(a, 1, 2) | a || ',' / all",
        );
        check_index(
            "CREATE INDEX i ON t(a) WHERE b IN (1, 2) AND c -- why",
            "a / b IN (1, 2) AND c",
        );
        check_index("CREATE INDEX i", " / all");
    }
}
