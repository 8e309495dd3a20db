use crate::Dialect::{self, DuckDb, Mysql, Postgres, Sqlite};
use crate::{is_complete, split};

const ALL: [Dialect; 4] = [Sqlite, Postgres, Mysql, DuckDb];

fn check(dialect: Dialect, script: &str, expect: &[&str]) {
    let found: Vec<_> = split(script, dialect).map(|statement| statement.text).collect();
    assert_eq!(found, expect, "{dialect:?}: {script}");
    for statement in split(script, dialect) {
        assert!(script[statement.start..].starts_with(statement.text));
    }
}

/// Checks that the statement is one, beside another before and after it.
fn check_whole(dialect: Dialect, statement: &str) {
    let script = format!("SELECT 1;\n{statement};\nSELECT 2;");
    check(dialect, &script, &["SELECT 1", statement, "SELECT 2"]);
    check(dialect, statement, &[statement]);
    assert!(is_complete(&format!("{statement} ;"), dialect), "{dialect:?}: {statement}");
    for (cut, _) in statement.match_indices(';') {
        let part = &statement[..=cut];
        assert!(!is_complete(part, dialect), "{dialect:?}: {part}");
    }
}

#[test]
fn statements_are_cut_at_semicolons() {
    for dialect in ALL {
        check(dialect, "", &[]);
        check(dialect, " ; ;; -- a\n/* b */ ;", &[]);
        check(dialect, "a", &["a"]);
        check(dialect, "\u{feff}a;b", &["a", "b"]);
        check(dialect, "-- x\n a /* y */ b -- z ; \n; /* c */", &["a /* y */ b"]);
        check(dialect, "a ';' b; c \"x;\";", &["a ';' b", "c \"x;\""]);
        check(dialect, "a 'b; c", &["a 'b; c"]);
        check(dialect, "BEGIN; a; END; COMMIT", &["BEGIN", "a", "END", "COMMIT"]);
        check(
            dialect,
            "SELECT CASE a WHEN 1 THEN 2 END; b",
            &["SELECT CASE a WHEN 1 THEN 2 END", "b"],
        );
        check(
            dialect,
            "CREATE TABLE trigger (begin x); b",
            &["CREATE TABLE trigger (begin x)", "b"],
        );
    }
    check(Sqlite, "a; /* b ; c", &["a"]);
    check(Sqlite, "a (b; c", &["a (b", "c"]);
    check(Postgres, "DO $$ a; b $$; c", &["DO $$ a; b $$", "c"]);
    check(Mysql, "a # ;\n b; c", &["a # ;\n b", "c"]);
    check(Mysql, "/*!40101 SET x */; /* y */; z", &["/*!40101 SET x */", "z"]);
}

#[test]
fn lines_and_offsets_are_those_of_the_first_token() {
    let script = "-- a\n\nSELECT\n1;;\n/* x\n */ SELECT 2; SELECT 3";
    let found: Vec<_> = split(script, Sqlite).map(|s| (s.line, s.start, s.text)).collect();
    assert_eq!(found, [(3, 6, "SELECT\n1"), (6, 26, "SELECT 2"), (6, 36, "SELECT 3")]);
}

#[test]
fn triggers_of_sqlite_stay_whole() {
    for statement in [
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = 1; END",
        "create temp trigger if not exists t after update of begin on a when new.begin > old.end \
         begin select case new.end when 1 then 2 end; delete from b; end",
        "CREATE TEMPORARY TRIGGER t INSTEAD OF DELETE ON a BEGIN \
         INSERT INTO b SELECT CASE WHEN end THEN ';' END, end FROM c; -- ; END;\n END",
        "EXPLAIN QUERY PLAN CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",
    ] {
        check_whole(Sqlite, statement);
    }
    check(Sqlite, "CREATE TRIGGER t; SELECT 1", &["CREATE TRIGGER t", "SELECT 1"]);
}

#[test]
fn routines_of_mysql_stay_whole() {
    for statement in [
        "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
        "CREATE PROCEDURE p() BEGIN END",
        "CREATE DEFINER = 'a'@'%' FUNCTION f() RETURNS INT DETERMINISTIC l: BEGIN RETURN 1; END l",
        "CREATE DEFINER=`root`@`localhost` TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN \
         IF NEW.end THEN SET NEW.b = IF(1, 2, 3); ELSEIF x THEN SET c = 1; END IF; END",
        "CREATE DEFINER=root@localhost EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM a; END",
        "ALTER EVENT e DO BEGIN DELETE FROM a; DELETE FROM b; END",
        "CREATE OR REPLACE PROCEDURE p() BEGIN WHILE a DO SET a = a - 1; END WHILE; \
         r: LOOP LEAVE r; END LOOP r; REPEAT SET b = 1; UNTIL b END REPEAT; \
         FOR i IN (SELECT 1) DO SELECT i; END FOR; END",
        "CREATE PROCEDURE p() BEGIN CASE a WHEN 1 THEN SELECT 1; ELSE BEGIN END; END CASE; \
         SELECT CASE WHEN a THEN CASE WHEN b THEN c END ELSE d END FOR UPDATE; END",
        "CREATE PROCEDURE p() BEGIN CASE WHEN a THEN IF b THEN SELECT 1; END IF; END CASE; END",
        "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END; \
         SELECT `end`, t.end FROM t; END",
        "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END",
    ] {
        check_whole(Mysql, statement);
    }
    check(
        Mysql,
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @x = 1; b",
        &["CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @x = 1", "b"],
    );
    check(
        Mysql,
        "CREATE DEFINER=a@b SQL SECURITY DEFINER VIEW v AS SELECT begin; c",
        &["CREATE DEFINER=a@b SQL SECURITY DEFINER VIEW v AS SELECT begin", "c"],
    );
}

#[test]
fn atomic_bodies_and_rules_of_postgres_stay_whole() {
    for statement in [
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC \
         SELECT CASE WHEN a THEN 1 END AS end; INSERT INTO t VALUES (1); END",
        "CREATE PROCEDURE p() BEGIN ATOMIC END",
        "CREATE RULE r AS ON INSERT TO a DO ALSO (INSERT INTO b VALUES (1); DELETE FROM c)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN RETURN 1; END $f$",
    ] {
        let is_opaque = statement.contains("$f$");
        if is_opaque {
            check(Postgres, &format!("{statement}; a"), &[statement, "a"]);
        } else {
            check_whole(Postgres, statement);
        }
    }
    check(Postgres, "CREATE FUNCTION begin() AS 'x'; b", &["CREATE FUNCTION begin() AS 'x'", "b"]);
}

#[test]
fn a_shell_knows_when_a_text_is_complete() {
    let check = |dialect: Dialect, text: &str, expect: bool| {
        assert_eq!(is_complete(text, dialect), expect, "{dialect:?}: {text}");
    };
    for dialect in ALL {
        check(dialect, "", false);
        check(dialect, "-- a", false);
        check(dialect, "a", false);
        check(dialect, "a;", true);
        check(dialect, "a; -- b\n /* c */ ", true);
        check(dialect, "a; b", false);
        check(dialect, "a ';", false);
        check(dialect, "a -- ;", false);
        check(dialect, "a; /* b", false);
        check(dialect, "a; /*/", false);
        check(dialect, ";", true);
    }
    check(Postgres, "a (;", false);
    check(Sqlite, "a (;", true);
    check(Postgres, "$$ a;", false);
}
