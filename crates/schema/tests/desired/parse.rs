//! What a model file may say.

use hypostyle_schema::desired::ModelFile;
use hypostyle_sql::Dialect;

/// Compares what a text makes, or the problem with it.
#[track_caller]
fn check(text: &str, expect: &str) {
    let found = match ModelFile::parse(text, "m.sql") {
        Ok(models) => {
            let objects: Vec<String> = models.objects().map(ToString::to_string).collect();
            format!("{}: {}", models.database(), objects.join(", "))
        }
        Err(problem) => problem.to_string(),
    };
    assert_eq!(found, expect, "{text}");
}

/// Compares the beginning of the problem with a statement in line 2.
#[track_caller]
fn check_statement(statement: &str, expect: &str) {
    let text = format!("-- database: shop\n{statement}");
    let found = ModelFile::parse(text, "m.sql").unwrap_err().to_string();
    assert!(found.starts_with(expect), "{found}\nis not\n{expect}");
}

#[test]
fn objects_are_read_in_order() {
    check(
        "-- database: shop
         CREATE TABLE item (id INTEGER PRIMARY KEY);
         create unique index if not exists \"by name\" on item (id);
         CREATE VIEW [all] AS SELECT * FROM item;
         CREATE TRIGGER item AFTER INSERT ON item BEGIN DELETE FROM item; SELECT 1; END;
         CREATE VIRTUAL TABLE 'text' USING fts5 (body);",
        "shop: table `item`, index `by name`, view `all`, trigger `item`, table `text`",
    );
}

#[test]
fn the_first_line_names_the_database() {
    check("-- database: shop", "shop: ");
    check("\u{feff}-- database:  a-B_9 \r\nCREATE TABLE t (x)", "a-B_9: table `t`");
    let line = "expected the first line `-- database: NAME`, as `-- database: shop`";
    check("", &format!("m.sql:1: the file is empty; {line}"));
    check(" \n", &format!("m.sql:1: the file is empty; {line}"));
    for text in
        ["\n-- database: shop", "--database: shop", " -- database: shop", "CREATE TABLE t (x)"]
    {
        check(text, &format!("m.sql:1: the first line does not name the database; {line}"));
    }
}

#[test]
fn odd_names_of_databases_are_refused() {
    let long = "a".repeat(64);
    let expected =
        "expected a letter, then up to 62 letters, digits, `_` or `-`, and not `framework`";
    for name in ["9a", "_a", "a b", "a.b", "../a", "ä", "framework", "Framework", &long] {
        let expect = format!("m.sql:1:14: `{name}` is no name of a module's database; {expected}");
        check(&format!("-- database: {name}"), &expect);
    }
    let longest = "a".repeat(63);
    check(&format!("-- database: {longest}"), &format!("{longest}: "));
    assert!(ModelFile::parse("-- database:", "m.sql").is_err());
}

#[test]
fn other_statements_are_refused() {
    for statement in [
        "INSERT INTO t VALUES (1)",
        "DROP TABLE t",
        "PRAGMA user_version = 1",
        "BEGIN",
        "SELECT 1",
        "ALTER TABLE t ADD x",
        "EXPLAIN CREATE TABLE t (x)",
    ] {
        check_statement(statement, &format!("m.sql:2:1: `{statement}` may not stand in a model"));
    }
    check_statement("CREATE TEMP TABLE t (x)", "m.sql:2:8: a temporary object");
    check_statement("CREATE TEMPORARY VIEW t AS SELECT 1", "m.sql:2:8: a temporary object");
    check_statement("CREATE TABLE t AS SELECT 1", "m.sql:2:16: CREATE TABLE … AS SELECT");
    check_statement("CREATE USER u", "m.sql:2:8: a model file cannot make `USER`");
    check_statement("CREATE UNIQUE TABLE t (x)", "m.sql:2:15: `TABLE` cannot stand here");
    check_statement("CREATE TABLE IF EXISTS t (x)", "m.sql:2:17: `EXISTS` cannot stand here");
    check_statement("CREATE TABLE (x)", "m.sql:2:14: `(` is no name");
    check_statement("CREATE", "m.sql:2:7: a model file cannot make ``");
}

#[test]
fn names_that_are_not_a_modules_are_refused() {
    check_statement("CREATE TABLE main.t (x)", "m.sql:2:18: `main.` names a schema");
    check_statement("CREATE INDEX temp . i ON t (x)", "m.sql:2:19: `temp.` names a schema");
    for name in ["sqlite_x", "IA_migrations", "\"hypostyle_x\""] {
        let expect = "m.sql:2:14: names that begin with `";
        check_statement(&format!("CREATE TABLE {name} (x)"), expect);
    }
}

#[test]
fn one_name_stands_for_one_object() {
    check_statement(
        "CREATE TABLE t (x);\n CREATE VIEW \"T\" AS SELECT 1",
        "m.sql:3:2: the name of view `T` is taken in line 2; expected another name",
    );
}

#[test]
fn objects_have_a_limit() {
    let tables = |count: usize| (0..count).map(|at| format!("CREATE TABLE t{at} (x);\n")).collect();
    let parse = |text: String| ModelFile::parse(format!("-- database: shop\n{text}"), "m.sql");
    assert_eq!(parse(tables(10_000)).unwrap().objects().count(), 10_000);
    let problem = parse(tables(10_001)).unwrap_err().to_string();
    assert!(problem.starts_with("m.sql:10002:1: the file makes more than 10000"), "{problem}");
}

