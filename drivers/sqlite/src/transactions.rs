//! Transactions, step by step.

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
}
