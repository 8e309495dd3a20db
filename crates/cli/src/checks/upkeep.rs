//! What is checked of the tables and indexes of a PostgreSQL database.

use hypostyle::Database;
use hypostyle::core::Result;

use super::{Check, Found, size_text};
use crate::progress::Progress;

/// Names that a line lists.
const NAMES_MAX: usize = 3;
/// From here on a server takes no more writes before it is vacuumed; it holds 2 000 000 000.
const AGE_FAIL: i64 = 1_600_000_000;

pub(super) async fn check(database: &Database, progress: &Progress, found: &mut Found) {
    progress.set_label("checking tables");
    found.add("indexes", indexes(database).await);
    found.add("constraints", constraints(database).await);
    found.add("dead rows", dead_rows(database).await);
    found.add("statistics", statistics(database).await);
    found.add("age", age(database).await);
    found.add("size", size(database).await);
}

async fn indexes(database: &Database) -> Result<Check> {
    let text = "SELECT indexrelid::regclass::text FROM pg_catalog.pg_index \
                WHERE NOT (indisvalid AND indisready AND indislive) AND indexrelid NOT IN \
                (SELECT index_relid FROM pg_catalog.pg_stat_progress_create_index) ORDER BY 1";
    let names: Vec<(String,)> = database.fetch_all(text, ()).await?;
    Ok(match names.first() {
        None => Check::ok("indexes", "all of them are valid"),
        Some((first,)) => Check::warn(
            "indexes",
            format!("not valid, and in nobody's use: {}", listed(&names)),
            &format!("REINDEX INDEX CONCURRENTLY {first}, or drop it"),
        ),
    })
}

async fn constraints(database: &Database) -> Result<Check> {
    let text = "SELECT conname::text || ' of ' || conrelid::regclass::text \
                FROM pg_catalog.pg_constraint WHERE NOT convalidated AND conrelid <> 0 ORDER BY 1";
    let names: Vec<(String,)> = database.fetch_all(text, ()).await?;
    Ok(match names.is_empty() {
        true => Check::ok("constraints", "all of them are validated"),
        false => Check::warn(
            "constraints",
            format!("old rows were never checked: {}", listed(&names)),
            "ALTER TABLE … VALIDATE CONSTRAINT …",
        ),
    })
}

async fn dead_rows(database: &Database) -> Result<Check> {
    let name = "dead rows";
    if database.fetch_value("SELECT current_setting('autovacuum') = 'off'", ()).await? {
        let remedy = "autovacuum = on: without it tables only grow, until the server stops";
        return Ok(Check::fail(name, "autovacuum is off", remedy));
    }
    let text = "SELECT relid::regclass::text || ' (' \
                || n_dead_tup * 100 / greatest(n_live_tup + n_dead_tup, 1) || ' %)' \
                FROM pg_catalog.pg_stat_user_tables \
                WHERE n_dead_tup > 10000 AND n_dead_tup > n_live_tup / 5 \
                ORDER BY n_dead_tup DESC";
    let bloated: Vec<(String,)> = database.fetch_all(text, ()).await?;
    let text = "SELECT relid::regclass::text FROM pg_catalog.pg_stat_user_tables \
                WHERE n_live_tup > 100000 AND last_vacuum IS NULL AND last_autovacuum IS NULL \
                ORDER BY n_live_tup DESC";
    let never: Vec<(String,)> = database.fetch_all(text, ()).await?;
    Ok(if !bloated.is_empty() {
        Check::warn(
            name,
            listed(&bloated),
            "VACUUM (ANALYZE) them; look for old transactions, and lower \
             autovacuum_vacuum_scale_factor for large tables",
        )
    } else if !never.is_empty() {
        Check::warn(name, format!("never vacuumed: {}", listed(&never)), "VACUUM (ANALYZE) them")
    } else {
        Check::ok(name, "few in every table")
    })
}

async fn statistics(database: &Database) -> Result<Check> {
    let text = "SELECT relid::regclass::text FROM pg_catalog.pg_stat_user_tables \
                WHERE n_live_tup > 1000 AND last_analyze IS NULL AND last_autoanalyze IS NULL \
                ORDER BY n_live_tup DESC";
    let names: Vec<(String,)> = database.fetch_all(text, ()).await?;
    Ok(match names.is_empty() {
        true => Check::ok("statistics", "the planner knows every table of a size"),
        false => Check::warn(
            "statistics",
            format!("the planner knows nothing of {}", listed(&names)),
            "ANALYZE, as after every restore",
        ),
    })
}

async fn age(database: &Database) -> Result<Check> {
    let text = "SELECT max(age(datfrozenxid))::int8, \
                current_setting('autovacuum_freeze_max_age')::int8 FROM pg_catalog.pg_database";
    let (age, frozen_at): (i64, i64) = database.fetch_one(text, ()).await?;
    let found = format!("{age} transactions since the oldest unfrozen row");
    let remedy = "VACUUM (FREEZE) the oldest tables, and end what holds old transactions open";
    Ok(if age > AGE_FAIL {
        Check::fail("age", found, remedy)
    } else if age > frozen_at.saturating_mul(2) {
        Check::warn("age", found, remedy)
    } else {
        Check::ok("age", found)
    })
}

async fn size(database: &Database) -> Result<Check> {
    let text = "SELECT pg_database_size(current_database())";
    let bytes: i64 = database.fetch_value(text, ()).await?;
    Ok(Check::ok("size", size_text(bytes.unsigned_abs())))
}

fn listed(names: &[(String,)]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMES_MAX).map(|(name,)| name.as_str()).collect();
    match names.len().saturating_sub(NAMES_MAX) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
