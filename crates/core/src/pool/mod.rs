//! The pool: lanes of connections, leased for a call or a session, and watched.
//!
//! A lane is a fair semaphore and a stack: the hottest connection goes out first. Giving back a
//! clean connection does no I/O and spawns nothing; a dirty one is reset first, and its place in
//! the lane stays taken until that ends.

mod lane;
mod lease;
mod options;
mod session;
mod shelf;
mod watch;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::{
    Backend, BoxFuture, Driver, Engine, Error, ErrorKind, Fill, Intent, Reply, Request, Result,
    Session, SessionAsk,
};

pub use options::{Event, Observer, PoolOptions, PoolStatus};
pub(crate) use shelf::Shelf;

use crate::guard::Cursor;
use lane::Shared;
use lease::Lease;
use session::PoolSession;
use watch::{TicketKind, Ticketed};

/// The innermost backend: a driver's connections behind guards.
pub struct Pool<D: Driver> {
    shared: Arc<Shared<D>>,
}

impl<D: Driver> Pool<D> {
    /// Makes the pool and one connection, so that a database that cannot be opened is told here.
    ///
    /// # Errors
    /// Those of [`Driver::connect`].
    pub async fn open(driver: D, options: PoolOptions) -> Result<Self> {
        let pool = Self { shared: Arc::new(Shared::new(driver, options)) };
        watch::spawn(&pool.shared);
        drop(Lease::acquire(&pool.shared, Intent::Write, None).await?);
        Ok(pool)
    }

    async fn run(&self, request: Request<'_>) -> Result<Reply<'static>> {
        let mut lease = Lease::acquire(&self.shared, request.intent, request.deadline).await?;
        let mut batch = self.shared.shelf.take();
        let fill = match lease.start(&request, &mut batch).await {
            Ok(fill) => fill,
            Err(error) => {
                self.shared.shelf.give(batch);
                return Err(error);
            }
        };
        let reply = if fill == Fill::End {
            if lease.leaves_transaction_open() {
                self.shared.shelf.give(batch);
                return Err(left_open());
            }
            Reply::whole(lease.columns().clone(), batch, lease.outcome())
        } else {
            let ticket = self.shared.tickets.issue(TicketKind::Reply, request.origin);
            Reply::open(batch, fill, Box::new(Cursor::new(Ticketed { holder: lease, ticket })))
        };
        Ok(reply.shelved(self.shared.shelf.clone()))
    }
}

fn left_open() -> Error {
    let message = "the text left a transaction open, and it was rolled back; use begin() to hold \
                   one over several calls";
    Error::new(ErrorKind::Validation, message)
}

impl<D: Driver> Backend for Pool<D> {
    fn call<'r>(&'r self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'static>>> {
        Box::pin(self.run(request))
    }

    fn session<'r>(&'r self, ask: SessionAsk) -> BoxFuture<'r, Result<Box<dyn Session>>> {
        Box::pin(async move {
            let lease = Lease::acquire(&self.shared, ask.intent, ask.deadline).await?;
            let ticket = self.shared.tickets.issue(TicketKind::Session, ask.origin);
            let held = Ticketed { holder: lease, ticket };
            let session = PoolSession::new(held, self.shared.shelf.clone());
            Ok(Box::new(session) as Box<dyn Session>)
        })
    }

    fn engine(&self) -> &Engine {
        self.shared.driver.engine()
    }

    fn pool(&self) -> PoolStatus {
        self.shared.status()
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.shared.closed.store(true, Ordering::SeqCst);
            let give_up = Instant::now() + self.shared.options.acquire_timeout;
            let returned = self.shared.all_returned(give_up).await;
            self.shared.close_idle().await;
            if returned {
                return Ok(());
            }
            let message =
                "connections were still in use when the pool closed; they close on return";
            Err(Error::new(ErrorKind::PoolTimeout, message))
        })
    }
}

impl<D: Driver> Drop for Pool<D> {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
    }
}
