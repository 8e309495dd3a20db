use super::bytes::holds_inner_semicolon;
use super::{Access, Class, Keyword, Verb};
use crate::{Dialect, Token, TokenKind, Tokens, tokens};

/// Reads a text token by token where its first word does not decide.
pub(super) struct Reader<'a> {
    text: &'a str,
    dialect: Dialect,
    tokens: Tokens<'a>,
}

type Piece<'a> = (TokenKind, &'a str);

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, dialect: Dialect) -> Self {
        Self { text, dialect, tokens: tokens(text, dialect) }
    }

    pub(super) fn class(mut self) -> Class {
        let mut verb = None;
        while let Some(first) = self.next() {
            if first.0 == TokenKind::Semicolon {
                continue;
            }
            let class = self.statement(first);
            let verb = *verb.get_or_insert(class.verb);
            if class.access == Access::Write || self.depends_on_settings() {
                return verb.writes();
            }
        }
        verb.unwrap_or(Verb::Other).reads()
    }

    /// Where a backslash may or may not escape a quote, a semicolon may or may not be in a string.
    fn depends_on_settings(&self) -> bool {
        (self.dialect == Dialect::Mysql || self.dialect.is_postgres())
            && self.text.contains('\\')
            && holds_inner_semicolon(self.text.as_bytes())
    }

    /// Reads a statement to its end, or as far as it takes to know that it writes.
    fn statement(&mut self, mut first: Piece<'a>) -> Class {
        while first.0 == TokenKind::OpenParen {
            let Some(next) = self.next() else { return Verb::Other.writes() };
            first = next;
        }
        match keyword(first) {
            Some(Keyword::Write(verb)) => verb.writes(),
            Some(Keyword::Query(verb)) => self.query(Some(verb)),
            Some(Keyword::From) if self.dialect == Dialect::DuckDb => {
                self.query(Some(Verb::Select))
            }
            Some(Keyword::With) => self.query(None),
            Some(Keyword::Explain) => self.explain(Verb::Explain),
            Some(Keyword::Describe) if self.dialect == Dialect::Mysql => self.explain(Verb::Show),
            Some(Keyword::Describe | Keyword::Show) => self.rest(Verb::Show),
            Some(Keyword::Pragma) => self.pragma(),
            Some(Keyword::From) | None => Verb::Other.writes(),
        }
    }

    /// Reads a query; under `WITH` its verb is the first one outside parentheses.
    fn query(&mut self, mut verb: Option<Verb>) -> Class {
        let (is_with, mut depth, mut writes) = (verb.is_none(), 0_usize, false);
        let mut previous = (TokenKind::Whitespace, "");
        while let Some(piece) = self.next() {
            match piece.0 {
                TokenKind::Semicolon => break,
                TokenKind::OpenParen => depth += 1,
                TokenKind::CloseParen => depth = depth.saturating_sub(1),
                TokenKind::Word if depth == 0 && verb.is_none() => verb = main_verb(piece),
                _ => {}
            }
            writes |= (is_with && is_change(piece)) || self.writes(previous, piece);
            if let (true, Some(verb)) = (writes, verb) {
                return verb.writes();
            }
            previous = piece;
        }
        match verb {
            Some(verb) if !writes => verb.reads(),
            verb => verb.unwrap_or(Verb::Other).writes(),
        }
    }

    /// Tells whether a query that came to `previous` and now to `piece` writes.
    fn writes(&self, (before, previous): Piece<'a>, (kind, piece): Piece<'a>) -> bool {
        let is = |word: &str| piece.eq_ignore_ascii_case(word);
        let follows = |word: &str| previous.eq_ignore_ascii_case(word);
        match kind {
            _ if self.dialect == Dialect::Sqlite => false,
            TokenKind::Word => {
                is("INTO")
                    || (follows("FOR") && is_any(piece, &["UPDATE", "SHARE", "NO", "KEY"]))
                    || (follows("VALUE") && is("FOR"))
                    || (self.dialect == Dialect::Mysql && follows("LOCK") && is("IN"))
            }
            TokenKind::OpenParen => {
                matches!(before, TokenKind::Word | TokenKind::QuotedIdentifier)
                    && is_writer(previous.trim_matches(['"', '`']))
            }
            TokenKind::Operator => self.dialect == Dialect::Mysql && piece == ":=",
            kind => is_executable(kind),
        }
    }

    fn explain(&mut self, verb: Verb) -> Class {
        let mut runs = false;
        while let Some(piece) = self.next() {
            match (piece.0, keyword(piece)) {
                (TokenKind::Semicolon, _) => break,
                (kind, _) if is_executable(kind) => return verb.writes(),
                (TokenKind::Word, _) if is_any(piece.1, &["INTO"]) => return verb.writes(),
                (_, Some(Keyword::Write(Verb::Analyze))) if self.dialect != Dialect::Sqlite => {
                    runs = true;
                }
                // SQLite runs some pragmas while it compiles them, explained or not.
                (_, Some(Keyword::Pragma)) => {
                    return Class { verb, ..self.pragma() };
                }
                (_, Some(_)) if runs => return Class { verb, ..self.statement(piece) },
                (_, Some(_)) => return self.rest(verb),
                _ => {}
            }
        }
        if runs { verb.writes() } else { verb.reads() }
    }

    fn pragma(&mut self) -> Class {
        let (mut name, mut after) = (self.next(), self.next());
        if after.is_some_and(|(_, piece)| piece == ".") {
            (name, after) = (self.next(), self.next());
        }
        let Some((TokenKind::Word, name)) = name else { return Verb::Pragma.writes() };
        let is_bare = matches!(after, None | Some((TokenKind::Semicolon, _)));
        let is_call = matches!(after, Some((TokenKind::OpenParen, _)));
        let reads = match self.dialect {
            Dialect::Sqlite if is_bare => !is_any(name, SQLITE_ACTORS),
            Dialect::Sqlite => is_call && is_any(name, SQLITE_READERS),
            Dialect::DuckDb => (is_bare || is_call) && is_any(name, DUCKDB_READERS),
            _ => false,
        };
        match (reads, is_bare) {
            (false, _) => Verb::Pragma.writes(),
            (true, true) => Verb::Pragma.reads(),
            (true, false) => self.rest(Verb::Pragma),
        }
    }

    fn rest(&mut self, verb: Verb) -> Class {
        while let Some((kind, _)) = self.next() {
            if kind == TokenKind::Semicolon {
                break;
            }
            if is_executable(kind) {
                return verb.writes();
            }
        }
        verb.reads()
    }

    fn next(&mut self) -> Option<Piece<'a>> {
        let (text, dialect) = (self.text, self.dialect);
        let token: Token = self.tokens.find(|token| !token.is_blank(text, dialect))?;
        Some((token.kind, token.text(text)))
    }
}