#[test]
fn what_does_not_end_is_refused_at_its_start() {
    check_statement("CREATE TABLE t (x DEFAULT 'a)", "m.sql:2:27: a string or name does not end");
    check_statement("CREATE TABLE t (x); /* a", "m.sql:2:21: a comment does not end");
    check_statement("CREATE TABLE t (x\0)", "m.sql:2:18: the text holds a NUL byte");
}

#[test]
fn a_file_that_cannot_be_read_is_a_problem() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("models.sql");
    let check = |bytes: Option<&[u8]>, expect: &str| {
        if let Some(bytes) = bytes {
            std::fs::write(&path, bytes).unwrap();
        }
        let problem = ModelFile::read(&path).unwrap_err();
        assert!(problem.message.contains(expect), "{problem}");
        assert_eq!((problem.line, &*problem.file), (1, &*path.to_string_lossy()));
    };
    check(None, "cannot be read");
    check(Some(b"-- database: a\n\xff"), "is not UTF-8 at byte 15");
    check(Some(&vec![b'-'; 4 * 1024 * 1024 + 1]), "is larger than 4194304 bytes");
    std::fs::write(&path, "-- database: a").unwrap();
    assert_eq!(ModelFile::read(&path).unwrap().database(), "a");
}

/// Compares what a statement of PostgreSQL in line 2 makes, or the beginning of the problem with it.
#[track_caller]
fn check_postgres(statements: &str, expect: &str) {
    let text = format!("-- database: shop\n{statements}");
    let found = match ModelFile::parse_in(text, "m.sql", Dialect::Postgres) {
        Ok(models) => {
            let objects: Vec<String> = models.objects().map(ToString::to_string).collect();
            objects.join(", ")
        }
        Err(problem) => problem.to_string(),
    };
    assert!(found.starts_with(expect), "{found}\nis not\n{expect}");
}

#[test]
fn objects_of_postgres_are_read_in_order() {
    check_postgres(
        "CREATE TYPE Mood AS ENUM ('a;'); CREATE DOMAIN d AS int; CREATE SEQUENCE \"S q\";
         CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;
         CREATE PROCEDURE p() LANGUAGE sql AS $$ SELECT 1; $$;
         CREATE UNLOGGED TABLE Größe (id int); CREATE UNIQUE INDEX i ON t (x);
         CREATE TABLE part PARTITION OF whole FOR VALUES IN (1);
         CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 1;
         CREATE CONSTRAINT TRIGGER g AFTER UPDATE OF a, b ON t EXECUTE FUNCTION f();
         CREATE TRIGGER g AFTER INSERT ON u EXECUTE FUNCTION f();
         CREATE EXTENSION \"uuid-ossp\"",
        "type `mood`, domain `d`, sequence `S q`, function `f`, procedure `p`, table `größe`, \
         index `i`, table `part`, materialized view `m`, trigger `g`, trigger `g`, \
         extension `uuid-ossp`",
    );
    check_postgres("CREATE TABLE t (x int); CREATE TABLE \"T\" (x int)", "table `t`, table `T`");
}

#[test]
fn what_a_model_file_of_postgres_may_not_say_is_told() {
    let expected = "; expected CREATE TABLE, INDEX, VIEW, MATERIALIZED VIEW, TRIGGER, TYPE";
    for (statement, expect) in [
        ("DROP TABLE t", "m.sql:2:1: `DROP TABLE t` may not stand in a model file"),
        ("CREATE OR REPLACE VIEW v AS SELECT 1", "m.sql:2:8: an object that exists is left alone"),
        ("CREATE TEMP TABLE t (x int)", "m.sql:2:8: a temporary object"),
        ("CREATE SCHEMA s", "m.sql:2:8: a model file cannot make `SCHEMA`"),
        ("CREATE TABLE t (x) AS SELECT 1", "m.sql:2:16: CREATE TABLE … AS SELECT copies rows"),
        ("CREATE TABLE s.t (x int)", "m.sql:2:15: `s.` names a schema"),
        ("CREATE INDEX ON t (x)", "m.sql:2:14: `ON` is no name"),
        ("CREATE INDEX CONCURRENTLY i ON t (x)", "m.sql:2:14: `CONCURRENTLY` is no name"),
        ("CREATE TABLE pg_x (x int)", "m.sql:2:14: names that begin with `pg_` are reserved"),
        ("CREATE TABLE 't' (x int)", "m.sql:2:14: `'t'` is no name"),
        ("CREATE TRIGGER t BEFORE UPDATE", "m.sql:2:31: `` cannot stand here; expected `ON`"),
        ("CREATE TABLE t (x int); CREATE TYPE t AS ENUM ()", "m.sql:2:25: the name of type `t` is"),
        ("CREATE TABLE t (x text DEFAULT $$a)", "m.sql:2:32: a string or name does not end"),
    ] {
        check_postgres(statement, expect);
    }
    check_postgres(
        "SELECT 1",
        &format!("m.sql:2:1: `SELECT 1` may not stand in a model file{expected}"),
    );
    let long = "a".repeat(64);
    check_postgres(
        &format!("CREATE TABLE {long} (x int)"),
        "m.sql:2:14: PostgreSQL keeps 63 bytes",
    );
}
