//! The commands on a real PostgreSQL.

use hypostyle_testkit::server::{Postgres, PostgresOptions, SUPERUSER, Scratch, Tls};
use serde_json::Value;

use crate::place::Place;

fn server() -> &'static Postgres {
    Postgres::shared().unwrap_or_else(|error| panic!("{error}"))
}

/// A database with tables in two schemas.
fn shop() -> Scratch<'static> {
    let scratch = server().scratch().unwrap();
    let text = "CREATE SCHEMA sales;
        CREATE TABLE customer (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
        CREATE TYPE sales.mood AS ENUM ('calm', 'cross');
        CREATE TABLE sales.orders (id uuid PRIMARY KEY, customer_id int NOT NULL
            REFERENCES customer ON DELETE CASCADE, mood sales.mood, note jsonb);
        CREATE INDEX ON sales.orders USING gin (note jsonb_path_ops);
        INSERT INTO customer (name) VALUES ('Ada'), ('Bob');";
    scratch.query(text).unwrap();
    scratch
}

fn checks(report: &str) -> Vec<(String, String, String)> {
    let report: Value = serde_json::from_str(report).unwrap();
    let text = |check: &Value, key: &str| check[key].as_str().unwrap_or_default().to_owned();
    let checks = report["checks"].as_array().unwrap();
    checks.iter().map(|c| (text(c, "name"), text(c, "state"), text(c, "found"))).collect()
}

#[track_caller]
fn assert_found(checks: &[(String, String, String)], name: &str, state: &str, found: &str) {
    let check = checks.iter().find(|check| check.0 == name).unwrap();
    assert!(check.1 == state && check.2.contains(found), "{check:?}");
}

