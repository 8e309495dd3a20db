//! What is being read of the server's answers.

use std::sync::Arc;

use hypostyle_core::{Columns, Outcome};

use crate::failure::Failure;
use crate::packet::Done;
use crate::script::Script;
use crate::statements::{Effects, Output};

/// What is being read.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) output: Arc<Output>,
    pub(crate) outcome: Outcome,
    pub(crate) stage: Stage,
    pub(crate) failure: Option<Failure>,
    pub(crate) is_binary: bool,
    /// Rows are nobody's: they are passed over.
    pub(crate) is_passing: bool,
    /// What changes in the session is our own doing.
    pub(crate) is_own: bool,
    /// Answers to our own commands that come before those of the caller.
    pub(crate) own_before: usize,
    /// The statement whose columns are learned.
    pub(crate) statement: Option<usize>,
    pub(crate) effects: Effects,
    pub(crate) rows: u64,
    pub(crate) definitions: Vec<u8>,
    /// A result of the same answer has ended, and another follows.
    pub(crate) is_between: bool,
    pub(crate) prepared: Option<Prepared>,
    /// Answers of the caller's that have ended.
    pub(crate) runs: usize,
    pub(crate) script: Option<Box<Script>>,
}

/// What comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// How a command ended, or how many columns it answers.
    #[default]
    Head,
    Columns(u64),
    /// The end of the columns, for servers that send one.
    ColumnsEnd,
    Rows,
    /// Whether a statement could be prepared.
    Preparing,
    /// What is told of a statement.
    Described {
        id: u32,
        parameters: u16,
        columns: u16,
        ends: u8,
    },
}

/// A statement as the server prepared it.
pub(crate) struct Prepared {
    pub(crate) id: u32,
    pub(crate) output: Arc<Output>,
}

impl Reading {
    /// Begins to read what a prepared statement answers.
    #[inline]
    pub(crate) fn begin(&mut self, output: Arc<Output>, statement: Option<usize>, of: Effects) {
        self.clear(output);
        self.is_binary = true;
        self.statement = statement;
        self.effects = of;
    }

    /// Begins to read what a text answers.
    pub(crate) fn begin_text(&mut self, of: Effects) {
        self.clear(Arc::default());
        self.effects = of;
    }

    /// Begins to read answers whose rows nobody wants.
    pub(crate) fn begin_passing(&mut self, of: Effects) {
        self.begin(Arc::default(), None, of);
        self.is_passing = true;
    }

    /// Begins to read answers to our own commands.
    pub(crate) fn begin_own(&mut self) {
        self.clear(Arc::default());
        self.is_passing = true;
        self.is_own = true;
    }

    #[inline]
    fn clear(&mut self, output: Arc<Output>) {
        self.output = output;
        self.outcome = Outcome::default();
        self.stage = Stage::Head;
        self.failure = None;
        self.is_binary = false;
        self.is_passing = false;
        self.is_own = false;
        self.own_before = 0;
        self.statement = None;
        self.effects = Effects::default();
        self.rows = 0;
        self.is_between = false;
        self.runs = 0;
    }

    /// Counts answers to our own commands that come first.
    pub(crate) fn expect_own(&mut self, count: usize) {
        self.own_before = count;
    }

    pub(crate) fn pass_over(&mut self) {
        self.is_passing = true;
    }

    pub(crate) fn width(&self) -> usize {
        self.output.types.len()
    }

    pub(crate) fn columns(&self) -> &Arc<Columns> {
        &self.output.columns
    }

    /// Takes a statement that was prepared and that nobody waits for any more.
    pub(crate) fn take_prepared(&mut self) -> Option<Prepared> {
        self.prepared.take()
    }

    /// Counts what a statement did.
    pub(crate) fn count(&mut self, done: &Done<'_>, ends_rows: bool) {
        let rows = match ends_rows {
            true if self.effects.returns => self.rows,
            true => 0,
            false if self.effects.taint.commits => 0,
            // The server counts a row that is replaced twice.
            false if self.effects.replaces => done.records().unwrap_or(done.rows_affected.min(1)),
            false => done.rows_affected,
        };
        self.outcome.rows_affected += rows;
        // Of several rows the server tells the first key only.
        if self.effects.inserts && rows == 1 && done.last_insert_id > 0 {
            self.outcome.last_insert_id = i64::try_from(done.last_insert_id).ok();
        }
    }
}
