//! A person's mistakes on the command line: each is told with what to do, and makes nothing.

use crate::place::Place;

#[track_caller]
fn check(place: &Place, arguments: &[&str], code: i32, expect: &str) {
    let ran = place.run(arguments);
    assert_eq!(ran.code, code, "{arguments:?}: {}", ran.stderr);
    assert!(ran.stderr.contains(expect), "{arguments:?}: {}", ran.stderr);
}

#[test]
fn a_database_that_is_only_read_is_not_made() {
    let place = Place::new();
    for (text, is_made) in [
        ("SELECT 1", false),
        ("", false),
        ("PRAGMA user_version", false),
        ("SELECT 1; CREATE TABLE t (a)", true),
    ] {
        let ran = place.run(&["query", "-d", "shpo.db", text]);
        assert_eq!((ran.code == 0, place.path("shpo.db").exists()), (is_made, is_made), "{text}");
    }
    check(
        &place,
        &["query", "-d", "x.db", "SELECT 1"],
        1,
        "there is no database x.db; check the path",
    );
}

#[test]
fn an_address_is_told_as_it_is_written() {
    let place = Place::with_shop();
    for listen in ["9000", "localhost:9000"] {
        let arguments = ["serve", "-d", "shop.db", "--listen", listen];
        check(&place, &arguments, 2, "an IP address with a port, as 127.0.0.1:9000");
    }
}

#[test]
fn what_cannot_be_served_is_told_before_anything_is_served() {
    let place = Place::with_shop();
    let serve = |more: &[&'static str]| [&["serve", "--listen", "127.0.0.1:0"], more].concat();
    let twice = serve(&["--database", "a=shop.db", "--database", "a=shop.db"]);
    let ran = place.run(&twice);
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""), "{}", ran.stderr);
    let origin = serve(&["-d", "shop.db", "--allow-origin", "app.example"]);
    check(&place, &origin, 4, "as https://app.example, not `app.example`");
    let folder = serve(&["--folder", "nowhere"]);
    check(&place, &folder, 2, "nowhere is no folder of an application");
}

#[test]
fn a_folder_of_migrations_must_be_there() {
    let place = Place::with_shop();
    for verb in ["up", "status"] {
        let arguments = ["migrate", verb, "-d", "new.db", "--migrations", "steps"];
        check(&place, &arguments, 4, "there is no folder steps");
        check(&place, &["migrate", verb, "-d", "shop.db"], 2, "with --migrations");
    }
    assert!(!place.path("new.db").exists());
}

#[test]
fn an_application_needs_a_name() {
    for folder in [".", "..", "/"] {
        check(&Place::new(), &["init", folder], 2, "as in hypostyle init shop");
    }
}

#[test]
fn a_parameter_that_is_missing_is_told_with_its_flag() {
    let query = ["query", "-d", "shop.db", "SELECT * FROM line WHERE count = ?"];
    check(&Place::with_shop(), &query, 4, "--param gives one: VALUE for `?`");
}
