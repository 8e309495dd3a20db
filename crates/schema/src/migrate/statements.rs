//! What a migration runs, and what none may hold.

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::{Dialect, TokenKind, Verb, classify, tokens};

use super::body::Script;
use super::pieces::{Piece, pieces};
use crate::script::beginning;

/// Cuts a script into statements, and refuses what cannot run.
pub(super) fn statements(
    script: &Script,
    dialect: Dialect,
    is_transaction: bool,
) -> Result<Vec<Piece<'_>>> {
    let mut pieces = pieces(script, dialect)?;
    pieces.retain(|piece| !is_implied(piece.statement.text, dialect));
    if is_transaction && is_wrapped(&pieces, dialect) {
        pieces.pop();
        pieces.remove(0);
    }
    for Piece { statement, .. } in &pieces {
        if let Some(why) = refusal(statement.text, dialect, is_transaction) {
            let place = format!("{}:{}", script.file, statement.line);
            let shown = beginning(statement.text);
            let message = format!("{place}: `{shown}` may not stand in a migration: {why}");
            return Err(Error::new(ErrorKind::Validation, message));
        }
    }
    Ok(pieces)
}

/// Tells whether a statement asks for what the run does by itself: SQLite's switch for references,
/// which is heard outside of transactions alone, and the transactions of MySQL around statements
/// that are each noted.
fn is_implied(statement: &str, dialect: Dialect) -> bool {
    match (dialect, classify(statement, dialect).verb) {
        (Dialect::Sqlite, Verb::Pragma) => switches_references(statement),
        (Dialect::Mysql, Verb::Begin | Verb::Commit) => true,
        _ => false,
    }
}

/// Tells whether a file begins and ends the one transaction itself, as other tools write them.
fn is_wrapped(pieces: &[Piece<'_>], dialect: Dialect) -> bool {
    let [first, .., last] = pieces else { return false };
    let of = |piece: &Piece<'_>| words(piece.statement.text, dialect).join(" ");
    matches!(of(first).as_str(), "BEGIN" | "BEGIN TRANSACTION" | "BEGIN WORK" | "START TRANSACTION")
        && matches!(
            of(last).as_str(),
            "COMMIT" | "COMMIT TRANSACTION" | "COMMIT WORK" | "END" | "END TRANSACTION"
        )
}

/// Tells whether a script of SQLite switches references off itself.
pub(super) fn leaves_references(script: &Script) -> bool {
    let mut statements = hypostyle_sql::split(&script.text, Dialect::Sqlite);
    statements.any(|statement| {
        let off = ["off", "0", "no", "false"];
        switches_references(statement.text)
            && tokens(statement.text, Dialect::Sqlite)
                .any(|it| off.iter().any(|off| it.text(statement.text).eq_ignore_ascii_case(off)))
    })
}

fn switches_references(statement: &str) -> bool {
    let words = words(statement, Dialect::Sqlite);
    let mut words = words.iter().map(String::as_str).filter(|word| *word != "MAIN");
    words.next() == Some("PRAGMA") && words.next() == Some("FOREIGN_KEYS")
}

const TRANSACTION: &str =
    "each file runs in one transaction of its own; leave it out, or cut the file in two";

const OUTSIDE: &str = "it cannot run in the file's transaction; give it a file of its own that begins \
                       with `-- no-transaction`";

const SESSION: &str = "what it does to the connection outlives the file; name what you mean with its \
                       database, or set it in the URL";

/// Says why a statement may not stand in a migration.
fn refusal(statement: &str, dialect: Dialect, in_transaction: bool) -> Option<String> {
    let outside = || in_transaction.then(|| OUTSIDE.to_owned());
    match (dialect, classify(statement, dialect).verb) {
        (_, Verb::Begin | Verb::Commit | Verb::Rollback | Verb::Savepoint | Verb::Release) => {
            Some(if in_transaction { TRANSACTION } else { NO_TRANSACTION }.to_owned())
        }
        (_, Verb::Attach | Verb::Detach) => Some(SESSION.to_owned()),
        (_, Verb::Vacuum) => outside(),
        (Dialect::Postgres | Dialect::PostgresBackslash, _) => postgres(statement, in_transaction),
        // SQLite runs some pragmas while it compiles them, explained or not.
        (Dialect::Sqlite, Verb::Pragma | Verb::Explain) if in_transaction => pragma(statement),
        (Dialect::Mysql, _) => mysql(statement),
        (Dialect::DuckDb, _) => duckdb(statement, in_transaction),
        _ => None,
    }
}

const NO_TRANSACTION: &str = "the file runs without a transaction, and each statement is noted once it \
                              has run; leave it out";

/// The first words of a statement, in capitals.
fn words(statement: &str, dialect: Dialect) -> Vec<String> {
    let words = tokens(statement, dialect).filter(|token| token.kind == TokenKind::Word);
    words.map(|token| token.text(statement).to_ascii_uppercase()).collect()
}

fn mysql(statement: &str) -> Option<String> {
    let words = words(statement, Dialect::Mysql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        // Lost with the connection that a run may change, or kept by the next caller's.
        ["USE", ..] | ["LOCK", "TABLES" | "TABLE" | "INSTANCE", ..] | ["FLUSH", _, "WITH", ..] => {
            Some(SESSION.to_owned())
        }
        ["UNLOCK", ..] => Some(SESSION.to_owned()),
        ["XA", ..] | ["SET", "AUTOCOMMIT", ..] | ["SET", "SESSION", "AUTOCOMMIT", ..] => {
            Some(NO_TRANSACTION.to_owned())
        }
        _ => None,
    }
}

fn duckdb(statement: &str, in_transaction: bool) -> Option<String> {
    let words = words(statement, Dialect::DuckDb);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["USE", ..] => Some(SESSION.to_owned()),
        ["CHECKPOINT", ..]
        | ["FORCE", ..]
        | ["INSTALL" | "LOAD", ..]
        | ["UPDATE", "EXTENSIONS", ..] => in_transaction.then(|| OUTSIDE.to_owned()),
        _ => None,
    }
}

