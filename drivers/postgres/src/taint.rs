//! What a text does to its session, beyond the data: told from its words when it is prepared.

use hypostyle_sql::{Dialect, TokenKind, Verb, tokens};

/// What a text leaves in its session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taint {
    /// Settings, temporary objects, locks or cursors: the session is cleaned before its next
    /// borrower.
    pub(crate) session: bool,
    /// Prepared statements may be gone, or mean something else in a changed schema: those kept here
    /// are prepared anew.
    pub(crate) statements: bool,
    /// It asks for something of its session, and so for one that is the caller's alone.
    pub(crate) is_bound: bool,
}

/// Verbs that change the session as a rule.
const FIRST_WORDS: [&str; 12] = [
    "set",
    "reset",
    "listen",
    "unlisten",
    "load",
    "prepare",
    "deallocate",
    "discard",
    "declare",
    "do",
    "call",
    "fetch",
];

/// Functions that change the session, and what makes a temporary object.
const WORDS: [&str; 15] = [
    "set_config",
    "pg_advisory_lock",
    "pg_advisory_lock_shared",
    "pg_try_advisory_lock",
    "pg_try_advisory_lock_shared",
    "pg_advisory_unlock",
    "pg_advisory_unlock_shared",
    "pg_advisory_unlock_all",
    "setseed",
    "lo_open",
    "dblink_connect",
    "dblink_connect_u",
    "temp",
    "temporary",
    "pg_temp",
];

/// Functions that answer something of the session they run in, or that do what a transaction which
/// only reads may do, but not twice.
const BOUND: [&str; 10] = [
    "current_setting",
    "currval",
    "lastval",
    "pg_backend_pid",
    "pg_current_xact_id_if_assigned",
    "txid_current_if_assigned",
    "pg_notify",
    "dblink",
    "dblink_exec",
    "dblink_send_query",
];

/// Verbs after which a prepared statement may be gone or outdated.
const CHANGERS: [&str; 8] =
    ["create", "alter", "drop", "discard", "deallocate", "do", "call", "import"];

/// What ends with its transaction changes no session.
const LOCAL: [&str; 3] = ["local", "transaction", "constraints"];

impl Taint {
    /// Looks at the words of a text.
    pub(crate) fn of(text: &str, dialect: Dialect, verb: Verb) -> Self {
        let words = tokens(text, dialect)
            .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier));
        let mut words = words.map(|token| token.text(text).trim_matches('"').to_ascii_lowercase());
        let first = words.next().unwrap_or_default();
        let second = words.next().unwrap_or_default();
        let is_local = first == "set" && LOCAL.contains(&second.as_str());
        let by_verb = FIRST_WORDS.contains(&first.as_str()) && !is_local;
        // What a routine of the caller does is not known here.
        let statements = CHANGERS.contains(&first.as_str());
        let (mut by_word, mut is_bound) = (false, verb == Verb::Show);
        for word in std::iter::once(second).chain(words) {
            by_word |= verb != Verb::Show && WORDS.contains(&word.as_str());
            is_bound |= BOUND.contains(&word.as_str());
        }
        Self { session: by_verb || (by_word && !is_local), statements, is_bound }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hypostyle_sql::classify;

    #[track_caller]
    fn check(text: &str, session: bool) {
        let verb = classify(text, Dialect::Postgres).verb;
        assert_eq!(Taint::of(text, Dialect::Postgres, verb).session, session, "{text}");
    }

    #[test]
    fn what_changes_a_session_is_known_by_its_words() {
        for text in [
            "SET search_path = a",
            "set session role x",
            "RESET ALL",
            "LISTEN c",
            "PREPARE s AS SELECT 1",
            "CREATE TEMP TABLE t (id int)",
            "SELECT * INTO TEMPORARY t FROM u",
            "SELECT set_config('a.b', '1', false)",
            "SELECT \"pg_advisory_lock\"(1)",
            "DO $$ BEGIN END $$",
            "CALL p()",
            "CREATE TABLE pg_temp.t (id int)",
        ] {
            check(text, true);
        }
        for text in [
            "SELECT 1",
            "SET LOCAL search_path = a",
            "SET TRANSACTION READ ONLY",
            "SELECT 'set_config'",
            "INSERT INTO t VALUES (1)",
            "SHOW search_path",
            "CREATE TABLE t (id int)",
            "SELECT pg_advisory_xact_lock(1)",
        ] {
            check(text, false);
        }
    }
}
