//! The composed side: object-safe traits between layers, and the builder that ranks them.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use crate::{
    Batch, Capability, Columns, Engine, Error, ErrorKind, Fill, Intent, Outcome, PoolStatus, Reply,
    Request, Result,
};

/// A boxed future, as the object-safe traits return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A database as the layers see it.
pub trait Backend: Send + Sync + 'static {
    /// Runs one autocommit request on a connection of the pool.
    fn call<'r>(&'r self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'static>>>;

    /// Takes a connection for a session of several requests.
    fn session<'r>(&'r self, ask: SessionAsk) -> BoxFuture<'r, Result<Box<dyn Session>>>;

    /// Answers what is known of the engine itself.
    fn engine(&self) -> &Engine;

    /// Answers what is left of the engine's capabilities after the layers.
    fn capability(&self) -> Capability {
        self.engine().capability
    }

    /// Answers the figures of the pool.
    fn pool(&self) -> PoolStatus;

    /// Refuses new calls, waits for those under way and closes the connections.
    fn close(&self) -> BoxFuture<'_, Result<()>>;
}

/// What a session is wanted for.
#[derive(Clone, Copy, Debug)]
pub struct SessionAsk {
    /// Whether it may write.
    pub intent: Intent,
    /// When it is asked for. Layers count from here.
    pub issued: Instant,
    /// When to give up waiting for a connection.
    pub deadline: Option<Instant>,
    /// The place in the source that asks.
    pub origin: &'static Location<'static>,
}

impl SessionAsk {
    /// Asks now, without a deadline.
    pub fn new(intent: Intent, origin: &'static Location<'static>) -> Self {
        let issued = tokio::time::Instant::now().into_std();
        Self { intent, issued, deadline: None, origin }
    }
}

/// A connection held for several requests. Dropping it gives the connection back, undone.
pub trait Session: Send {
    /// Runs a request; the reply borrows the session.
    fn call<'s: 'r, 'r>(&'s mut self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'s>>>;

    /// Answers how many transactions and savepoints are open.
    fn depth(&self) -> u32;

    /// Marks everything above a depth as to be undone before the next request.
    fn undo_to(&mut self, depth: u32);
}

/// The rows of a reply that are not in its batch yet.
pub trait Rows: Send {
    /// Fills the next batch.
    fn fill<'a>(&'a mut self, batch: &'a mut Batch) -> BoxFuture<'a, Result<Fill>>;

    /// Answers the columns of the result that the last batch belongs to.
    fn columns(&self) -> &Arc<Columns>;

    /// Answers what the statement of the last ended result did.
    fn outcome(&self) -> Outcome;
}

/// Where a layer stands, outermost first. Each rank is taken once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the layer of the same name")]
pub enum Rank {
    Trace,
    Metrics,
    SlowLog,
    Encrypt,
    Cache,
    Breaker,
    Retry,
    Timeout,
    Limit,
    Route,
}

/// Wraps a backend in another.
///
/// # Examples
/// A layer that refuses writes:
/// ```
/// use std::sync::Arc;
/// use hypostyle_core::*;
///
/// struct NoWrites;
/// struct Refusing(Arc<dyn Backend>);
///
/// impl Layer for NoWrites {
///     fn rank(&self) -> Rank { Rank::Limit }
///     fn wrap(&self, inner: Arc<dyn Backend>) -> Arc<dyn Backend> { Arc::new(Refusing(inner)) }
/// }
///
/// impl Backend for Refusing {
///     fn call<'r>(&'r self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'static>>> {
///         if request.intent.writes() {
///             let error = Error::new(ErrorKind::ReadOnly, "writes are switched off");
///             return Box::pin(async { Err(error) });
///         }
///         self.0.call(request)
///     }
///     fn session<'r>(&'r self, ask: SessionAsk) -> BoxFuture<'r, Result<Box<dyn Session>>> {
///         self.0.session(SessionAsk { intent: Intent::Read, ..ask })
///     }
///     fn engine(&self) -> &Engine { self.0.engine() }
///     fn pool(&self) -> PoolStatus { self.0.pool() }
///     fn close(&self) -> BoxFuture<'_, Result<()>> { self.0.close() }
/// }
/// ```
pub trait Layer: Send + Sync + 'static {
    /// Answers where the layer stands.
    fn rank(&self) -> Rank;

    /// Wraps the backend below.
    fn wrap(&self, inner: Arc<dyn Backend>) -> Arc<dyn Backend>;
}

/// Wraps a backend in layers by their rank, whatever order they were given in.
///
/// # Errors
/// `Config` when two layers have the same rank.
pub fn stack(backend: Arc<dyn Backend>, layers: &[Box<dyn Layer>]) -> Result<Arc<dyn Backend>> {
    let mut ranked: Vec<&dyn Layer> = layers.iter().map(|layer| &**layer).collect();
    ranked.sort_by_key(|layer| layer.rank());
    if let Some(pair) = ranked.windows(2).find(|pair| pair[0].rank() == pair[1].rank()) {
        let message = format!("two layers of rank {:?}; keep one", pair[0].rank());
        return Err(Error::new(ErrorKind::Config, message));
    }
    Ok(ranked.iter().rev().fold(backend, |inner, layer| layer.wrap(inner)))
}
