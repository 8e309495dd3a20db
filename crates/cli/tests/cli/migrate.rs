//! Migrations written, generated, planned, undone.

use std::fs;

use hypostyle_testkit::server::{Brand, MySql, Postgres};

use crate::place::Place;

const MODELS: &str = "-- database: shop
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT);
";

const WIDER: &str = "-- database: shop
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT, phone TEXT);
CREATE INDEX customer_by_name ON customer (name);
";

const RENAMED: &str = "-- database: shop
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, phone TEXT);
CREATE INDEX customer_by_name ON customer (name);
";

/// An application with one module, whose tables were made from its models.
fn shop() -> Place {
    let place = Place::new();
    fs::create_dir_all(place.path("modules/shop")).unwrap();
    place.write("hypostyle.toml", "name = \"shop\"\n");
    place.write("modules/shop/models.sql", MODELS);
    place.ok(&["migrate", "up"]);
    place.ok(&[
        "query",
        "-d",
        "data/database/shop.db",
        "INSERT INTO customer (name, mail) VALUES ('Ada', 'a@b')",
    ]);
    place
}

fn customers(place: &Place) -> String {
    let query = "SELECT * FROM customer";
    let ran = place.ok(&["query", "-d", "data/database/shop.db", "--format", "csv", query]);
    ran.stdout.replace("\r\n", "\n")
}

#[test]
fn a_changed_model_becomes_a_migration_and_goes_back() {
    let place = shop();
    place.write("modules/shop/models.sql", WIDER);
    let shown = place.ok(&["migrate", "diff", "-m", "phone", "--dry-run"]).stdout;
    assert!(shown.contains("ADD COLUMN \"phone\" TEXT"), "{shown}");
    assert!(!place.path("modules/shop/migrations").exists(), "a dry run writes nothing");
    let wrote = place.ok(&["migrate", "diff", "-m", "Add phone!"]).stdout;
    assert!(wrote.contains("V001__add_phone.sql"), "{wrote}");
    place.ok(&["migrate", "up"]);
    assert!(
        customers(&place).starts_with("id,name,mail,phone\n1,Ada,a@b,"),
        "{}",
        customers(&place)
    );
    let again = place.ok(&["migrate", "diff"]).stdout;
    assert!(again.contains("nothing changed"), "{again}");
    assert_eq!(place.run(&["migrate", "down", "0"]).code, 2, "a person says --yes");
    place.ok(&["migrate", "down", "0", "--yes"]);
    assert_eq!(customers(&place), "id,name,mail\n1,Ada,a@b\n");
}

#[test]
fn the_files_make_a_new_database_as_well() {
    let place = shop();
    place.write("modules/shop/models.sql", WIDER);
    place.ok(&["migrate", "diff", "-m", "phone"]);
    fs::remove_dir_all(place.path("data")).unwrap();
    place.ok(&["migrate", "up"]);
    assert!(customers(&place).is_empty() || customers(&place).starts_with("id,name,mail,phone"));
    let again = place.ok(&["migrate", "diff"]).stdout;
    assert!(again.contains("nothing changed"), "{again}");
}

#[test]
fn a_rename_is_asked_about_and_answered() {
    let place = shop();
    place.write("modules/shop/models.sql", WIDER);
    place.ok(&["migrate", "diff", "-m", "phone"]);
    place.ok(&["migrate", "up"]);
    place.write("modules/shop/models.sql", RENAMED);
    let asked = place.run(&["migrate", "diff", "-m", "email"]);
    assert_eq!(asked.code, 4, "{}", asked.stderr);
    assert!(asked.stderr.contains("was the column `customer.mail` renamed"), "{}", asked.stderr);
    assert!(asked.stderr.contains("--rename"), "{}", asked.stderr);
    place.ok(&["migrate", "diff", "-m", "email", "--rename", "customer.mail=email"]);
    place.ok(&["migrate", "up"]);
    assert!(customers(&place).starts_with("id,name,email,phone\n1,Ada,a@b,"));
}

