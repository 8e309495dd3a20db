//! The server over real MySQL and MariaDB, asked over real connections.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../http/client.rs"]
mod client;

use std::net::SocketAddr;

use hypostyle::{Database, Environment};
use hypostyle_server::{Config, Mount, Server, Site, Writable};
use hypostyle_testkit::server::{Brand, MySql, MySqlScratch};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use client::{Answer, Client};

const TABLES: &str = "/api/v1/db/tables";

const BRANDS: [Brand; 2] = [Brand::MariaDb, Brand::Oracle];

/// The tables of the SQLite tests, in MySQL's words.
const SHOP: &str = "
    CREATE TABLE artist (id int AUTO_INCREMENT PRIMARY KEY, name varchar(40) NOT NULL UNIQUE);
    CREATE TABLE album (
        id bigint PRIMARY KEY, artist_id int, title varchar(40), price decimal(10,2),
        released datetime, live tinyint(1), cover blob, extra json, score double,
        FOREIGN KEY (artist_id) REFERENCES artist (id));
    CREATE VIEW titles AS SELECT title, upper(title) AS loud FROM album;
    CREATE TABLE line (order_id int, no int, text varchar(20) DEFAULT 'x',
        loud varchar(20) GENERATED ALWAYS AS (upper(text)) STORED, PRIMARY KEY (order_id, no));
    CREATE TABLE free (id varchar(40) PRIMARY KEY, n int CHECK (n > 0));
    INSERT INTO artist (name) VALUES ('Ada'), ('Björk'), ('Zoé');
    INSERT INTO album VALUES
        (1, 1, 'One', 9.99, '2024-01-01 00:00:00', true, x'00ff', '{\"a\": [1.10]}', 0.5),
        (2, 1, 'two', 10, '2024-02-01 10:00:00', false, NULL, NULL, 1.5),
        (3, 2, '100%', 5.50, '2024-03-01 12:00:00', true, NULL, '\"1},{\"', 2.5),
        (4, NULL, '<script>alert(1)</script>', NULL, NULL, NULL, NULL, NULL, NULL)";

/// A running server. It stops when dropped.
struct Running {
    client: Client,
    address: SocketAddr,
    scratch: MySqlScratch<'static>,
    _stop: oneshot::Sender<()>,
}

