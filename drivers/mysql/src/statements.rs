//! Statements: what is known of one, the bounded cache of a connection, and how one is prepared.

use std::sync::Arc;

use hashbrown::HashMap;
use hypostyle_core::{Column, Columns, Params, ValueRef};
use hypostyle_sql::{Dialect, Marker, Slot, TokenKind, Verb, classify, split, tokens, translate};

use mysql_common::constants::ColumnType;

use crate::failure::Attempt;
use crate::packet::{Fields, read_column};
use crate::taint::Taint;
use crate::types::MyType;

/// A statement that the server has prepared.
pub(crate) struct Statement {
    /// The server's number of it in this session.
    pub(crate) id: u32,
    pub(crate) slots: Vec<Slot>,
    /// What it answered last, or is to answer.
    pub(crate) output: Arc<Output>,
    pub(crate) effects: Effects,
    /// The types of the parameters it ran with, two bytes each; those of NULL are not known.
    pub(crate) types: Vec<u8>,
}

/// What a statement does beyond its answer, told from its words.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Effects {
    pub(crate) taint: Taint,
    /// It writes and answers rows, which are counted as those it wrote.
    pub(crate) returns: bool,
    pub(crate) inserts: bool,
    /// It inserts rows in the place of others.
    pub(crate) replaces: bool,
    /// It is the caller's own end of a transaction.
    pub(crate) ends_transaction: bool,
}

/// The columns of a result, and how their values are read.
#[derive(Default)]
pub(crate) struct Output {
    pub(crate) columns: Arc<Columns>,
    pub(crate) types: Vec<MyType>,
    /// The definitions as the server sent them, each after its length.
    definitions: Box<[u8]>,
}

/// A text that was looked at.
pub(crate) enum Plan {
    /// One statement, to be prepared.
    Prepare(Sketch),
    /// One statement that is sent as it is: it has no parameters and answers no rows of a table.
    Send(Sketch),
    /// No statement.
    Nothing,
    Several,
}

/// What is known of a statement before the server sees it.
pub(crate) struct Sketch {
    pub(crate) sql: Box<str>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) effects: Effects,
}

/// Prepared statements by the text of the caller; of too many the longest unused goes.
pub(crate) struct Cache {
    by_text: HashMap<Box<str>, usize>,
    statements: Vec<Entry>,
    uses: u64,
    max: usize,
}

struct Entry {
    text: Box<str>,
    statement: Statement,
    used: u64,
}

impl Cache {
    pub(crate) fn new(max: usize) -> Self {
        Self { by_text: HashMap::new(), statements: Vec::new(), uses: 0, max }
    }

    /// Answers the place of a statement, which it has until another is kept or forgotten.
    #[inline]
    pub(crate) fn find(&mut self, text: &str) -> Option<usize> {
        let at = *self.by_text.get(text)?;
        self.uses += 1;
        if let Some(entry) = self.statements.get_mut(at) {
            entry.used = self.uses;
        }
        Some(at)
    }

    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<&Statement> {
        self.statements.get(at).map(|entry| &entry.statement)
    }

    /// Tells whether a statement may run with parameters of these types: Oracle's server reads a text as
    /// the number that came first, and makes 0 of one that is none.
    pub(crate) fn takes(&mut self, at: usize, types: &[u8]) -> bool {
        const NULL: u8 = ColumnType::MYSQL_TYPE_NULL as u8;
        let Some(entry) = self.statements.get_mut(at) else { return false };
        let known = &mut entry.statement.types;
        if known.is_empty() {
            known.extend_from_slice(types);
            return true;
        }
        known.chunks_exact_mut(2).zip(types.chunks_exact(2)).all(|(known, new)| {
            if known.first() == Some(&NULL) {
                known.copy_from_slice(new);
            }
            new.first() == Some(&NULL) || *known == *new
        })
    }

    pub(crate) fn set_output(&mut self, at: usize, output: Arc<Output>) {
        if let Some(entry) = self.statements.get_mut(at) {
            entry.statement.output = output;
        }
    }

