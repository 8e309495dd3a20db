//! Files of psql and pg_dump, run on a real PostgreSQL.

use hypostyle_testkit::server::{Postgres, Scratch};

use crate::place::{Place, Ran};

/// What pg_dump writes, and what people write for psql.
const DUMP: &str = include_str!("dump.sql");

fn server() -> &'static Postgres {
    Postgres::shared().unwrap_or_else(|error| panic!("{error}"))
}

fn run(scratch: &Scratch<'_>, place: &Place, more: &[&str]) -> Ran {
    let url = scratch.url();
    place.run(&[&["query", "-d", &url, "--file", "script.sql"], more].concat())
}

/// Runs a script on an empty database; answers what it left, and the database.
fn fresh(script: &str, more: &[&str]) -> (Ran, Scratch<'static>) {
    let (place, scratch) = (Place::new(), server().scratch().unwrap());
    place.write("script.sql", script);
    (run(&scratch, &place, more), scratch)
}

/// Runs a script that is refused or fails; answers what it said.
#[track_caller]
fn fails(script: &str, code: i32, expect: &str) -> Scratch<'static> {
    let (ran, scratch) = fresh(script, &[]);
    assert_eq!(ran.code, code, "{script}\n{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains(expect), "{script}\n{}", ran.stderr);
    scratch
}

