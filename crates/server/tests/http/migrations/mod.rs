//! Migrations over REST: told, planned, run, undone, resumed and generated, on SQLite.

mod runs;

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use hypostyle::core::Transaction;
use hypostyle::{ConnectionConfig, Database};
use hypostyle_server::{Config, MigrationFiles, Migrations, Mount, Server, Site};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::{Answer, Client};

const BASE: &str = "/api/v1/db/migrations";

const KEY: (&str, &str) = ("X-API-Key", "s3cret");

const FIRST: (&str, &str) = ("V001__items.sql", "CREATE TABLE item (id INTEGER PRIMARY KEY);");

/// A server over a module's folder. It stops when dropped.
struct Served {
    client: Client,
    address: SocketAddr,
    db: Database,
    url: String,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<hypostyle::Result<()>>,
    folder: TempDir,
}

fn keyed() -> Config {
    Config { api_key: Some(KEY.1.into()), ..Config::default() }
}

impl Served {
    async fn start(config: Config, files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("shop.db").display());
        let db = Database::open(&url).await.unwrap();
        let files_of = MigrationFiles {
            folder: folder.path().join("migrations"),
            models: folder.path().join("models.sql"),
            config: ConnectionConfig::parse(&url).unwrap(),
            scratch: None,
        };
        let shop = Mount::new("shop", db.clone()).migrations(Migrations::files(files_of));
        let other = Database::open("sqlite::memory:").await.unwrap();
        let site = Site { mounts: vec![shop, Mount::new("plain", other)], ..Site::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = Client::new(address);
        let (stop, stopped) = oneshot::channel::<()>();
        let server = Server::new(config, site).unwrap();
        let running = tokio::spawn(server.run(listener, async move {
            let _ = stopped.await;
        }));
        let served = Self { client, address, db, url, stop: Some(stop), running, folder };
        files.iter().for_each(|(name, text)| served.write(name, text));
        served
    }

