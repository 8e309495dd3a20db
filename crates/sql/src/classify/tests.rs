use super::bytes::holds_suspect;
use super::reader::WRITERS;
use crate::Access::{Read, Write};
use crate::Dialect::{self, DuckDb, Mysql, Postgres, Sqlite};
use crate::{Access, Class, Verb, classify};

const ALL: [Dialect; 4] = [Sqlite, Postgres, Mysql, DuckDb];

fn check(dialect: Dialect, text: &str, access: Access, verb: Verb) {
    assert_eq!(classify(text, dialect), Class { access, verb }, "{dialect:?}: {text}");
}

#[test]
fn the_first_word_is_the_verb() {
    for dialect in ALL {
        for (text, access, verb) in [
            ("", Read, Verb::Other),
            (" ; -- a\n;", Read, Verb::Other),
            ("select 1", Read, Verb::Select),
            ("\n SELECT * FROM t WHERE a = 'x' ;\n", Read, Verb::Select),
            ("/* a */ SELECT 1 -- ;", Read, Verb::Select),
            ("SELECT ';'", Read, Verb::Select),
            ("((SELECT 1) UNION (SELECT 2))", Read, Verb::Select),
            ("VALUES (1)", Read, Verb::Values),
            ("TABLE t", Read, Verb::Select),
            ("SHOW TABLES", Read, Verb::Show),
            ("DESCRIBE t", Read, Verb::Show),
            ("INSERT INTO t VALUES (1)", Write, Verb::Insert),
            ("uPdAtE t SET a = 1", Write, Verb::Update),
            ("DELETE FROM t", Write, Verb::Delete),
            ("MERGE INTO t", Write, Verb::Merge),
            ("REPLACE INTO t", Write, Verb::Replace),
            ("CREATE TABLE t (a)", Write, Verb::Create),
            ("ALTER TABLE t", Write, Verb::Alter),
            ("DROP TABLE t", Write, Verb::Drop),
            ("TRUNCATE t", Write, Verb::Truncate),
            ("BEGIN", Write, Verb::Begin),
            ("START TRANSACTION", Write, Verb::Begin),
            ("COMMIT;", Write, Verb::Commit),
            ("ROLLBACK TO a", Write, Verb::Rollback),
            ("SAVEPOINT a", Write, Verb::Savepoint),
            ("RELEASE a", Write, Verb::Release),
            ("SET a = 1", Write, Verb::Set),
            ("ATTACH 'a' AS b", Write, Verb::Attach),
            ("DETACH b", Write, Verb::Detach),
            ("VACUUM", Write, Verb::Vacuum),
            ("ANALYZE", Write, Verb::Analyze),
            ("COPY t TO STDOUT", Write, Verb::Copy),
            ("CALL p()", Write, Verb::Call),
            ("SELECTED", Write, Verb::Other),
            ("GRANT ALL", Write, Verb::Other),
            ("'SELECT'", Write, Verb::Other),
            ("(", Write, Verb::Other),
            ("SÉLECT", Write, Verb::Other),
        ] {
            check(dialect, text, access, verb);
        }
    }
}

#[test]
fn one_writing_statement_makes_the_text_write() {
    for dialect in ALL {
        check(dialect, "SELECT 1; SELECT ';'; -- x", Read, Verb::Select);
        check(dialect, "SELECT 1; DELETE FROM t", Write, Verb::Select);
        check(dialect, "SELECT 1;/**/DROP TABLE t;", Write, Verb::Select);
        check(dialect, "SELECT '''; DELETE FROM t'", Read, Verb::Select);
        check(dialect, "SELECT ''; DELETE FROM t -- '", Write, Verb::Select);
        check(dialect, "EXPLAIN SELECT 1; GRANT x", Write, Verb::Explain);
        check(dialect, "(SELECT 1; DELETE FROM t", Write, Verb::Select);
        check(dialect, "EXPLAIN; DELETE FROM t", Write, Verb::Explain);
        check(dialect, "SHOW x; DELETE FROM t", Write, Verb::Show);
    }
    check(Sqlite, r"SELECT '\'; DELETE FROM t -- '", Write, Verb::Select);
    check(Sqlite, "SELECT 1; PRAGMA a; PRAGMA table_info(a); SELECT 2", Read, Verb::Select);
}

