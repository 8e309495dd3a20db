//! Keeping other runs out, by means that end with their holder.
//!
//! Who waits asks again and again and holds nothing meanwhile, not even a snapshot: `CREATE INDEX
//! CONCURRENTLY` of the holder would wait for it.

use std::time::{Duration, Instant};

use hypostyle_core::{
    Database, Error, ErrorKind, HeldSession, Intent, Result, Retry, Transaction, jitter,
};
use hypostyle_sql::Dialect;

use crate::on::On;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// The number is the beginning of `ia_migrations` in ASCII; it is of this database alone.
const POSTGRES: &str = "SELECT pg_try_advisory_xact_lock(7593470746197909876)";

/// Of the database that is used; a name has 64 characters at most. MySQL 9 has no `sha1` any more.
const MYSQL: &str = "SELECT GET_LOCK(concat('ia_migrations:', left(sha2(database(), 256), 40)), 0) \
                     = 1";

/// Begins a transaction that no other run is in at the same time.
pub(super) async fn transaction(
    database: &Database,
    give_up: Instant,
) -> Result<Transaction<'static>> {
    loop {
        match try_transaction(database).await {
            Ok(Some(transaction)) => return Ok(transaction),
            Err(error) if Instant::now() >= give_up || !is_busy(&error) => return Err(error),
            Ok(None) if Instant::now() >= give_up => return Err(held()),
            _ => tokio::time::sleep(PAUSE.mul_f64(0.5 + jitter::fraction())).await,
        }
    }
}

async fn try_transaction(database: &Database) -> Result<Option<Transaction<'static>>> {
    let mut transaction = database.begin().await?;
    // SQLite lets one writer in; DuckDB tells of a conflict.
    if !database.engine().dialect.is_postgres() {
        return Ok(Some(transaction));
    }
    let mut on = On::Transaction(&mut transaction);
    match on.fetch_all::<(bool,)>(POSTGRES, ()).await?.first() {
        Some((true,)) => Ok(Some(transaction)),
        _ => {
            transaction.rollback().await?;
            Ok(None)
        }
    }
}

/// What keeps other runs out while statements commit by themselves.
pub(super) enum RunLock {
    /// A transaction that holds the lock and nothing else: also behind a pooler, it is one
    /// connection's.
    Postgres { _transaction: Transaction<'static> },
    /// The connection that the statements run on holds it.
    Session,
}

/// Takes the connection that statements run on, and the lock.
pub(super) async fn session(
    database: &Database,
    give_up: Instant,
) -> Result<(HeldSession, RunLock)> {
    let lock = match database.engine().dialect.is_postgres() {
        true => {
            let mut transaction = transaction(database, give_up).await?;
            let on = &mut On::Transaction(&mut transaction);
            on.execute("SET LOCAL idle_in_transaction_session_timeout = 0", ()).await?;
            // A query holds its snapshot as long as nothing follows it, and what is shown has none.
            on.fetch_all::<(String,)>("SHOW idle_in_transaction_session_timeout", ()).await?;
            RunLock::Postgres { _transaction: transaction }
        }
        false => RunLock::Session,
    };
    let mut session = database.session(Intent::Write).await?;
    if database.engine().dialect != Dialect::Mysql {
        return Ok((session, lock));
    }
    // A session that was set is reset before anybody else gets it, and the lock goes with that.
    On::Session(&mut session).execute("SET @ia_migrations = 1", ()).await?;
    loop {
        let mut on = On::Session(&mut session);
        match on.fetch_all::<(Option<bool>,)>(MYSQL, ()).await?.first() {
            Some((Some(true),)) => return Ok((session, lock)),
            _ if Instant::now() >= give_up => return Err(held()),
            _ => tokio::time::sleep(PAUSE.mul_f64(0.5 + jitter::fraction())).await,
        }
    }
}

fn is_busy(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Locked | ErrorKind::PoolTimeout | ErrorKind::Conflict)
}

fn held() -> Error {
    let message = "another run of migrations holds the lock of ia_migrations";
    Error::new(ErrorKind::Locked, message).retry_by(Retry::Transaction)
}
