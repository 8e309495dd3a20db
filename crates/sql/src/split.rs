use crate::{Dialect, Token, TokenKind, Tokens, tokens};

/// One statement of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The text from its first to its last token, without the semicolon and without the comments
    /// around it.
    pub text: &'a str,
    /// The byte offset of the text in the script.
    pub start: usize,
    /// The line of its first token, counted from 1.
    pub line: usize,
}

/// Cuts a script into its statements at the semicolons.
///
/// Empty and comment-only statements are skipped; MySQL's `/*! … */` counts as a statement. The
/// bodies of `CREATE TRIGGER` on SQLite, of `CREATE` and `ALTER` of a procedure, function, trigger
/// or event on MySQL, of `BEGIN NOT ATOMIC` on MariaDB, and of `BEGIN ATOMIC … END` and `( … ; … )`
/// on PostgreSQL stay whole. The `DELIMITER` of MySQL's client is a matter of [`crate::Delimiter`].
///
/// # Examples
///
/// ```
/// use hypostyle_sql::{Dialect, split};
///
/// let script = "CREATE TABLE a (x); -- one\n\nINSERT INTO a VALUES (';');";
/// let parts: Vec<_> = split(script, Dialect::Sqlite).map(|s| (s.line, s.text)).collect();
/// assert_eq!(parts, [(1, "CREATE TABLE a (x)"), (3, "INSERT INTO a VALUES (';')")]);
/// ```
pub fn split(text: &str, dialect: Dialect) -> Split<'_> {
    Split { text, dialect, tokens: tokens(text, dialect), counted: 0, line: 1 }
}

/// Tells whether a text ends with a finished statement, as a shell asks before it runs one.
///
/// True when the last token other than white space and comments is a semicolon that ends a
/// statement, and no string or comment is left open.
///
/// # Examples
///
/// ```
/// use hypostyle_sql::{Dialect, is_complete};
///
/// assert!(is_complete("SELECT 1; -- done", Dialect::Sqlite));
/// assert!(!is_complete("SELECT ';", Dialect::Sqlite));
/// ```
#[must_use]
pub fn is_complete(text: &str, dialect: Dialect) -> bool {
    let mut blocks = Blocks::new(dialect);
    let mut complete = false;
    for token in tokens(text, dialect) {
        if is_open(token, text) {
            return false;
        }
        if token.is_blank(text, dialect) {
            continue;
        }
        complete = blocks.end_statement(token, text);
        if complete {
            blocks = Blocks::new(dialect);
        }
    }
    complete
}

/// Iterates over the statements of a script; made by [`split()`].
#[derive(Clone, Debug)]
pub struct Split<'a> {
    text: &'a str,
    dialect: Dialect,
    tokens: Tokens<'a>,
    counted: usize,
    line: usize,
}

impl<'a> Iterator for Split<'a> {
    type Item = Statement<'a>;

    fn next(&mut self) -> Option<Statement<'a>> {
        let mut blocks = Blocks::new(self.dialect);
        let mut span: Option<(usize, usize)> = None;
        for token in self.tokens.by_ref() {
            if token.is_blank(self.text, self.dialect) {
                continue;
            }
            match span {
                Some(_) if blocks.end_statement(token, self.text) => break,
                Some((start, _)) => span = Some((start, token.end)),
                None if blocks.end_statement(token, self.text) => {}
                None => span = Some((token.start, token.end)),
            }
        }
        let (start, end) = span?;
        let passed = self.text.as_bytes().get(self.counted..start).unwrap_or_default();
        self.line += passed.iter().filter(|&&b| b == b'\n').count();
        self.counted = start;
        let text = self.text.get(start..end).unwrap_or_default();
        Some(Statement { text, start, line: self.line })
    }
}

impl std::iter::FusedIterator for Split<'_> {}

/// SQLite accepts a comment without an end, but whoever types it has not finished.
fn is_open(token: Token, text: &str) -> bool {
    match token.kind {
        TokenKind::Unterminated => true,
        TokenKind::BlockComment => {
            let comment = token.text(text);
            comment.len() < "/**/".len() || !comment.ends_with("*/")
        }
        _ => false,
    }
}

/// Follows one statement to tell the semicolons inside a body from the one at its end.
struct Blocks {
    dialect: Dialect,
    head: Head,
    open: Vec<Block>,
    parens: usize,
    previous: Previous,
    /// What the last `END` closed, in case it turns out as `END IF`.
    closed: Option<Block>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    Start,
    Create { definer: bool },
    Begin,
    Routine,
    Plain,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Begin,
    Case,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
    Begin,
    End,
    Semicolon,
    /// A word after a dot or `AS` is a name.
    NameAhead,
    Other,
}