    /// Writes a file of the folder of migrations.
    fn write(&self, name: &str, text: &str) {
        let folder = self.folder.path().join("migrations");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), text).unwrap();
    }

    async fn get(&self, what: &str) -> Value {
        let answer = self.client.get(&format!("{BASE}/{what}"), &[KEY]).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    async fn post(&self, what: &str, body: Value) -> Answer {
        self.client.json("POST", &format!("{BASE}/{what}"), &[KEY], &body.to_string()).await
    }

    async fn post_ok(&self, what: &str, body: Value) -> Value {
        let answer = self.post(what, body).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Waits for a run to be under way, or for none to be.
    async fn until(&self, is_running: bool) -> Value {
        for _ in 0..600 {
            let status = self.get("status").await;
            if status["running"].is_null() != is_running {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        unreachable!("no change in 30 s");
    }

    /// Keeps all others from writing until it is rolled back: a run waits for it.
    async fn hold(&self) -> Transaction<'static> {
        let other = Database::open(&self.url).await.unwrap();
        let mut held = other.begin().await.unwrap();
        held.execute("CREATE TABLE held (a)", ()).await.unwrap();
        held
    }

    async fn has(&self, table: &str) -> bool {
        self.db.table_exists(table).await.unwrap()
    }
}

/// The filenames of a list, in their order.
fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["filename"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pending_is_told_planned_and_applied() {
    let undo = "CREATE TABLE tag (id INTEGER PRIMARY KEY);\n-- rollback\nDROP TABLE tag;";
    let last = "DELETE FROM item;\nALTER TABLE item ADD COLUMN name TEXT;";
    let served = Served::start(keyed(), &[FIRST, ("V002__tags.sql", undo)]).await;
    // The folder is read anew for each request.
    served.write("V003__names.sql", last);
    served.write("R__view.sql", "CREATE VIEW names AS SELECT name FROM item;");

    let status = served.get("status").await;
    let all = ["V001__items.sql", "V002__tags.sql", "V003__names.sql", "R__view.sql"];
    assert_eq!(names(&status["pending"]), all);
    let told = |at: usize, what: &str| status["pending"][at][what] == true;
    assert_eq!((told(1, "can_undo"), told(2, "can_undo")), (true, false));
    assert_eq!((told(3, "repeatable"), told(2, "repeatable")), (true, false));
    assert_eq!((&status["current"], &status["changeable"]), (&Value::Null, &json!(true)));

    let plan = served.get("plan?target=3").await;
    assert_eq!(names(&plan["plan"]), all[..3]);
    let third = &plan["plan"][2];
    let statements = json!(["DELETE FROM item", "ALTER TABLE item ADD COLUMN name TEXT"]);
    assert_eq!((&third["statements"], &third["is_transaction"]), (&statements, &json!(true)));
    let warning = json!([{ "statement": 1, "destroys": "deletes_all", "sql": "DELETE FROM item" }]);
    assert_eq!(third["warnings"], warning);

    let done = served.post_ok("run", json!({ "target": "2" })).await;
    assert_eq!(names(&done["applied"]), all[..2]);
    assert!(done["applied"][0]["execution_time_ms"].as_f64().unwrap() > 0.0);
    assert!(served.has("tag").await && served.get("status").await["current"] == "002");
    let done = served.post_ok("run", json!({ "target": "head" })).await;
    assert_eq!(names(&done["applied"]), all[2..]);
    assert_eq!(served.post_ok("run", json!({})).await["applied"], json!([]));

    let status = served.get("status").await;
    assert_eq!((names(&status["applied"]), &status["pending"]), (all.to_vec(), &json!([])));
    assert_eq!(status["last_run"]["error"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn long_sql_is_told_in_part_and_warned_of_whole() {
    let long = format!("INSERT INTO item VALUES (1); -- {}", "x".repeat(200_000));
    let text = format!("{long}\n{long}\nSELECT '{}';\nDROP TABLE item;", "y".repeat(300_000));
    let served = Served::start(keyed(), &[FIRST, ("V002__long.sql", &text)]).await;
    let plan = served.get("plan").await;
    let long = &plan["plan"][1];
    assert_eq!((&long["truncated"], &long["statement_count"]), (&json!(true), &json!(4)));
    assert!(plan.to_string().len() < 300_000, "{}", plan.to_string().len());
    assert_eq!(long["warnings"][0]["statement"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_needs_a_word_more_and_something_that_undoes() {
    let files = [
        FIRST,
        ("V002__tags.sql", "CREATE TABLE tag (id INTEGER PRIMARY KEY);"),
        ("U002__tags.sql", "DROP TABLE tag;"),
    ];
    let served = Served::start(keyed(), &files).await;
    served.post_ok("run", json!({})).await;
    let plan = served.get("plan?down_to=1").await;
    assert_eq!(plan["plan"][0]["statements"], json!(["DROP TABLE tag"]));
    for body in [json!({ "target": "1" }), json!({ "target": "1", "confirm": false })] {
        let refused = served.post("downgrade", body).await;
        refused.assert_failure(400, "INVALID_BODY");
        assert!(refused.body.contains("confirm"), "{}", refused.body);
    }
    assert!(served.has("tag").await);
    let refused = served.post("downgrade", json!({ "target": "0", "confirm": true })).await;
    refused.assert_failure(422, "MIGRATION_FAILED");
    assert!(refused.body.contains("nothing undoes migrations/V001__items.sql"), "{}", refused.body);
    assert!(served.has("tag").await, "one that cannot be undone keeps all");
    served.post_ok("downgrade", json!({ "target": "1", "confirm": true })).await;
    assert!(!served.has("tag").await && served.has("item").await);
    assert_eq!(names(&served.get("status").await["pending"]), ["V002__tags.sql"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_fails_is_told_with_its_place_and_those_before_it_stay() {
    let broken = "CREATE TABLE half (id INTEGER);\n\nINSERT INTO nope\n  VALUES (1);";
    let served = Served::start(keyed(), &[FIRST, ("V002__broken.sql", broken)]).await;
    let failed = served.post("run", json!({})).await;
    failed.assert_failure(422, "MIGRATION_FAILED");
    let error: Value = serde_json::from_str(&failed.body).unwrap();
    let error = &error["error"];
    let message = "V002__broken.sql:3: no such table: nope. Nothing of the file remains";
    assert_eq!(error["message"], message);
    let details = &error["details"];
    let place = [&details["file"], &details["line"], &details["remains"], &details["done"]];
    let expect =
        [&json!("V002__broken.sql"), &json!(3), &json!("nothing"), &json!(["V001__items.sql"])];
    assert_eq!(place, expect, "{details}");
    assert!(details["statement"].as_str().unwrap().starts_with("INSERT INTO nope"), "{details}");
    assert!(served.has("item").await && !served.has("half").await);
    let status = served.get("status").await;
    assert_eq!(&status["last_run"]["error"], error, "who comes later is told the same");
    assert_eq!(names(&status["last_run"]["done"]), ["V001__items.sql"]);

    served.write("V001__items.sql", "CREATE TABLE other (id INTEGER);");
    let refused = served.post("run", json!({})).await;
    refused.assert_failure(422, "MIGRATION_FAILED");
    let folder = served.folder.path().display().to_string();
    assert!(refused.body.contains("V001__items.sql (app) was changed"), "{}", refused.body);
    assert!(!refused.body.contains(&folder), "{}", refused.body);
    assert_eq!(served.get("status").await["applied"][0]["state"], "changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_transaction_stops_and_is_resumed() {
    let stops = "-- no-transaction\nCREATE TABLE one (id INTEGER);\nCREATE TABEL two (id INTEGER);\n\
                 CREATE TABLE three (id INTEGER);";
    let served = Served::start(keyed(), &[FIRST, ("V002__stops.sql", stops)]).await;
    let failed = served.post("run", json!({})).await;
    assert!(failed.body.contains(r#""remains":"statements_before""#), "{}", failed.body);
    let stopped = served.get("status").await["pending"][0].clone();
    let place = [&stopped["state"], &stopped["statement"], &stopped["statement_count"]];
    assert_eq!(place, [&json!("stopped"), &json!(2), &json!(3)], "{stopped}");
    assert!(stopped["error"].as_str().unwrap().contains("TABEL"), "{stopped}");

    served.post("run", json!({})).await.assert_failure(422, "MIGRATION_FAILED");
    served.post("resume", json!({ "assume": "maybe" })).await.assert_failure(400, "INVALID_BODY");
    served.write("V002__stops.sql", &stops.replace("TABEL", "TABLE"));
    let done = served.post_ok("resume", json!({ "assume": null })).await;
    assert_eq!(names(&done["applied"]), ["V002__stops.sql"]);
    assert!(served.has("one").await && served.has("two").await && served.has("three").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_none_is_refused_before_anything_runs() {
    let served = Served::start(keyed(), &[FIRST]).await;
    let unknown = served.post("run", json!({ "target": "9" })).await;
    unknown.assert_failure(422, "MIGRATION_FAILED");
    assert!(unknown.body.contains("no app migration of version 9; the newest is 001"));
    for body in [json!({ "target": "x" }), json!({ "target": [1] }), json!({ "to": "1" })] {
        served.post("run", body).await.assert_failure(400, "INVALID_BODY");
    }
    let head = served.post("downgrade", json!({ "target": "head", "confirm": true })).await;
    head.assert_failure(400, "INVALID_BODY");
    for target in ["plan?target=x", "plan?target=1&down_to=0"] {
        let answer = served.client.get(&format!("{BASE}/{target}"), &[KEY]).await;
        answer.assert_failure(400, "INVALID_PARAMETER");
    }
    served.post("run?db=plain", json!({})).await.assert_failure(404, "NO_MIGRATIONS");
    served.post("run?db=nope", json!({})).await.assert_failure(404, "DATABASE_NOT_FOUND");
    assert!(!served.has("item").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_models_want_is_written_as_the_next_file() {
    let served = Served::start(keyed(), &[FIRST]).await;
    let models = |text: &str| {
        let text = format!("-- database: shop\n{text}");
        fs::write(served.folder.path().join("models.sql"), text).unwrap();
    };
    models("CREATE TABLE item (id INTEGER PRIMARY KEY);");
    let nothing = served.post_ok("generate", json!({ "message": "add names" })).await;
    assert_eq!((&nothing["changed"], &nothing["files"]), (&json!(false), &json!([])));

    models("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT);");
    let shown = served.post_ok("generate", json!({ "message": "x", "dry_run": true })).await;
    assert!(shown["up"].as_str().unwrap().contains("ADD COLUMN"), "{shown}");
    assert_eq!(shown["files"], json!([]));
    let made = served.post_ok("generate", json!({ "message": "add names" })).await;
    let files = [&made["files"][0]["name"], &made["files"][1]["name"]];
    assert_eq!(files, ["V002__add_names.sql", "U002__add_names.sql"]);
    let written = served.folder.path().join("migrations/V002__add_names.sql");
    assert_eq!(made["files"][0]["sql"], fs::read_to_string(written).unwrap());
    let pending = ["V001__items.sql", "V002__add_names.sql"];
    assert_eq!(names(&served.get("status").await["pending"]), pending, "writing runs nothing");
    served.post_ok("run", json!({})).await;

    models("CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT);");
    let asked = served.post_ok("generate", json!({ "message": "titles" })).await;
    let question = asked["questions"][0].as_str().unwrap();
    assert!(question.contains("`item.name` renamed to `title`?"), "{question}");
    assert_eq!(asked["files"], json!([]));
    let answered = json!({ "message": "titles", "renames": ["item.name=title"] });
    let made = served.post_ok("generate", answered).await;
    assert!(made["up"].as_str().unwrap().contains("RENAME"), "{made}");

    models("CREATE TABLE item (id INTEGER PRIMARY KEY, titel TXET(;");
    let refused = served.post("generate", json!({ "message": "x" })).await;
    refused.assert_failure(422, "MIGRATION_FAILED");
    assert!(refused.body.contains("\"models.sql:2"), "{}", refused.body);
    served.post("generate", json!({})).await.assert_failure(400, "INVALID_BODY");
    let plain = served.post("generate?db=plain", json!({ "message": "x" })).await;
    plain.assert_failure(404, "NO_MIGRATIONS");
}

#[tokio::test(flavor = "multi_thread")]
async fn routes_that_change_are_described_where_there_is_a_key() {
    let paths = async |config: Config| {
        let served = Served::start(config, &[]).await;
        let answer = served.client.get("/openapi.json", &[KEY]).await;
        let document: Value = serde_json::from_str(&answer.body).unwrap();
        let all = document["paths"].as_object().unwrap().keys();
        let mut all: Vec<String> =
            all.filter_map(|path| path.strip_prefix(BASE)).map(str::to_owned).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(paths(Config::default()).await, ["/plan", "/status"]);
    let all = ["/downgrade", "/generate", "/plan", "/resume", "/run", "/status"];
    assert_eq!(paths(keyed()).await, all);
}