fn is_change((kind, piece): Piece<'_>) -> bool {
    kind == TokenKind::Word && is_any(piece, &["INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"])
}

/// A comment that is not blank is one that MySQL runs.
fn is_executable(kind: TokenKind) -> bool {
    kind == TokenKind::BlockComment
}

fn is_writer(function: &str) -> bool {
    WRITERS.iter().any(|writer| {
        function.get(..writer.len()).is_some_and(|start| start.eq_ignore_ascii_case(writer))
    })
}

fn keyword((kind, piece): Piece<'_>) -> Option<Keyword> {
    if kind == TokenKind::Word { Keyword::of(piece) } else { None }
}

fn main_verb(piece: Piece<'_>) -> Option<Verb> {
    match keyword(piece)? {
        Keyword::Query(verb) => Some(verb),
        Keyword::From => Some(Verb::Select),
        Keyword::Write(
            verb @ (Verb::Insert | Verb::Update | Verb::Delete | Verb::Merge | Verb::Replace),
        ) => Some(verb),
        _ => None,
    }
}

fn is_any(word: &str, words: &[&str]) -> bool {
    words.iter().any(|candidate| candidate.eq_ignore_ascii_case(word))
}

/// Functions of the engines that change something, by the beginning of their names.
pub(super) const WRITERS: &[&str] = &[
    "dblink",
    "get_lock",
    "lo_",
    "nextval",
    "pg_advisory_",
    "pg_cancel_",
    "pg_create_",
    "pg_drop_",
    "pg_logical_",
    "pg_notify",
    "pg_reload_",
    "pg_replication_",
    "pg_rotate_",
    "pg_stat_reset",
    "pg_switch_",
    "pg_terminate_",
    "pg_try_advisory_",
    "release_all_locks",
    "release_lock",
    "set_config",
    "setval",
];

/// Pragmas of SQLite that take an argument and only read.
const SQLITE_READERS: &[&str] = &[
    "foreign_key_check",
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
];

/// Pragmas of SQLite that act without an argument.
const SQLITE_ACTORS: &[&str] =
    &["incremental_vacuum", "optimize", "shrink_memory", "wal_checkpoint"];

/// Pragmas of DuckDB that read; others act without an argument.
const DUCKDB_READERS: &[&str] = &[
    "collations",
    "database_list",
    "database_size",
    "functions",
    "metadata_info",
    "platform",
    "show",
    "show_databases",
    "show_tables",
    "show_tables_expanded",
    "storage_info",
    "table_info",
    "user_agent",
    "version",
];
