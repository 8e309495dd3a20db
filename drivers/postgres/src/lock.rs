//! Advisory locks: held by a session, free when it ends.

use hypostyle_core::{Database, Error, HeldSession, Intent, Result};
use hypostyle_sql::Dialect;
use sha2::{Digest, Sha256};

/// A lock of a key, which nobody else has while this is held. Dropping it frees the lock.
///
/// # Examples
/// ```no_run
/// use hypostyle_postgres::AdvisoryLock;
///
/// # async fn example(db: &hypostyle_core::Database) -> hypostyle_core::Result<()> {
/// let lock = AdvisoryLock::acquire(db, AdvisoryLock::key("nightly report")).await?;
/// // Nobody else makes the report now.
/// lock.release().await?;
/// # Ok(())
/// # }
/// ```
pub struct AdvisoryLock {
    session: HeldSession,
    key: i64,
}

impl AdvisoryLock {
    /// Makes a key of a name, the same everywhere.
    #[must_use]
    pub fn key(name: &str) -> i64 {
        let digest = Sha256::digest(name.as_bytes());
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(digest).for_each(|(byte, of)| *byte = of);
        i64::from_be_bytes(bytes)
    }

    /// Waits for the lock of a key, on a connection held as long as the lock.
    ///
    /// # Errors
    /// `Unsupported` for another engine, and behind a pooler that changes servers; `Timeout` past
    /// the deadline of requests; `PoolTimeout`.
    pub async fn acquire(database: &Database, key: i64) -> Result<Self> {
        let mut session = hold(database).await?;
        session.execute("SELECT pg_advisory_lock(?)", (key,)).await?;
        Ok(Self { session, key })
    }

    /// Takes the lock of a key if nobody has it.
    ///
    /// # Errors
    /// As [`AdvisoryLock::acquire`], but for the wait.
    pub async fn try_acquire(database: &Database, key: i64) -> Result<Option<Self>> {
        let mut session = hold(database).await?;
        let is_mine: bool = session.fetch_value("SELECT pg_try_advisory_lock(?)", (key,)).await?;
        Ok(is_mine.then_some(Self { session, key }))
    }

    /// Frees the lock; the connection is cleaned on its way back.
    ///
    /// # Errors
    /// `Connection` when the connection was lost, and the lock with it.
    pub async fn release(mut self) -> Result<()> {
        self.session.execute("SELECT pg_advisory_unlock(?)", (self.key,)).await.map(drop)
    }
}

async fn hold(database: &Database) -> Result<HeldSession> {
    let engine = database.engine();
    if engine.dialect != Dialect::Postgres {
        return Err(Error::unsupported(engine.name, "advisory_locks"));
    }
    database.session(Intent::Write).await
}

impl std::fmt::Debug for AdvisoryLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AdvisoryLock").field("key", &self.key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_key() {
        assert_eq!(AdvisoryLock::key("a"), AdvisoryLock::key("a"));
        assert_ne!(AdvisoryLock::key("a"), AdvisoryLock::key("b"));
    }
}