#[test]
fn one_database_has_all_of_it_without_an_application() {
    let place = Place::new();
    place.write("models.sql", MODELS);
    let of = ["-d", "app.db", "--migrations", "steps"];
    fs::create_dir(place.path("steps")).unwrap();
    place.ok(&[&["migrate", "diff", "-m", "first", "--models", "models.sql"][..], &of].concat());
    place.ok(&["migrate", "new", "second", "--undo", "--migrations", "steps"]);
    place.write("steps/V002__second.sql", "INSERT INTO customer (name) VALUES ('${who}');");
    place.write("steps/U002__second.sql", "DELETE FROM customer;");
    let who = ["--placeholder", "who=Ada"];
    let plan = place.ok(&[&["migrate", "plan"][..], &of, &who].concat()).stdout;
    assert!(plan.contains("VALUES ('Ada');"), "{plan}");
    place.ok(&[&["migrate", "up"][..], &of, &who].concat());
    let status = place.ok(&[&["migrate", "status", "--json"][..], &of].concat()).stdout;
    assert_eq!(status.matches("\"state\":\"applied\"").count(), 2, "{status}");
    place.ok(&[&["migrate", "down", "1", "--yes"][..], &of].concat());
    place.write("steps/V001__first.sql", "CREATE TABLE other (id INTEGER);");
    let refused = place.run(&[&["migrate", "up"][..], &of].concat());
    assert!(refused.stderr.contains("was changed after it was applied"), "{}", refused.stderr);
    let listed = place.ok(&[&["migrate", "repair"][..], &of].concat()).stdout;
    assert!(listed.contains("nothing was rewritten"), "{listed}");
    place.ok(&[&["migrate", "repair", "--yes"][..], &of].concat());
    place.ok(&[&["migrate", "up"][..], &of, &who].concat());
}

/// Types by the names that other engines have for them.
const ANYWHERE: &str = "-- database: shop
CREATE TABLE customer (id BIGINT PRIMARY KEY, code UUID, name VARCHAR(40) NOT NULL, notes LONGTEXT,
    picture BYTEA, since TIMESTAMPTZ, seen DATETIME, size INT(11), level TINYINT, ratio DOUBLE, doc JSONB,
    UNIQUE (name));
CREATE TABLE visit (customer BIGINT NOT NULL, place INT, PRIMARY KEY (customer, place),
    FOREIGN KEY (customer) REFERENCES customer (id));
CREATE VIEW names AS SELECT id, name FROM customer;
";

/// What changes them on any engine.
fn changed() -> String {
    ANYWHERE
        .replace("notes LONGTEXT", "notes LONGTEXT, phone VARCHAR(20) DEFAULT 'none'")
        .replace("level TINYINT, ", "")
        .replace("CREATE VIEW", "CREATE INDEX visit_by_place ON visit (place);\nCREATE VIEW")
}

fn one_model_file_goes_all_ways(url: &str) {
    let place = Place::new();
    place.write("models.sql", ANYWHERE);
    fs::create_dir(place.path("steps")).unwrap();
    let run = |words: &[&str]| {
        let of = ["-d", url, "--migrations", "steps"];
        place.ok(&[&["migrate"][..], words, &of].concat()).stdout
    };
    let diff = |message: &str| run(&["diff", "-m", message, "--models", "models.sql"]);
    let rows = || {
        let sql = "SELECT id, name, notes, size, level FROM customer ORDER BY id";
        place.ok(&["query", "-d", url, "--json", sql]).stdout
    };
    diff("first");
    run(&["up"]);
    let insert = "INSERT INTO customer (id, name, size) VALUES (1, 'Ada', 7)";
    place.ok(&["query", "-d", url, insert]);
    let before = rows();
    place.write("models.sql", &changed());
    let wrote = diff("second");
    assert!(wrote.contains("V002__second.sql") && wrote.contains("U002__second.sql"), "{wrote}");
    run(&["up"]);
    let phone = "SELECT phone, size FROM customer";
    let phone = place.ok(&["query", "-d", url, "--json", phone]).stdout;
    assert_eq!(phone.trim(), r#"[{"phone":"none","size":7}]"#, "{url}");
    assert!(diff("third").starts_with("nothing changed"), "{url}");
    run(&["down", "1", "--yes"]);
    assert_eq!(rows(), before, "{url}");
    place.write("models.sql", ANYWHERE);
    fs::remove_file(place.path("steps/V002__second.sql")).unwrap();
    fs::remove_file(place.path("steps/U002__second.sql")).unwrap();
    assert!(diff("fourth").starts_with("nothing changed"), "{url}");
}

#[test]
fn one_model_file_is_migrated_on_every_engine() {
    let folder = tempfile::tempdir().unwrap();
    one_model_file_goes_all_ways(&format!("sqlite:{}", folder.path().join("a.db").display()));
    let path = folder.path().join("a.duckdb");
    one_model_file_goes_all_ways(&format!("duckdb:{}", path.display()));
    let scratch = Postgres::shared().unwrap().scratch().unwrap();
    one_model_file_goes_all_ways(&scratch.url());
    for brand in [Brand::MariaDb, Brand::Oracle] {
        let scratch = MySql::shared(brand).unwrap().scratch().unwrap();
        one_model_file_goes_all_ways(&scratch.url());
    }
}
