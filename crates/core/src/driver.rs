//! What the author of a driver writes: plain `async fn`s, boxed once at the boundary by the pool.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hypostyle_sql::Dialect;

use crate::{Batch, Capability, Columns, Intent, Request, Result};

/// What is known of an engine before any call.
#[derive(Clone, Debug)]
pub struct Engine {
    /// The name, as `sqlite`.
    pub name: &'static str,
    /// The dialect of its SQL.
    pub dialect: Dialect,
    /// What it can do.
    pub capability: Capability,
    /// Where it is, without secrets, for people.
    pub location: String,
}

/// How many connections a driver wants at most, by what they are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lanes {
    /// Any connection serves any request.
    Shared(usize),
    /// So many readers, and a single writer behind a fair queue.
    SingleWriter {
        /// Connections that only read.
        readers: usize,
    },
}

/// Makes connections to one database.
pub trait Driver: Send + Sync + 'static {
    /// The connections it makes.
    type Connection: Connection;

    /// Answers what is known of the engine.
    fn engine(&self) -> &Engine;

    /// Answers how many connections there may be.
    fn lanes(&self) -> Lanes;

    /// Makes a connection; one for [`Intent::Read`] may refuse writes.
    ///
    /// # Errors
    /// `Connection` and whatever else keeps the database from being opened.
    fn connect(&self, intent: Intent) -> impl Future<Output = Result<Self::Connection>> + Send;
}

/// How far a reply has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// The result goes on; the batch may be empty.
    More,
    /// The rows in the batch end a result, and another follows.
    EndOfResult,
    /// The rows in the batch end the reply.
    End,
}

/// The engine's own word on the transaction, known without asking it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TxState {
    /// No transaction is open.
    None,
    /// A transaction is open.
    Open,
    /// A transaction is open and can only be rolled back.
    Failed,
    /// The connection can no longer be used.
    Broken,
}

/// What a finished statement did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Rows inserted, updated or deleted; 0 for a statement that only reads.
    pub rows_affected: u64,
    /// The key the engine made for the last inserted row, where it says.
    pub last_insert_id: Option<i64>,
}

impl Outcome {
    /// Joins the outcomes of two statements of one text.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        Self {
            rows_affected: self.rows_affected + next.rows_affected,
            last_insert_id: next.last_insert_id.or(self.last_insert_id),
        }
    }
}

/// One connection, which is its own cursor: it has at most one open reply.
///
/// The guard calls these in order, never two at once, and marks the connection busy before the
/// first await; an implementation need not defend itself.
///
/// # Cancellation
/// Any future here may be dropped at any await. `abandon` or `reset` is then called before anything
/// else.
pub trait Connection: Send + 'static {
    /// Whether the driver itself interrupts a statement at its deadline and on its cancellation
    /// token. Otherwise the guard arms a timer and drops the future.
    const ENFORCES_DEADLINE: bool;

    /// Executes a request and fills the first batch; without rows it is done when this returns.
    ///
    /// # Errors
    /// An error ends the reply and leaves the connection in sync unless [`Connection::tx`] is
    /// `Broken`.
    fn start(
        &mut self,
        request: &Request<'_>,
        batch: &mut Batch,
    ) -> impl Future<Output = Result<Fill>> + Send;

    /// Fills the next batch of the open reply.
    ///
    /// # Errors
    /// As for [`Connection::start`].
    fn fill(&mut self, batch: &mut Batch) -> impl Future<Output = Result<Fill>> + Send;

    /// Answers the columns of the result that the last batch belongs to.
    fn columns(&self) -> &Arc<Columns>;

    /// Answers what the statement of the last ended result did.
    fn outcome(&self) -> Outcome;

    /// Answers the transaction's state without I/O.
    fn tx(&self) -> TxState;

    /// Tells, without waiting, whether the other side has closed the connection. It is asked while no
    /// reply is open; one that is closed is discarded.
    fn is_closed(&mut self) -> bool {
        false
    }

    /// Ends the open reply or the statement in flight, and keeps the transaction.
    ///
    /// # Errors
    /// The connection is then discarded.
    fn abandon(&mut self) -> impl Future<Output = Result<()>> + Send;

    /// Tells whether the session is as it was when connected: no setting, temporary object or
    /// attached database of a caller is left.
    fn is_pristine(&self) -> bool;

    /// Makes the session as it was when connected, whatever was going on.
    ///
    /// # Errors
    /// The connection is then discarded.
    fn reset(&mut self) -> impl Future<Output = Result<()>> + Send;

    /// Checks a connection that has been idle for long.
    ///
    /// # Errors
    /// The connection is then discarded.
    fn ping(&mut self) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Does what is to be done before the connection is dropped.
    fn close(&mut self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// How long undoing what a dropped call left behind may take before the connection is discarded.
pub(crate) const RESET_TIMEOUT: Duration = Duration::from_secs(5);