    /// Keeps a statement; answers its place, and the number of the one that had to go for it.
    pub(crate) fn keep(&mut self, text: &str, statement: Statement) -> (usize, Option<u32>) {
        self.uses += 1;
        let entry = Entry { text: text.into(), statement, used: self.uses };
        if self.statements.len() < self.max {
            self.by_text.insert(text.into(), self.statements.len());
            self.statements.push(entry);
            return (self.statements.len() - 1, None);
        }
        let oldest = self.statements.iter().enumerate().min_by_key(|(_, entry)| entry.used);
        let at = oldest.map_or(0, |(at, _)| at);
        let gone = self.statements.get_mut(at).map(|place| std::mem::replace(place, entry));
        if let Some(gone) = &gone {
            self.by_text.remove(&gone.text);
        }
        self.by_text.insert(text.into(), at);
        (at, gone.map(|gone| gone.statement.id))
    }

    /// Forgets a statement; answers its number.
    pub(crate) fn forget(&mut self, text: &str) -> Option<u32> {
        let at = self.by_text.remove(text)?;
        let gone = self.statements.swap_remove(at);
        if let Some(moved) = self.statements.get(at)
            && let Some(place) = self.by_text.get_mut(&moved.text)
        {
            *place = at;
        }
        Some(gone.statement.id)
    }

    /// Forgets all; answers their numbers.
    pub(crate) fn clear(&mut self) -> impl Iterator<Item = u32> + use<> {
        self.by_text.clear();
        std::mem::take(&mut self.statements).into_iter().map(|gone| gone.statement.id)
    }
}

impl Output {
    /// Reads definitions of columns, each after its length of four bytes.
    pub(crate) fn read(definitions: &[u8], is_extended: bool) -> std::io::Result<Self> {
        let (mut columns, mut types) = (Vec::new(), Vec::new());
        let mut fields = Fields::of(definitions);
        while !fields.is_empty() {
            let length = usize::try_from(fields.u32()?).unwrap_or(usize::MAX);
            let (column, extended) = read_column(fields.take(length)?, is_extended)?;
            let kind = MyType::of(&column, extended);
            columns.push(Column {
                name: column.name_str().into(),
                kind: kind.value_type(),
                declared: kind.declared().into(),
            });
            types.push(kind);
        }
        let columns = Arc::new(Columns::new(columns));
        Ok(Self { columns, types, definitions: definitions.into() })
    }

    #[inline]
    pub(crate) fn is_of(&self, definitions: &[u8]) -> bool {
        *self.definitions == *definitions
    }
}

impl Effects {
    fn of(text: &str, verb: Verb) -> Self {
        let changes = matches!(verb, Verb::Insert | Verb::Replace | Verb::Update | Verb::Delete);
        let inserts = matches!(verb, Verb::Insert | Verb::Replace);
        Self {
            taint: Taint::of(text, verb),
            returns: changes && has_word(text, "returning"),
            inserts,
            replaces: verb == Verb::Replace || (inserts && has_word(text, "duplicate")),
            ends_transaction: matches!(verb, Verb::Commit | Verb::Rollback),
        }
    }
}

fn has_word(text: &str, word: &str) -> bool {
    tokens(text, Dialect::Mysql)
        .any(|token| token.kind == TokenKind::Word && token.text(text).eq_ignore_ascii_case(word))
}

/// Looks at a text without the server.
pub(crate) fn plan(text: &str) -> Attempt<Plan> {
    let translated = translate(text, Dialect::Mysql, Marker::Question)?;
    let mut parts = split(&translated.text, Dialect::Mysql);
    let Some(statement) = parts.next() else { return Ok(Plan::Nothing) };
    if parts.next().is_some() {
        return Ok(Plan::Several);
    }
    let verb = classify(text, Dialect::Mysql).verb;
    let effects = Effects::of(text, verb);
    // The server takes no more than one statement, and no end of it that another could follow.
    let sketch = Sketch { sql: statement.text.into(), slots: translated.slots, effects };
    if sketch.slots.is_empty() && !answers_values(verb, effects) {
        return Ok(Plan::Send(sketch));
    }
    Ok(Plan::Prepare(sketch))
}

