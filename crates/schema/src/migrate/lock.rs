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

/// The number is the beginning of `ia_migrations` in ASCII; it is of this database alone. Statements
/// then give up waiting for other locks, so that those behind them get through.
const POSTGRES: &str = "SELECT pg_try_advisory_xact_lock(7593470746197909876), \
                        set_config('lock_timeout', ?, true)";

/// Of the database that is used; a name has 64 characters at most. MySQL 9 has no `sha1` any more.
const MYSQL: &str = "SELECT GET_LOCK(concat('ia_migrations:', left(sha2(database(), 256), 40)), 0) \
                     = 1";

/// Begins a transaction that no other run is in at the same time.
pub(super) async fn transaction(
    database: &Database,
    patience: Patience,
    lock_timeout: Duration,
) -> Result<Transaction<'static>> {
    loop {
        let refused = match database.begin().await {
            Ok(mut transaction) => {
                if is_alone(database, &mut transaction, lock_timeout).await? {
                    return Ok(transaction);
                }
                transaction.rollback().await?;
                held()
            }
            Err(error) => error,
        };
        patience.pause(refused).await?;
    }
}

/// Tells whether no other run is in a transaction at the same time, until this one ends.
pub(super) async fn is_alone(
    database: &Database,
    transaction: &mut Transaction<'_>,
    lock_timeout: Duration,
) -> Result<bool> {
    let mut on = On::Transaction(transaction);
    match database.engine().dialect {
        dialect if dialect.is_postgres() => {
            let limit = lock_timeout.as_millis().max(1).to_string();
            let rows = on.fetch_all::<(bool, String)>(POSTGRES, (&limit,)).await?;
            Ok(rows.first().is_some_and(|(is_alone, _)| *is_alone))
        }
        Dialect::Mysql => has_mysql_lock(&mut on).await,
        // SQLite lets one writer in; DuckDB tells of a conflict.
        _ => Ok(true),
    }
}

/// Takes the lock of MySQL for a connection, beyond the transaction that it may be in. A session that
/// was set is reset before anybody else gets it, and the lock goes with that.
async fn has_mysql_lock(on: &mut On<'_, '_>) -> Result<bool> {
    on.execute("SET @ia_migrations = 1", ()).await?;
    let taken = on.fetch_all::<(Option<bool>,)>(MYSQL, ()).await?;
    Ok(matches!(taken.first(), Some((Some(true),))))
}

/// How long to try for a lock that others hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    give_up: Instant,
}

impl Patience {
    pub(super) fn new(wait: Duration) -> Self {
        Self { give_up: Instant::now() + wait }
    }

    /// Waits a little before the next try; fails with what refused this one where there is none.
    pub(super) async fn pause(self, refused: Error) -> Result<()> {
        if Instant::now() >= self.give_up || !is_busy(&refused) {
            return Err(refused);
        }
        tokio::time::sleep(PAUSE.mul_f64(0.5 + jitter::fraction())).await;
        Ok(())
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
    patience: Patience,
) -> Result<(HeldSession, RunLock)> {
    let lock = match database.engine().dialect.is_postgres() {
        true => {
            // It waits for nothing.
            let mut transaction = transaction(database, patience, Duration::ZERO).await?;
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
    while !has_mysql_lock(&mut On::Session(&mut session)).await? {
        patience.pause(held()).await?;
    }
    Ok((session, lock))
}

fn is_busy(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Locked | ErrorKind::PoolTimeout | ErrorKind::Conflict)
}

/// Says that another run is at work.
pub(super) fn held() -> Error {
    let message = "another run of migrations holds the lock of ia_migrations";
    Error::new(ErrorKind::Locked, message).retry_by(Retry::Transaction)
}