impl Blocks {
    fn new(dialect: Dialect) -> Self {
        let (head, previous) = (Head::Start, Previous::Other);
        Self { dialect, head, open: Vec::new(), parens: 0, previous, closed: None }
    }

    /// Takes the next token that is not blank and tells whether it ends the statement.
    fn end_statement(&mut self, token: Token, text: &str) -> bool {
        let piece = token.text(text);
        match token.kind {
            TokenKind::Word => return self.word(piece),
            TokenKind::Semicolon => {
                self.previous = Previous::Semicolon;
                return self.open.is_empty() && self.parens == 0;
            }
            // The actions of a PostgreSQL rule are the only statements in parentheses.
            TokenKind::OpenParen if self.dialect.is_postgres() => self.parens += 1,
            TokenKind::CloseParen => self.parens = self.parens.saturating_sub(1),
            _ => {}
        }
        if self.head == Head::Start {
            self.head = Head::Plain;
        }
        self.previous = if piece == "." { Previous::NameAhead } else { Previous::Other };
        false
    }

    fn word(&mut self, word: &str) -> bool {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        match self.head {
            Head::Plain => return false,
            Head::Routine => self.body_word(word),
            Head::Begin if is("NOT") => {
                self.head = Head::Routine;
                self.open.push(Block::Begin);
            }
            Head::Begin => self.head = Head::Plain,
            Head::Start => self.head = self.head_after_start(word),
            Head::Create { definer } => self.head = self.head_after_create(word, definer),
        }
        self.previous = if is("BEGIN") || is("ATOMIC") {
            Previous::Begin
        } else if is("END") {
            Previous::End
        } else if is("AS") {
            Previous::NameAhead
        } else {
            Previous::Other
        };
        false
    }

    fn head_after_start(&self, word: &str) -> Head {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        match self.dialect {
            _ if is("CREATE") => Head::Create { definer: false },
            Dialect::Mysql if is("ALTER") => Head::Create { definer: false },
            Dialect::Mysql if is("BEGIN") => Head::Begin,
            Dialect::Sqlite if is("EXPLAIN") || is("QUERY") || is("PLAN") => Head::Start,
            _ => Head::Plain,
        }
    }

    fn head_after_create(&self, word: &str, definer: bool) -> Head {
        let is_any = |keywords: &[&str]| keywords.iter().any(|k| word.eq_ignore_ascii_case(k));
        let routines: &[&str] = match self.dialect {
            Dialect::Sqlite => &["TRIGGER"],
            Dialect::Postgres | Dialect::PostgresBackslash => &["FUNCTION", "PROCEDURE"],
            Dialect::Mysql => &["EVENT", "FUNCTION", "PROCEDURE", "TRIGGER"],
            Dialect::DuckDb => &[],
        };
        if is_any(routines) {
            Head::Routine
        } else if is_any(&["DEFINER"]) {
            Head::Create { definer: true }
        } else if is_any(&["AGGREGATE", "OR", "REPLACE", "TEMP", "TEMPORARY"])
            || (definer && !is_any(&["SQL", "VIEW"]))
        {
            // The words of `DEFINER = root@localhost` are free.
            Head::Create { definer }
        } else {
            Head::Plain
        }
    }

    fn body_word(&mut self, word: &str) {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        if self.previous == Previous::NameAhead {
            return;
        }
        let after_end = self.previous == Previous::End;
        let closed = self.closed.take();
        match self.dialect {
            // A column may be called begin; the first of them stands before the body or is it.
            Dialect::Sqlite if is("BEGIN") && self.open.is_empty() => self.open.push(Block::Begin),
            Dialect::Mysql if is("BEGIN") => self.open.push(Block::Begin),
            Dialect::Postgres | Dialect::PostgresBackslash
                if is("ATOMIC") && self.previous == Previous::Begin =>
            {
                self.open.push(Block::Begin);
            }
            Dialect::Mysql | Dialect::Postgres | Dialect::PostgresBackslash
                if is("CASE") && !after_end && !self.open.is_empty() =>
            {
                self.open.push(Block::Case);
            }
            _ if is("END") => self.end(),
            Dialect::Mysql if after_end => {
                let ends_loop = is("IF") || is("LOOP") || is("REPEAT") || is("WHILE");
                if ends_loop || (is("FOR") && closed == Some(Block::Begin)) {
                    self.open.extend(closed);
                }
            }
            _ => {}
        }
    }

    /// Closes a `CASE` anywhere, a body only where a statement could start: a column may be called
    /// end.
    fn end(&mut self) {
        let closes = match self.open.last() {
            Some(Block::Case) => true,
            Some(Block::Begin) => {
                matches!(self.previous, Previous::Semicolon | Previous::Begin)
            }
            None => false,
        };
        if closes {
            self.closed = self.open.pop();
        }
    }
}

#[cfg(test)]
mod tests;
