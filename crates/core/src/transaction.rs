//! Transactions and savepoints: undone when dropped, whatever was going on.

use std::future::Future;
use std::panic::Location;

use crate::query::Target;
use crate::shortcuts::shortcuts;
use crate::{Begin, Capability, Command, Database, Query, Reply, Request, Result, Session, Step};

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

    /// Lends the session to the transaction above a depth; savepoints inside it that were leaked
    /// are to be undone.
    fn above(&mut self, outer: u32) -> &mut (dyn Session + 'static) {
        let session = self.get();
        session.undo_to(outer + 1);
        session
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

    pub(crate) async fn begin_on(
        database: Database,
        session: &'s mut (dyn Session + 'static),
        begin: Begin,
        origin: &'static Location<'static>,
    ) -> Result<Transaction<'s>> {
        let outer = session.depth();
        match outer {
            0 => database.check_begin(begin)?,
            _ => database.require(Capability::SAVEPOINTS)?,
        }
        let session = SessionRef::Lent(session);
        let mut transaction = Transaction { session, database, outer, ended: false, origin };
        transaction.step(Step::Begin(begin)).await?;
        Ok(transaction)
    }

    /// Sets a savepoint: a transaction inside this one.
    ///
    /// # Errors
    /// `Unsupported` where the engine has no savepoints; `Aborted` when it has rolled the
    /// transaction back; those of the engine.
    #[track_caller]
    pub fn savepoint(&mut self) -> impl Future<Output = Result<Transaction<'_>>> + Send {
        let origin = Location::caller();
        async move {
            let database = self.database.clone();
            let session = self.session.above(self.outer);
            Transaction::begin_on(database, session, Begin::default(), origin).await
        }
    }

    /// Commits, or releases the savepoint.
    ///
    /// # Errors
    /// `Conflict`, `Locked`, a constraint checked only now, `Aborted`; the transaction is then
    /// rolled back. An effect of `Unknown` says that nobody can tell whether it was committed.
    pub async fn commit(mut self) -> Result<()> {
        self.session.above(self.outer);
        let done = self.step(Step::Commit).await;
        // Only now, and only so: dropped or failed before the guard has its mark, it is to be undone.
        self.ended = done.is_ok();
        done
    }

    /// Rolls back, or back to the savepoint.
    ///
    /// # Errors
    /// Those of the connection; the transaction is gone all the same.
    pub async fn rollback(mut self) -> Result<()> {
        self.session.above(self.outer);
        let done = self.step(Step::Rollback).await;
        self.ended = done.is_ok();
        done
    }

    /// Answers the database it runs on.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Begins a query inside the transaction.
    #[track_caller]
    pub fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        let target = Target::Session(self.session.above(self.outer), &self.database);
        Query::new(target, text, Location::caller())
    }

    shortcuts!(self, mut);

    /// Runs a request of the caller's own making.
    ///
    /// # Errors
    /// As [`Query::stream`].
    pub async fn call(&mut self, request: Request<'_>) -> Result<Reply<'_>> {
        self.session.above(self.outer).call(request).await
    }

    async fn step(&mut self, step: Step) -> Result<()> {
        let request = Request { origin: self.origin, ..Request::new(Command::Transaction(step)) };
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
