//! The write-ahead log, kept short by the writer itself.
//!
//! After so many pages the log is copied into the database without waiting for anybody. That alone
//! lets it grow for as long as some reader is always there: the log begins anew only when none uses
//! it. So past four times as many pages the writer waits a moment for the readers of the time; new
//! ones read the database itself meanwhile.

use std::time::Duration;

use crate::blocking::BlockingConnection;
use crate::raw::Checkpoint;

/// How long the writer waits for readers to leave the log.
const READERS_WAIT: Duration = Duration::from_millis(200);

/// When the log is looked after next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WalPlan {
    pages_max: i32,
    /// Pages after the last commit.
    pages: i32,
    copy_at: i32,
    restart_at: i32,
}

impl WalPlan {
    pub(crate) fn new(pages_max: i32) -> Self {
        let restart_at = pages_max.saturating_mul(4);
        Self { pages_max, pages: 0, copy_at: pages_max, restart_at }
    }

    /// Notes the pages after a commit; fewer than before tell that the log began anew.
    #[inline]
    fn is_due(&mut self, pages: i32) -> bool {
        if pages < self.pages {
            *self = Self::new(self.pages_max);
        }
        self.pages = pages;
        pages >= self.copy_at
    }
}

impl BlockingConnection {
    /// Keeps the log short, once a write is committed.
    #[inline]
    pub(crate) fn after_write(&mut self, is_readonly: bool) {
        let pages = self.raw.hooks().wal_pages.get();
        if !is_readonly && self.wal.is_due(pages) && self.raw.is_autocommit() {
            self.checkpoint(pages);
        }
    }

    #[cold]
    fn checkpoint(&mut self, pages: i32) {
        self.raw.hooks().leave_worker();
        self.wal.copy_at = pages.saturating_add(self.wal.pages_max);
        let mut done = self.raw.checkpoint(Checkpoint::Passive);
        if done.is_ok() && pages >= self.wal.restart_at {
            let timeout = self.raw.hooks().busy_timeout.replace(READERS_WAIT);
            done = self.raw.checkpoint(Checkpoint::Restart);
            self.raw.hooks().busy_timeout.set(timeout);
            if done.is_err() {
                self.wal.restart_at = pages.saturating_mul(2);
                tracing::warn!(
                    target: "hypostyle::sqlite",
                    pages,
                    "the write-ahead log grows: a reader holds an old snapshot"
                );
                return;
            }
        }
        if let Err(failure) = done {
            let message = failure.message;
            tracing::warn!(target: "hypostyle::sqlite", message, "checkpoint failed");
        }
    }
}