/// Says why a statement may not stand in a migration of PostgreSQL.
fn postgres(statement: &str, in_transaction: bool) -> Option<String> {
    let words = words(statement, Dialect::Postgres);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outside = || in_transaction.then(|| OUTSIDE.to_owned());
    match words.as_slice() {
        ["PREPARE", "TRANSACTION", ..] => Some(TRANSACTION.to_owned()),
        ["REFRESH", ..] => None,
        ["CREATE" | "DROP", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION", ..]
        | ["ALTER", "SYSTEM", ..]
        | ["REINDEX", "DATABASE" | "SYSTEM" | "SCHEMA", ..]
        | ["DISCARD", "ALL"]
        | ["CLUSTER"] => outside(),
        ["CREATE" | "DROP" | "REINDEX" | "ALTER", rest @ ..] if rest.contains(&"CONCURRENTLY") => {
            outside()
        }
        _ => None,
    }
}

/// Pragmas of SQLite that mean inside a transaction what they mean outside, and whose effect ends
/// with it or is undone with it.
const PRAGMAS: [&str; 9] = [
    "application_id",
    "defer_foreign_keys",
    "foreign_key_check",
    "foreign_key_list",
    "integrity_check",
    "optimize",
    "quick_check",
    "table_info",
    "user_version",
];

fn pragma(statement: &str) -> Option<String> {
    const NAMES: [TokenKind; 3] = [TokenKind::Word, TokenKind::QuotedIdentifier, TokenKind::String];
    let is_any = |word: &str, words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    let mut words = tokens(statement, Dialect::Sqlite)
        .filter(|token| NAMES.contains(&token.kind))
        .map(|token| token.text(statement).trim_matches(['"', '`', '[', ']', '\'']))
        .skip_while(|word| is_any(word, &["EXPLAIN", "QUERY", "PLAN"]));
    words.next().filter(|word| is_any(word, &["PRAGMA"]))?;
    // A schema may stand before the name, and a value after it.
    let name = words.find(|word| !is_any(word, &["main", "temp"]))?;
    (!is_any(name, &PRAGMAS)).then(|| {
        format!(
            "inside the file's transaction it does nothing, or outlives it; set it in the URL of \
             the database. Pragmas that may stand here: {}",
            PRAGMAS.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &'static str, expect: Result<usize, &str>) {
        check_in(Dialect::Sqlite, text, expect);
    }

    #[track_caller]
    fn check_in(dialect: Dialect, text: &'static str, expect: Result<usize, &str>) {
        let script = Script::new(text, "V1__x.sql");
        match (statements(&script, dialect, dialect != Dialect::Mysql), expect) {
            (Ok(found), Ok(expect)) => assert_eq!(found.len(), expect, "{text}"),
            (Err(error), Err(expect)) => {
                assert_eq!(error.kind(), ErrorKind::Validation);
                assert!(error.message().contains(expect), "{error} is not {expect}");
            }
            (found, expect) => panic!("{text}: {found:?} is not {expect:?}"),
        }
    }

    #[test]
    fn plain_statements_pass() {
        check("", Ok(0));
        check("-- only a comment\n", Ok(0));
        check("CREATE TABLE \"begin\" (x); INSERT INTO \"begin\" VALUES ('COMMIT;')", Ok(2));
        check("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END; SELECT 3", Ok(2));
        check("PRAGMA user_version = 3; pragma main.Foreign_Key_Check; REINDEX", Ok(3));
        check("PRAGMA defer_foreign_keys = ON", Ok(1));
        check("EXPLAIN SELECT pragma FROM t; EXPLAIN QUERY PLAN SELECT 1", Ok(2));
    }

    #[test]
    fn transaction_control_is_refused_by_its_line() {
        for text in ["\nBEGIN", "\nbegin immediate", "-- x\nCOMMIT", "/*\n*/ END"] {
            check(text, Err("V1__x.sql:2: `"));
        }
        check("SELECT 1;\n\n  ROLLBACK", Err("V1__x.sql:3: `ROLLBACK` may not stand"));
        check("BEGIN; SELECT 1; COMMIT; SELECT 2; COMMIT", Err("one transaction of its own"));
        check("SAVEPOINT a", Err("one transaction of its own"));
        check("RELEASE a", Err("one transaction of its own"));
    }

    #[test]
    fn a_transaction_around_the_whole_file_is_the_files_own() {
        check("BEGIN; SELECT 1; COMMIT;", Ok(1));
        check("-- x\nbegin transaction; SELECT 1; SELECT 2; end", Ok(2));
        check("BEGIN; COMMIT;", Ok(0));
        check("BEGIN; SELECT 1;", Err("one transaction of its own"));
    }

    #[test]
    fn what_runs_only_outside_is_refused() {
        check("VACUUM", Err("`-- no-transaction`"));
        check("VACUUM INTO 'x.db'", Err("`-- no-transaction`"));
        check("ATTACH 'a.db' AS a", Err("outlives the file"));
        check("DETACH a", Err("outlives the file"));
        for text in [
            "PRAGMA journal_mode = WAL",
            "PRAGMA MAIN.journal_mode(delete)",
            "PRAGMA 'journal_mode' = DELETE",
            "PRAGMA \"synchronous\" = 0",
            "EXPLAIN PRAGMA journal_mode = DELETE",
            "PRAGMA writable_schema = ON",
            "PRAGMA journal_mode = user_version",
        ] {
            check(text, Err("may not stand in a migration: inside the file's transaction"));
        }
    }

    #[test]
    fn what_postgres_runs_only_outside_is_refused() {
        let check = |text, expect| check_in(Dialect::Postgres, text, expect);
        for text in [
            "CREATE DATABASE x",
            "drop tablespace x",
            "ALTER SYSTEM SET work_mem = '1MB'",
            "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
            "DROP INDEX concurrently i",
            "REINDEX TABLE CONCURRENTLY t",
            "REINDEX DATABASE x",
            "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
            "VACUUM t",
            "CLUSTER",
            "DISCARD ALL",
        ] {
            check(text, Err("`-- no-transaction`"));
        }
        for text in ["START TRANSACTION", "END", "ABORT", "PREPARE TRANSACTION 'x'"] {
            check(text, Err("one transaction of its own"));
        }
        check("COPY t FROM '/x'; COPY t TO STDOUT", Ok(2));
        check("REFRESH MATERIALIZED VIEW CONCURRENTLY m; CLUSTER t USING i", Ok(2));
        check("CREATE INDEX \"concurrently\" ON t (a); SELECT 'CREATE DATABASE x'", Ok(2));
        check("DO $$ BEGIN COMMIT; END $$; CREATE FUNCTION f() RETURNS int RETURN 1", Ok(2));
    }

    #[test]
    fn outside_a_transaction_stands_what_runs_only_there() {
        let check = |dialect, statement: &str, expect: Option<&str>| {
            let found = refusal(statement, dialect, false);
            assert_eq!(found.is_some(), expect.is_some(), "{statement}: {found:?}");
            assert!(found.unwrap_or_default().contains(expect.unwrap_or_default()));
        };
        check(Dialect::Sqlite, "VACUUM", None);
        check(Dialect::Sqlite, "PRAGMA foreign_keys = OFF", None);
        check(Dialect::Postgres, "CREATE INDEX CONCURRENTLY i ON t (a)", None);
        check(Dialect::DuckDb, "CHECKPOINT", None);
        check(Dialect::DuckDb, "INSTALL json", None);
        check(Dialect::Sqlite, "BEGIN", Some("without a transaction"));
        check(Dialect::Sqlite, "ATTACH 'a' AS a", Some("outlives the file"));
        check(Dialect::Mysql, "START TRANSACTION", Some("without a transaction"));
    }

    #[test]
    fn what_a_run_does_by_itself_is_left_out() {
        check_in(Dialect::Mysql, "START TRANSACTION; SELECT 1; COMMIT", Ok(1));
        check("PRAGMA foreign_keys= OFF; SELECT 1; pragma main.foreign_keys = 1", Ok(1));
        let leaves = |text: &'static str| leaves_references(&Script::new(text, "x.sql"));
        assert!(leaves("SELECT 1; PRAGMA foreign_keys=off"));
        assert!(!leaves("PRAGMA foreign_keys = ON; SELECT 'off'"));
        assert!(!leaves("PRAGMA foreign_key_check"));
    }

    #[test]
    fn what_mysql_and_duckdb_keep_or_end_is_refused() {
        let mysql = |text, expect| check_in(Dialect::Mysql, text, expect);
        mysql("USE shop", Err("outlives the file"));
        mysql("LOCK TABLES a WRITE", Err("outlives the file"));
        mysql("UNLOCK TABLES", Err("outlives the file"));
        mysql("SET autocommit = 0", Err("without a transaction"));
        mysql("XA START 'a'", Err("without a transaction"));
        mysql("ROLLBACK", Err("without a transaction"));
        mysql("SET NAMES utf8mb4; SET foreign_key_checks = 0; FLUSH TABLES", Ok(3));
        let duckdb = |text, expect| check_in(Dialect::DuckDb, text, expect);
        duckdb("ATTACH 'a.db' AS a", Err("outlives the file"));
        duckdb("USE a", Err("outlives the file"));
        duckdb("CHECKPOINT", Err("`-- no-transaction`"));
        duckdb("INSTALL json", Err("`-- no-transaction`"));
        duckdb("LOAD json", Err("`-- no-transaction`"));
    }

    #[test]
    fn the_lines_of_a_section_are_those_of_its_file() {
        let (_, undo) = Script::sections("a;\n-- rollback\n\nCOMMIT".into(), "x.sql");
        let error = statements(&undo.unwrap(), Dialect::Sqlite, true).unwrap_err();
        assert!(error.message().starts_with("x.sql:4: `COMMIT`"), "{error}");
    }
}
