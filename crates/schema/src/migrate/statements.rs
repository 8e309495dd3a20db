//! What a migration runs, and what none may hold.

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::{Dialect, Statement, TokenKind, Verb, classify, split, tokens};

use super::Migration;
use crate::script::{Place, beginning, flaw};

/// Cuts a migration into statements, and refuses what cannot run in its transaction.
pub(super) fn statements(migration: &Migration, dialect: Dialect) -> Result<Vec<Statement<'_>>> {
    let text = &*migration.text;
    if let Some((Place { line, column }, what)) = flaw(text, dialect) {
        let message = format!("{}:{line}:{column}: {what}", migration.shown());
        return Err(Error::new(ErrorKind::Validation, message));
    }
    let statements: Vec<_> = split(text, dialect).collect();
    for statement in &statements {
        if let Some(why) = refusal(statement.text, dialect) {
            let place = format!("{}:{}", migration.shown(), statement.line);
            let shown = beginning(statement.text);
            let message = format!("{place}: `{shown}` may not stand in a migration: {why}");
            return Err(Error::new(ErrorKind::Validation, message));
        }
    }
    Ok(statements)
}

const TRANSACTION: &str =
    "each file runs in one transaction of its own; leave it out, or cut the file in two";

const OUTSIDE: &str = "it cannot run in the file's transaction; run it by hand, outside migrations";

/// Says why a statement may not stand in a migration.
fn refusal(statement: &str, dialect: Dialect) -> Option<String> {
    match classify(statement, dialect).verb {
        Verb::Begin | Verb::Commit | Verb::Rollback | Verb::Savepoint | Verb::Release => {
            Some(TRANSACTION.to_owned())
        }
        Verb::Vacuum | Verb::Attach | Verb::Detach => Some(OUTSIDE.to_owned()),
        _ if dialect.is_postgres() => postgres(statement),
        // SQLite runs some pragmas while it compiles them, explained or not.
        Verb::Pragma | Verb::Explain if dialect == Dialect::Sqlite => pragma(statement),
        _ => None,
    }
}

const ROWS: &str = "rows that follow a statement are a matter of psql; write them as INSERT";

/// Says why a statement may not stand in a migration of PostgreSQL.
fn postgres(statement: &str) -> Option<String> {
    let words: Vec<String> = tokens(statement, Dialect::Postgres)
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| token.text(statement).to_ascii_uppercase())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["CREATE" | "DROP", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION", ..]
        | ["ALTER", "SYSTEM", ..]
        | ["REINDEX", "DATABASE" | "SYSTEM" | "SCHEMA", ..]
        | ["DISCARD", "ALL"]
        | ["CLUSTER"] => Some(OUTSIDE.to_owned()),
        ["PREPARE", "TRANSACTION", ..] => Some(TRANSACTION.to_owned()),
        ["REFRESH", ..] => None,
        ["CREATE" | "DROP" | "REINDEX" | "ALTER", rest @ ..] if rest.contains(&"CONCURRENTLY") => {
            Some(OUTSIDE.to_owned())
        }
        ["COPY", rest @ ..] if rest.windows(2).any(|pair| pair == ["FROM", "STDIN"]) => {
            Some(ROWS.to_owned())
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
    use crate::migrate::MigrationKind;

    #[track_caller]
    fn check(text: &'static str, expect: Result<usize, &str>) {
        check_in(Dialect::Sqlite, text, expect);
    }

    #[track_caller]
    fn check_in(dialect: Dialect, text: &'static str, expect: Result<usize, &str>) {
        let migration = Migration::new(MigrationKind::App, "V1__x.sql", text).unwrap();
        match (statements(&migration, dialect), expect) {
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
        check("SAVEPOINT a", Err("one transaction of its own"));
        check("RELEASE a", Err("one transaction of its own"));
    }

    #[test]
    fn what_runs_only_outside_is_refused() {
        check("VACUUM", Err("outside migrations"));
        check("VACUUM INTO 'x.db'", Err("outside migrations"));
        check("ATTACH 'a.db' AS a", Err("outside migrations"));
        check("DETACH a", Err("outside migrations"));
        for text in [
            "PRAGMA journal_mode = WAL",
            "PRAGMA foreign_keys = OFF",
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
            check(text, Err("outside migrations"));
        }
        for text in ["START TRANSACTION", "END", "ABORT", "PREPARE TRANSACTION 'x'"] {
            check(text, Err("one transaction of its own"));
        }
        check("COPY t (a, b) FROM stdin;\n", Err("write them as INSERT"));
        check("COPY t FROM STDIN WITH (FORMAT csv)", Err("write them as INSERT"));
        check("COPY t FROM '/x'; COPY t TO STDOUT", Ok(2));
        check("REFRESH MATERIALIZED VIEW CONCURRENTLY m; CLUSTER t USING i", Ok(2));
        check("CREATE INDEX \"concurrently\" ON t (a); SELECT 'CREATE DATABASE x'", Ok(2));
        check("DO $$ BEGIN COMMIT; END $$; CREATE FUNCTION f() RETURNS int RETURN 1", Ok(2));
    }

    #[test]
    fn what_does_not_end_is_refused() {
        check("SELECT 1;\n SELECT 'a", Err("V1__x.sql:2:9: a string or name does not end"));
        check("SELECT 1 /* a", Err("V1__x.sql:1:10: a comment does not end"));
    }
}
