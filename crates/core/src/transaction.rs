//! Transactions and savepoints: undone when dropped, whatever was going on.

use std::future::Future;
use std::panic::Location;
use std::time::Duration;

use crate::query::Target;
use crate::{
    Begin, Command, Database, Effect, Error, ErrorKind, FromRow, FromValue, IntoParams, Outcome,
    Query, QueryResult, Reply, Request, Result, Retry, Session, Step,
};

/// An open transaction, or a savepoint inside one.
///
/// # Cancellation
/// Dropping it without [`Transaction::commit`] rolls it back before the connection is used again,
/// also when a reply of it is half read or a call of it was dropped.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Transaction<'s> {
    session: SessionRef<'s>,
    database: Database,
    /// The depth to go back to.
    outer: u32,
    ended: bool,
    origin: &'static Location<'static>,
}

enum SessionRef<'s> {
    Owned(Box<dyn Session>),
    Lent(&'s mut (dyn Session + 'static)),
}

impl SessionRef<'_> {
    fn get(&mut self) -> &mut (dyn Session + 'static) {
        match self {
            Self::Owned(session) => &mut **session,
            Self::Lent(session) => &mut **session,
        }
    }
}

impl<'s> Transaction<'s> {
    pub(crate) async fn begin(
        database: Database,
        session: Box<dyn Session>,
        begin: Begin,
        origin: &'static Location<'static>,
    ) -> Result<Transaction<'static>> {
        let session = SessionRef::Owned(session);
        let mut transaction = Transaction { session, database, outer: 0, ended: false, origin };
        transaction.step(Step::Begin(begin)).await?;
        Ok(transaction)
    }

    /// Sets a savepoint: a transaction inside this one.
    ///
    /// # Errors
    /// `Aborted` when the engine has rolled the transaction back; those of the engine.
    #[track_caller]
    pub fn savepoint(&mut self) -> impl Future<Output = Result<Transaction<'_>>> + Send {
        let origin = Location::caller();
        async move {
            let session = self.session.get();
            let outer = session.depth();
            let mut inner = Transaction {
                session: SessionRef::Lent(session),
                database: self.database.clone(),
                outer,
                ended: false,
                origin,
            };
            inner.step(Step::Begin(Begin::default())).await?;
            Ok(inner)
        }
    }

    /// Commits, or releases the savepoint.
    ///
    /// # Errors
    /// `Conflict`, `Locked`, a constraint checked only now, `Aborted`; the transaction is then
    /// rolled back. An effect of `Unknown` says that nobody can tell whether it was committed.
    pub async fn commit(mut self) -> Result<()> {
        self.ended = true;
        self.step(Step::Commit).await
    }

    /// Rolls back, or back to the savepoint.
    ///
    /// # Errors
    /// Those of the connection; the transaction is gone all the same.
    pub async fn rollback(mut self) -> Result<()> {
        self.ended = true;
        self.step(Step::Rollback).await
    }

    /// Begins a query inside the transaction.
    #[track_caller]
    pub fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        let target = Target::Session(self.session.get(), &self.database);
        Query::new(target, text, Location::caller())
    }

    /// Runs a query and answers its result as one value, failure included.
    #[track_caller]
    pub fn query<'a>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> impl Future<Output = QueryResult> + Send {
        self.request(text).params(params).run()
    }

    /// Runs a statement, or several, and answers what they did.
    ///
    /// # Errors
    /// As [`Query::execute`].
    #[track_caller]
    pub fn execute<'a>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> impl Future<Output = Result<Outcome>> + Send {
        self.request(text).params(params).execute()
    }

    /// Reads the only row into a type.
    ///
    /// # Errors
    /// As [`Query::fetch_one`].
    #[track_caller]
    pub fn fetch_one<'a, T: FromRow + Send>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> impl Future<Output = Result<T>> + Send {
        self.request(text).params(params).fetch_one()
    }

    /// Reads the only row into a type, if there is one.
    ///
    /// # Errors
    /// As [`Query::fetch_optional`].
    #[track_caller]
    pub fn fetch_optional<'a, T: FromRow + Send>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> impl Future<Output = Result<Option<T>>> + Send {
        self.request(text).params(params).fetch_optional()
    }

    /// Reads all rows into a type, up to a limit.
    ///
    /// # Errors
    /// As [`Query::fetch_all`].
    #[track_caller]
    pub fn fetch_all<'a, T: FromRow + Send>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> impl Future<Output = Result<Vec<T>>> + Send {
        self.request(text).params(params).fetch_all()
    }

    /// Reads the only value of the only row.
    ///
    /// # Errors
    /// As [`Query::fetch_value`].
    #[track_caller]
    pub fn fetch_value<'a, T: for<'v> FromValue<'v> + Send>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> impl Future<Output = Result<T>> + Send {
        self.request(text).params(params).fetch_value()
    }

    /// Runs a query and streams its rows.
    ///
    /// # Errors
    /// As [`Query::stream`].
    #[track_caller]
    pub fn stream<'a>(
        &'a mut self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> impl Future<Output = Result<Reply<'a>>> + Send {
        self.request(text).params(params).stream()
    }

    /// Runs a request of the caller's own making.
    ///
    /// # Errors
    /// As [`Query::stream`].
    pub async fn call(&mut self, request: Request<'_>) -> Result<Reply<'_>> {
        self.session.get().call(request).await
    }

    async fn step(&mut self, step: Step) -> Result<()> {
        let request =
            Request { origin: self.origin, ..Request::internal(Command::Transaction(step)) };
        self.session.get().call(request).await?.finish().await.map(drop)
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.ended {
            let outer = self.outer;
            self.session.get().undo_to(outer);
        }
    }
}

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