#[test]
fn a_dump_is_read_as_psql_reads_it() {
    let (ran, scratch) = fresh(DUMP, &["-q"]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    let text = "SELECT id, name, tags, facts, twice FROM thing ORDER BY id";
    let json = |text: &str| {
        scratch.query(&format!("SELECT coalesce(json_agg(t), '[]') FROM ({text}) t")).unwrap()
    };
    let rows: serde_json::Value = serde_json::from_str(&json(text)).unwrap();
    assert_eq!(
        rows,
        serde_json::json!([
            { "id": 1, "name": "it's; a \\ string", "tags": ["a", "b"], "facts": null, "twice": 2 },
            { "id": 2, "name": "tab\there, line\nthere, a \\", "tags": ["x", null],
              "facts": { "sides": 4 }, "twice": 4 },
            { "id": 3, "name": null, "tags": null, "facts": null, "twice": 6 },
            { "id": 4, "name": "", "tags": [], "facts": {}, "twice": 8 },
            { "id": 5, "name": "ü; -- no comment", "tags": [], "facts": {}, "twice": 10 },
        ])
    );
    assert_eq!(scratch.query("SELECT id FROM square").unwrap().trim(), "2");
}

#[test]
fn rows_after_copy_are_many_and_their_columns_may_be_left_out() {
    let rows: String = (0..20_000).map(|at| format!("{at}\tname {at}\n")).collect();
    let script = format!(
        "CREATE TABLE t (id int, name text, twice int GENERATED ALWAYS AS (id * 2) STORED);\n\
         COPY t FROM stdin;\n{rows}\\.\nSELECT count(*) AS n, sum(twice) AS s FROM t;"
    );
    let (ran, _scratch) = fresh(&script, &["--format", "jsonl"]);
    assert_eq!((ran.code, &*ran.stdout), (0, "{\"n\":20000,\"s\":399980000}\n"), "{}", ran.stderr);
    assert_eq!(ran.stderr, "CREATE\nCOPY: 20000 rows affected\n");
}

#[test]
fn a_row_that_fails_is_told_by_its_line_and_undoes_all() {
    let table = "CREATE TABLE t (id int PRIMARY KEY);\n";
    let scratch = fails(
        &format!("{table}COPY t FROM stdin;\n1\n2\nx\n\\.\n"),
        1,
        "in script.sql, statement 2, line 5: x\n  nothing was changed: the statement before it",
    );
    assert_eq!(scratch.query("SELECT to_regclass('t')").unwrap().trim(), "");
    let many: String = (0..9_000).map(|at| format!("{at}\n")).collect();
    let scratch = fails(
        &format!("{table}VACUUM;\nCOPY t FROM stdin;\n{many}7\n\\.\n"),
        1,
        "in script.sql, statement 3, line 9004: 7\n  the 2 statements before it stay done",
    );
    assert_eq!(scratch.query("SELECT count(*) FROM t").unwrap().trim(), "0");
    let begun = format!("{table}BEGIN;\nCOPY t FROM stdin;\n{many}\\.\nROLLBACK;\n");
    let (ran, scratch) = fresh(&begun, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(scratch.query("SELECT count(*) FROM t").unwrap().trim(), "0");
    fails(
        &format!("{table}COPY t FROM stdin;\n1\t2\n\\.\n"),
        4,
        "the row has 2 values for 1 columns",
    );
}

#[test]
fn what_is_not_read_is_refused_with_its_line_before_anything_runs() {
    let table = "CREATE TABLE t (id int);\n";
    for (rest, expect) in [
        ("\\if :x\n", "psql's \\if is refused: conditions are not evaluated"),
        ("SELECT 1 \\gexec\n", "psql's \\gexec is refused"),
        ("\\! rm -r x\n", "psql's \\! is refused: it acts on the machine"),
        ("\\frobnicate\n", "psql's \\frobnicate is refused: it is not known"),
        ("\\restrict k\n\\echo x\n", "after \\restrict no command"),
        ("COPY t FROM stdin;\n1\n", "a line `\\.` is missing"),
        ("COPY t FROM stdin WHERE id > 1;\n1\n\\.\n", "COPY with the option WHERE"),
        ("SET client_encoding TO 'LATIN1';\n", "a script in latin1"),
        ("\\i nowhere.sql\n", "cannot read nowhere.sql"),
    ] {
        let script = format!("{table}{rest}");
        let code = if rest.starts_with("\\i ") { 1 } else { 4 };
        let scratch = fails(&script, code, expect);
        assert_eq!(scratch.query("SELECT to_regclass('t')").unwrap().trim(), "", "{rest}");
        fails(&script, code, "script.sql, statement 2, line ");
    }
}

#[test]
fn a_script_may_make_a_database_and_go_there() {
    let (place, scratch) = (Place::new(), server().scratch().unwrap());
    let name = format!("{}_made", scratch.name());
    place.write(
        "script.sql",
        &format!(
            "DROP DATABASE IF EXISTS {name};\nCREATE DATABASE {name};\n\\connect {name};\n\
             CREATE TABLE t (id int);\nINSERT INTO t VALUES (1), (2);\n\\echo done\n"
        ),
    );
    let ran = run(&scratch, &place, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout, "DROP\nCREATE\nCONNECT\nCREATE\nINSERT: 2 rows affected\ndone\n");
    assert_eq!(server().query(&name, "SELECT count(*) FROM t").unwrap().trim(), "2");
    place.write("script.sql", &format!("\\c {name}\nDELETE FROM t;\nDELETE FROM nope;\n"));
    let ran = run(&scratch, &place, &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("nothing was changed: the statement before it"), "{}", ran.stderr);
    assert_eq!(server().query(&name, "SELECT count(*) FROM t").unwrap().trim(), "2");
    place.write("script.sql", "CREATE TABLE here (id int);\n\\c nosuch_database\nSELECT 1;\n");
    let ran = run(&scratch, &place, &[]);
    assert!(ran.stderr.contains("line 2: \\c nosuch_database"), "{}", ran.stderr);
    assert!(ran.stderr.contains("what was done before \\connect stays done"), "{}", ran.stderr);
    server().query("postgres", &format!("DROP DATABASE {name}")).unwrap();
}

#[test]
fn scripts_include_one_another_and_files_of_rows() {
    let (place, scratch) = (Place::new(), server().scratch().unwrap());
    std::fs::create_dir(place.path("parts")).unwrap();
    place.write(
        "script.sql",
        "\\set ON_ERROR_STOP on\n\\i parts/tables.sql\nSELECT * FROM t ORDER BY id \\g\n",
    );
    place.write(
        "parts/tables.sql",
        "CREATE TABLE t (id int, name text);\n\\ir rows.sql\n\\copy t from 'parts/rows.csv' csv header\n",
    );
    place.write("parts/rows.sql", "INSERT INTO t VALUES (1, 'one');\n\\q\nSELECT never;\n");
    place.write("parts/rows.csv", "id,name\n2,\"two, \"\"2\"\"\"\n3,\n");
    let ran = run(&scratch, &place, &["--format", "csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout, "id,name\r\n1,one\r\n2,\"two, \"\"2\"\"\"\r\n3,\r\n");
    place.write("parts/rows.sql", "INSERT INTO t VALUES (1, 'one');\nSELECT never;\n");
    scratch.query("DROP TABLE t").unwrap();
    let ran = run(&scratch, &place, &["--format", "csv"]);
    assert!(ran.stderr.contains("in parts/rows.sql, statement 3, line 2"), "{}", ran.stderr);
}

#[test]
fn what_no_transaction_can_hold_stands_alone() {
    let script = "CREATE TABLE t (id int);\nCREATE INDEX CONCURRENTLY i ON t (id);\nSELECT nope;\n";
    let scratch = fails(script, 1, "the 2 statements before it stay done");
    assert_eq!(scratch.query("SELECT to_regclass('i')").unwrap().trim(), "i");
    let (ran, _scratch) =
        fresh("CREATE TYPE m AS ENUM ('a');\nALTER TYPE m ADD VALUE 'b';\nSELECT 'b'::m;\n", &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn a_question_mark_is_an_operator_in_a_file_and_a_placeholder_with_parameters() {
    let (ran, scratch) = fresh("SELECT '{\"a\": 1}'::jsonb ? 'a' AS has;", &["--json"]);
    assert_eq!((ran.code, &*ran.stdout), (0, "[{\"has\":true}]\n"), "{}", ran.stderr);
    let place = Place::new();
    place.write("script.sql", "SELECT ?::int + 1 AS n;");
    let ran = run(&scratch, &place, &["--json", "-p", "2"]);
    assert_eq!((ran.code, &*ran.stdout), (0, "[{\"n\":3}]\n"), "{}", ran.stderr);
}

#[test]
fn what_the_server_says_beside_its_answers_is_told() {
    let script = "DO $$ BEGIN RAISE NOTICE 'hello'; RAISE WARNING 'careful'; END $$;";
    let (ran, _scratch) = fresh(script, &[]);
    assert_eq!((ran.code, &*ran.stderr), (0, "notice: hello\nwarning: careful\n"));
    let (ran, _scratch) = fresh(script, &["-q"]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
}
