//! Statements that no transaction can hold, or that make, end or cut one.

use hypostyle::sql::{Dialect, TokenKind, Verb, tokens};

use super::Planned;

/// The words that are looked at: what stands alone says so at its beginning.
const WORDS_MAX: usize = 12;

pub(super) fn stands_alone(planned: &Planned<'_>) -> bool {
    use Verb::{
        Alter, Attach, Begin, Call, Commit, Create, Detach, Drop, Other, Release, Rollback,
    };
    match planned.class.verb {
        Begin | Commit | Rollback | Release | Attach | Detach | Verb::Savepoint | Verb::Vacuum => {
            true
        }
        Create | Drop | Alter | Call | Other => by_words(planned.statement.text),
        _ => false,
    }
}

/// Tells it by the words of PostgreSQL and MySQL, which other engines do not have.
///
/// A new value of a type cannot be used in the transaction that adds it, and a procedure may
/// commit.
fn by_words(text: &str) -> bool {
    let words = tokens(text, Dialect::Postgres).filter(|token| token.kind == TokenKind::Word);
    let words: Vec<String> =
        words.take(WORDS_MAX).map(|token| token.text(text).to_ascii_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let has = |pair: [&str; 2]| words.windows(2).any(|words| words == pair);
    match words[..] {
        ["create" | "drop", "database" | "tablespace" | "subscription", ..]
        | ["alter", "system" | "subscription", ..]
        | ["reindex", "database" | "system" | "schema", ..]
        | ["cluster"]
        | ["discard", ..]
        | ["call", ..]
        | ["lock" | "unlock", "tables", ..]
        | ["flush", ..] => true,
        ["alter", "database", ..] => words.contains(&"tablespace"),
        ["alter", "type", ..] => has(["add", "value"]),
        ["alter", "table", ..] => has(["detach", "partition"]) && words.contains(&"concurrently"),
        ["create" | "drop", ..] => has(["index", "concurrently"]),
        ["reindex", ..] => words.contains(&"concurrently"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_transaction_can_hold_is_known_by_its_words() {
        for text in [
            "CREATE DATABASE shop",
            "drop database if exists shop",
            "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
            "REINDEX (VERBOSE) INDEX CONCURRENTLY i",
            "ALTER TABLE s.t DETACH PARTITION p CONCURRENTLY",
            "ALTER TYPE mood ADD VALUE 'calm'",
            "ALTER SYSTEM SET work_mem = '1MB'",
            "REINDEX DATABASE shop",
            "CALL p()",
            "CLUSTER",
            "LOCK TABLES a WRITE",
            "UNLOCK TABLES",
        ] {
            assert!(by_words(text), "{text}");
        }
        for text in [
            "CREATE TABLE database (concurrently int)",
            "CREATE INDEX i ON t (\"concurrently\")",
            "ALTER DATABASE shop SET search_path = a",
            "ALTER TYPE mood RENAME VALUE 'a' TO 'b'",
            "REINDEX INDEX i",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "CLUSTER t USING i",
            "LOCK TABLE tables",
        ] {
            assert!(!by_words(text), "{text}");
        }
    }
}