#[test]
fn a_backslash_before_a_semicolon_depends_on_settings() {
    check(Mysql, r"SELECT '\'; DELETE FROM t -- '", Write, Verb::Select);
    check(Postgres, r"SELECT '\'; DELETE FROM t -- '", Write, Verb::Select);
    check(Mysql, r"SELECT 'a\'b'", Read, Verb::Select);
    check(Mysql, r"/**/ SELECT 'a\'b';", Read, Verb::Select);
}

#[test]
fn queries_that_write() {
    for (dialect, text) in [
        (Postgres, "SELECT 1 INTO t"),
        (Postgres, "SELECT 1 FOR UPDATE"),
        (Postgres, "SELECT 1 for/**/share OF t"),
        (Postgres, "SELECT 1 FOR NO KEY UPDATE"),
        (Postgres, "SELECT 1 FOR\nKEY SHARE SKIP LOCKED"),
        (Postgres, "TABLE t FOR UPDATE"),
        (Postgres, "SELECT nextval('s')"),
        (Postgres, "SELECT pg_catalog.set_config('a', 'b', false)"),
        (Postgres, "SELECT \"setval\" ('s', 1)"),
        (Postgres, "SELECT pg_advisory_xact_lock(1)"),
        (Postgres, "SELECT lo_unlink(1)"),
        (Postgres, "SELECT 1FOR UPDATE"),
        (Mysql, "SELECT 1 INTO OUTFILE 'x'"),
        (Mysql, "SELECT 1 INTO @a"),
        (Mysql, "SELECT 1 LOCK IN SHARE MODE"),
        (Mysql, "SELECT @a := 1"),
        (Mysql, "SELECT GET_LOCK('a', 1)"),
        (Mysql, "SELECT NEXT VALUE FOR s"),
        (Mysql, "SELECT 1 /*! INTO OUTFILE 'x' */"),
        (Mysql, "SELECT 1 /*!;DROP TABLE t*/"),
        (Mysql, "SELECT 1 /*M!100100 x*/"),
        (DuckDb, "SELECT nextval('s')"),
    ] {
        check(dialect, text, Write, Verb::Select);
    }
    check(Mysql, "/*! SELECT 1 */", Write, Verb::Other);
}

#[test]
fn queries_that_look_like_writing() {
    for dialect in ALL {
        for text in [
            "SELECT 'into', \"into\" /* INTO */ FROM t -- into",
            "SELECT updated_at, locked, format, next_at, pg_x FROM hello_t",
            "SELECT substring(a FOR 3) FROM information_schema.tables",
            "SELECT lastval(), count(*), nextvalue FROM setval",
        ] {
            let text =
                if dialect == Mysql { text.replace("\"into\"", "`into`") } else { text.into() };
            check(dialect, &text, Read, Verb::Select);
        }
    }
}

#[test]
fn with_takes_the_verb_of_its_statement() {
    for dialect in ALL {
        check(dialect, "WITH a AS (SELECT 1) SELECT * FROM a", Read, Verb::Select);
        check(dialect, "WITH RECURSIVE a(n) AS (VALUES (1)) SELECT * FROM a;", Read, Verb::Select);
        check(dialect, "(WITH a AS (SELECT 1) SELECT * FROM a)", Read, Verb::Select);
        check(dialect, "WITH a AS (SELECT 1) INSERT INTO t SELECT 1", Write, Verb::Insert);
        check(dialect, "WITH a AS (SELECT 1) UPDATE t SET x = 1", Write, Verb::Update);
        check(dialect, "WITH a AS (SELECT 1)", Write, Verb::Other);
    }
    check(Postgres, "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a", Write, Verb::Select);
    check(Postgres, "WITH a AS (SELECT 1) MERGE INTO t", Write, Verb::Merge);
    check(Postgres, "WITH a AS (SELECT 1) SELECT * FROM a FOR UPDATE", Write, Verb::Select);
    check(DuckDb, "WITH a AS (FROM t) FROM a", Read, Verb::Select);
    check(DuckDb, "FROM t", Read, Verb::Select);
    check(Postgres, "FROM t", Write, Verb::Other);
}

