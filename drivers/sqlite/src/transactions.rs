//! Transactions, and what a commit brings with it: a write-ahead log to keep short.

use hypostyle_core::{Access, Begin, Fill, Result, Step};

use crate::blocking::BlockingConnection;

/// A transaction that wrote more rows is committed off the runtime's worker.
const LONG_COMMIT_ROWS: u64 = 5_000;

impl BlockingConnection {
    pub(crate) fn move_transaction(&mut self, step: Step) -> Result<Fill> {
        let own;
        let text = match step {
            Step::Begin(Begin { access: Access::ReadOnly, .. }) => "BEGIN DEFERRED",
            Step::Begin(_) => "BEGIN IMMEDIATE",
            Step::Commit => {
                self.prepare_commit();
                "COMMIT"
            }
            Step::Rollback => "ROLLBACK",
            Step::Savepoint(level) => {
                own = format!("SAVEPOINT hypostyle_{level}");
                &own
            }
            Step::Release(level) => {
                own = format!("RELEASE hypostyle_{level}");
                &own
            }
            Step::RollbackTo(level) => {
                own = format!("ROLLBACK TO hypostyle_{level}");
                &own
            }
        };
        self.run_own(text)?;
        if matches!(step, Step::Commit) {
            self.after_write(false);
        }
        Ok(Fill::End)
    }

    /// Leaves the runtime's worker where the commit may take long.
    pub(crate) fn prepare_commit(&mut self) {
        let written = std::mem::take(&mut self.written);
        if self.settings.syncs_commits || written > LONG_COMMIT_ROWS {
            self.raw.hooks().leave_worker();
        }
    }

    /// Keeps the write-ahead log short, once a write is committed.
    #[inline]
    pub(crate) fn after_write(&mut self, is_readonly: bool) {
        let pages = self.raw.hooks().wal_pages.get();
        if !is_readonly && pages >= self.settings.wal_pages_max && self.raw.is_autocommit() {
            self.checkpoint();
        }
    }

    #[cold]
    fn checkpoint(&mut self) {
        self.raw.hooks().leave_worker();
        self.raw.hooks().wal_pages.set(0);
        match self.raw.checkpoint() {
            Ok((pages, copied)) if copied < pages && pages >= 4 * self.settings.wal_pages_max => {
                if pages >= 2 * self.wal_warned_pages.max(1) {
                    self.wal_warned_pages = pages;
                    tracing::warn!(
                        target: "hypostyle::sqlite",
                        pages,
                        copied,
                        "the write-ahead log grows: a reader holds an old snapshot"
                    );
                }
            }
            Ok(_) => self.wal_warned_pages = 0,
            Err(failure) => {
                let message = failure.message;
                tracing::warn!(target: "hypostyle::sqlite", message, "checkpoint failed");
            }
        }
    }
}
