//! `schema`, `doctor`, `completions`, help.

use crate::place::Place;

#[test]
fn a_schema_is_shown_in_words_and_as_json() {
    let place = Place::with_shop();
    let ran = place.run(&["schema", "inspect", "-d", "shop.db", "line"]);
    let expect = [
        "line  table",
        " column     │ type    │ null │ default │ key",
        "────────────┼─────────┼──────┼─────────┼──────────────────────────────────",
        " product_id │ INTEGER │ no   │         │ → product (id) on delete cascade",
        " count      │ INTEGER │ no   │         │",
        "  check (count > 0)",
    ];
    assert_eq!((ran.code, ran.stdout.lines().collect::<Vec<_>>()), (0, expect.to_vec()));
    let ran = place.run(&["schema", "inspect", "-d", "shop.db", "--json"]);
    let schema: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let names: Vec<_> = schema["tables"].as_array().unwrap().iter().map(|t| &t["name"]).collect();
    assert_eq!(names, ["cheap", "line", "product"]);
    let ran = place.run(&["schema", "inspect", "-d", "shop.db", "nope"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stderr, "error: no table or view `nope`; there are: cheap, line, product\n");
}

#[test]
fn a_healthy_database_passes_every_check() {
    let place = Place::with_shop();
    let ran = place.run(&["doctor", "-d", "shop.db"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    for name in ["answers", "version", "journal", "foreign keys", "integrity", "disk", "writing"] {
        assert!(ran.stdout.contains(&format!("ok    {name:<13} ")), "{name}: {}", ran.stdout);
    }
    let ran = place.run(&["doctor", "-d", "shop.db", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["ok"], true);
    assert_eq!(report["capabilities"]["returning"], true);
    assert_eq!(report["checks"][0]["state"], "ok");
}

#[test]
fn a_doctor_says_what_is_wrong_and_what_to_do() {
    let place = Place::with_shop();
    place.query(&["PRAGMA foreign_keys = off; INSERT INTO line VALUES (99, 1)"]);
    let ran = place.run(&["doctor", "-d", "shop.db"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("warn  foreign keys"), "{}", ran.stdout);
    let ran = place.run(&["doctor", "-d", "nope.db"]);
    assert_eq!((ran.code, place.path("nope.db").exists()), (1, false));
    assert!(ran.stdout.contains("fail  opening"), "{}", ran.stdout);
    place.write("text.db", &"this is no database ".repeat(100));
    let ran = place.run(&["doctor", "-d", "text.db"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("fail  "), "{}", ran.stdout);
}

#[test]
fn every_shell_gets_its_completions() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = place.run(&["completions", shell]);
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{shell}");
        assert!(ran.stdout.contains("schema"), "{shell}");
    }
}

#[test]
fn every_command_explains_itself_with_examples() {
    let place = Place::new();
    let commands: [&[&str]; 8] = [
        &["query"],
        &["shell"],
        &["schema", "inspect"],
        &["serve"],
        &["demo"],
        &["doctor"],
        &["completions"],
        &[],
    ];
    for command in commands {
        let ran = place.run(&[command, &["--help"]].concat());
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{command:?}");
        assert!(ran.stdout.contains("Examples:\n  "), "{command:?}");
        assert!(!ran.stdout.contains('\u{1b}'), "no colour without a terminal");
    }
}
