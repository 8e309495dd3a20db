//! A connection held for several calls outside any transaction.

use std::future::Future;
use std::panic::Location;

use crate::query::Target;
use crate::shortcuts::shortcuts;
use crate::{
    Begin, Database, Intent, Query, Reply, Request, Result, Session, SessionAsk, Transaction,
};

/// A connection held for several calls, for what must happen on one: settings, temporary tables,
/// scripts with transactions of their own.
///
/// # Cancellation
/// Dropping it gives the connection back, with everything it left open undone and its settings
/// restored.
pub struct HeldSession {
    session: Box<dyn Session>,
    database: Database,
}

impl Database {
    /// Takes a connection out of the pool until the answer is dropped.
    ///
    /// # Errors
    /// `PoolTimeout` when none gets free; `Connection` when none can be made.
    ///
    /// # Examples
    /// ```
    /// # async fn example(db: hypostyle_core::Database) -> hypostyle_core::Result<()> {
    /// let mut session = db.session(hypostyle_core::Intent::Write).await?;
    /// session.execute("CREATE TEMP TABLE chosen (id INTEGER)", ()).await?;
    /// session.execute("INSERT INTO chosen VALUES (?), (?)", (1, 2)).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn session(
        &self,
        intent: Intent,
    ) -> impl Future<Output = Result<HeldSession>> + Send + use<> {
        let origin = Location::caller();
        let database = self.clone();
        async move {
            let ask = SessionAsk::new(intent, origin);
            let session = database.backend().session(ask).await?;
            Ok(HeldSession { session, database })
        }
    }
}

impl HeldSession {
    /// Answers the database it is a connection to.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Begins a query on this connection.
    #[track_caller]
    pub fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        let target = Target::Session(&mut *self.session, &self.database);
        Query::new(target, text, Location::caller())
    }

    shortcuts!(self, mut);

    /// Runs a request of the caller's own making.
    ///
    /// # Errors
    /// As [`Query::stream`].
    pub async fn call(&mut self, request: Request<'_>) -> Result<Reply<'_>> {
        self.session.call(request).await
    }

    /// Begins a transaction that may write on this connection.
    ///
    /// # Errors
    /// As [`Database::begin_with`].
    #[track_caller]
    pub fn begin(&mut self) -> impl Future<Output = Result<Transaction<'_>>> + Send {
        self.begin_with(Begin::default())
    }

    /// Begins a transaction on this connection.
    ///
    /// # Errors
    /// As [`Database::begin_with`].
    #[track_caller]
    pub fn begin_with(
        &mut self,
        begin: Begin,
    ) -> impl Future<Output = Result<Transaction<'_>>> + Send {
        let origin = Location::caller();
        async move {
            self.database.check_begin(begin)?;
            let database = self.database.clone();
            Transaction::begin_on(database, &mut *self.session, begin, origin).await
        }
    }
}
