//! The head of a statement: which object it makes, and whether a model file may hold it. Read by
//! tokens, without a grammar.

use hypostyle_sql::{Dialect, Statement, Token, TokenKind, tokens};

use super::ObjectKind::{
    Domain, Extension, Function, Index, MaterializedView, Procedure, Sequence, Table, Trigger,
    Type, View,
};
use super::{Object, ObjectKind, Problem};
use crate::script::{Place, beginning};
use crate::words::unquote;

/// What a dialect makes, and how names that are not a module's begin.
struct Words {
    expected: &'static str,
    reserved: [&'static str; 3],
    /// What may be made by a word of its own.
    kinds: &'static [ObjectKind],
    /// What is made by two words.
    pairs: &'static [(&'static str, &'static str, ObjectKind)],
}

const SQLITE: Words = Words {
    expected: "CREATE TABLE, INDEX, VIEW, TRIGGER or VIRTUAL TABLE",
    reserved: ["sqlite_", "ia_", "hypostyle_"],
    kinds: &[Table, Index, View, Trigger],
    pairs: &[("UNIQUE", "INDEX", Index), ("VIRTUAL", "TABLE", Table)],
};

const POSTGRES: Words = Words {
    expected: "CREATE TABLE, INDEX, VIEW, MATERIALIZED VIEW, TRIGGER, TYPE, DOMAIN, SEQUENCE, \
               FUNCTION, PROCEDURE or EXTENSION",
    reserved: ["pg_", "ia_", "hypostyle_"],
    kinds: &[Table, Index, View, Trigger, Type, Domain, Sequence, Function, Procedure, Extension],
    pairs: &[
        ("UNIQUE", "INDEX", Index),
        ("MATERIALIZED", "VIEW", MaterializedView),
        ("UNLOGGED", "TABLE", Table),
        ("CONSTRAINT", "TRIGGER", Trigger),
    ],
};

const MYSQL: Words = Words {
    expected: "CREATE TABLE, INDEX, VIEW, TRIGGER, FUNCTION or PROCEDURE",
    reserved: ["mysql_", "ia_", "hypostyle_"],
    kinds: &[Table, Index, View, Trigger, Function, Procedure],
    pairs: &[("UNIQUE", "INDEX", Index), ("FULLTEXT", "INDEX", Index), ("SPATIAL", "INDEX", Index)],
};

const DUCKDB: Words = Words {
    expected: "CREATE TABLE, INDEX, VIEW, TYPE, SEQUENCE or MACRO",
    reserved: ["duckdb_", "ia_", "hypostyle_"],
    kinds: &[Table, Index, View, Type, Sequence, Function],
    pairs: &[("UNIQUE", "INDEX", Index)],
};

/// What may stand before the kind of an object of MySQL, to the next of its words.
const MYSQL_OPTIONS: [&str; 3] = ["ALGORITHM", "DEFINER", "SQL"];

/// The bytes of a name that PostgreSQL keeps.
const POSTGRES_NAME_BYTES_MAX: usize = 63;

/// Reads which object a statement makes; refuses every other statement.
pub(super) fn object(
    statement: &Statement<'_>,
    text: &str,
    file: &str,
    dialect: Dialect,
) -> Result<Object, Problem> {
    let mut head = Head::of(statement, text, file, dialect);
    head.create()?;
    let kind = head.kind()?;
    if head.takes("IF") {
        head.expect("NOT")?;
        head.expect("EXISTS")?;
    }
    let name = head.name()?;
    if kind == Table && head.copies_rows() {
        let message = "CREATE TABLE … AS SELECT copies rows, and says no types";
        return Err(head.problem(message, "the columns of the table in brackets"));
    }
    let table = match kind {
        Trigger if dialect.is_postgres() => Some(head.table()?),
        Index if dialect == Dialect::Mysql => Some(head.table()?),
        _ => None,
    };
    Ok(Object { kind, name, table })
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
    dialect: Dialect,
    words: &'static Words,
}

impl<'t> Head<'t> {
    fn of(statement: &Statement<'t>, text: &'t str, file: &'t str, dialect: Dialect) -> Self {
        let blank = [TokenKind::Whitespace, TokenKind::LineComment, TokenKind::BlockComment];
        let tokens = tokens(statement.text, dialect);
        Self {
            file,
            text,
            statement: statement.text,
            start: statement.start,
            tokens: tokens.filter(|token| !blank.contains(&token.kind)).collect(),
            at: 0,
            dialect,
            words: words(dialect),
        }
    }

