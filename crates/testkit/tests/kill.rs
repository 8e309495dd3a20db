//! Writers killed with SIGKILL at random moments: no acknowledged insert is lost, none is doubled.
//!
//! A child process writes from several tasks with the default options and says each committed id on
//! its standard output; the parent kills it, opens the file and compares.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use hypostyle_core::{ConnectionConfig, Database, Opener, PoolOptions, Result, ValueRef, jitter};
use hypostyle_sqlite::Sqlite;
use hypostyle_testkit::{Outcome, child, equal, holds};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::io::{AsyncBufReadExt, BufReader};

const ROUNDS: usize = 20;
const INSERTS_MIN: usize = 10_000;
const TASKS: i64 = 8;
/// Ids of one round, so that no two rounds share one.
const ROUND_IDS: i64 = 100_000_000;

fn main() -> ExitCode {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    if let Some(part) = child::part() {
        return match runtime.block_on(write_until_killed(&part[0], &part[1])) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error:?}");
                ExitCode::FAILURE
            }
        };
    }
    let test = Trial::test("a_killed_process_loses_no_acknowledged_insert_and_doubles_none", {
        move || runtime.block_on(kill_and_compare()).map_err(Failed::from)
    });
    libtest_mimic::run(&Arguments::from_args(), vec![test]).exit_code()
}

async fn open(path: &str) -> Result<Database> {
    let config = ConnectionConfig::parse(&format!("sqlite:{path}"))?;
    Ok(Database::new(Sqlite.open(&config, PoolOptions::default()).await?))
}

/// The child: inserts ids from several tasks for ever, and says each that was committed.
async fn write_until_killed(path: &str, first_id: &str) -> Result<()> {
    let db = open(path).await?;
    let first_id: i64 = first_id.parse().unwrap_or_default();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(write_for_ever(db, task, first_id + task))
        })
        .collect();
    for task in tasks {
        task.await.unwrap_or(Ok(()))?;
    }
    Ok(())
}

/// Inserts one by one, or several in a transaction, or in bulk, as the task's number has it.
async fn write_for_ever(db: Database, task: i64, mut id: i64) -> Result<()> {
    let insert = "INSERT INTO t (id, v) VALUES (?, 'some text that takes a little room')";
    loop {
        let ids: Vec<i64> = match task % 4 {
            0 | 1 => vec![id],
            _ => (0..5).map(|at| id + at * TASKS).collect(),
        };
        match task % 4 {
            0 | 1 => drop(db.execute(insert, (id,)).await?),
            2 => {
                let mut transaction = db.begin().await?;
                for id in &ids {
                    transaction.execute(insert, (*id,)).await?;
                }
                transaction.commit().await?;
            }
            _ => {
                let rows = ids.iter().map(|id| [ValueRef::I64(*id), ValueRef::Text("bulk")]);
                db.insert_many("t", &["id", "v"], rows).await?;
            }
        }
        id += TASKS * 5;
        let said: String = ids.iter().map(|id| format!("{id}\n")).collect();
        // One write for all, so that a line is whole or not there.
        std::io::stdout().lock().write_all(said.as_bytes()).unwrap_or_default();
        std::io::stdout().lock().flush().unwrap_or_default();
        tokio::task::yield_now().await;
    }
}

/// The parent: twenty rounds of writing, killing, opening and comparing.
async fn kill_and_compare() -> Outcome {
    let folder = tempfile::tempdir().map_err(|_| hypostyle_core::Error::closed("folder"))?;
    let path = folder.path().join("killed.db");
    let db = open(&path.display().to_string()).await?;
    db.execute("CREATE TABLE t (id INTEGER, v TEXT)", ()).await?;
    db.close().await?;

    let began = Instant::now();
    let mut acknowledged: HashSet<i64> = HashSet::new();
    let mut round = 0;
    while round < ROUNDS || acknowledged.len() < INSERTS_MIN {
        let first_id = i64::try_from(round).unwrap_or_default() * ROUND_IDS;
        acknowledged.extend(killed_writer(&path, first_id).await?);
        compare(&path, &acknowledged).await?;
        round += 1;
        holds(began.elapsed() < Duration::from_secs(120), "too slow to write ten thousand rows")?;
    }
    let (rows, took) = (acknowledged.len(), began.elapsed());
    println!("{round} kills over {rows} acknowledged inserts in {took:.1?}");
    Ok(())
}

/// Starts a writer, kills it after a random while, and answers the ids it had acknowledged.
async fn killed_writer(path: &Path, first_id: i64) -> Outcome<Vec<i64>> {
    let (path, first_id) = (path.display().to_string(), first_id.to_string());
    let mut writer = child::play(&[&path, &first_id])?;
    let output = writer.stdout.take().ok_or_else(|| hypostyle_core::Error::closed("pipe"))?;
    let reading = tokio::spawn(async move {
        let mut lines = BufReader::new(output).lines();
        let mut ids = Vec::new();
        while let Ok(Some(line)) = lines.next_line().await {
            ids.extend(line.parse::<i64>());
        }
        ids
    });
    tokio::time::sleep(Duration::from_secs_f64(0.03 + 0.4 * jitter::fraction())).await;
    holds(matches!(writer.try_wait(), Ok(None)), "the writer ended by itself")?;
    // SIGKILL: no destructor runs.
    writer.kill().await.map_err(|_| hypostyle_core::Error::closed("writer"))?;
    Ok(reading.await.unwrap_or_default())
}

async fn compare(path: &Path, acknowledged: &HashSet<i64>) -> Outcome {
    let db = open(&path.display().to_string()).await?;
    equal(db.fetch_value::<String>("PRAGMA integrity_check", ()).await?, "ok")?;
    let rows = db.fetch_all::<(i64,)>("SELECT id FROM t", ()).await?;
    let stored: HashSet<i64> = rows.iter().map(|(id,)| *id).collect();
    equal(rows.len() - stored.len(), 0)?;
    let lost = acknowledged.difference(&stored).count();
    equal(lost, 0)?;
    Ok(db.close().await?)
}
