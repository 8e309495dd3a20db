//! Other processes: one that holds the file, and one that is killed while it writes.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use hypostyle_core::{Error, ErrorKind, PoolOptions, Result, Retry, ValueRef, jitter};
use hypostyle_testkit::{Bench, Outcome, cases, child, equal, fails, holds};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::targets::{folder, open};

cases! { "duckdb processes":
    a_file_held_by_another_process_is_told_with_its_number,
    a_file_is_given_back_to_others_when_it_is_closed,
    a_killed_process_loses_no_acknowledged_insert_and_doubles_none,
}

const ROUNDS: i64 = 6;
/// How many ids each writer acknowledges at least.
const ROUND_IDS_LEAST: usize = 40;
/// Ids of one round, so that no two rounds share one.
const ROUND_IDS: i64 = 100_000_000;

/// The child: holds a database, or inserts until it is killed.
pub(crate) fn play(part: &[String]) -> ExitCode {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let played = runtime.map_err(|error| Error::new(ErrorKind::Io, error.to_string()));
    let played = played.and_then(|runtime| match part {
        [path] => runtime.block_on(hold(path)),
        [path, first_id] => runtime.block_on(write_until_killed(path, first_id)),
        _ => Err(Error::new(ErrorKind::Config, "no such part")),
    });
    match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // One write for all, so that a line is whole or not there.
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

async fn hold(path: &str) -> Result<()> {
    let db = open(&format!("duckdb:{path}"), PoolOptions::default()).await?;
    db.execute("CREATE TABLE IF NOT EXISTS held (id BIGINT)", ()).await?;
    say("held\n");
    tokio::time::sleep(Duration::from_secs(60)).await;
    Ok(())
}

/// Inserts ids one by one, in transactions and in bulk, and says each that was committed.
async fn write_until_killed(path: &str, first_id: &str) -> Result<()> {
    let db = open(&format!("duckdb:{path}"), PoolOptions::default()).await?;
    let mut id: i64 = first_id.parse().unwrap_or_default();
    let insert = "INSERT INTO t VALUES (?, 'some text that takes a little room')";
    loop {
        let ids: Vec<i64> = (id..id + 5).collect();
        match id / 5 % 3 {
            0 => {
                for id in &ids {
                    db.execute(insert, (*id,)).await?;
                }
            }
            1 => {
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
        id += 5;
        say(&ids.iter().map(|id| format!("{id}\n")).collect::<String>());
    }
}

/// Starts a process that holds a file, once it says so.
async fn holder(path: &Path) -> Outcome<tokio::process::Child> {
    let mut holder = child::play(&[&path.display().to_string()])?;
    let output = holder.stdout.take().ok_or_else(|| Error::closed("pipe"))?;
    let mut lines = BufReader::new(output).lines();
    let said = lines.next_line().await.map_err(|_| Error::closed("holder"))?;
    equal(said.as_deref(), Some("held"))?;
    Ok(holder)
}

async fn a_file_held_by_another_process_is_told_with_its_number(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("held.db");
    let mut holder = holder(&path).await?;
    let number = holder.id().unwrap_or_default().to_string();
    let url = format!("duckdb:{}", path.display());
    for url in [url.clone(), format!("{url}?mode=ro")] {
        let error = fails(open(&url, PoolOptions::default()).await, ErrorKind::Locked)?;
        equal(error.retry(), Retry::Request)?;
        holds(error.message().contains(&number), &error)?;
        holds(error.message().contains("held.db"), &error)?;
    }
    holder.kill().await.map_err(|_| Error::closed("holder"))?;
    let db = open(&url, PoolOptions::default()).await?;
    equal(db.fetch_value::<i64>("SELECT count(*) FROM held", ()).await?, 0)
}

async fn a_file_is_given_back_to_others_when_it_is_closed(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("given.db");
    let db = open(&format!("duckdb:{}", path.display()), PoolOptions::default()).await?;
    db.execute("CREATE TABLE t (id BIGINT)", ()).await?;
    db.close().await?;
    // The handle is still there.
    let mut holder = holder(&path).await?;
    holder.kill().await.map_err(|_| Error::closed("holder"))?;
    fails(db.execute("SELECT 1", ()).await, ErrorKind::Closed).map(drop)
}

async fn a_killed_process_loses_no_acknowledged_insert_and_doubles_none(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("killed.db");
    let url = format!("duckdb:{}", path.display());
    let db = open(&url, PoolOptions::default()).await?;
    db.execute("CREATE TABLE t (id BIGINT, v VARCHAR)", ()).await?;
    db.close().await?;
    let mut acknowledged: HashSet<i64> = HashSet::new();
    for round in 0..ROUNDS {
        acknowledged.extend(killed_writer(&path, round * ROUND_IDS).await?);
        let db = open(&url, PoolOptions::default()).await?;
        let rows = db.fetch_all::<(i64,)>("SELECT id FROM t", ()).await?;
        let stored: HashSet<i64> = rows.iter().map(|(id,)| *id).collect();
        equal(rows.len() - stored.len(), 0)?;
        equal(acknowledged.difference(&stored).count(), 0)?;
        db.close().await?;
    }
    holds(acknowledged.len() >= 200, format!("{} acknowledged", acknowledged.len()))
}

/// Starts a writer, kills it a random while after it has acknowledged some ids, and answers all that
/// it had.
async fn killed_writer(path: &Path, first_id: i64) -> Outcome<Vec<i64>> {
    let (path, first_id) = (path.display().to_string(), first_id.to_string());
    let mut writer = child::play(&[&path, &first_id])?;
    let output = writer.stdout.take().ok_or_else(|| Error::closed("pipe"))?;
    let mut lines = BufReader::new(output).lines();
    let mut ids = Vec::new();
    while ids.len() < ROUND_IDS_LEAST
        && let Ok(Some(line)) = lines.next_line().await
    {
        ids.extend(line.parse::<i64>());
    }
    let reading = tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            ids.extend(line.parse::<i64>());
        }
        ids
    });
    tokio::time::sleep(Duration::from_secs_f64(0.4 * jitter::fraction())).await;
    holds(matches!(writer.try_wait(), Ok(None)), "the writer ended by itself")?;
    // SIGKILL: no destructor runs.
    writer.kill().await.map_err(|_| Error::closed("writer"))?;
    Ok(reading.await.unwrap_or_default())
}