    fn create(&mut self) -> Result<(), Problem> {
        if !self.takes("CREATE") {
            let shown = beginning(self.statement);
            let message = format!("`{shown}` may not stand in a model file");
            return Err(self.problem(&message, self.words.expected));
        }
        if self.is_at("TEMP") || self.is_at("TEMPORARY") {
            let message = "a temporary object would be gone with its connection";
            return Err(self.problem(message, self.words.expected));
        }
        if self.dialect != Dialect::Sqlite && self.is_at("OR") {
            let message = "an object that exists is left alone, and never replaced";
            return Err(self.problem(message, "CREATE without OR REPLACE"));
        }
        Ok(())
    }

    fn kind(&mut self) -> Result<ObjectKind, Problem> {
        if self.dialect == Dialect::Mysql && MYSQL_OPTIONS.iter().any(|word| self.is_at(word)) {
            while self.at < self.tokens.len()
                && !self.words.kinds.iter().any(|kind| self.is_at(kind.name()))
            {
                self.at += 1;
            }
        }
        for (first, second, kind) in self.words.pairs {
            if self.takes(first) {
                self.expect(second)?;
                return Ok(*kind);
            }
        }
        if self.dialect == Dialect::DuckDb && self.takes("MACRO") {
            return Ok(Function);
        }
        match self.words.kinds.iter().copied().find(|kind| self.takes(kind.name())) {
            Some(kind) => Ok(kind),
            None => {
                let message = format!("a model file cannot make `{}`", self.piece());
                Err(self.problem(&message, self.words.expected))
            }
        }
    }

    fn name(&mut self) -> Result<String, Problem> {
        let name = match self.tokens.get(self.at).filter(|token| self.is_name(token)) {
            Some(token) => self.name_of(token),
            None => {
                let message = format!("`{}` is no name", self.piece());
                return Err(self.problem(&message, "the name of the object"));
            }
        };
        let reserved = self.words.reserved;
        if let Some(prefix) = reserved.iter().find(|prefix| begins_with(&name, prefix)) {
            let message = format!("names that begin with `{prefix}` are reserved, as `{name}`");
            return Err(self.problem(&message, "another name"));
        }
        if self.dialect.is_postgres() && name.len() > POSTGRES_NAME_BYTES_MAX {
            let message = format!("PostgreSQL keeps {POSTGRES_NAME_BYTES_MAX} bytes of `{name}`");
            return Err(self.problem(&message, "a shorter name"));
        }
        self.at += 1;
        if self.piece() == "." {
            let message = format!("`{name}.` names a schema; a module has one database");
            return Err(self.problem(&message, "a name without a schema"));
        }
        Ok(name)
    }

    /// The table that a trigger of PostgreSQL or an index of MySQL belongs to.
    fn table(&mut self) -> Result<String, Problem> {
        while self.at < self.tokens.len() && !self.is_at("ON") {
            self.at += 1;
        }
        self.expect("ON")?;
        self.name()
    }

    /// Tells whether a query stands where the columns of a table would, or behind them.
    fn copies_rows(&self) -> bool {
        let mut depth = 0_usize;
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        rest.iter().any(|token| {
            match token.kind {
                TokenKind::OpenParen => depth += 1,
                TokenKind::CloseParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            let is_as = token.text(self.statement).eq_ignore_ascii_case("AS");
            depth == 0 && token.kind == TokenKind::Word && is_as
        })
    }

    /// An index may go without a name on PostgreSQL, but would then be made again and again.
    fn is_name(&self, token: &Token) -> bool {
        match token.kind {
            TokenKind::Word if self.dialect != Dialect::Sqlite => {
                !self.is_at("ON") && !self.is_at("CONCURRENTLY")
            }
            TokenKind::Word | TokenKind::QuotedIdentifier => true,
            TokenKind::String => self.dialect == Dialect::Sqlite,
            _ => false,
        }
    }

    /// The name as the engine keeps it.
    fn name_of(&self, token: &Token) -> String {
        let name = token.text(self.statement);
        match token.kind {
            TokenKind::Word if self.dialect.is_postgres() => name.to_ascii_lowercase(),
            _ => unquote(name),
        }
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

fn words(dialect: Dialect) -> &'static Words {
    match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Mysql => &MYSQL,
        Dialect::DuckDb => &DUCKDB,
        _ => &POSTGRES,
    }
}

fn begins_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
