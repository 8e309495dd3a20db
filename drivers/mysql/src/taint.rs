//! What a text does to its session, beyond the data: told from its words where the server does not
//! tell it, and what of it ends a transaction.

use hypostyle_sql::{Dialect, TokenKind, Verb, tokens};

/// What a text leaves in its session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taint {
    /// Locks, settings or handlers: the session is cleaned before its next borrower.
    pub(crate) session: bool,
    /// The server commits before and after it.
    pub(crate) commits: bool,
    /// Tables may be others after it, those of the session alone included.
    pub(crate) schema: bool,
    /// It chooses another database.
    pub(crate) database: bool,
    /// No cleaning takes back what it leaves.
    pub(crate) lasting: bool,
}

/// Verbs that change the session as a rule. Most of it the server tells too, but not every server.
const FIRST_WORDS: [&str; 12] = [
    "set",
    "use",
    "lock",
    "unlock",
    "handler",
    "prepare",
    "deallocate",
    "execute",
    "flush",
    "call",
    "do",
    "xa",
];

/// Functions that take locks of the session.
const WORDS: [&str; 6] = [
    "get_lock",
    "release_lock",
    "release_all_locks",
    "service_get_read_locks",
    "service_get_write_locks",
    "temporary",
];

/// What the server commits before and after, whatever is written after the word.
///
/// # Source
/// <https://dev.mysql.com/doc/refman/9.0/en/implicit-commit.html>
const COMMITS: [&str; 14] = [
    "create",
    "alter",
    "drop",
    "rename",
    "truncate",
    "grant",
    "revoke",
    "lock",
    "install",
    "uninstall",
    "analyze",
    "optimize",
    "repair",
    "begin",
];

/// What changes tables, or may.
const CHANGERS: [&str; 6] = ["create", "alter", "drop", "rename", "call", "execute"];

/// What follows an ANALYZE of tables; that of a query is MariaDB's EXPLAIN.
const TABLES: [&str; 4] = ["table", "tables", "local", "no_write_to_binlog"];

impl Taint {
    /// Looks at the words of a text.
    pub(crate) fn of(text: &str, verb: Verb) -> Self {
        let assigns = tokens(text, Dialect::Mysql).any(|token| token.text(text) == ":=");
        let words = tokens(text, Dialect::Mysql).filter(|token| token.kind == TokenKind::Word);
        let mut words = words.map(|token| token.text(text).to_ascii_lowercase());
        let first = words.next().unwrap_or_default();
        let second = words.next().unwrap_or_default();
        let is_role = second == "role";
        // What ends with its transaction changes no session.
        let is_local = first == "set" && second == "transaction";
        let by_verb = FIRST_WORDS.contains(&first.as_str()) && !is_local;
        let is_temporary = second == "temporary";
        let is_plan = first == "analyze" && !TABLES.contains(&second.as_str());
        let commits = (COMMITS.contains(&first.as_str()) && !is_temporary && !is_plan)
            || (first == "start" && second == "transaction");
        let mut words = std::iter::once(second).chain(words);
        let by_word = verb != Verb::Show && words.any(|word| WORDS.contains(&word.as_str()));
        let schema = CHANGERS.contains(&first.as_str());
        let database = first == "use";
        let lasting = first == "set" && is_role;
        Self { session: by_verb || by_word || assigns, commits, schema, database, lasting }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hypostyle_sql::classify;

    fn taint(text: &str) -> Taint {
        Taint::of(text, classify(text, Dialect::Mysql).verb)
    }

    #[test]
    fn what_changes_a_session_is_known_by_its_words() {
        for text in [
            "SET sql_mode = ''",
            "use other",
            "LOCK TABLES t WRITE",
            "SELECT GET_LOCK('a', 1)",
            "CREATE TEMPORARY TABLE t (id int)",
            "CALL p()",
            "SELECT @a := 1",
        ] {
            assert!(taint(text).session, "{text}");
        }
        for text in [
            "SELECT 1",
            "SET TRANSACTION READ ONLY",
            "SELECT 'get_lock'",
            "INSERT INTO t VALUES (1)",
            "SHOW TABLES",
            "CREATE TABLE t (id int)",
        ] {
            assert!(!taint(text).session, "{text}");
        }
    }

    #[test]
    fn what_lasts_beyond_cleaning_is_known_by_its_words() {
        assert!(taint("SET ROLE admin").lasting);
        assert!(!taint("SET time_zone = 'SYSTEM'").lasting);
        assert!(taint("USE other").database);
    }

    #[test]
    fn what_commits_by_itself_is_known_by_its_words() {
        for text in [
            "CREATE TABLE t (v INT)",
            "truncate t",
            "BEGIN",
            "START TRANSACTION",
            "LOCK TABLES t READ",
        ] {
            assert!(taint(text).commits, "{text}");
        }
        for text in [
            "CREATE TEMPORARY TABLE t (v INT)",
            "DROP TEMPORARY TABLE t",
            "COMMIT",
            "ANALYZE SELECT 1",
        ] {
            assert!(!taint(text).commits, "{text}");
        }
    }
}
