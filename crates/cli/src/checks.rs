//! The checks of a database: each finds something out and says what to do about it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hypostyle::Database;
use hypostyle::core::{Error, ErrorKind, Result};
use serde::Serialize;

use crate::exit::Failure;
use crate::output::time;
use crate::progress::Progress;

const MIB: u64 = 1024 * 1024;
/// A log longer than this is one that no checkpoint can shorten.
const WAL_BYTES_MAX: u64 = 256 * MIB;
const FREE_BYTES_MIN: u64 = 64 * MIB;
/// The percent of a file that may be empty.
const EMPTY_PERCENT_MAX: i64 = 30;
const MESSAGES_MAX: usize = 3;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) state: State,
    pub(crate) found: String,
    /// What to do, where something is to be done.
    pub(crate) remedy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Ok,
    Warn,
    Fail,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: State::Ok, found: found.into(), remedy: None }
    }

    fn warn(name: &'static str, found: impl Into<String>, remedy: &str) -> Self {
        let remedy = Some(remedy.to_owned());
        Self { name, state: State::Warn, found: found.into(), remedy }
    }

    fn fail(name: &'static str, found: impl Into<String>, remedy: &str) -> Self {
        let remedy = Some(remedy.to_owned());
        Self { name, state: State::Fail, found: found.into(), remedy }
    }
}

/// The check of a database that cannot be opened.
pub(crate) fn unopened(failure: &Failure) -> Check {
    Check::fail("opening", failure.message(), "check the URL, and that the file is there and yours")
}

/// Runs all checks of an open database.
pub(crate) async fn run(database: &Database, progress: &Progress) -> Vec<Check> {
    let mut checks = vec![answer(database).await];
    if database.engine().name == "sqlite" {
        checks.extend(sqlite(database, progress).await);
    }
    progress.set_label("checking the right to write");
    checks.push(writing(database).await);
    let pool = database.pool();
    let found = format!(
        "{} of {} connections open, {} in use",
        pool.idle + pool.active,
        pool.max,
        pool.active
    );
    checks.push(Check::ok("pool", found));
    checks
}

async fn answer(database: &Database) -> Check {
    let began = Instant::now();
    match database.fetch_value::<i64>("SELECT 1", ()).await {
        Ok(_) => {
            let found = format!(
                "{} in {}",
                database.engine().location,
                time(began.elapsed().as_secs_f64())
            );
            Check::ok("answers", found)
        }
        Err(error) => Check::fail("answers", error.to_string(), "see the message"),
    }
}

async fn sqlite(database: &Database, progress: &Progress) -> Vec<Check> {
    let mut checks = Vec::new();
    let file = file(database).await;
    let mut add = |name: &'static str, check: Result<Check>| {
        checks.push(check.unwrap_or_else(|error| {
            Check::fail(
                name,
                error.to_string(),
                "run hypostyle query -v with the same URL to see why",
            )
        }));
    };
    add("version", version(database).await);
    add("journal", journal(database, file.as_deref()).await);
    add("foreign keys", foreign_keys(database, progress).await);
    progress.set_label("checking integrity");
    add("integrity", integrity(database).await);
    add("size", size(database).await);
    if let Some(file) = &file {
        add("log", Ok(log(file)));
        add("disk", Ok(disk(file)));
    }
    checks
}

/// Answers the file of the main database; none for one in memory.
async fn file(database: &Database) -> Option<PathBuf> {
    let text = "SELECT file FROM pragma_database_list WHERE name = 'main'";
    let file: Option<String> = database.fetch_value(text, ()).await.ok()?;
    file.filter(|file| !file.is_empty()).map(PathBuf::from)
}

async fn version(database: &Database) -> Result<Check> {
    let version: String = database.fetch_value("SELECT sqlite_version()", ()).await?;
    Ok(Check::ok("version", format!("SQLite {version}")))
}

async fn journal(database: &Database, file: Option<&Path>) -> Result<Check> {
    let mode: String = database.fetch_value("PRAGMA journal_mode", ()).await?;
    Ok(match file {
        Some(_) if mode != "wal" => Check::warn(
            "journal",
            format!("{mode}: readers and the writer wait for one another"),
            "open it without journal_mode, or with journal_mode=WAL",
        ),
        _ => Check::ok("journal", mode),
    })
}

