//! What runs requests: a database, a transaction on it, a connection that is held.

use std::future::Future;

use crate::{BodyTransaction, Database, HeldSession, Query, Reply, Request, Result, Transaction};

/// What runs requests, for code that is to work inside transactions as outside of them.
///
/// # Shape
/// A database, `&db`, which runs each request on a connection of its choice; a transaction, `&mut tx`;
/// a connection that is held.
///
/// # Examples
/// ```
/// use hypostyle_core::{Database, Executor, Result};
///
/// async fn count(mut on: impl Executor) -> Result<i64> {
///     on.request("SELECT count(*) FROM person").fetch_value().await
/// }
///
/// # async fn example(db: Database) -> Result<()> {
/// let before = count(&db).await?;
/// let mut tx = db.begin().await?;
/// tx.execute("INSERT INTO person (name) VALUES ('Ada')", ()).await?;
/// assert_eq!(count(&mut tx).await?, before + 1);
/// # Ok(())
/// # }
/// ```
pub trait Executor: Send {
    /// Answers the database it runs on.
    fn database(&self) -> &Database;

    /// Tells whether what runs is part of a transaction.
    fn is_transaction(&self) -> bool {
        false
    }

    /// Prepares a query, to be given parameters and options.
    #[track_caller]
    fn request<'a>(&'a mut self, text: &'a str) -> Query<'a>;

    /// Sends a request as it is.
    ///
    /// # Errors
    /// As the engine answers.
    ///
    /// # Cancellation
    /// As [`Database::request`].
    fn call<'a>(
        &'a mut self,
        request: Request<'a>,
    ) -> impl Future<Output = Result<Reply<'a>>> + Send;

    /// Begins a transaction, inside another one a savepoint.
    ///
    /// # Errors
    /// As [`Database::begin`] and [`Transaction::savepoint`].
    ///
    /// # Cancellation
    /// Nothing has begun.
    #[track_caller]
    fn begin(&mut self) -> impl Future<Output = Result<Transaction<'_>>> + Send;
}

impl Executor for &Database {
    fn database(&self) -> &Database {
        self
    }

    #[track_caller]
    fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        Database::request(self, text)
    }

    async fn call<'a>(&'a mut self, request: Request<'a>) -> Result<Reply<'a>> {
        self.backend().call(request).await
    }

    #[expect(clippy::redundant_async_block, reason = "it shortens the lifetime of the answer")]
    #[track_caller]
    fn begin(&mut self) -> impl Future<Output = Result<Transaction<'_>>> + Send {
        let beginning = Database::begin(self);
        async move { beginning.await }
    }
}

/// A transaction, held by its caller or lent to a body.
macro_rules! in_transaction {
    ($($type:ty),*) => {$(
        impl Executor for $type {
            fn database(&self) -> &Database {
                Transaction::database(self)
            }

            fn is_transaction(&self) -> bool {
                true
            }

            #[track_caller]
            fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
                Transaction::request(self, text)
            }

            fn call<'a>(
                &'a mut self,
                request: Request<'a>,
            ) -> impl Future<Output = Result<Reply<'a>>> + Send {
                Transaction::call(self, request)
            }

            #[track_caller]
            fn begin(&mut self) -> impl Future<Output = Result<Transaction<'_>>> + Send {
                self.savepoint()
            }
        }
    )*};
}
in_transaction!(Transaction<'_>, BodyTransaction);

impl Executor for HeldSession {
    fn database(&self) -> &Database {
        HeldSession::database(self)
    }

    #[track_caller]
    fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        HeldSession::request(self, text)
    }

    fn call<'a>(
        &'a mut self,
        request: Request<'a>,
    ) -> impl Future<Output = Result<Reply<'a>>> + Send {
        HeldSession::call(self, request)
    }

    #[track_caller]
    fn begin(&mut self) -> impl Future<Output = Result<Transaction<'_>>> + Send {
        HeldSession::begin(self)
    }
}

impl<E: Executor> Executor for &mut E {
    fn database(&self) -> &Database {
        (**self).database()
    }

    fn is_transaction(&self) -> bool {
        (**self).is_transaction()
    }

    #[track_caller]
    fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        (**self).request(text)
    }

    fn call<'a>(
        &'a mut self,
        request: Request<'a>,
    ) -> impl Future<Output = Result<Reply<'a>>> + Send {
        (**self).call(request)
    }

    #[track_caller]
    fn begin(&mut self) -> impl Future<Output = Result<Transaction<'_>>> + Send {
        (**self).begin()
    }
}
