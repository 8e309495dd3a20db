//! The table of idempotency keys: in the database of the records, so that a key and what it stands
//! for are committed together.

use super::Statement;
use crate::data::Value;
use crate::query::{Idempotency, Written};
use crate::sql::Dialect;

/// The name of the table.
pub(crate) const TABLE: &str = "hypostyle_idempotency_keys";

/// Makes the table where it is missing.
pub(crate) fn table(dialect: Dialect) -> Statement {
    let mut out = Statement::new(dialect);
    out.push(
        "CREATE TABLE IF NOT EXISTS hypostyle_idempotency_keys (\
         idempotency_key TEXT NOT NULL PRIMARY KEY, fingerprint TEXT NOT NULL, \
         status INTEGER NOT NULL, location TEXT, body TEXT NOT NULL, \
         created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    );
    out
}

/// Forgets keys a day after their request, some at a time.
pub(crate) fn forget(dialect: Dialect) -> Statement {
    let mut out = Statement::new(dialect);
    let a_day_ago = match dialect {
        Dialect::Sqlite => "datetime('now', '-1 day')",
        _ => "CURRENT_TIMESTAMP - INTERVAL '1' DAY",
    };
    out.push(
        "DELETE FROM hypostyle_idempotency_keys WHERE idempotency_key IN (\
         SELECT idempotency_key FROM hypostyle_idempotency_keys WHERE created_at < ",
    );
    out.push(a_day_ago);
    out.push(" LIMIT 100)");
    out
}

/// Finds what a request with the key was answered.
pub(crate) fn find(dialect: Dialect, key: &str) -> Statement {
    let mut out = Statement::new(dialect);
    out.push(
        "SELECT fingerprint, status, location, body FROM hypostyle_idempotency_keys \
         WHERE idempotency_key = ",
    );
    out.bind(Value::Text(key.to_owned()));
    out
}

/// Keeps what a request with the key is answered.
pub(crate) fn keep(dialect: Dialect, idempotency: &Idempotency, written: &Written) -> Statement {
    let mut out = Statement::new(dialect);
    out.push(
        "INSERT INTO hypostyle_idempotency_keys \
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
