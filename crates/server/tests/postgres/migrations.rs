//! Migrations over REST on PostgreSQL: what is one transaction there and what is not, its places of
//! failures, its models.

use std::fs;

use hypostyle::ConnectionConfig;
use hypostyle_server::{Config, MigrationFiles, Migrations, Mount, Server, Site};
use hypostyle_testkit::server::Postgres;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::client::Client;
use crate::open;

const BASE: &str = "/api/v1/db/migrations";

const KEY: (&str, &str) = ("X-API-Key", "s3cret");

#[tokio::test(flavor = "multi_thread")]
async fn migrations_are_generated_run_resumed_and_undone() {
    let scratch = Postgres::shared().unwrap().scratch().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let migrations = folder.path().join("migrations");
    fs::create_dir(&migrations).unwrap();
    let write = |name: &str, text: &str| fs::write(migrations.join(name), text).unwrap();
    let models = "-- database: shop\nCREATE TABLE item (id bigint PRIMARY KEY, name text);\n";
    fs::write(folder.path().join("models.sql"), models).unwrap();
    let db = open(&scratch.url()).await;
    let files = MigrationFiles {
        folder: migrations.clone(),
        models: folder.path().join("models.sql"),
        config: ConnectionConfig::parse(&scratch.url()).unwrap(),
        scratch: None,
    };
    let mount = Mount::new("shop", db.clone()).migrations(Migrations::files(files));
    let site = Site { mounts: vec![mount], ..Site::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(listener.local_addr().unwrap());
    let (_stop, stopped) = oneshot::channel::<()>();
    let config = Config { api_key: Some(KEY.1.into()), ..Config::default() };
    let server = Server::new(config, site).unwrap();
    tokio::spawn(server.run(listener, async move {
        let _ = stopped.await;
    }));
    let post = async |what: &str, body: Value| {
        let target = format!("{BASE}/{what}");
        let answer = client.json("POST", &target, &[KEY], &body.to_string()).await;
        let told: Value = serde_json::from_str(&answer.body).unwrap();
        (answer.status, told)
    };
    let get = async |what: &str| {
        let answer = client.get(&format!("{BASE}/{what}"), &[KEY]).await;
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };

    let (_, made) = post("generate", json!({ "message": "items" })).await;
    assert_eq!(made["files"][0]["name"], "V001__items.sql", "{made}");
    assert_eq!(post("run", json!({})).await.0, 200);
    let (_, made) = post("generate", json!({ "message": "items" })).await;
    assert_eq!(made["changed"], false, "{made}");

    write(
        "V002__rows.sql",
        "INSERT INTO item VALUES (1, 'a');\nINSERT INTO item (id, nmae)\n  VALUES (2);",
    );
    let (status, failed) = post("run", json!({})).await;
    let details = &failed["error"]["details"];
    let place = [&details["file"], &details["line"], &details["column"], &details["remains"]];
    let expect = [&json!("V002__rows.sql"), &json!(2), &json!(23), &json!("nothing")];
    assert_eq!((status, place), (422, expect), "{failed}");
    let count = "SELECT count(*) FROM item";
    assert_eq!(db.fetch_value::<i64>(count, ()).await.unwrap(), 0);
    write("V002__rows.sql", "INSERT INTO item VALUES (1, 'a'), (2, 'a');");

    let index = "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY item_name ON item (name);";
    write("V003__index.sql", index);
    let plan = get("plan").await;
    let is_transaction = |at: usize| &plan["plan"][at]["is_transaction"];
    assert_eq!((is_transaction(0), is_transaction(1)), (&json!(true), &json!(false)), "{plan}");
    let (status, failed) = post("run", json!({})).await;
    let details = &failed["error"]["details"];
    assert_eq!((status, &details["remains"]), (422, &json!("statements_before")), "{failed}");
    assert_eq!(details["done"], json!(["V002__rows.sql"]));
    let stopped = get("status").await["pending"][0].clone();
    assert_eq!((&stopped["state"], &stopped["statement_count"]), (&json!("stopped"), &json!(1)));
    write("V003__index.sql", &index.replace("UNIQUE ", ""));
    db.execute("DROP INDEX IF EXISTS item_name", ()).await.unwrap();
    let (status, done) = post("resume", json!({ "assume": "not_run" })).await;
    assert_eq!((status, &done["applied"][0]["version"]), (200, &json!("003")), "{done}");

    write("U003__index.sql", "DROP INDEX item_name;");
    let (status, done) = post("downgrade", json!({ "target": "2", "confirm": true })).await;
    assert_eq!((status, &done["applied"][0]["version"]), (200, &json!("003")), "{done}");
    assert_eq!(get("status").await["current"], "002");
}