#[test]
fn explain_reads_unless_it_runs_what_writes() {
    for dialect in ALL {
        check(dialect, "EXPLAIN DELETE FROM t", Read, Verb::Explain);
        check(dialect, "EXPLAIN SELECT analyze FROM t", Read, Verb::Explain);
    }
    for dialect in [Postgres, Mysql, DuckDb] {
        check(dialect, "EXPLAIN ANALYZE SELECT 1", Read, Verb::Explain);
        check(dialect, "EXPLAIN ANALYZE DELETE FROM t", Write, Verb::Explain);
        check(dialect, "EXPLAIN ANALYZE EXECUTE p", Write, Verb::Explain);
    }
    check(Postgres, "EXPLAIN (ANALYZE, BUFFERS) SELECT 1 FOR UPDATE", Write, Verb::Explain);
    check(Postgres, "EXPLAIN (FORMAT JSON) INSERT INTO t SELECT 1", Read, Verb::Explain);
    check(Postgres, "EXPLAIN ANALYZE VERBOSE (SELECT 1)", Read, Verb::Explain);
    check(Postgres, "EXPLAIN (SELECT 1)", Read, Verb::Explain);
    check(Mysql, "EXPLAIN FORMAT=JSON INTO @a SELECT 1", Write, Verb::Explain);
    check(Mysql, "DESC ANALYZE DELETE FROM t", Write, Verb::Show);
    check(Mysql, "DESC t", Read, Verb::Show);
    check(Mysql, "EXPLAIN SELECT 1 /*! ; DELETE FROM t */", Write, Verb::Explain);
    check(Sqlite, "EXPLAIN QUERY PLAN SELECT 1", Read, Verb::Explain);
    check(Sqlite, "EXPLAIN ANALYZE", Read, Verb::Explain);
    check(Sqlite, "EXPLAIN PRAGMA user_version = 1", Write, Verb::Explain);
}

#[test]
fn pragmas() {
    for (text, access) in [
        ("PRAGMA user_version", Read),
        ("PRAGMA main.user_version;", Read),
        ("PRAGMA user_version = 1", Write),
        ("PRAGMA journal_mode(wal)", Write),
        ("PRAGMA table_info(t)", Read),
        ("pragma main . Table_XInfo ( 't' ) ;", Read),
        ("PRAGMA table_info = t", Write),
        ("PRAGMA foreign_key_check", Read),
        ("PRAGMA integrity_check(10)", Read),
        ("PRAGMA optimize", Write),
        ("PRAGMA wal_checkpoint", Write),
        ("PRAGMA incremental_vacuum(5)", Write),
        ("PRAGMA", Write),
        ("PRAGMA 'a'", Write),
        ("PRAGMA table_info(t); DELETE FROM t", Write),
        ("PRAGMA user_version; DELETE FROM t", Write),
    ] {
        check(Sqlite, text, access, Verb::Pragma);
    }
    check(DuckDb, "PRAGMA database_size", Read, Verb::Pragma);
    check(DuckDb, "PRAGMA table_info('t')", Read, Verb::Pragma);
    check(DuckDb, "PRAGMA enable_profiling", Write, Verb::Pragma);
    check(Postgres, "PRAGMA a", Write, Verb::Pragma);
}

#[test]
fn the_byte_pass_suspects_every_writer() {
    for writer in WRITERS {
        for text in
            [format!("select {writer}x('a')"), format!("SELECT {}(1)", writer.to_uppercase())]
        {
            assert!(holds_suspect(text.as_bytes()), "{text}");
        }
    }
}
