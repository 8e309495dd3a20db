//! Prepared statements with what is known of them, and the bounded cache of them.

use hashbrown::HashMap;
use hypostyle_core::{Capability, Error, ErrorKind, Result, ValueRef};
use hypostyle_sql::{Dialect, Slot, TokenKind, tokens};

use crate::changes::Seen;
use crate::errors::of_value;
use crate::raw::{Kind, Layout, Shape, Statement, Value};
use crate::types;

/// A prepared statement and what is known of it.
pub(crate) struct Prepared {
    pub(crate) statement: Statement,
    pub(crate) kind: Kind,
    /// The type that DuckDB expects of each parameter; `None` where any will do.
    expected: Box<[Option<Shape>]>,
    pub(crate) layout: Layout,
    pub(crate) leaves: Leaves,
    /// Where it begins in the caller's text, where that is what DuckDB read.
    pub(crate) start: Option<usize>,
    /// It ran to its end so quickly that it may run on a thread that others wait for.
    pub(crate) is_light: bool,
    /// The text that was given to DuckDB.
    pub(crate) text: Box<str>,
    /// The parameters as they are bound, for when it is prepared anew.
    bound: Vec<Value>,
    seen: Seen,
    /// Its plan depends on the data there was when it was made.
    reads_data: bool,
}

/// What a statement leaves behind beside the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Leaves {
    /// The session is another: variables, settings, temporary objects.
    pub(crate) session: bool,
    /// A database is attached.
    pub(crate) database: bool,
    /// The schema is another.
    pub(crate) schema: bool,
}

impl Prepared {
    pub(crate) fn new(statement: Statement, text: &str, start: Option<usize>, seen: Seen) -> Self {
        let expected = (1..=statement.parameter_count()).map(|number| statement.parameter(number));
        let expected = expected.collect();
        let kind = statement.kind();
        // Rows that the text itself holds are inserted the same way whatever there is.
        let reads_data = kind != Kind::INSERT || has_any_word(text, &["select", "from", "table"]);
        Self {
            statement,
            kind,
            expected,
            layout: Layout::default(),
            leaves: Leaves::of(kind, text),
            start,
            is_light: false,
            text: text.into(),
            bound: Vec::new(),
            seen,
            reads_data,
        }
    }

    /// Tells whether the plan may be wrong by now.
    pub(crate) fn is_outdated(&self, now: Seen, reads_files: bool) -> bool {
        match self.reads_data {
            true => reads_files || self.seen != now,
            false => !self.seen.has_same_schema(now),
        }
    }

    /// Takes the place of itself as it was prepared anew.
    pub(crate) fn become_anew(&mut self, anew: Self) {
        *self = Self { is_light: self.is_light, layout: std::mem::take(&mut self.layout), ..anew };
    }

    /// Binds what was bound before, to a statement that was prepared anew.
    pub(crate) fn bind_again(&mut self, anew: Self) -> Result<()> {
        let bound = std::mem::take(&mut self.bound);
        self.become_anew(anew);
        for (number, value) in (1_u64..).zip(&bound) {
            self.statement.bind(number, value).map_err(of_value)?;
        }
        self.bound = bound;
        Ok(())
    }

    /// Tells whether the statement changes nothing.
    pub(crate) fn only_reads(&self) -> bool {
        matches!(self.kind, Kind::SELECT | Kind::EXPLAIN | Kind::RELATION)
    }

    /// Tells whether the statement may change data, schema or files; what it does to its session
    /// alone does not count.
    pub(crate) fn writes(&self) -> bool {
        let session =
            [Kind::PRAGMA, Kind::SET, Kind::VARIABLE_SET, Kind::TRANSACTION, Kind::PREPARE];
        let runs = self.kind == Kind::EXPLAIN && has_word(&self.text, &["analyze", "analyse"]);
        runs || !(self.only_reads() || session.contains(&self.kind))
    }

    /// Tells whether the statement stores values in a table.
    fn stores(&self) -> bool {
        matches!(self.kind, Kind::INSERT | Kind::UPDATE | Kind::MERGE | Kind::COPY)
    }

    /// Tells whether rows are inserted, updated or deleted, so that they are counted.
    pub(crate) fn counts(&self) -> bool {
        self.stores() || self.kind == Kind::DELETE
    }