impl Running {
    async fn start(brand: Brand) -> Self {
        let scratch = MySql::shared(brand).unwrap().scratch().unwrap();
        let db = open(&scratch.url()).await;
        db.execute(SHOP, ()).await.unwrap();
        let mount = Mount::new("shop", db).writable(Writable::all());
        let site = Site { mounts: vec![mount], ..Site::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = Server::new(Config::default(), site).unwrap();
        tokio::spawn(server.run(listener, async move {
            let _ = stopped.await;
        }));
        Self { client: Client::new(address), address, scratch, _stop: stop }
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        self.client.json(method, &format!("{TABLES}{path}"), &[], body).await
    }

    async fn check_sent(&self, method: &str, path: &str, body: &str, status: u16, expect: &str) {
        let answer = self.send(method, path, body).await;
        let found = (answer.status, answer.body.as_str());
        assert_eq!(found, (status, expect), "{method} {path} {body}");
    }

    /// Asks for a table and compares the keys of its records.
    async fn check_ids(&self, query: &str, expect: &str) {
        let target = format!("{TABLES}/album/records?select=id&{query}");
        let answer = self.client.get(&target, &[]).await;
        let ids = answer.body.split("\"id\":").skip(1).map(|rest| &rest[..1]);
        assert_eq!(ids.collect::<String>(), expect, "{query}: {}", answer.body);
    }
}

async fn open(url: &str) -> Database {
    Database::options().environment(Environment::empty()).open(url).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_created_read_changed_and_deleted() {
    for brand in BRANDS {
        let site = Running::start(brand).await;
        let answer = site.send("POST", "/artist/records", r#"{"name":"Cé"}"#).await;
        let record = r#"{"success":true,"table":"artist","record":{"id":4,"name":"Cé"}}"#;
        assert_eq!((answer.status, answer.body.as_str()), (201, record));
        let location = answer.header("location").unwrap().to_owned();
        assert_eq!(site.client.get(&location, &[]).await.body, record);
        let changed = r#"{"success":true,"table":"artist","record":{"id":9,"name":"D"}}"#;
        site.check_sent("PATCH", "/artist/records/4", r#"{"name":"D","id":9}"#, 200, changed).await;
        site.check_sent("PATCH", "/artist/records/9", r#"{"name":"D"}"#, 200, changed).await;
        site.check_sent("DELETE", "/artist/records/9", "", 200, changed).await;
        let gone = site.send("DELETE", "/artist/records/9", "").await;
        gone.assert_failure(404, "RECORD_NOT_FOUND");
        let line = r#"{"success":true,"table":"line","record":{"order_id":7,"no":2,"text":"a","loud":"A"}}"#;
        let sent = r#"{"order_id":7,"no":2,"text":"a"}"#;
        site.check_sent("POST", "/line/records", sent, 201, line).await;
        site.check_sent("DELETE", "/line/records/7,2", "", 200, line).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_value_comes_back_as_it_was_sent() {
    for brand in BRANDS {
        let site = Running::start(brand).await;
        let record = concat!(
            r#"{"id":9,"artist_id":1,"title":"x","price":12345678.10,"#,
            r#""released":"2024-05-06T07:08:09","live":true,"cover":"AP8=","#,
            r#""extra":{"a": 1},"score":0.1}"#
        );
        let expect = format!(r#"{{"success":true,"table":"album","record":{record}}}"#);
        site.check_sent("POST", "/album/records", record, 201, &expect).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_refuses_says_why_and_changes_nothing() {
    for brand in BRANDS {
        let site = Running::start(brand).await;
        let cases = [
            ("POST", "/artist/records", r#"{"name":"Ada"}"#, "CREATE_FAILED", "unique"),
            ("POST", "/artist/records", "{}", "CREATE_FAILED", "not_null"),
            ("POST", "/line/records", r#"{"no":1}"#, "CREATE_FAILED", "not_null"),
            (
                "POST",
                "/album/records",
                r#"{"id":9,"artist_id":99}"#,
                "CREATE_FAILED",
                "foreign_key",
            ),
            ("POST", "/free/records", r#"{"id":"x","n":0}"#, "CREATE_FAILED", "check"),
            ("POST", "/free/records", r#"{"id":"x","n":3000000000}"#, "CREATE_FAILED", "type"),
            ("PATCH", "/artist/records/1", r#"{"name":"Björk"}"#, "UPDATE_FAILED", "unique"),
            ("DELETE", "/artist/records/1", "", "DELETE_FAILED", "foreign_key"),
        ];
        for (method, path, body, code, reason) in cases {
            let answer = site.send(method, path, body).await;
            answer.assert_failure(409, code);
            let expect = format!("\"reason\":\"{reason}\"");
            assert!(answer.body.contains(&expect), "{body}: {}", answer.body);
        }
        let second_fails = r#"[{"id":"a","n":1},{"id":"b","n":0}]"#;
        site.send("POST", "/free/records", second_fails).await.assert_failure(409, "CREATE_FAILED");
        let counts = "SELECT (SELECT count(*) FROM artist) + (SELECT count(*) FROM free)";
        assert_eq!(site.scratch.query(counts).unwrap().trim(), "3");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_mean_what_they_mean_elsewhere() {
    for brand in BRANDS {
        let site = Running::start(brand).await;
        site.check_ids("title=like.t*", "2").await;
        site.check_ids("title=like.T*", "").await;
        site.check_ids("title=ilike.T*", "2").await;
        site.check_ids(r"title=like.100\%", "3").await;
        site.check_ids("price=gt.5.50", "12").await;
        site.check_ids("price=eq.9.99", "1").await;
        site.check_ids("live=is.true", "13").await;
        site.check_ids("live=is.null", "4").await;
        site.check_ids("id=in.(1,3,9)", "13").await;
        site.check_ids("released=gte.2024-02-01T10:00:00", "23").await;
        site.check_ids("score=lt.1", "1").await;
        site.check_ids("sort=-score,id", "3214").await;
        let attack = "title=eq.x' OR '1'='1".replace(' ', "%20").replace('\'', "%27");
        site.check_ids(&attack, "").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_repeated_idempotency_key_writes_once_and_answers_the_same() {
    for brand in BRANDS {
        let site = Running::start(brand).await;
        let target = format!("{TABLES}/free/records");
        let body = r#"{"id":"once","n":1}"#;
        let ask = |key: &'static str| {
            let (client, target) = (Client::new(site.address), target.clone());
            tokio::spawn(async move {
                client.json("POST", &target, &[("Idempotency-Key", key)], body).await
            })
        };
        let asked: Vec<_> = (0..8).map(|_| ask("k")).collect();
        let mut made = 0;
        for answer in asked {
            let answer = answer.await.unwrap();
            assert_eq!(answer.status, 201, "{}", answer.body);
            made += usize::from(answer.header("idempotency-replayed").is_none());
        }
        assert_eq!(made, 1);
        ask("other").await.unwrap().assert_failure(409, "CREATE_FAILED");
        let other = r#"{"id":"two","n":1}"#;
        let reused = site.client.json("POST", &target, &[("Idempotency-Key", "k")], other).await;
        reused.assert_failure(409, "IDEMPOTENCY_KEY_REUSED");
        let old = "UPDATE hypostyle_idempotency_keys SET created_at = now() - interval 25 hour";
        site.scratch.query(old).unwrap();
        let third = r#"{"id":"three","n":1}"#;
        let kept = site.client.json("POST", &target, &[("Idempotency-Key", "k3")], third).await;
        assert_eq!(kept.status, 201, "{}", kept.body);
        let keys = "SELECT group_concat(idempotency_key) FROM hypostyle_idempotency_keys";
        assert_eq!(site.scratch.query(keys).unwrap().trim(), "k3");
        let listed = site.client.get(TABLES, &[]).await.body;
        assert!(!listed.contains("hypostyle"), "{listed}");
    }
}