/// Tells whether a statement answers values of columns: those are exact in binary form only.
fn answers_values(verb: Verb, effects: Effects) -> bool {
    effects.returns || matches!(verb, Verb::Select | Verb::Values | Verb::Call)
}

/// The key of a statement whose parameters have other types than those the text ran with first.
pub(crate) fn key_with_types(text: &str, types: &[u8]) -> String {
    use std::fmt::Write;
    let mut key = format!("{text}\0");
    for byte in types {
        // Writing to a String does not fail.
        let _ = write!(key, "{byte:02x}");
    }
    key
}

/// The value of a parameter of a statement.
#[inline]
pub(crate) fn bound<'p>(
    slots: &[Slot],
    params: Params<'p>,
    at: usize,
) -> hypostyle_core::Result<ValueRef<'p>> {
    match slots.get(at) {
        Some(slot) => params.value(slot),
        None => Ok(ValueRef::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(id: u32) -> Statement {
        let (output, types) = (Arc::default(), Vec::new());
        Statement { id, slots: Vec::new(), output, effects: Effects::default(), types }
    }

    #[test]
    fn the_longest_unused_statement_goes_first() {
        let mut cache = Cache::new(2);
        assert_eq!(cache.keep("a", statement(1)), (0, None));
        assert_eq!(cache.keep("b", statement(2)), (1, None));
        assert_eq!(cache.find("a"), Some(0));
        assert_eq!(cache.keep("c", statement(3)), (1, Some(2)));
        assert_eq!(cache.find("b"), None);
        assert_eq!(cache.forget("a"), Some(1));
        let at = cache.find("c").unwrap();
        assert_eq!(cache.get(at).map(|statement| statement.id), Some(3));
        assert_eq!(cache.clear().collect::<Vec<_>>(), [3]);
        assert_eq!(cache.find("c"), None);
    }

    #[test]
    fn a_statement_keeps_the_types_it_ran_with_first() {
        let mut cache = Cache::new(1);
        cache.keep("a", statement(1));
        assert!(cache.takes(0, &[8, 0, 6, 0]));
        assert!(cache.takes(0, &[6, 0, 253, 0]), "NULL is of any type");
        assert!(cache.takes(0, &[8, 0, 253, 0]));
        assert!(!cache.takes(0, &[253, 0, 253, 0]));
        assert!(!cache.takes(0, &[8, 0x80, 253, 0]));
        assert_eq!(key_with_types("a", &[8, 0x80]), "a\x000880");
    }

    #[test]
    fn only_what_answers_values_or_has_parameters_is_prepared() {
        let is_prepared = |text: &str| match plan(text) {
            Ok(Plan::Prepare(_)) => Some(true),
            Ok(Plan::Send(_)) => Some(false),
            _ => None,
        };
        for text in ["SELECT 1", "WITH a AS (SELECT 1) SELECT * FROM a", "SET @a = ?", "CALL p()"] {
            assert_eq!(is_prepared(text), Some(true), "{text}");
        }
        for text in ["CREATE TABLE t (v INT)", "DELETE FROM t", "SHOW TABLES"] {
            assert_eq!(is_prepared(text), Some(false), "{text}");
        }
        assert_eq!(is_prepared("INSERT INTO t VALUES (1) RETURNING v"), Some(true));
        assert_eq!(is_prepared("SELECT 1; SELECT 2"), None);
        assert!(matches!(plan("; -- x"), Ok(Plan::Nothing)));
    }

    #[test]
    fn what_stands_around_a_statement_is_not_sent() {
        let Ok(Plan::Prepare(sketch)) = plan("SELECT :a; ; -- the end") else { panic!() };
        assert_eq!((&*sketch.sql, sketch.slots.len()), ("SELECT ?", 1));
    }
}
