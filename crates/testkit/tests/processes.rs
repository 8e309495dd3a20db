//! Several processes on one file: no update is lost, and a lock held for too long is told.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use hypostyle_core::{
    ConnectionConfig, Database, Error, ErrorKind, Opener, PoolOptions, Result, Retry,
};
use hypostyle_sqlite::Sqlite;
use hypostyle_testkit::{Outcome, child, equal, fails, holds};
use libtest_mimic::{Arguments, Failed, Trial};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::runtime::Runtime;

const INCREMENTS: i64 = 100;

fn main() -> ExitCode {
    if let Some(part) = child::part() {
        return match runtime().block_on(play(&part)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error:?}");
                ExitCode::FAILURE
            }
        };
    }
    let test =
        |name: &str, run: fn() -> Outcome| Trial::test(name, move || run().map_err(Failed::from));
    let tests = vec![
        test("four_processes_lose_no_update", || runtime().block_on(increments())),
        test("a_lock_held_too_long_is_told", || runtime().block_on(lock_is_told())),
        test("a_lock_is_waited_for", || runtime().block_on(lock_is_waited_for())),
        test("a_wait_for_a_lock_keeps_to_its_deadline", || runtime().block_on(lock_and_deadline())),
        test("a_writer_that_dies_holds_no_lock", || runtime().block_on(dead_writer())),
        test("many_processes_open_a_new_file_at_once", || runtime().block_on(opened_at_once())),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

fn runtime() -> Runtime {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime")
}

async fn open(path: &str, options: &str) -> Result<Database> {
    let config = ConnectionConfig::parse(&format!("sqlite:{path}{options}"))?;
    Ok(Database::new(Sqlite.open(&config, PoolOptions::default()).await?))
}

/// What a child does: `increment PATH`, `hold PATH MILLISECONDS` or `open PATH`.
async fn play(part: &[String]) -> Result<()> {
    let [what, path, ..] = part else { return Err(Error::closed("part")) };
    let db = open(path, "").await?;
    match what.as_str() {
        "increment" => increment(&db).await?,
        "hold" => {
            let hold_ms = part.get(2).and_then(|ms| ms.parse().ok()).unwrap_or(0);
            let mut transaction = db.begin().await?;
            transaction.execute("UPDATE t SET v = v + 1000", ()).await?;
            println!("held");
            tokio::time::sleep(Duration::from_millis(hold_ms)).await;
            transaction.commit().await?;
        }
        _ => {
            db.execute("CREATE TABLE IF NOT EXISTS opened (id INTEGER)", ()).await?;
            db.execute("INSERT INTO opened VALUES (1)", ()).await?;
        }
    }
    db.close().await
}

async fn increment(db: &Database) -> Result<()> {
    for _ in 0..INCREMENTS {
        let step = db.transact(|mut transaction| async move {
            let value: i64 = transaction.fetch_value("SELECT v FROM t", ()).await?;
            transaction.execute("UPDATE t SET v = ?", (value + 1,)).await
        });
        step.await?;
    }
    Ok(())
}

struct File {
    path: PathBuf,
    _folder: TempDir,
}

impl File {
    fn path(&self) -> String {
        self.path.display().to_string()
    }
}

fn file() -> Result<File> {
    let folder = tempfile::tempdir();
    let folder = folder.map_err(|error| Error::closed("folder").caused_by(error))?;
    Ok(File { path: folder.path().join("shared.db"), _folder: folder })
}

/// A file with a counter at 0.
async fn counter() -> Result<(File, Database)> {
    let file = file()?;
    let db = open(&file.path(), "").await?;
    db.execute("CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (0)", ()).await?;
    Ok((file, db))
}

/// Starts a process that holds the writer's lock for some time, and waits until it has it.
async fn holder(file: &File, hold_ms: u64) -> Outcome<Child> {
    let mut holder = child::play(&["hold", &file.path(), &hold_ms.to_string()])?;
    let output = holder.stdout.take().ok_or_else(|| Error::closed("pipe"))?;
    let line = BufReader::new(output).lines().next_line().await.unwrap_or_default();
    equal(line.as_deref(), Some("held"))?;
    Ok(holder)
}

async fn ended_well(mut process: Child) -> Outcome {
    let ended = process.wait().await;
    holds(ended.is_ok_and(|status| status.success()), "a process failed")
}

async fn value(db: &Database) -> Result<i64> {
    db.fetch_value("SELECT v FROM t", ()).await
}

async fn increments() -> Outcome {
    let (file, db) = counter().await?;
    let processes = (0..3).map(|_| child::play(&["increment", &file.path()]));
    let processes = processes.collect::<Result<Vec<_>>>()?;
    increment(&db).await?;
    for process in processes {
        ended_well(process).await?;
    }
    equal(value(&db).await?, 4 * INCREMENTS)
}

async fn lock_is_told() -> Outcome {
    let (file, _) = counter().await?;
    let impatient = open(&file.path(), "?busy_timeout=100").await?;
    let holder = holder(&file, 600).await?;
    let began = Instant::now();
    let error = fails(impatient.execute("UPDATE t SET v = 1", ()).await, ErrorKind::Locked)?;
    let waited = began.elapsed();
    holds((100..500).contains(&waited.as_millis()), format!("waited {waited:?}"))?;
    equal(error.retry(), Retry::Request)?;
    equal(error.code(), Some("SQLITE_BUSY"))?;
    fails(impatient.begin().await.map(drop), ErrorKind::Locked)?;
    equal(value(&impatient).await?, 0)?;
    ended_well(holder).await?;
    impatient.execute("UPDATE t SET v = v + 1", ()).await?;
    equal(value(&impatient).await?, 1001)
}

async fn lock_is_waited_for() -> Outcome {
    let (file, db) = counter().await?;
    let holder = holder(&file, 300).await?;
    db.execute("UPDATE t SET v = v + 1", ()).await?;
    equal(value(&db).await?, 1001)?;
    ended_well(holder).await
}

async fn lock_and_deadline() -> Outcome {
    let (file, db) = counter().await?;
    let holder = holder(&file, 1_000).await?;
    let began = Instant::now();
    let write = db.request("UPDATE t SET v = 1").timeout(Duration::from_millis(100));
    fails(write.execute().await, ErrorKind::Timeout)?;
    let waited = began.elapsed();
    holds(waited < Duration::from_millis(700), format!("waited {waited:?}"))?;
    ended_well(holder).await?;
    equal(value(&db).await?, 1000)
}

async fn dead_writer() -> Outcome {
    let (file, db) = counter().await?;
    let mut holder = holder(&file, 60_000).await?;
    let _ = holder.kill().await;
    db.execute("UPDATE t SET v = v + 1", ()).await?;
    equal(value(&db).await?, 1)
}

async fn opened_at_once() -> Outcome {
    let file = file()?;
    let processes = (0..6).map(|_| child::play(&["open", &file.path()]));
    for process in processes.collect::<Result<Vec<_>>>()? {
        ended_well(process).await?;
    }
    let db = open(&file.path(), "").await?;
    equal(db.fetch_value::<i64>("SELECT count(*) FROM opened", ()).await?, 6)
}
