//! Processes that are killed in files whose statements commit by themselves.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hypostyle::core::jitter;
use hypostyle::migrate::{MigrationKind, MigrationSet, Migrator};
use hypostyle::schema::{Schema, inspect};
use hypostyle::{Environment, Result};
use hypostyle_testkit::server::Brand;

use super::{Engine, Home, open};

/// Names the database to the process that is to be killed; nobody else sets it.
const DATABASE: &str = "HYPOSTYLE_TEST_KILL_RUNNER";

const ROUNDS: usize = 20;

const FILES: i64 = 6;

/// Rows of each table once all is done.
const ROWS: i64 = 3;

fn set(is_postgres: bool) -> MigrationSet {
    let concurrently = if is_postgres { "CONCURRENTLY " } else { "" };
    let files: Vec<(&'static str, &'static str)> = (1..=FILES)
        .map(|at| {
            let text = format!(
                "-- no-transaction
                 CREATE TABLE k{at} (id INTEGER PRIMARY KEY, v VARCHAR(20));
                 INSERT INTO k{at} VALUES (1, 'a'), (2, 'b');
                 CREATE INDEX {concurrently}by_v{at} ON k{at} (v);
                 ALTER TABLE k{at} ADD COLUMN more INTEGER;
                 INSERT INTO k{at} (id, v) SELECT max(id) + 1, 'c' FROM k{at};"
            );
            let (name, text): (&str, &str) = (format!("V{at}__x.sql").leak(), text.leak());
            (name, text)
        })
        .collect();
    super::set(&files)
}

/// The process that is killed: nothing but this test starts it.
#[tokio::test(flavor = "multi_thread")]
async fn the_runner_that_is_killed() -> Result<()> {
    let Some(url) = Environment::process().get(DATABASE)? else { return Ok(()) };
    let db = open(&url).await?;
    println!("\nopened");
    let set = set(db.engine().dialect.is_postgres());
    assert_eq!(set.kind(), MigrationKind::App);
    Migrator::new(&db).app(set).resume(None).await.map(drop)
}

fn start(url: &str) -> Child {
    let program = std::env::current_exe().unwrap();
    let child = Command::new(program)
        .args(["--exact", "killed::the_runner_that_is_killed", "--nocapture"])
        .env(DATABASE, url)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(|line| line.ok()).any(|line| line == "opened"));
    child
}

/// The schema without the names of the database, and the rows of all tables.
async fn state(home: &Home) -> Result<(Schema, i64)> {
    let mut schema = inspect(&home.db).await?;
    schema.tables.retain(|table| !table.name.starts_with("ia_"));
    let mut rows = 0;
    for table in &mut schema.tables {
        table.schema.clear();
        let count = format!("SELECT count(*) FROM {}", table.name);
        rows += home.db.fetch_value::<i64>(&count, ()).await?;
    }
    Ok((schema, rows))
}

/// Waits until PostgreSQL has ended what the killed process asked for: its lock is another
/// session's, while that of MySQL is held by the session that is still at work.
async fn at_rest(home: &Home) -> Result<()> {
    if !home.db.engine().dialect.is_postgres() {
        return Ok(());
    }
    let active = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                  AND state = 'active' AND pid <> pg_backend_pid()";
    while home.db.fetch_value::<i64>(active, ()).await? > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_the_next_run_completes() -> Result<()> {
    for engine in [Engine::Postgres, Engine::MySql(Brand::MariaDb), Engine::MySql(Brand::Oracle)] {
        let set = set(engine == Engine::Postgres);
        let whole = Home::new(engine).await?;
        whole.migrator(&set).up(None).await?;
        let expect = state(&whole).await?;
        assert_eq!(expect.1, FILES * ROWS, "{engine:?}");
        for round in 0..ROUNDS {
            let home = Home::new(engine).await?;
            let mut child = start(&home.url);
            let moment = Duration::from_millis(400).mul_f64(jitter::fraction());
            tokio::time::sleep(moment).await;
            child.kill().unwrap();
            child.wait().unwrap();
            at_rest(&home).await?;
            home.migrator(&set).resume(None).await?;
            assert_eq!(state(&home).await?, expect, "{engine:?}, round {round}, {moment:?}");
        }
    }
    Ok(())
}
