//! Processes that are killed while they migrate or make the tables of a module.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hypostyle::{Database, Environment, Result};
use hypostyle_schema::Inspector;
use hypostyle_schema::desired::ModelFile;
use hypostyle_schema::migrate::{MigrationKind, MigrationSet, Migrator};

/// Names the database to the process that is to be killed; nobody else sets it.
const DATABASE: &str = "HYPOSTYLE_TEST_KILL_DATABASE";

const ROUNDS: u32 = 24;

const FILES: usize = 8;

/// Each file makes two tables and takes some milliseconds between them.
fn set() -> Result<MigrationSet> {
    let files: Vec<(&str, &str)> = (1..=FILES)
        .map(|at| {
            let text = format!(
                "CREATE TABLE a{at} (x);
                 INSERT INTO a{at} WITH RECURSIVE n (i) AS (
                     SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000
                 ) SELECT i FROM n;
                 CREATE TABLE b{at} (x);"
            );
            let (name, text): (&str, &str) = (format!("V{at}__x.sql").leak(), text.leak());
            (name, text)
        })
        .collect();
    MigrationSet::embedded(MigrationKind::App, &files)
}

fn models() -> Result<ModelFile> {
    let tables = (0..200).map(|at| format!("CREATE TABLE m{at} (x);\n"));
    let text = format!("-- database: shop\n{}", tables.collect::<String>());
    Ok(ModelFile::parse(text, "models.sql")?)
}

async fn work(db: &Database) -> Result<()> {
    Migrator::new(db).app(set()?).up(None).await?;
    models()?.apply(db).await.map(drop)
}

/// Answers how many files are applied and how many tables of the module there are, and holds that
/// no part of a file is.
async fn state(db: &Database) -> Result<(usize, usize)> {
    let mut transaction = db.begin_read_only().await?;
    let names = Inspector::new(db, &mut transaction)?.tables().await?;
    let count = |letter: char| names.iter().filter(|name| name.starts_with(letter)).count();
    let rows: i64 = match names.iter().any(|name| name == "ia_migrations") {
        true => transaction.fetch_value("SELECT count(*) FROM ia_migrations", ()).await?,
        false => 0,
    };
    let rows = usize::try_from(rows).unwrap();
    assert_eq!((count('a'), count('b')), (rows, rows), "{names:?}");
    Ok((rows, count('m')))
}

/// The process that is killed: nothing but this test starts it.
#[tokio::test(flavor = "multi_thread")]
async fn the_process_that_is_killed() -> Result<()> {
    let Some(url) = Environment::process().get(DATABASE)? else { return Ok(()) };
    let db = Database::open(&url).await?;
    println!("\nopened");
    work(&db).await
}

fn start(url: &str) -> Child {
    let program = std::env::current_exe().unwrap();
    let child = Command::new(program)
        .args(["--exact", "the_process_that_is_killed", "--nocapture"])
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

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_nothing_is_half_done() -> Result<()> {
    let mut between = 0;
    for round in 0..ROUNDS {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("k.db").display());
        let mut child = start(&url);
        tokio::time::sleep(Duration::from_millis(4) * round).await;
        child.kill().unwrap();
        child.wait().unwrap();

        let db = Database::open(&url).await?;
        let (files, tables) = state(&db).await?;
        assert!(tables == 0 || (tables, files) == (200, FILES), "{files} files, {tables} tables");
        between += usize::from((1..FILES).contains(&files));
        work(&db).await?;
        assert_eq!(state(&db).await?, (FILES, 200), "what was left could not be done");
    }
    assert!(between > 0, "no process was killed between its first file and its last");
    Ok(())
}