async fn foreign_keys(database: &Database, progress: &Progress) -> Result<Check> {
    progress.set_label("checking foreign keys");
    let name = "foreign keys";
    let text = "SELECT count(*), count(DISTINCT \"table\") FROM pragma_foreign_key_check";
    let (orphans, tables): (i64, i64) = database.fetch_one(text, ()).await?;
    let enforced: bool = database.fetch_value("PRAGMA foreign_keys", ()).await?;
    Ok(match (orphans, enforced) {
        (0, true) => Check::ok(name, "enforced, and all of them hold"),
        (0, false) => Check::warn(name, "not enforced", "open it without foreign_keys=off"),
        _ => Check::warn(
            name,
            format!("{orphans} rows in {tables} tables refer to rows that are not there"),
            "PRAGMA foreign_key_check lists them",
        ),
    })
}

async fn integrity(database: &Database) -> Result<Check> {
    let messages: Vec<(String,)> = database.fetch_all("PRAGMA quick_check(10)", ()).await?;
    if messages.len() == 1 && messages[0].0 == "ok" {
        return Ok(Check::ok("integrity", "no damage found"));
    }
    let shown: Vec<&str> = messages.iter().take(MESSAGES_MAX).map(|each| each.0.as_str()).collect();
    let remedy =
        "stop writing, keep a copy, and restore a backup, or save what sqlite3 .recover reads";
    Ok(Check::fail("integrity", shown.join("; "), remedy))
}

async fn size(database: &Database) -> Result<Check> {
    let pages: i64 = database.fetch_value("PRAGMA page_count", ()).await?;
    let empty: i64 = database.fetch_value("PRAGMA freelist_count", ()).await?;
    let page: i64 = database.fetch_value("PRAGMA page_size", ()).await?;
    let bytes = pages.saturating_mul(page).unsigned_abs();
    let percent = empty * 100 / pages.max(1);
    let found = format!("{} in {pages} pages, {percent} % empty", size_text(bytes));
    Ok(match percent > EMPTY_PERCENT_MAX && bytes > 16 * MIB {
        true => Check::warn("size", found, "VACUUM gives the empty pages back"),
        false => Check::ok("size", found),
    })
}

fn log(file: &Path) -> Check {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    let bytes = std::fs::metadata(&name).map_or(0, |metadata| metadata.len());
    match bytes > WAL_BYTES_MAX {
        true => Check::warn(
            "log",
            format!("the write-ahead log has {}", size_text(bytes)),
            "a reader holds an old snapshot: end it, then PRAGMA wal_checkpoint(TRUNCATE)",
        ),
        false => Check::ok("log", format!("the write-ahead log has {}", size_text(bytes))),
    }
}

fn disk(file: &Path) -> Check {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let database = std::fs::metadata(file).map_or(0, |metadata| metadata.len());
    match fs4::available_space(folder.unwrap_or(Path::new("."))) {
        Ok(free) => {
            let found = format!("{} free", size_text(free));
            if free < FREE_BYTES_MIN {
                Check::fail("disk", found, "make room: a full disk stops every write")
            } else if free < database {
                let remedy = "VACUUM and a backup beside the file need as much room as it has";
                Check::warn("disk", found, remedy)
            } else {
                Check::ok("disk", found)
            }
        }
        Err(error) => Check::warn("disk", format!("unknown: {error}"), "look with df"),
    }
}

/// Takes the right to write, and gives it back unused.
async fn writing(database: &Database) -> Check {
    let name = "writing";
    let began = Instant::now();
    let asked = tokio::time::timeout(Duration::from_secs(15), async {
        database.begin().await?.rollback().await
    });
    match asked.await.unwrap_or_else(|_| Err(Error::timeout(Some(began.elapsed())))) {
        Ok(()) => {
            Check::ok(name, format!("the lock came in {}", time(began.elapsed().as_secs_f64())))
        }
        Err(error) => match error.kind() {
            ErrorKind::Locked | ErrorKind::Timeout | ErrorKind::PoolTimeout => Check::warn(
                name,
                error.to_string(),
                "another process writes; look for a transaction that is left open",
            ),
            ErrorKind::ReadOnly => Check::warn(
                name,
                error.to_string(),
                "give yourself the right to write the file and its folder",
            ),
            _ => Check::fail(name, error.to_string(), "see the message"),
        },
    }
}

fn size_text(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..MIB => format!("{} KiB", bytes / 1024),
        _ if bytes < 1024 * MIB => format!("{} MiB", bytes / MIB),
        _ => format!("{}.{} GiB", bytes / (1024 * MIB), bytes % (1024 * MIB) * 10 / (1024 * MIB)),
    }
}
