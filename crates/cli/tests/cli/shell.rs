//! `hypostyle shell` behind a pipe; the keyboard is tried by hand.

use crate::place::Place;

#[test]
fn statements_and_commands_come_through_a_pipe() {
    let place = Place::with_shop();
    let typed =
        ".mode csv\nSELECT name\nFROM product WHERE id = 1;\n.tables\n.quit\nSELECT nope;\n";
    let ran = place.run_with(&["shell", "-d", "shop.db"], typed);
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    assert_eq!(
        ran.stdout,
        "name\r\nKettle\r\n name    │ kind  │ columns\n─────────┼───────┼─────────\n cheap   │ view  │ 6\n \
         line    │ table │ 2\n product │ table │ 6\n"
    );
}

#[test]
fn one_session_holds_a_transaction_over_several_lines() {
    let place = Place::with_shop();
    let typed = "BEGIN;\nDELETE FROM line;\nROLLBACK;\nSELECT count(*) AS n FROM line;\nBEGIN;\n\
                 DELETE FROM line;\n";
    let ran = place.run_with(&["shell", "-d", "shop.db", "--format", "jsonl"], typed);
    assert_eq!((ran.code, &*ran.stdout), (0, "{\"n\":2}\n"));
    assert!(ran.stderr.ends_with("the open transaction is rolled back\n"), "{}", ran.stderr);
    assert_eq!(place.query(&["SELECT count(*) AS n FROM line", "--json"]), "[{\"n\":2}]\n");
}

#[test]
fn a_pipe_is_read_up_to_the_first_failure() {
    let place = Place::with_shop();
    let typed = "DELETE FROM line WHERE count = 2;\nSELECT nope;\nDELETE FROM line;\n";
    let ran = place.run_with(&["shell", "-d", "shop.db"], typed);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("no such column: nope"), "{}", ran.stderr);
    assert_eq!(place.query(&["SELECT count(*) AS n FROM line", "--json"]), "[{\"n\":1}]\n");
    let ran = place.run_with(&["shell", "-d", "shop.db"], ".mode xml\n");
    assert_eq!((ran.code, &*ran.stderr), (4, "error: usage: .mode table|json|jsonl|csv\n"));
}

#[test]
fn a_last_statement_needs_no_semicolon() {
    let ran = Place::with_shop().run_with(&["shell", "-d", "shop.db", "--json"], "SELECT 1 AS a");
    assert_eq!((ran.code, &*ran.stdout), (0, "[{\"a\":1}]\n"));
}

#[test]
fn tables_are_described_and_plans_shown() {
    let typed = ".schema line\n.explain SELECT * FROM product WHERE id = 1;\n.help\n";
    let ran = Place::with_shop().run_with(&["shell", "-d", "shop.db"], typed);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("→ product (id) on delete cascade"), "{}", ran.stdout);
    assert!(ran.stdout.contains("SEARCH product USING INTEGER PRIMARY KEY"), "{}", ran.stdout);
    assert!(ran.stdout.contains(".timing on|off"), "{}", ran.stdout);
}
