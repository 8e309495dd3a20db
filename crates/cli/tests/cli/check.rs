//! `check`: SQL in sources, without a database.

use hypostyle_testkit::server::Postgres;

use crate::place::Place;

/// An application with one module and a source.
fn application(source: &str) -> Place {
    let place = Place::new();
    std::fs::create_dir_all(place.path("modules/shop")).unwrap();
    std::fs::create_dir_all(place.path("src")).unwrap();
    place.write("hypostyle.toml", "");
    let models = "-- database: shop\nCREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT);\n";
    place.write("modules/shop/models.sql", models);
    place.write("src/main.rs", source);
    place
}

const WRONG: &str =
    "async fn f(db: &Database) {\n    db.execute(\"SELECT naem FROM item\", ()).await;\n}\n";

#[test]
fn a_wrong_statement_is_told_as_the_compiler_does() {
    let place = application(WRONG);
    let ran = place.run(&["check"]);
    let expect = "\
error: no such column: naem
 --> src/main.rs:2:24
  |
2 |     db.execute(\"SELECT naem FROM item\", ()).await;
  |                        ^^^^
  = help: did you mean `name`?

1 statement in 1 file checked, 1 wrong, 0 not checked
";
    assert_eq!(
        (ran.code, &*ran.stdout, &*ran.stderr),
        (4, expect, "error: 1 statement is wrong\n")
    );
    assert!(!place.path("data").exists(), "a check makes no database");
}

#[test]
fn statements_that_are_right_are_counted() {
    let place = application(&WRONG.replace("naem", "name"));
    let ran = place.run(&["check"]);
    let counted = "1 statement in 1 file checked, 0 not checked\n";
    assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, counted, ""));
    let ran = place.run(&["check", "-q", "src"]);
    assert_eq!((ran.code, &*ran.stdout), (0, ""));
    place.write("src/b.sql", "SELECT 1;\nPRAGMA user_version;");
    let ran = place.run(&["check", "-v"]);
    assert!(ran.stdout.contains("not checked: src/b.sql:2: it is no query\n"), "{}", ran.stdout);
}

#[test]
fn a_report_is_json_for_programs() {
    let ran = application(WRONG).run(&["check", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let found = &report["findings"][0];
    assert_eq!(
        (&found["file"], &found["line"], &found["column"]),
        (&"src/main.rs".into(), &2.into(), &24.into())
    );
    assert_eq!(
        (&found["database"], &found["help"][0]),
        (&"shop".into(), &"did you mean `name`?".into())
    );
    assert_eq!((&report["statements"], ran.code), (&1.into(), 4));
}

#[test]
fn a_module_of_a_server_is_checked_without_it() {
    let place = application(&WRONG.replace("naem", "nam::text"));
    place.write("hypostyle.toml", "databases.shop.url = \"postgres://nobody@127.0.0.1:1/shop\"");
    let ran = place.run(&["check"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stdout.contains("error: no column `nam` in `item`\n"), "{}", ran.stdout);
}

#[test]
fn a_module_of_a_server_is_checked_by_it_where_that_is_wanted() {
    let scratch = Postgres::shared().and_then(Postgres::scratch).unwrap();
    let place = application(&WRONG.replace("naem", "name + 1"));
    let url = scratch.url();
    place.write("hypostyle.toml", &format!("databases.shop.url = \"{url}\""));
    assert_eq!(place.run(&["check"]).code, 0, "names alone are right");
    let ran = place.run(&["check", "--server"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("error: operator does not exist: text + integer"),
        "{}",
        ran.stdout
    );
    let tables = "SELECT count(*) FROM pg_tables WHERE tablename = 'item'";
    assert_eq!(scratch.query(tables).unwrap().trim(), "0");
}

#[test]
fn a_schema_is_a_script_migrations_or_a_database() {
    let place = Place::with_shop();
    place.write("schema.sql", "CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT);");
    std::fs::create_dir(place.path("migrations")).unwrap();
    place.write("migrations/V001__a.sql", "CREATE TABLE product (id INTEGER, name TEXT);");
    place.write("a.sql", "SELECT nam FROM product");
    for arguments in [
        &["check", "a.sql", "--schema", "schema.sql"][..],
        &["check", "a.sql", "--schema", "schema.sql", "--dialect", "postgres"],
        &["check", "a.sql", "--schema", "schema.sql", "--dialect", "mysql"],
        &["check", "a.sql", "--migrations", "migrations"],
        &["check", "a.sql", "-d", "shop.db"],
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, 4, "{arguments:?} {}", ran.stderr);
        assert!(ran.stdout.contains("did you mean `name`?"), "{arguments:?} {}", ran.stdout);
    }
    place.write("a.sql", "DELETE FROM product WHERE id = ?");
    let ran = place.run(&["check", "a.sql", "-d", "shop.db"]);
    assert_eq!(
        (ran.code, &*place.query(&["-q", "SELECT count(*) AS n FROM product", "--json"])),
        (0, "[{\"n\":3}]\n")
    );
}

#[test]
fn what_there_is_to_check_against_must_be_named() {
    let place = Place::new();
    let ran = place.run(&["check"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("name a schema with --schema"), "{}", ran.stderr);
    place.write("schema.sql", "CREATE TABLE a (");
    let ran = place.run(&["check", "--schema", "schema.sql"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("schema.sql:1: "), "{}", ran.stderr);
    let ran = place.run(&["check", "nowhere", "--schema", "schema.sql", "--dialect", "postgres"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
}
