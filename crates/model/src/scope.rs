//! Several statements that are to be one: a transaction, or a savepoint in one.

use hypostyle_core::{Capability, Database, Executor, Query, Reply, Request, Result, Transaction};

/// Several statements of which all count or none.
pub(crate) enum Scope<'e, E> {
    /// A transaction or savepoint of our own.
    Own(Transaction<'e>),
    /// The caller's transaction, on an engine that has no savepoints: a statement that fails ends it.
    Within(&'e mut E),
}

impl<'e, E: Executor> Scope<'e, E> {
    pub(crate) async fn begin(executor: &'e mut E) -> Result<Self> {
        let has_savepoints = executor.database().capability().has(Capability::SAVEPOINTS);
        match executor.is_transaction() && !has_savepoints {
            true => Ok(Self::Within(executor)),
            false => executor.begin().await.map(Self::Own),
        }
    }

    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Own(transaction) => transaction.commit().await,
            Self::Within(_) => Ok(()),
        }
    }
}

impl<E: Executor> Executor for Scope<'_, E> {
    fn database(&self) -> &Database {
        match self {
            Self::Own(transaction) => transaction.database(),
            Self::Within(executor) => executor.database(),
        }
    }

    fn is_transaction(&self) -> bool {
        true
    }

    #[track_caller]
    fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        match self {
            Self::Own(transaction) => transaction.request(text),
            Self::Within(executor) => executor.request(text),
        }
    }

    async fn call<'a>(&'a mut self, request: Request<'a>) -> Result<Reply<'a>> {
        match self {
            Self::Own(transaction) => transaction.call(request).await,
            Self::Within(executor) => executor.call(request).await,
        }
    }

    async fn begin(&mut self) -> Result<Transaction<'_>> {
        match self {
            Self::Own(transaction) => transaction.savepoint().await,
            Self::Within(executor) => executor.begin().await,
        }
    }
}
