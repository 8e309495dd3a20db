//! The table of idempotency keys: in the database of the records, so that a key and what it stands
//! for are committed together.

use crate::data::Value;
use crate::operation::Writer;
use crate::query::{Idempotency, Written};
use crate::sql::Dialect;

/// The name of the table.
pub(crate) const TABLE: &str = "hypostyle_idempotency_keys";

/// Keeps requests with the same key apart until the transaction ends; `None` where there is one
/// writer at a time anyway.
pub(crate) fn lock_key(dialect: Dialect, key: &str) -> Option<Writer> {
    let mut out = Writer::new(dialect);
    let key = Value::Text(key.to_owned());
    match dialect {
        Dialect::Postgres | Dialect::PostgresBackslash => {
            out.push(
                "SELECT pg_advisory_xact_lock(hashtextextended('hypostyle_idempotency_keys ' || ",
            );
            out.bind(key);
            out.push("::text, 0))");
        }
        // A row that stands for no answer yet: another request waits for it. IGNORE would let all
        // that wait share the row, and then stand in each other's way.
        Dialect::Mysql => {
            out.push(
                "INSERT INTO hypostyle_idempotency_keys \
                 (idempotency_key, fingerprint, status, body) VALUES (",
            );
            out.bind(key);
            out.push(", '', 0, '') ON DUPLICATE KEY UPDATE status = status");
        }
        _ => return None,
    }
    Some(out)
}

/// Counts the table; `None` where making it once more costs nothing.
pub(crate) fn exists(dialect: Dialect) -> Option<Writer> {
    if !dialect.is_postgres() {
        return None;
    }
    let mut out = Writer::new(dialect);
    out.push("SELECT count(to_regclass('hypostyle_idempotency_keys'))");
    Some(out)
}

/// Makes the table where it is missing. Two that make it at once would be told that it is there, by
/// an error, so that on PostgreSQL one waits for the other.
pub(crate) fn table(dialect: Dialect) -> Vec<Writer> {
    let timestamp = if dialect.is_postgres() { "TIMESTAMPTZ" } else { "TIMESTAMP" };
    let (key, body, more) = match dialect {
        // Keys are compared byte by byte, and those of a day ago are found without a scan.
        Dialect::Mysql => ("VARBINARY(1024)", "LONGTEXT", ", INDEX (created_at)"),
        _ => ("TEXT", "TEXT", ""),
    };
    let mut table = Writer::new(dialect);
    table.push("CREATE TABLE IF NOT EXISTS hypostyle_idempotency_keys (idempotency_key ");
    table.push(key);
    table.push(" NOT NULL PRIMARY KEY, fingerprint TEXT NOT NULL, ");
    table.push("status INTEGER NOT NULL, location TEXT, body ");
    table.push(body);
    table.push(" NOT NULL, created_at ");
    table.push(timestamp);
    table.push(" NOT NULL DEFAULT CURRENT_TIMESTAMP");
    table.push(more);
    table.push(")");
    if !dialect.is_postgres() {
        return vec![table];
    }
    let mut lock = Writer::new(dialect);
    // The number is "hypokeys" in ASCII.
    lock.push("SELECT pg_advisory_xact_lock(7528171875971987827)");
    vec![lock, table]
}

/// Forgets keys a day after their request, some at a time.
pub(crate) fn forget(dialect: Dialect) -> Writer {
    let mut out = Writer::new(dialect);
    if dialect == Dialect::Mysql {
        out.push(
            "DELETE FROM hypostyle_idempotency_keys \
             WHERE created_at < CURRENT_TIMESTAMP - INTERVAL 1 DAY LIMIT 100",
        );
        return out;
    }
    let a_day_ago = match dialect {
        Dialect::Sqlite => "datetime('now', '-1 day')",
        _ => "CURRENT_TIMESTAMP - INTERVAL '1' DAY",
    };
    out.push(
        "DELETE FROM hypostyle_idempotency_keys WHERE idempotency_key IN (\
         SELECT idempotency_key FROM hypostyle_idempotency_keys WHERE created_at < ",
    );
    out.push(a_day_ago);
    out.push(" LIMIT 100");
    // Others may be forgetting the same keys.
    out.push(if dialect.is_postgres() { " FOR UPDATE SKIP LOCKED)" } else { ")" });
    out
}

/// Finds what a request with the key was answered.
pub(crate) fn find(dialect: Dialect, key: &str) -> Writer {
    let mut out = Writer::new(dialect);
    out.push(
        "SELECT fingerprint, status, location, body FROM hypostyle_idempotency_keys \
         WHERE idempotency_key = ",
    );
    out.bind(Value::Text(key.to_owned()));
    if dialect == Dialect::Mysql {
        out.push(" AND status <> 0 FOR UPDATE");
    }
    out
}

/// Keeps what a request with the key is answered.
pub(crate) fn keep(dialect: Dialect, idempotency: &Idempotency, written: &Written) -> Writer {
    let mut out = Writer::new(dialect);
    // On MySQL the row of the lock is there already.
    out.push(if dialect == Dialect::Mysql { "REPLACE" } else { "INSERT" });
    out.push(
        " INTO hypostyle_idempotency_keys \
         (idempotency_key, fingerprint, status, location, body) VALUES (",
    );
    let text = |text: &str| Value::Text(text.to_owned());
    let location = written.location.as_deref().map_or(Value::Null, text);
    out.bind(text(&idempotency.key));
    for value in [
        text(&idempotency.fingerprint),
        Value::I64(written.status.into()),
        location,
        text(&written.body),
    ] {
        out.push(", ");
        out.bind(value);
    }
    out.push(")");
    out
}
