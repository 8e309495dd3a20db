//! An application's folder: made, loaded, killed while it is loaded, served twice at once.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::place::{Place, Ran};
use crate::serve::Serving;

/// How many modules, migrations of each, and rows of each migration.
const MODULES: usize = 3;
const MIGRATIONS: usize = 12;
const ROWS: usize = 200;

const KILLS: u32 = 20;

impl Place {
    /// An application whose loading takes a while.
    fn large() -> Self {
        let place = Self::new();
        place.write("hypostyle.toml", "name = \"m1\"\n");
        for module in 0..MODULES {
            let folder = place.path(&format!("modules/m{module}/migrations"));
            fs::create_dir_all(&folder).unwrap();
            let models = format!(
                "-- database: db{module}\nCREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT);\n\
                 CREATE TABLE pet (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id));\n\
                 CREATE INDEX pet_by_person ON pet (person_id);\n"
            );
            fs::write(folder.parent().unwrap().join("models.sql"), models).unwrap();
            for number in 0..MIGRATIONS {
                let text = format!(
                    "CREATE TABLE t{number} (id INTEGER PRIMARY KEY, v TEXT);\n\
                     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})\n\
                     INSERT INTO t{number} SELECT i, 'row ' || i FROM n;\n"
                );
                fs::write(folder.join(format!("V{number:03}__step.sql")), text).unwrap();
            }
        }
        place
    }

    fn clear(&self) {
        let data = self.path("data");
        if data.exists() {
            fs::remove_dir_all(data).unwrap();
        }
    }

    /// All that the databases hold, but for when it was written.
    fn state(&self) -> String {
        let mut state = String::new();
        for database in ["db0", "db1", "db2", "framework"] {
            let path = format!("data/database/{database}.db");
            let check = "PRAGMA integrity_check";
            let schema = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name";
            for sql in [check, schema] {
                state += &self.ok(&["query", "-d", &path, "--json", sql]).stdout;
            }
            let migrations = "SELECT version, filename, migration_type, description, checksum \
                              FROM ia_migrations ORDER BY migration_type, version";
            state += &self.ok(&["query", "-d", &path, "--json", migrations]).stdout;
            if database == "framework" {
                let modules = "SELECT name, database_name, location FROM modules ORDER BY name";
                state += &self.ok(&["query", "-d", &path, "--json", modules]).stdout;
                continue;
            }
            for number in 0..MIGRATIONS {
                let count = format!("SELECT count(*) AS n, sum(id) AS s FROM t{number}");
                state += &self.ok(&["query", "-d", &path, "--json", &count]).stdout;
            }
        }
        state
    }

    #[track_caller]
    pub(crate) fn ok(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        ran
    }
}

#[test]
fn a_new_application_is_served_with_its_own_tables() {
    let place = Place::new();
    place.ok(&["init", "shop"]);
    assert_eq!(place.run(&["init", "shop"]).code, 4);
    assert_eq!(place.run(&["init", "Not a name"]).code, 4);
    let listed = place.ok(&["db", "list", "-C", "shop", "--json"]).stdout;
    assert!(listed.contains("\"state\":\"not made yet\""), "{listed}");
    assert!(!place.path("shop/data").exists(), "looking makes nothing");
    let arguments = ["serve", "--folder", "shop", "--listen", "127.0.0.1:0", "--json"];
    let serving = Serving::start(&place, &arguments);
    let project = "{\"name\":\"Garden\"}";
    let (status, body) = serving.post("/api/v1/db/tables/projects/records", project);
    assert_eq!(status, 201, "{body}");
    let (status, body) = serving.get("/api/v1/db/panels/open-tasks", "");
    assert_eq!((status, body.contains("\"rows\":[[0]]")), (200, true), "{body}");
    let listed = place.ok(&["db", "list", "-C", "shop", "--json"]).stdout;
    assert!(listed.contains("\"state\":\"ready\""), "{listed}");
    let production = place.ok(&["config", "-C", "shop", "--environment", "production"]).stdout;
    assert!(!production.contains("databases.shop.writable"), "{production}");
}

