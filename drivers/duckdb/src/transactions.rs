//! Transactions, step by step, and what the engine says has become of them.

use hypostyle_core::{Access, Begin, Fill, Result, Step, TxState};

use crate::blocking::{BlockingConnection, Progress};
use crate::raw::Kind;
use crate::statements::no_savepoints;

/// A transaction that wrote more rows is not ended on a thread that others wait for.
const LONG_COMMIT_ROWS: u64 = 1_000;

/// What is known of the transaction.
pub(crate) struct Transaction {
    pub(crate) state: TxState,
    pub(crate) is_read_only: bool,
    /// Nothing has run in it yet.
    pub(crate) is_fresh: bool,
    /// How it was begun, where a step did.
    begin: Option<Begin>,
    written: u64,
    changed_schema: bool,
}

impl Default for Transaction {
    fn default() -> Self {
        Self {
            state: TxState::None,
            is_read_only: false,
            is_fresh: false,
            begin: None,
            written: 0,
            changed_schema: false,
        }
    }
}

impl Transaction {
    /// Notes that a statement has run.
    pub(crate) fn note(&mut self, rows_written: u64, changes_schema: bool) {
        if self.state == TxState::None {
            return;
        }
        self.is_fresh = false;
        self.written += rows_written;
        self.changed_schema |= changes_schema;
    }
}

impl BlockingConnection {
    pub(crate) fn move_transaction(&mut self, step: Step) -> Result<Progress> {
        match step {
            Step::Begin(begin) => self.begin(begin)?,
            Step::Commit => {
                self.run_own("COMMIT")?;
                self.end_transaction();
            }
            Step::Rollback => {
                self.run_own("ROLLBACK")?;
                self.end_transaction();
            }
            Step::Savepoint(_) | Step::Release(_) | Step::RollbackTo(_) => {
                return Err(no_savepoints());
            }
        }
        Ok(Progress::Filled(Fill::End))
    }

    fn begin(&mut self, begin: Begin) -> Result<()> {
        let is_read_only = begin.access == Access::ReadOnly;
        self.run_own(if is_read_only { "BEGIN TRANSACTION READ ONLY" } else { "BEGIN" })?;
        self.transaction = Transaction {
            state: TxState::Open,
            is_read_only,
            is_fresh: true,
            begin: Some(begin),
            written: 0,
            changed_schema: false,
        };
        Ok(())
    }

    /// Begins the transaction again whose first statement met another's lock. Outside of one there
    /// is nothing to do.
    pub(crate) fn transaction_anew(&mut self) -> Result<()> {
        let Some(begin) = self.transaction.begin.filter(|_| self.tx() == TxState::Failed) else {
            return Ok(());
        };
        self.run_own("ROLLBACK")?;
        self.end_transaction();
        self.begin(begin)
    }

    /// Runs a text of the driver's own, without parameters and rows.
    pub(crate) fn run_own(&mut self, text: &str) -> Result<()> {
        let done = self.raw.run(text);
        done.map_err(|failure| self.failed(failure, Some(Kind::TRANSACTION), None))
    }

    /// Tells whether to end the transaction takes no longer than the caller's thread can be kept.
    pub(crate) fn commits_quickly(&self) -> bool {
        let is_small = self.transaction.written <= LONG_COMMIT_ROWS;
        let wrote_nothing = self.transaction.written == 0 && !self.transaction.changed_schema;
        is_small && (self.settings.is_memory || (wrote_nothing && self.tx() != TxState::None))
    }

    /// Learns from the engine whether a transaction is open, by what it says to another.
    ///
    /// DuckDB's C interface has no word on it; one that is told to begin another refuses, and one
    /// that has failed refuses everything.
    pub(crate) fn ask_transaction(&mut self) {
        if self.raw.run("BEGIN").is_ok() {
            // What was begun to ask is ended at once.
            let ended = self.raw.run("ROLLBACK").is_ok();
            self.end_transaction();
            if !ended {
                self.transaction.state = TxState::Broken;
            }
            return;
        }
        let is_usable = self.raw.prepare("SELECT 1").is_ok();
        self.transaction.state = if is_usable { TxState::Open } else { TxState::Failed };
    }

    /// Has the engine give the transaction up, so that nothing of it can be committed.
    pub(crate) fn fail_transaction(&mut self) {
        if self.tx() == TxState::Open {
            // It fails, which is what it is for.
            let _ = self.raw.run("SELECT error('a bulk failed') FROM range(1)");
            self.ask_transaction();
        }
    }

    fn end_transaction(&mut self) {
        // Others have seen the schema as it was until now.
        if self.transaction.changed_schema {
            self.change_schema();
        }
        self.transaction = Transaction::default();
    }
}