    /// Binds the parameters, each found by its place.
    pub(crate) fn bind<'v>(&mut self, value: impl Fn(usize) -> Result<ValueRef<'v>>) -> Result<()> {
        let is_stored = self.stores();
        self.bound.clear();
        for (at, expected) in self.expected.iter().enumerate() {
            let made = types::value(value(at)?, expected.as_ref(), is_stored)?;
            self.statement.bind(at as u64 + 1, &made).map_err(of_value)?;
            self.bound.push(made);
        }
        Ok(())
    }
}

/// Finds the value of a slot, which the translation of the text numbered.
pub(crate) fn slot_at(slots: &[Slot], at: usize) -> Result<&Slot> {
    slots.get(at).ok_or_else(|| {
        let message = format!("parameter {} is not in the text", at + 1);
        Error::new(ErrorKind::Parameter, message)
    })
}

impl Leaves {
    fn of(kind: Kind, text: &str) -> Self {
        match kind {
            Kind::CREATE => Self {
                session: has_word(text, &["temp", "temporary"]),
                schema: true,
                ..Self::default()
            },
            Kind::ALTER | Kind::DROP | Kind::COPY_DATABASE => {
                Self { schema: true, ..Self::default() }
            }
            Kind::ATTACH | Kind::DETACH => Self { session: true, database: true, schema: true },
            Kind::SET | Kind::VARIABLE_SET | Kind::PREPARE | Kind::LOAD | Kind::PRAGMA => {
                Self { session: true, schema: true, ..Self::default() }
            }
            Kind::EXECUTE | Kind::CALL => Self { session: true, schema: true, ..Self::default() },
            _ => Self::default(),
        }
    }
}

/// Looks for one of some words among the first four of a text.
fn has_word(text: &str, wanted: &[&str]) -> bool {
    words(text).take(4).any(|word| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(word)))
}

/// Looks for one of some words in a text.
fn has_any_word(text: &str, wanted: &[&str]) -> bool {
    words(text).any(|word| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(word)))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = tokens(text, Dialect::DuckDb).filter(|token| token.kind == TokenKind::Word);
    words.map(|token| token.text(text))
}

/// Statements by the text they were prepared from; of too many the longest unused goes.
pub(crate) struct Cache {
    by_text: HashMap<Box<str>, usize>,
    entries: Vec<Entry>,
    uses: u64,
    max: usize,
}

struct Entry {
    text: Box<str>,
    slots: Vec<Slot>,
    prepared: Prepared,
    used: u64,
}

impl Cache {
    pub(crate) fn new(max: usize) -> Self {
        Self { by_text: HashMap::new(), entries: Vec::new(), uses: 0, max }
    }

    #[inline]
    pub(crate) fn find(&mut self, text: &str) -> Option<usize> {
        let at = *self.by_text.get(text)?;
        self.uses += 1;
        self.entries[at].used = self.uses;
        Some(at)
    }

    #[inline]
    pub(crate) fn get(&mut self, at: usize) -> &mut Prepared {
        &mut self.entries[at].prepared
    }

    pub(crate) fn parts(&mut self, at: usize) -> (&mut Prepared, &[Slot]) {
        let Entry { prepared, slots, .. } = &mut self.entries[at];
        (prepared, slots)
    }

    /// Keeps a statement and answers its place. No statement of the cache may be running.
    pub(crate) fn keep(&mut self, text: &str, slots: Vec<Slot>, prepared: Prepared) -> usize {
        self.uses += 1;
        let entry = Entry { text: text.into(), slots, prepared, used: self.uses };
        let at = if self.entries.len() < self.max {
            self.entries.push(entry);
            self.entries.len() - 1
        } else {
            let oldest = self.entries.iter().enumerate().min_by_key(|(_, entry)| entry.used);
            let at = oldest.map_or(0, |(at, _)| at);
            let gone = std::mem::replace(&mut self.entries[at], entry);
            self.by_text.remove(&gone.text);
            at
        };
        self.by_text.insert(text.into(), at);
        at
    }

    /// Forgets all statements. None may be running.
    pub(crate) fn clear(&mut self) {
        self.by_text.clear();
        self.entries.clear();
    }
}

/// Makes the refusal of savepoints.
pub(crate) fn no_savepoints() -> Error {
    Error::unsupported("duckdb", &Capability::SAVEPOINTS.to_string())
}