#[test]
fn one_broken_module_keeps_no_other_from_being_served() {
    let place = Place::new();
    place.ok(&["init", "shop"]);
    let module = |name: &str, models: &str| {
        fs::create_dir_all(place.path(&format!("shop/modules/{name}"))).unwrap();
        place.write(&format!("shop/modules/{name}/models.sql"), models);
    };
    module("blog", "-- database: blog\nCREATE TABLE post (id INTEGER PRIMARY KEY);\n");
    module("bad", "-- database: bad\n\nCREATE TABLE a (\n  id INTEGER,\n  name TEXT NOT NUL\n);\n");
    module("second", "-- database: blog\nCREATE TABLE x (id INTEGER PRIMARY KEY);\n");
    let arguments = ["serve", "--folder", "shop", "--listen", "127.0.0.1:0", "--json"];
    let serving = Serving::start(&place, &arguments);
    let (status, body) = serving.get("/api/v1/db/is-ready", "");
    assert_eq!(status, 200);
    let expect = "{\"message\":\"near \\\"NUL\\\": syntax error\",\"file\":\"modules/bad/models.sql\",\
                  \"line\":5,\"expected\":\"SQL that the engine takes\"}";
    assert!(body.starts_with("{\"ready\":true,\"status\":\"degraded\""), "{body}");
    assert!(body.contains(expect), "{body}");
    assert!(body.contains("the database `blog` belongs to the module `blog`"), "{body}");
    for (database, table) in [("shop", "tasks"), ("blog", "post")] {
        let (status, body) = serving.get(&format!("/api/v1/db/tables/{table}?db={database}"), "");
        assert_eq!(status, 200, "{body}");
    }
    assert!(!place.path("shop/data/database/bad.db").exists());
    let ran = place.run(&["migrate", "up", "-C", "shop"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let expect = "failed bad: modules/bad/models.sql:5:17: near \"NUL\": syntax error; expected";
    assert!(ran.stdout.contains(expect), "{}", ran.stdout);
}

#[test]
fn migrations_are_listed_applied_once_and_checked() {
    let place = Place::large();
    assert_eq!(place.run(&["migrate", "status", "--check"]).code, 5);
    let planned = place.ok(&["migrate", "up", "--dry-run", "--json"]).stdout;
    assert_eq!(planned.matches("\"state\":\"pending\"").count(), MODULES * MIGRATIONS + 1);
    assert!(!place.path("data").exists(), "a dry run makes nothing");
    let first = place.ok(&["migrate", "up"]).stdout;
    assert_eq!(first.matches("applied V").count(), MODULES * MIGRATIONS, "{first}");
    assert_eq!(place.ok(&["migrate", "up"]).stdout, "");
    place.ok(&["migrate", "status", "--check"]);
    place.write("modules/m1/migrations/V003__step.sql", "SELECT 1");
    let ran = place.run(&["migrate", "up"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("V003__step.sql (app) was changed after it was applied"));
}

#[test]
fn a_single_database_is_migrated_from_a_folder() {
    let place = Place::new();
    fs::create_dir(place.path("steps")).unwrap();
    place.write("steps/V1__a.sql", "CREATE TABLE a (x);");
    place.write("steps/V2__b.sql", "CREATE TABLE b (x);\nCREATE TABLE b (x);\n");
    let up = ["migrate", "up", "-d", "app.db", "--migrations", "steps"];
    place.ok(&[&up[..], &["--to", "1"]].concat());
    let ran = place.run(&up);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("V2__b.sql:2"), "{}", ran.stderr);
    let tables = place.ok(&["schema", "inspect", "-d", "app.db", "--json"]).stdout;
    assert!(tables.contains("\"a\"") && !tables.contains("\"name\": \"b\""), "{tables}");
}

#[test]
fn killed_at_any_moment_loading_ends_in_the_same_state() {
    let place = Place::large();
    let began = Instant::now();
    place.ok(&["migrate", "up"]);
    let whole = began.elapsed();
    let expect = place.state();
    let mut seed = 0x9e37_79b9_u32;
    for round in 0..KILLS {
        place.clear();
        let mut child = place.command(&["migrate", "up"]).stdout(Stdio::null()).spawn().unwrap();
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        #[expect(clippy::disallowed_methods, reason = "no runtime runs on this thread")]
        std::thread::sleep(whole.mul_f64(f64::from(seed >> 16) / 65_536.0));
        child.kill().unwrap();
        child.wait().unwrap();
        place.ok(&["migrate", "up"]);
        assert_eq!(place.state(), expect, "round {round}");
    }
}

#[test]
fn two_servers_started_at_once_on_one_folder_do_not_harm_each_other() {
    let place = Place::large();
    place.ok(&["migrate", "up"]);
    let expect = place.state();
    for _ in 0..3 {
        place.clear();
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--json"];
        let both = std::thread::scope(|scope| {
            let start = || scope.spawn(|| Serving::start(&place, &arguments));
            [start(), start()].map(|one| one.join().unwrap())
        });
        for serving in &both {
            let (status, body) = serving.get("/api/v1/db/is-ready", "");
            assert_eq!((status, &*body), (200, "{\"ready\":true,\"status\":\"ready\"}"));
        }
        assert_eq!(place.state(), expect);
    }
}

#[test]
fn what_is_no_application_says_how_to_make_one() {
    let place = Place::new();
    for arguments in [&["db", "list"][..], &["migrate", "status"], &["serve"]] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.stderr.contains("`hypostyle init NAME` makes one"), "{}", ran.stderr);
    }
    assert!(!Path::new("data").exists());
}

/// Keeps the tests of this file from waiting for good when a server hangs.
#[test]
fn a_server_that_cannot_load_says_so_and_ends() {
    let place = Place::new();
    place.ok(&["init", "shop"]);
    place.write("shop/data", "a file where the folder of databases is to be");
    let began = Instant::now();
    let ran = place.run(&["serve", "--folder", "shop", "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("shop/data"), "{}", ran.stderr);
    assert!(began.elapsed() < Duration::from_secs(60));
}
