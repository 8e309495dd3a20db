//! Transactions, step by step, and what the engine says has become of them.

use hypostyle_core::{Access, Begin, Fill, Result, Step, TxState};
use hypostyle_sql::Verb;

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
    changed_data: bool,
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
            changed_data: false,
            changed_schema: false,
        }
    }
}

impl Transaction {
    /// Notes that a statement has run.
    pub(crate) fn note(&mut self, rows_written: u64, changes_data: bool, changes_schema: bool) {
        if self.state == TxState::None {
            return;
        }
        self.is_fresh = false;
        self.written += rows_written;
        self.changed_data |= changes_data;
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

    pub(crate) fn begin(&mut self, begin: Begin) -> Result<()> {
        let is_read_only = begin.access == Access::ReadOnly;
        self.run_own(if is_read_only { "BEGIN TRANSACTION READ ONLY" } else { "BEGIN" })?;
        self.transaction = Transaction {
            state: TxState::Open,
            is_read_only,
            is_fresh: true,
            begin: Some(begin),
            ..Transaction::default()
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
        let wrote_nothing = !self.transaction.changed_data && !self.transaction.changed_schema;
        is_small && (self.settings.is_memory || (wrote_nothing && self.tx() != TxState::None))
    }

    /// Follows a statement that has begun or ended a transaction.
    pub(crate) fn follow_transaction(&mut self, verb: Verb, begins_read_only: bool) {
        match verb {
            Verb::Begin => {
                self.transaction.state = TxState::Open;
                self.transaction.is_read_only = begins_read_only;
            }
            Verb::Commit | Verb::Rollback => self.end_transaction(),
            _ => self.ask_transaction(),
        }
    }

    /// Learns from the engine whether a transaction is open.
    ///
    /// DuckDB's C interface has no word on it. Outside of a transaction every statement has a number
    /// of its own, inside it has that of the transaction; and one that has failed answers nothing.
    pub(crate) fn ask_transaction(&mut self) {
        let numbers = [(); 2].map(|()| self.own_rows("SELECT txid_current()"));
        match numbers {
            [Ok(first), Ok(second)] if first.value(0, 0) == second.value(0, 0) => {
                self.transaction.state = TxState::Open;
            }
            [Ok(_), Ok(_)] => self.end_transaction(),
            _ => self.transaction.state = TxState::Failed,
        }
    }

    /// Learns whether an open transaction still answers; ends what the engine has left open.
    pub(crate) fn ask_usable(&mut self) {
        let answers = self.raw.run("SELECT 1").is_ok();
        if self.tx() == TxState::Open && !answers {
            self.transaction.state = TxState::Failed;
        }
    }

    /// Has the engine give the transaction up, so that nothing of it can be committed.
    pub(crate) fn fail_transaction(&mut self) {
        if self.tx() == TxState::Open {
            // It fails, which is what it is for.
            let _ = self.raw.run("SELECT error('a bulk failed') FROM range(1)");
            self.ask_usable();
        }
    }

    pub(crate) fn end_transaction(&mut self) {
        let Transaction { changed_data, changed_schema, .. } =
            std::mem::take(&mut self.transaction);
        // Others have seen data and schema as they were until now.
        self.count_changes(changed_data, changed_schema);
    }
}
