//! Prepared statements with what is known of them, and the bounded cache of them.

use std::sync::Arc;

use hashbrown::HashMap;
use hypostyle_core::{Column, Columns, Type};
use hypostyle_sql::{Slot, Verb};

use crate::raw::Statement;

/// A prepared statement and what is known of it.
pub(crate) struct Prepared {
    pub(crate) statement: Statement,
    pub(crate) slots: Vec<Slot>,
    pub(crate) columns: Arc<Columns>,
    pub(crate) kinds: Vec<Type>,
    pub(crate) verb: Verb,
    pub(crate) is_readonly: bool,
    /// Running it changes the session, not only the data.
    pub(crate) taints: bool,
    /// The text given to SQLite is the caller's.
    pub(crate) is_own_text: bool,
    reprepared: i32,
}

impl Prepared {
    pub(crate) fn new(statement: Statement, slots: Vec<Slot>, verb: Verb, taints: bool) -> Self {
        let is_readonly = statement.is_readonly();
        let mut prepared = Self {
            statement,
            slots,
            columns: Arc::default(),
            kinds: Vec::new(),
            verb,
            is_readonly,
            taints,
            is_own_text: true,
            reprepared: 0,
        };
        prepared.describe();
        prepared
    }

    /// Learns the columns anew where SQLite has prepared the statement again.
    #[inline]
    pub(crate) fn refresh(&mut self) {
        let reprepared = self.statement.reprepared();
        if reprepared != self.reprepared {
            self.reprepared = reprepared;
            self.describe();
        }
    }

    fn describe(&mut self) {
        let described = (0..self.statement.column_count()).map(|at| {
            let (name, declared) = self.statement.column_meta(at);
            let declared = declared.unwrap_or_default();
            Column {
                name: name.into(),
                kind: Type::of_sqlite(&declared),
                declared: declared.into(),
            }
        });
        let columns: Vec<Column> = described.collect();
        self.kinds = columns.iter().map(|column| column.kind).collect();
        self.columns = Arc::new(Columns::new(columns));
    }
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

    /// Keeps a statement and answers its place. No statement of the cache may be running.
    pub(crate) fn keep(&mut self, text: &str, prepared: Prepared) -> usize {
        self.uses += 1;
        let entry = Entry { text: text.into(), prepared, used: self.uses };
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
}
