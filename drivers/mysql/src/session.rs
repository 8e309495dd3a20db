//! The session as the server tells it: its transaction, its settings, what a caller changed.

use std::io;

use mysql_common::constants::{SessionStateType, StatusFlags};

use crate::packet::Fields;
use crate::taint::Taint;

/// What is known of a session.
#[derive(Debug)]
pub(crate) struct SessionState {
    /// The flags of the last answer that had some.
    pub(crate) status: StatusFlags,
    /// A caller changed something that its end does not take back.
    pub(crate) is_changed: bool,
    /// Another database was chosen.
    pub(crate) is_elsewhere: bool,
    /// Another database was chosen since the statements were prepared, which keep the one they had.
    pub(crate) has_moved: bool,
    /// No cleaning makes the session what it was.
    pub(crate) is_spoilt: bool,
    /// `"` quotes names.
    has_ansi_quotes: bool,
}

impl SessionState {
    pub(crate) fn new(status: StatusFlags) -> Self {
        Self {
            status,
            is_changed: false,
            is_elsewhere: false,
            has_moved: false,
            is_spoilt: false,
            has_ansi_quotes: false,
        }
    }

    /// Marks what a statement leaves behind, as its words say.
    pub(crate) fn mark(&mut self, taint: Taint) {
        self.is_changed |= taint.session;
        self.is_elsewhere |= taint.database;
        self.has_moved |= taint.database;
        self.is_spoilt |= taint.lasting;
    }

    /// Tells whether a transaction is open.
    #[inline]
    pub(crate) fn is_in_transaction(&self) -> bool {
        self.status.contains(StatusFlags::SERVER_STATUS_IN_TRANS)
    }

    /// Tells whether each statement commits by itself where no transaction was begun.
    #[inline]
    pub(crate) fn commits_each(&self) -> bool {
        self.status.contains(StatusFlags::SERVER_STATUS_AUTOCOMMIT)
    }

    /// Tells whether a text means in this session what our reading of SQL takes it for.
    pub(crate) fn reads_alike(&self, text: &str) -> bool {
        let has_backslash = self.status.contains(StatusFlags::SERVER_STATUS_NO_BACKSLASH_ESCAPES)
            && text.contains('\\');
        let has_quote = self.has_ansi_quotes && text.contains('"');
        !has_backslash && !has_quote
    }

    /// Notes what a statement changed; what we changed ourselves is no change of a caller's.
    ///
    /// # Errors
    /// For bytes that are no such list.
    #[cold]
    pub(crate) fn attend(&mut self, changes: &[u8], is_own: bool) -> io::Result<()> {
        let mut fields = Fields::of(changes);
        while !fields.is_empty() {
            let what = fields.u8()?;
            let mut change = Fields::of(fields.sized()?);
            if what == SessionStateType::SESSION_TRACK_SYSTEM_VARIABLES as u8 {
                while !change.is_empty() {
                    let (name, value) = (change.sized()?, change.sized()?);
                    if name.eq_ignore_ascii_case(b"sql_mode") {
                        let value = String::from_utf8_lossy(value).to_ascii_uppercase();
                        self.has_ansi_quotes = value.split(',').any(|mode| mode == "ANSI_QUOTES");
                    }
                }
                self.is_changed |= !is_own;
            } else if what == SessionStateType::SESSION_TRACK_SCHEMA as u8 {
                self.has_moved = true;
                self.is_elsewhere |= !is_own;
                self.is_changed |= !is_own;
            } else if what == SessionStateType::SESSION_TRACK_STATE_CHANGE as u8 {
                // MySQL puts its length before it, MariaDB does not.
                self.is_changed |= !is_own && change.rest().ends_with(b"1");
            }
        }
        Ok(())
    }

    /// Notes that the session is as it was when it began.
    pub(crate) fn be_clean(&mut self) {
        *self = Self::new(self.status);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_changes_is_told_apart_from_what_we_do() {
        let mut state = SessionState::new(StatusFlags::SERVER_STATUS_AUTOCOMMIT);
        state.attend(b"\x02\x02\x011", true).unwrap();
        assert!(!state.is_changed);
        state.attend(b"\x02\x02\x010", false).unwrap();
        assert!(!state.is_changed);
        for told in [&b"\x02\x02\x011"[..], b"\x02\x011"] {
            state.attend(told, false).unwrap();
            assert!(std::mem::take(&mut state.is_changed), "{told:?}");
        }
        state.attend(b"\x01\x02\x01d", false).unwrap();
        assert!(state.is_elsewhere);
        assert!(state.attend(b"\x02\x09\x01", false).is_err());
    }

    #[test]
    fn quotes_that_mean_something_else_are_noticed() {
        let mut state = SessionState::new(StatusFlags::SERVER_STATUS_NO_BACKSLASH_ESCAPES);
        assert!(state.reads_alike("SELECT 'a'"));
        assert!(!state.reads_alike(r"SELECT 'a\'"));
        assert!(state.reads_alike("SELECT \"a\""));
        state.attend(b"\x00\x15\x08sql_mode\x0bANSI_QUOTES", true).unwrap();
        assert!(!state.reads_alike("SELECT \"a\""));
    }
}
