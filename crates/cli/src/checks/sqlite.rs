//! What is checked of an SQLite file.

use std::path::{Path, PathBuf};

use hypostyle::Database;
use hypostyle::core::Result;

use super::{Check, Found, MIB, size_text};
use crate::progress::Progress;

/// A log longer than this is one that no checkpoint can shorten.
const WAL_BYTES_MAX: u64 = 256 * MIB;
const FREE_BYTES_MIN: u64 = 64 * MIB;
/// The percent of a file that may be empty.
const EMPTY_PERCENT_MAX: i64 = 30;
const MESSAGES_MAX: usize = 3;

pub(super) async fn check(database: &Database, progress: &Progress, found: &mut Found) {
    let file = file(database).await;
    found.add("version", version(database).await);
    found.add("journal", journal(database, file.as_deref()).await);
    found.add("foreign keys", foreign_keys(database, progress).await);
    progress.set_label("checking integrity");
    found.add("integrity", integrity(database).await);
    found.add("size", size(database).await);
    if let Some(file) = &file {
        found.add("log", Ok(log(file)));
        found.add("disk", Ok(disk(file)));
    }
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
