use crate::Dialect;
use crate::lexis::{is_name, is_space};

mod bytes;
mod reader;

use bytes::is_plain;
use reader::Reader;

/// Says whether a text may change anything: data, schema, or the state of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Nothing is changed; the text may be repeated and sent to a replica.
    Read,
    /// Something is changed, or it is not known.
    Write,
}

/// Names what a statement does by its leading keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the keyword it is called by")]
pub enum Verb {
    /// `SELECT`, `TABLE`, DuckDB's `FROM`, and `WITH` before one of them.
    Select,
    Values,
    Explain,
    /// `SHOW`, `DESCRIBE`, `DESC`, `SUMMARIZE`.
    Show,
    Insert,
    Update,
    Delete,
    Merge,
    Replace,
    Create,
    /// `ALTER`, `RENAME`.
    Alter,
    Drop,
    Truncate,
    /// `BEGIN`, `START`.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `ROLLBACK`, `ABORT`.
    Rollback,
    Savepoint,
    Release,
    Pragma,
    /// `SET`, `RESET`, `USE`.
    Set,
    Attach,
    Detach,
    Vacuum,
    Analyze,
    Copy,
    Call,
    /// Any other keyword, or no statement at all.
    Other,
}

/// What [`classify()`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Class {
    /// Whether any statement of the text writes or is unknown.
    pub access: Access,
    /// The verb of the first statement.
    pub verb: Verb,
}

/// Tells whether a text only reads, and what its first statement does.
///
/// The answer is conservative: what is not known to read is [`Access::Write`]. Among queries these
/// write: `SELECT … INTO`, `FOR UPDATE` and `FOR SHARE` in all forms, `LOCK IN SHARE MODE`, a
/// changing statement under `WITH`, `:=` and `/*! … */` on MySQL, and the engines' own functions
/// that change something (`nextval`, `set_config`, `pg_advisory_lock`, `GET_LOCK`). `EXPLAIN
/// ANALYZE` takes the class of what it runs. What a function of the user does is not known: a
/// `SELECT` that calls one is a read. A text without a statement reads.
///
/// A plain `SELECT` or a changing statement is told by its first word and one pass over the bytes.
///
/// # Examples
///
/// ```
/// use hypostyle_sql::{Access, Dialect, Verb, classify};
///
/// let class = classify("SELECT 1; DELETE FROM users", Dialect::Sqlite);
/// assert_eq!((class.access, class.verb), (Access::Write, Verb::Select));
/// ```
#[must_use]
pub fn classify(text: &str, dialect: Dialect) -> Class {
    let bytes = text.as_bytes();
    let begin = bytes.iter().position(|&b| !is_space(b)).unwrap_or(bytes.len());
    let rest = bytes.get(begin..).unwrap_or_default();
    let length = rest.iter().position(|&b| !is_name(b)).unwrap_or(rest.len());
    match text.get(begin..begin + length).and_then(Keyword::of) {
        Some(Keyword::Write(verb)) => verb.writes(),
        Some(Keyword::Query(verb)) if is_plain(rest, dialect) => verb.reads(),
        _ => Reader::new(text, dialect).class(),
    }
}

impl Verb {
    fn reads(self) -> Class {
        Class { access: Access::Read, verb: self }
    }

    fn writes(self) -> Class {
        Class { access: Access::Write, verb: self }
    }
}

/// What a statement's first word says.
#[derive(Clone, Copy)]
enum Keyword {
    Query(Verb),
    Write(Verb),
    With,
    Explain,
    Describe,
    Show,
    Pragma,
    From,
}

impl Keyword {
    fn of(word: &str) -> Option<Self> {
        use Keyword::{Query, Write};
        let mut buffer = [0; 9];
        let lower = buffer.get_mut(..word.len())?;
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        Some(match &*lower {
            b"select" | b"table" => Query(Verb::Select),
            b"values" => Query(Verb::Values),
            b"with" => Keyword::With,
            b"from" => Keyword::From,
            b"explain" => Keyword::Explain,
            b"describe" | b"desc" => Keyword::Describe,
            b"show" | b"summarize" => Keyword::Show,
            b"pragma" => Keyword::Pragma,
            b"insert" => Write(Verb::Insert),
            b"update" => Write(Verb::Update),
            b"delete" => Write(Verb::Delete),
            b"merge" => Write(Verb::Merge),
            b"replace" => Write(Verb::Replace),
            b"create" => Write(Verb::Create),
            b"alter" | b"rename" => Write(Verb::Alter),
            b"drop" => Write(Verb::Drop),
            b"truncate" => Write(Verb::Truncate),
            b"begin" | b"start" => Write(Verb::Begin),
            b"commit" | b"end" => Write(Verb::Commit),
            b"rollback" | b"abort" => Write(Verb::Rollback),
            b"savepoint" => Write(Verb::Savepoint),
            b"release" => Write(Verb::Release),
            b"set" | b"reset" | b"use" => Write(Verb::Set),
            b"attach" => Write(Verb::Attach),
            b"detach" => Write(Verb::Detach),
            b"vacuum" => Write(Verb::Vacuum),
            b"analyze" | b"analyse" => Write(Verb::Analyze),
            b"copy" => Write(Verb::Copy),
            b"call" => Write(Verb::Call),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests;
