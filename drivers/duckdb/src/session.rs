//! The session: how long it waits for locks, and how it is made as it was when connected.

use std::time::Duration;

use hypostyle_core::{Batch, Error, ErrorKind, Result, TxState, ValueRef};

use crate::blocking::BlockingConnection;
use crate::errors::of_value;
use crate::raw::Layout;
use crate::types::push_row;

/// A session sets how long its statements wait for the locks of others, in milliseconds, by
/// `SET VARIABLE busy_timeout = …`.
const BUSY_TIMEOUT: &str = "SELECT TRY_CAST(getvariable('busy_timeout') AS BIGINT)";

/// What was attached beside the database itself.
const ATTACHED: &str = "SELECT '\"' || replace(database_name, '\"', '\"\"') || '\"' \
    FROM duckdb_databases() WHERE NOT internal AND database_name <> current_database()";

impl BlockingConnection {
    /// Answers how long to wait for another's lock.
    pub(crate) fn patience(&mut self) -> Duration {
        let usual = self.settings.busy_timeout;
        // A transaction that has failed answers nothing, and one that is open is not to be touched.
        if self.is_pristine || self.tx() != TxState::None {
            return usual;
        }
        let set = self.own_rows(BUSY_TIMEOUT).ok().and_then(|rows| match rows.value(0, 0) {
            ValueRef::I64(millis) => u64::try_from(millis).ok(),
            _ => None,
        });
        set.map_or(usual, Duration::from_millis)
    }

    /// Tells whether a request that met another's lock may be run again: nothing of it is left, and
    /// nothing of its transaction was seen by anybody.
    pub(crate) fn may_run_again(&self, error: &Error) -> bool {
        let is_lock = matches!(error.kind(), ErrorKind::Locked | ErrorKind::Conflict);
        is_lock
            && (self.again.is_some()
                || (self.began_fresh && !self.has_written && self.open.is_none()))
    }

    pub(crate) fn resets_quickly(&self) -> bool {
        self.commits_quickly() || self.tx() == TxState::None
    }

    /// Makes the session as it was when connected.
    pub(crate) fn reset(&mut self) -> Result<()> {
        self.end_open();
        self.again = None;
        if self.tx() != TxState::None {
            self.run_own("ROLLBACK")?;
            self.ask_transaction();
        }
        if self.is_pristine {
            return Ok(());
        }
        // Variables and temporary objects go with their connection.
        self.cache.clear();
        self.raw = self.instance.connect().map_err(of_value)?;
        self.control.renew(self.raw.interrupter());
        if self.has_attached {
            let names = self.own_rows(ATTACHED)?;
            for row in 0..names.rows() {
                if let ValueRef::Text(name) = names.value(row, 0) {
                    self.run_own(&format!("DETACH {name}"))?;
                }
            }
        }
        (self.is_pristine, self.has_attached) = (true, false);
        Ok(())
    }

    /// Answers the rows of a query of the driver's own.
    pub(crate) fn own_rows(&mut self, text: &str) -> Result<Batch> {
        let mut statement = self.raw.prepare(text).map_err(of_value)?;
        let mut answer = statement.begin(false).and_then(|run| run.finish()).map_err(of_value)?;
        answer.describe(&Layout::default());
        let mut batch = Batch::default();
        batch.begin(1);
        while let Some(chunk) = answer.fetch().map_err(of_value)? {
            let columns = chunk.columns();
            (0..chunk.rows()).try_for_each(|row| push_row(&mut batch, &columns, row))?;
        }
        Ok(batch)
    }
}
