//! `config`: what an application is set to.

use crate::place::{Place, Ran, ran};

const TOML: &str = "\
name = \"Shop\"
pool_size = 4

[server]
listen = \"127.0.0.1:9000\"

[databases.hr]
url = \"postgres://ada:s3cret@hr.example.com/hr\"

[environments.production]
pool_size = 40
";

/// A place with settings, and without variables of the caller's.
struct App(Place);

impl App {
    fn new(toml: &str) -> Self {
        let place = Place::new();
        place.write("hypostyle.toml", toml);
        Self(place)
    }

    fn run_in(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = self.0.command(&[&["config"], arguments].concat());
        for name in
            ["ENVIRONMENT", "DATABASE_POOL_SIZE", "DATABASE_MAX_RETRIES", "SQLITE_CACHE_SIZE"]
        {
            command.env_remove(name);
        }
        ran(command.envs(variables.iter().copied()).output().unwrap())
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_in(arguments, &[])
    }
}

/// Answers the line of a setting, its blanks made one.
fn line(ran: &Ran, key: &str) -> String {
    let mut lines = ran.stdout.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.find(|line| line.starts_with(&format!("{key} │"))).unwrap_or_default()
}

#[test]
fn every_setting_is_shown_with_its_origin() {
    let app = App::new(TOML);
    app.0.write(".env", "# ours\nDATABASE_MAX_RETRIES=2\n");
    let ran = app.run_in(&["-d", "sqlite:data/"], &[("HYPOSTYLE_API_KEY", "k3y")]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    let check = |key: &str, expect: &str| assert_eq!(line(&ran, key), expect);
    check("name", "name │ Shop │ hypostyle.toml:1");
    check("environment", "environment │ development │ default");
    check("database_url", "database_url │ sqlite:data/ │ --url");
    check("max_retries", "max_retries │ 2 attempts │ .env:2");
    check("pool_size", "pool_size │ 4 connections │ hypostyle.toml:2");
    check("slow_after", "slow_after │ 1s │ default");
    check("sqlite.cache_size", "sqlite.cache_size │ (40 MB) │ default");
    check("server.listen", "server.listen │ 127.0.0.1:9000 │ hypostyle.toml:5");
    check("server.api_key", "server.api_key │ *** │ HYPOSTYLE_API_KEY");
    check(
        "databases.hr.url",
        "databases.hr.url │ postgres://ada:***@hr.example.com/hr │ hypostyle.toml:8",
    );
    assert!(!ran.stdout.contains("k3y") && !ran.stdout.contains("s3cret"), "{}", ran.stdout);
}

#[test]
fn one_value_is_written_alone() {
    let app = App::new(TOML);
    let check = |arguments: &[&str], expect: &str| {
        let ran = app.run(arguments);
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, expect, ""), "{arguments:?}");
    };
    check(&["pool_size"], "4\n");
    check(&["pool_size", "--environment", "production"], "40\n");
    check(&["slow_after"], "1s\n");
    check(&["database_url"], "\n");
    check(&["databases.hr.url"], "postgres://ada:***@hr.example.com/hr\n");
    let ran = app.run_in(&["environment"], &[("ENVIRONMENT", "testing")]);
    assert_eq!(ran.stdout, "testing\n");
    let ran = app.run_in(&["--json", "database_url"], &[("DATABASE_URL", "sqlite:x/")]);
    let entry: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&entry["value"], &entry["origin"]), (&"sqlite:x/".into(), &"DATABASE_URL".into()));
}

#[test]
fn settings_are_written_as_json() {
    let app = App::new(TOML);
    let ran = app.run(&["--json"]);
    let shown: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, &shown["environment"]), (0, &"development".into()));
    let settings = shown["settings"].as_array().unwrap();
    let of = |key: &str| settings.iter().find(|each| each["key"] == key).unwrap();
    assert_eq!(of("server.request_timeout")["value"], 30);
    assert_eq!(of("connection_timeout")["unit"], "seconds");
    assert_eq!(of("connection_timeout")["default"], "30s");
    assert_eq!(of("max_retries")["type"], "count");
    assert_eq!(of("database_url")["variable"], "DATABASE_URL");
    assert!(!ran.stdout.contains("s3cret"));
}

#[test]
fn another_folder_is_looked_at() {
    let place = Place::new();
    std::fs::create_dir(place.path("shop")).unwrap();
    place.write("shop/hypostyle.toml", "pool_size = 7\n");
    for option in ["--folder", "-C"] {
        assert_eq!(place.run(&["config", option, "shop", "pool_size"]).stdout, "7\n");
    }
    let ran = place.run(&["config", "-C", "nowhere"]);
    assert_eq!((ran.code, &*ran.stderr), (4, "error: there is no folder nowhere\n"));
}

#[test]
fn every_problem_is_listed_with_exit_code_4() {
    let app = App::new("[server]\nlisten = \"x\"\nlisen = 1\n");
    let ran = app.run(&[]);
    assert_eq!((ran.code, &*ran.stdout), (4, ""));
    let problems = [
        "hypostyle.toml:2:10: server.listen takes an address such as 127.0.0.1:8080, not \"x\"",
        "hypostyle.toml:3: unknown key `server.lisen`; did you mean `server.listen`?",
    ];
    let expect =
        ["error: the settings have 2 problems", &indented(problems[0]), &indented(problems[1])];
    assert_eq!(ran.stderr.lines().collect::<Vec<_>>(), expect);
    let ran = app.run(&["--json"]);
    let failure: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(failure["error"]["notes"], serde_json::json!(problems));
    assert_eq!(failure["error"]["exit_code"], 4);
    let ran = App::new("").run(&["--environment", "prod"]);
    assert_eq!(ran.code, 4);
    assert!(
        ran.stderr.starts_with(
            "error: --environment: there is no environment `prod`; did you mean `production`?"
        ),
        "{}",
        ran.stderr
    );
}

fn indented(line: &str) -> String {
    format!("  {line}")
}

#[test]
fn an_unknown_key_is_a_mistake_of_the_command_line() {
    let app = App::new(TOML);
    let ran = app.run(&["server.lisen"]);
    let expect = "error: there is no setting `server.lisen`; did you mean `server.listen`?\n";
    assert_eq!((ran.code, &*ran.stderr), (2, expect));
    assert_eq!(app.run(&["colour"]).code, 2);
}

#[test]
fn the_schema_is_written_whatever_the_folder_holds() {
    let ran = App::new("nonsense = 1").run(&["--schema"]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    let schema: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["$defs"]["server"]["properties"]["listen"]["default"], "127.0.0.1:8080");
}

#[test]
fn it_explains_itself_with_examples() {
    let ran = App::new("").run(&["--help"]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    assert!(ran.stdout.contains("Examples:\n  hypostyle config\n"), "{}", ran.stdout);
}
