//! Whole transactions as functions, repeated on a conflict.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::{Begin, Database, Effect, Error, ErrorKind, Result, Retry, Transaction};

/// How often and how patiently a whole transaction is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransactRetry {
    /// How often the body runs at most.
    pub attempts_max: u32,
    /// The longest wait before the second attempt; doubled for each further one.
    pub backoff: Duration,
}

impl Default for TransactRetry {
    fn default() -> Self {
        Self { attempts_max: 10, backoff: Duration::from_millis(10) }
    }
}

impl TransactRetry {
    /// Answers how long to wait before the next attempt after one that failed; `None` when another
    /// transaction was not the cause, or after the last attempt.
    pub fn wait_after(&self, error: Option<&Error>, attempt: u32) -> Option<Duration> {
        let repeatable = error.is_some_and(|error| {
            error.retry() == Retry::Transaction && error.effect() == Effect::None
        });
        if !repeatable || attempt >= self.attempts_max {
            return None;
        }
        tracing::warn!(target: "hypostyle::transact", attempt, "the transaction is repeated");
        // Between nothing and twice the time for each attempt, so that rivals do not meet again.
        let longest = self.backoff.saturating_mul(1 << (attempt - 1).min(10));
        Some(longest.mul_f64(crate::jitter::fraction()))
    }
}

/// The transaction of a body of [`Database::transact`]. It goes back when the body ends.
pub struct BodyTransaction {
    transaction: Option<Transaction<'static>>,
    home: Arc<Mutex<Option<Transaction<'static>>>>,
}

impl Deref for BodyTransaction {
    type Target = Transaction<'static>;

    #[expect(clippy::expect_used, reason = "taken only by drop")]
    fn deref(&self) -> &Self::Target {
        self.transaction.as_ref().expect("the body holds its transaction until it is dropped")
    }
}

impl DerefMut for BodyTransaction {
    #[expect(clippy::expect_used, reason = "taken only by drop")]
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.transaction.as_mut().expect("the body holds its transaction until it is dropped")
    }
}

impl Drop for BodyTransaction {
    fn drop(&mut self) {
        *self.home.lock().unwrap_or_else(PoisonError::into_inner) = self.transaction.take();
    }
}

impl Database {
    /// Runs a body in a transaction and commits it; repeats the whole body when another
    /// transaction was in its way, also where that shows only at the commit.
    ///
    /// # Errors
    /// That of the body, after a rollback; that of the commit, after ten attempts on a conflict;
    /// `Validation` when the body kept its transaction beyond its end.
    ///
    /// # Cancellation
    /// A dropped call rolls back what the body did.
    ///
    /// # Examples
    /// ```
    /// # async fn example(db: hypostyle_core::Database) -> hypostyle_core::Result<()> {
    /// db.transact(|mut tx| async move {
    ///     let taken: i64 = tx.fetch_value("SELECT count(*) FROM seat WHERE taken", ()).await?;
    ///     tx.execute("UPDATE seat SET taken = true WHERE id = ?", (taken + 1,)).await
    /// })
    /// .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn transact<T, E, F>(
        &self,
        body: impl Fn(BodyTransaction) -> F,
    ) -> impl Future<Output = Result<T, E>>
    where
        F: Future<Output = Result<T, E>>,
        E: From<Error> + AsError,
    {
        self.transact_with(Begin::default(), TransactRetry::default(), body)
    }

    /// As [`Database::transact`], with a choice of isolation, access and patience.
    ///
    /// # Errors
    /// As [`Database::transact`].
    #[track_caller]
    pub fn transact_with<T, E, F>(
        &self,
        begin: Begin,
        retry: TransactRetry,
        body: impl Fn(BodyTransaction) -> F,
    ) -> impl Future<Output = Result<T, E>>
    where
        F: Future<Output = Result<T, E>>,
        E: From<Error> + AsError,
    {
        let origin = Location::caller();
        async move {
            let mut attempt = 1;
            loop {
                let error = match self.attempt(begin, origin, &body).await {
                    Ok(done) => return Ok(done),
                    Err(error) => error,
                };
                let Some(wait) = retry.wait_after(error.as_error(), attempt) else {
                    return Err(error);
                };
                tokio::time::sleep(wait).await;
                attempt += 1;
            }
        }
    }

    async fn attempt<T, E, F>(
        &self,
        begin: Begin,
        origin: &'static Location<'static>,
        body: &impl Fn(BodyTransaction) -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let transaction = Some(self.begin_from(begin, origin).await?);
        let home = Arc::default();
        let done = body(BodyTransaction { transaction, home: Arc::clone(&home) }).await;
        let transaction = home.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (done, transaction) {
            (Ok(done), Some(transaction)) => {
                transaction.commit().await?;
                Ok(done)
            }
            (Ok(_), None) => {
                let message = "the body of transact kept its transaction; nothing was committed";
                Err(Error::new(ErrorKind::Validation, message).into())
            }
            (Err(error), transaction) => {
                if let Some(transaction) = transaction {
                    // The body's own error says more than a failure to roll back.
                    let _ = transaction.rollback().await;
                }
                Err(error)
            }
        }
    }
}

/// An error of a body that may hold one of ours, so that a conflict is seen through it.
pub trait AsError {
    /// Answers the error of ours.
    fn as_error(&self) -> Option<&Error>;
}

impl AsError for Error {
    fn as_error(&self) -> Option<&Error> {
        Some(self)
    }
}

impl AsError for Box<dyn std::error::Error + Send + Sync> {
    fn as_error(&self) -> Option<&Error> {
        self.downcast_ref()
    }
}
