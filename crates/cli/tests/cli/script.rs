//! Scripts: from files and pipes, all or nothing.

use crate::place::Place;

/// A script whose third statement fails, on the fifth line.
const BROKEN: &str = "\
-- adds two products
INSERT INTO product (name) VALUES ('Spoon');
INSERT INTO product (name) VALUES ('Fork');
INSERT INTO
  nope VALUES (1);
INSERT INTO product (name) VALUES ('Knife');
";

fn products(place: &Place) -> String {
    place.query(&["SELECT count(*) AS n FROM product", "--format", "csv"])
}

#[test]
fn a_file_is_all_or_nothing() {
    let place = Place::with_shop();
    place.write("broken.sql", BROKEN);
    let ran = place.run(&["query", "-d", "shop.db", "--file", "broken.sql"]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.stderr,
        "error: no such table: nope\n  in broken.sql, statement 3, line 4: INSERT INTO…\n  \
         nothing was changed: the 2 statements before it were rolled back\n"
    );
    assert_eq!(products(&place), "n\r\n3\r\n");
}

#[test]
fn statement_by_statement_those_before_a_failure_stay() {
    let place = Place::with_shop();
    place.write("broken.sql", BROKEN);
    let ran = place.run(&["query", "-d", "shop.db", "--file", "broken.sql", "--no-transaction"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("the 2 statements before it stay done"), "{}", ran.stderr);
    assert_eq!(products(&place), "n\r\n5\r\n");
}

#[test]
fn a_script_with_its_own_transaction_keeps_what_it_committed() {
    let place = Place::with_shop();
    let script = "BEGIN; INSERT INTO product (name) VALUES ('Spoon'); COMMIT;
                  BEGIN; INSERT INTO product (name) VALUES ('Fork'); SELECT nope; COMMIT;";
    let ran = place.run(&["query", "-d", "shop.db", script]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("what the script had committed stays"), "{}", ran.stderr);
    assert_eq!(products(&place), "n\r\n4\r\n");
}

#[test]
fn settings_in_front_run_before_the_transaction() {
    let place = Place::with_shop();
    let script = "PRAGMA foreign_keys = off;
                  INSERT INTO line VALUES (99, 1); INSERT INTO line VALUES (98, 1);";
    let ran = place.run_with(&["query", "-d", "shop.db"], script);
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    assert_eq!(ran.stdout, "PRAGMA\nINSERT × 2: 2 rows affected\n");
    let script = format!("{script} PRAGMA foreign_keys = on; DELETE FROM line");
    let ran = place.run_with(&["query", "-d", "shop.db", "-"], &script);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.starts_with("note: line 2: PRAGMA foreign_keys"), "{}", ran.stderr);
}

#[test]
fn thousands_of_statements_are_told_in_a_line() {
    let place = Place::with_shop();
    let insert = |at: usize| format!("INSERT INTO product (name) VALUES ('thing {at}; ?');\n");
    place.write("many.sql", &(0..5_000).map(insert).collect::<String>());
    let said = place.query(&["--file", "many.sql"]);
    assert_eq!(said, "INSERT × 5000: 5000 rows affected\n");
    let ran = place.run(&["query", "-d", "shop.db", "-v", "SELECT 1 WHERE 0; DELETE FROM line"]);
    assert!(ran.stdout.contains("line 1: DELETE: 2 rows affected in "), "{}", ran.stdout);
}

#[test]
fn triggers_are_not_cut_at_their_semicolons() {
    let place = Place::with_shop();
    place.query(&[
        "CREATE TRIGGER t AFTER INSERT ON product BEGIN INSERT INTO line VALUES (new.id, 1); END;
         INSERT INTO product (name) VALUES ('Spoon')",
    ]);
    assert_eq!(place.query(&["SELECT count(*) AS n FROM line", "--json"]), "[{\"n\":3}]\n");
}

#[test]
fn nothing_to_run_is_no_failure() {
    let place = Place::with_shop();
    assert_eq!(place.query(&[" -- nothing"]), "");
    assert_eq!(place.query(&[" -- nothing", "--json"]), "[]\n");
}

#[test]
fn a_script_that_is_no_text_is_refused() {
    let place = Place::with_shop();
    std::fs::write(place.path("bad.sql"), [0x53, 0xff, 0xfe]).unwrap();
    let ran = place.run(&["query", "-d", "shop.db", "--file", "bad.sql"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("it is not UTF-8"), "{}", ran.stderr);
}
