//! What a migration runs, and what none may hold.

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::{Dialect, Statement, TokenKind, Verb, classify, split, tokens};

use super::{NO_TRANSACTION, WITHOUT_FOREIGN_KEYS};
use crate::script::{Place, beginning, flaw};

/// A text of a migration: its statements, and how they run.
#[derive(Debug)]
pub(super) struct Script<'t> {
    pub(super) text: &'t str,
    pub(super) statements: Vec<Statement<'t>>,
    /// Whether all of them are one transaction.
    pub(super) is_transaction: bool,
    /// Whether references are not followed meanwhile, and checked at the end (SQLite).
    pub(super) without_foreign_keys: bool,
}

/// Cuts a text of a file into statements, and refuses what cannot run as it asks to.
pub(super) fn script<'t>(text: &'t str, file: &str, dialect: Dialect) -> Result<Script<'t>> {
    if let Some((Place { line, column }, what)) = flaw(text, dialect) {
        let message = format!("{file}:{line}:{column}: {what}");
        return Err(Error::new(ErrorKind::Validation, message));
    }
    let statements: Vec<_> = split(text, dialect).collect();
    let asks = |directive: &str| directives(text).any(|remark| remark == directive);
    // What changes a schema of MySQL commits by itself.
    let is_transaction = !asks(NO_TRANSACTION) && dialect != Dialect::Mysql;
    for statement in &statements {
        if let Some(why) = refusal(statement.text, dialect, is_transaction) {
            let shown = beginning(statement.text);
            let line = statement.line;
            let message = format!("{file}:{line}: `{shown}` may not stand in a migration: {why}");
            return Err(Error::new(ErrorKind::Validation, message));
        }
    }
    let without_foreign_keys = dialect == Dialect::Sqlite && asks(WITHOUT_FOREIGN_KEYS);
    Ok(Script { text, statements, is_transaction, without_foreign_keys })
}

/// The remarks before the first statement.
fn directives(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let head = lines.take_while(|line| line.is_empty() || line.starts_with("--"));
    head.filter_map(|line| line.strip_prefix("--")).map(str::trim)
}

const TRANSACTION: &str =
    "each file runs in one transaction of its own; leave it out, or cut the file in two";

const OUTSIDE: &str = "it cannot run in the file's transaction; put it into a file of its own that \
                       begins with a line `-- no-transaction`";

/// Says why a statement may not stand in a migration.
fn refusal(statement: &str, dialect: Dialect, is_transaction: bool) -> Option<String> {
    match classify(statement, dialect).verb {
        Verb::Begin | Verb::Commit | Verb::Rollback | Verb::Savepoint | Verb::Release => {
            Some(TRANSACTION.to_owned())
        }
        _ if !is_transaction => rows_of_a_client(statement, dialect),
        Verb::Vacuum | Verb::Attach | Verb::Detach => Some(OUTSIDE.to_owned()),
        _ if dialect.is_postgres() => postgres(statement),
        // SQLite runs some pragmas while it compiles them, explained or not.
        Verb::Pragma | Verb::Explain if dialect == Dialect::Sqlite => pragma(statement),
        _ => None,
    }
}

const ROWS: &str = "rows that follow a statement are a matter of psql; write them as INSERT";

fn rows_of_a_client(statement: &str, dialect: Dialect) -> Option<String> {
    postgres(statement).filter(|why| dialect.is_postgres() && why == ROWS)
}

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
             the database, or begin the file with `-- no-transaction`. Pragmas that may stand \
             here: {}",
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
        match (script(text, "V1__x.sql", dialect).map(|it| it.statements), expect) {
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
        check("VACUUM", Err("-- no-transaction"));
        check("VACUUM INTO 'x.db'", Err("-- no-transaction"));
        check("ATTACH 'a.db' AS a", Err("-- no-transaction"));
        check("DETACH a", Err("-- no-transaction"));
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
            check(text, Err("-- no-transaction"));
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
    fn remarks_at_the_head_say_how_it_runs() {
        let check = |text, dialect, expect: (bool, bool)| {
            let script = script(text, "V1__x.sql", dialect).unwrap();
            assert_eq!((script.is_transaction, script.without_foreign_keys), expect, "{text}");
        };
        check("-- why\n\n-- no-transaction\nVACUUM", Dialect::Sqlite, (false, false));
        check("SELECT 1;\n-- no-transaction", Dialect::Sqlite, (true, false));
        check("\u{feff}--without-foreign-keys\r\nSELECT 1", Dialect::Sqlite, (true, true));
        check("-- without-foreign-keys\nSELECT 1", Dialect::Postgres, (true, false));
        check("SELECT 1", Dialect::Mysql, (false, false));
        let text = "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a)";
        check(text, Dialect::Postgres, (false, false));
        check_in(Dialect::Postgres, "-- no-transaction\nBEGIN", Err("one transaction of its own"));
    }

    #[test]
    fn what_does_not_end_is_refused() {
        check("SELECT 1;\n SELECT 'a", Err("V1__x.sql:2:9: a string or name does not end"));
        check("SELECT 1 /* a", Err("V1__x.sql:1:10: a comment does not end"));
    }
}