#[test]
fn a_query_answers_every_value_exactly() {
    let (place, scratch) = (Place::new(), shop());
    let text = "SELECT 12345678901234567890.10::numeric AS n, ARRAY[1, NULL] AS a, '{\"b\": 1}'::jsonb \
                AS j, 'calm'::sales.mood AS m, NULL AS x, 'infinity'::timestamptz AS t";
    let ran = place.run(&["query", "-d", &scratch.url(), text, "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("[{\"n\":12345678901234567890.10,\"a\":[1,null],\"j\":{\"b\": 1},\"m\":\"calm\",\"x\":null,"),
        "{}",
        ran.stdout
    );
    let by_name = "SELECT name FROM customer WHERE id = :id";
    let ran = place.run(&["query", "-d", &scratch.url(), by_name, "-p", "id=2", "--format", "csv"]);
    assert_eq!((ran.code, &*ran.stdout), (0, "name\r\nBob\r\n"), "{}", ran.stderr);
}

#[test]
fn a_failure_has_the_code_and_the_place_of_the_server() {
    let (place, scratch) = (Place::new(), shop());
    let text = "SELECT 1;\nSELECT *\nFROM customers";
    let ran = place.run(&["query", "-d", &scratch.url(), text, "--json"]);
    let failed: Value = serde_json::from_str(ran.stderr.trim()).unwrap();
    let error = &failed["error"];
    assert_eq!((ran.code, error["code"].as_str()), (1, Some("42P01")));
    assert_eq!((error["line"].as_u64(), error["column"].as_u64()), (Some(3), Some(6)));
    let ran = place.run(&["query", "-d", &scratch.url(), "--read-only", "DELETE FROM customer"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(scratch.query("SELECT count(*) FROM customer").unwrap().trim(), "2");
}

#[test]
fn a_limit_of_the_server_is_a_failure_and_no_interrupt() {
    let (place, scratch) = (Place::new(), shop());
    let url = format!("{}?statement_timeout=50", scratch.url());
    let ran = place.run(&["query", "-d", &url, "SELECT pg_sleep(60)"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("statement timeout"), "{}", ran.stderr);
}

#[test]
fn the_variables_of_libpq_and_the_parts_of_a_url_lead_to_a_database() {
    let (place, scratch) = (Place::new(), shop());
    let port = server().port().to_string();
    let count = ["query", "SELECT count(*) AS n FROM customer", "--json"];
    let parts = [
        ("DB_HOST", server().host()),
        ("DB_PORT", &port),
        ("DB_NAME", scratch.name()),
        ("DB_USER", SUPERUSER),
    ];
    let ran = place.run_in(&parts, &count);
    assert_eq!((ran.code, &*ran.stdout), (0, "[{\"n\":2}]\n"), "{}", ran.stderr);
    let variables = [
        ("PGHOST", server().host()),
        ("PGPORT", &port),
        ("PGUSER", SUPERUSER),
        ("PGAPPNAME", "till"),
        ("PGOPTIONS", "-c statement_timeout=1234"),
        ("PGDATABASE", scratch.name()),
    ];
    let text = "SELECT current_setting('application_name') AS a, current_setting('statement_timeout') \
                AS t, current_database() AS d";
    let ran = place.run_in(&variables, &["query", "-d", "postgres:", text, "--format", "csv"]);
    let expect = format!("a,t,d\r\ntill,1234ms,{}\r\n", scratch.name());
    assert_eq!((ran.code, &*ran.stdout), (0, &*expect), "{}", ran.stderr);
    let production = [&parts[..], &[("ENVIRONMENT", "production")]].concat();
    let ran = place.run_in(&production, &count);
    assert_eq!(ran.code, 1, "a server without TLS is no place in production: {}", ran.stdout);
}

#[test]
fn tables_of_every_schema_are_shown() {
    let (place, scratch) = (Place::new(), shop());
    let url = scratch.url();
    let ran = place.run(&["schema", "inspect", "-d", &url, "sales.orders"]);
    let expect = [
        "sales.orders  table",
        " column      │ type       │ null │ default │ key",
        "─────────────┼────────────┼──────┼─────────┼───────────────────────────────────",
        " id          │ uuid       │ no   │         │ primary key",
        " customer_id │ integer    │ no   │         │ → customer (id) on delete cascade",
        " mood        │ sales.mood │ yes  │         │",
        " note        │ jsonb      │ yes  │         │",
        "  mood is one of calm, cross",
        "  index orders_note_idx using gin (note jsonb_path_ops)",
    ];
    assert_eq!((ran.code, ran.stdout.lines().collect::<Vec<_>>()), (0, expect.to_vec()));
    let ran =
        place.run_with(&["shell", "-d", &url], ".tables\nSELECT id FROM sales.orders;\n\\dt\n");
    assert!(ran.stdout.contains(" sales.orders │ table │ 4\n"), "{}", ran.stdout);
    assert_eq!((ran.code, ran.stderr.contains("`\\dt` is a command of psql; .tables")), (4, true));
}

#[test]
fn a_transaction_of_the_shell_is_one_of_the_server() {
    let (place, scratch) = (Place::new(), shop());
    let typed = "BEGIN;\nDELETE FROM customer;\nROLLBACK;\nSELECT count(*) AS n FROM customer;\n\
                 BEGIN;\nDELETE FROM customer;\n";
    let ran = place.run_with(&["shell", "-d", &scratch.url(), "--format", "jsonl"], typed);
    assert_eq!((ran.code, &*ran.stdout), (0, "{\"n\":2}\n"), "{}", ran.stderr);
    assert_eq!(scratch.query("SELECT count(*) FROM customer").unwrap().trim(), "2");
}

#[test]
fn migrations_run_once() {
    let (place, scratch) = (Place::new(), shop());
    std::fs::create_dir(place.path("steps")).unwrap();
    place.write(
        "steps/V001__make_notes.sql",
        "CREATE TABLE note (id int); INSERT INTO note VALUES (1);",
    );
    let url = scratch.url();
    let up = ["migrate", "up", "-d", &url, "--migrations", "steps"];
    let ran = place.run(&up);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("applied V001__make_notes.sql"), "{}", ran.stdout);
    assert_eq!(place.run(&up).stdout, "nothing is pending\n");
    assert_eq!(scratch.query("SELECT count(*) FROM note").unwrap().trim(), "1");
    let status = ["migrate", "status", "-d", &url, "--migrations", "steps", "--check"];
    assert_eq!(place.run(&status).code, 0);
}

#[test]
fn a_doctor_knows_the_server_and_its_tables() {
    let (place, scratch) = (Place::new(), shop());
    let url = scratch.url();
    let ran = place.run(&["doctor", "-d", &url, "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let found = checks(&ran.stdout);
    assert!(found.iter().all(|(_, state, _)| state == "ok"), "{found:?}");
    assert_found(&found, "version", "ok", server().version());
    assert_found(&found, "tls", "ok", "off, on a connection within this machine");
    assert_found(&found, "role", "ok", "which may do everything");

    scratch.query("ALTER TABLE sales.orders SET (autovacuum_enabled = off)").unwrap();
    // What fails to be built stays, not valid.
    scratch.query("INSERT INTO customer (name) VALUES ('Ada')").unwrap();
    scratch.query("CREATE UNIQUE INDEX CONCURRENTLY twice ON customer (name)").unwrap_err();
    scratch.query("ALTER TABLE customer ADD CHECK (name <> 'Bob') NOT VALID").unwrap();
    scratch
        .query(
            "INSERT INTO sales.orders SELECT gen_random_uuid(), 1 FROM generate_series(1, 30000)",
        )
        .unwrap();
    scratch.query("DELETE FROM sales.orders; SELECT pg_stat_force_next_flush()").unwrap();
    let found = checks(&place.run(&["doctor", "-d", &url, "--json"]).stdout);
    assert_found(&found, "indexes", "warn", "not valid, and in nobody's use: twice");
    assert_found(&found, "constraints", "warn", "customer_name_check of customer");
    assert_found(&found, "dead rows", "warn", "sales.orders (100 %)");
}

#[test]
fn a_doctor_finds_transactions_that_nobody_ends() {
    let (place, scratch) = (Place::new(), shop());
    let url = scratch.url();
    let mut holder = place.command(&["shell", "-d", &url]);
    let mut holder =
        holder.env("PGAPPNAME", "holder").stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut pipe = holder.stdin.take().unwrap();
    let mut said = std::io::BufReader::new(holder.stdout.take().unwrap());
    std::io::Write::write_all(&mut pipe, b"BEGIN; SELECT 1;\n").unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).unwrap();
    let found = |after: &str| {
        checks(&place.run(&["doctor", "-d", &url, "--json", "--idle-after", after]).stdout)
    };
    assert_found(&found("1h"), "transactions", "ok", "none is idle for long");
    assert_found(&found("0s"), "transactions", "warn", "the oldest of holder for ");
    drop(pipe);
    holder.wait().unwrap();
}

#[test]
fn a_doctor_knows_what_a_role_may_and_what_the_server_takes() {
    let settings = [("max_connections", "12"), ("max_prepared_transactions", "2")];
    let options = PostgresOptions { settings: &settings, tls: Tls::Offered, ..Default::default() };
    let server = Postgres::start(options).unwrap_or_else(|error| panic!("{error}"));
    let place = Place::new();
    let statements = [
        "CREATE ROLE clerk LOGIN",
        "CREATE TABLE t (id int)",
        "ALTER ROLE clerk SET default_transaction_read_only = on",
        "ALTER ROLE clerk SET statement_timeout = '5s'",
        "ALTER ROLE clerk SET idle_in_transaction_session_timeout = '5s'",
    ];
    for text in statements {
        server.query("postgres", text).unwrap();
    }
    server
        .query("postgres", "BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'left'")
        .unwrap();
    let url = server.url("postgres").replace(&format!("{SUPERUSER}@"), "clerk@");
    let doctor = ["doctor", "-d", &url, "--json", "--idle-after", "0s"];
    let found = checks(&place.run(&doctor).stdout);
    assert_found(&found, "tls", "ok", "TLSv1.");
    assert_found(&found, "role", "ok", "clerk");
    assert_found(&found, "writing", "warn", "default_transaction_read_only is on");
    assert_found(&found, "connections", "warn", "this pool may want 20, and 9 are allowed");
    assert_found(&found, "prepared", "warn", "among them left");
    assert_found(&found, "timeouts", "ok", "statement 5s, lock 0, idle in transaction 5s");
    let variables = [("DATABASE_POOL_SIZE", "4")];
    let found = checks(&place.run_in(&variables, &doctor).stdout);
    assert_found(&found, "connections", "ok", " of 9 in use");
}

#[test]
fn a_server_that_does_not_answer_is_told_with_what_to_check() {
    let place = Place::new();
    let ran = place.run(&["doctor", "-d", "postgres://u:secret@127.0.0.1:1/x"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("check host, port, user, password and sslmode"), "{}", ran.stdout);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("secret"));
}

#[test]
fn the_databases_of_a_server_are_listed() {
    let (place, scratch) = (Place::new(), shop());
    let ran = place.run(&["db", "list", "-d", &scratch.url(), "--json"]);
    let all: Value = serde_json::from_str(&ran.stdout).unwrap();
    let all = all["databases"].as_array().unwrap();
    let own = all.iter().find(|one| one["name"] == scratch.name()).unwrap();
    assert_eq!((&own["owner"], &own["encoding"]), (&SUPERUSER.into(), &"UTF8".into()));
    assert!(own["bytes"].as_i64().unwrap() > 1_000_000 && own["sessions"] == 1, "{own}");
    let ran = place.run(&["db", "list", "-d", &scratch.url()]);
    assert!(ran.stdout.starts_with(" database"), "{}", ran.stdout);
}

#[test]
#[cfg(all(feature = "arrow", feature = "duckdb"))]
fn a_parquet_file_written_from_postgres_is_queried_through_duckdb() {
    let scratch = Postgres::shared().unwrap().scratch().unwrap();
    let place = Place::new();
    let run = |arguments: &[&str]| {
        let ran = place.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        ran.stdout
    };
    let url = scratch.url();
    let sales = "SELECT i AS id, (i % 3)::int AS region, (i / 100.0)::numeric(10, 2) AS price, \
                 timestamptz '2026-01-01 00:00:00Z' + i * interval '1 hour' AS sold, \
                 CASE WHEN i % 2 = 0 THEN 'even' END AS note \
                 FROM generate_series(1, 20000) AS i";
    run(&["query", "-d", &url, sales, "--format", "parquet", "-o", "sales.parquet"]);
    let sums = "SELECT region, count(*) AS n, sum(price) AS total, count(note) AS notes, max(sold) AS \
                last FROM 'sales.parquet' GROUP BY region ORDER BY region";
    let found = run(&["query", "-d", "duckdb::memory:?files=.", sums, "--format", "csv"]);
    let same = sums.replace("'sales.parquet'", &format!("({sales}) AS sales"));
    let expect = run(&["query", "-d", &url, &same, "--format", "csv"]);
    assert_eq!(found, expect);
    let outside = "SELECT * FROM '/etc/passwd'";
    let refused = place.run(&["query", "-d", "duckdb::memory:?files=.", outside]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
}