impl Database {
    /// Runs a body in a transaction and commits it; repeats the whole body when another
    /// transaction was in its way, also where that shows only at the commit.
    ///
    /// # Errors
    /// That of the body, after a rollback; that of the commit, after ten attempts on a conflict.
    ///
    /// # Cancellation
    /// A dropped call rolls back what the body did.
    ///
    /// # Examples
    /// ```
    /// # async fn example(db: hypostyle_core::Database) -> hypostyle_core::Result<()> {
    /// db.transact(async |tx| {
    ///     let taken: i64 = tx.fetch_value("SELECT count(*) FROM seat WHERE taken", ()).await?;
    ///     tx.execute("UPDATE seat SET taken = true WHERE id = ?", (taken + 1,)).await
    /// })
    /// .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn transact<T, E>(
        &self,
        body: impl AsyncFn(&mut Transaction<'static>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<Error> + AsError,
    {
        self.transact_with(Begin::default(), TransactRetry::default(), body).await
    }

    /// As [`Database::transact`], with a choice of isolation, access and patience.
    ///
    /// # Errors
    /// As [`Database::transact`].
    pub async fn transact_with<T, E>(
        &self,
        begin: Begin,
        retry: TransactRetry,
        body: impl AsyncFn(&mut Transaction<'static>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<Error> + AsError,
    {
        let mut attempt = 1;
        loop {
            let error = match self.attempt(begin, &body).await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let repeatable = error.as_error().is_some_and(|error| {
                error.retry() == Retry::Transaction && error.effect() == Effect::None
            });
            if !repeatable || attempt >= retry.attempts_max {
                return Err(error);
            }
            tracing::warn!(target: "hypostyle::transact", attempt, "transaction is repeated");
            tokio::time::sleep(backoff(retry.backoff, attempt)).await;
            attempt += 1;
        }
    }

    async fn attempt<T, E: From<Error>>(
        &self,
        begin: Begin,
        body: &impl AsyncFn(&mut Transaction<'static>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut transaction = self.begin_with(begin).await?;
        match body(&mut transaction).await {
            Ok(done) => {
                transaction.commit().await?;
                Ok(done)
            }
            Err(error) => {
                // The body's own error says more than a failure to roll back.
                let _ = transaction.rollback().await;
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

/// Waits between nothing and twice the time for each attempt, so that rivals do not meet again.
fn backoff(first: Duration, attempt: u32) -> Duration {
    let longest = first.saturating_mul(1 << (attempt - 1).min(10));
    longest.mul_f64(crate::jitter::fraction())
}

impl From<hypostyle_sql::Error> for Error {
    fn from(error: hypostyle_sql::Error) -> Self {
        let position = error.position();
        Error::new(ErrorKind::Query, error.to_string()).at_byte(position).caused_by(error)
    }
}
