//! The pool: lanes of connections, leased for a call or a session, and watched.
//!
//! A lane is a stack of resting connections and a queue of waiting calls: the connection
//! that the same thread used last goes out first, then the hottest, to the call that waits longest. Taking and giving back lock the lane once each.
//! Giving back a clean connection does no I/O and spawns nothing; a dirty one is reset first, and
//! its place in the lane stays taken until that ends.

mod lane;
mod lease;
mod options;
mod session;
mod shared;
mod watch;

use std::sync::Arc;

use crate::{
    Backend, BatchBox, BoxFuture, Driver, Engine, Error, ErrorKind, Fill, Intent, Reply, Request,
    Result, Session, SessionAsk,
};

pub use options::{Event, Observer, PoolOptions, PoolStatus};

use crate::guard::{Cursor, left_open_by_text};
use lease::Lease;
use session::PoolSession;
use shared::Shared;
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
}

impl<D: Driver> Backend for Pool<D> {
    fn call<'r>(&'r self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'static>>> {
        // A block, not an `async fn`, which would hold the request twice.
        Box::pin(async move {
            // A task of many short calls that never wait lets the other tasks of its worker run:
            // here, where it holds no connection that they would have to do without.
            tokio::task::coop::consume_budget().await;
            let mut lease = Lease::acquire(&self.shared, request.intent, request.deadline).await?;
            let mut batch = BatchBox::default();
            let fill = lease.start(&request, &mut batch).await?;
            if fill != Fill::End {
                let ticket = self.shared.tickets.issue(TicketKind::Reply, request.origin);
                let rows = Cursor::autocommit(Ticketed { holder: lease, ticket });
                return Ok(Reply::open(batch, fill, Box::new(rows)));
            }
            if lease.leaves_transaction_open() {
                return Err(left_open_by_text());
            }
            Ok(Reply::whole(lease.columns().clone(), batch, lease.outcome()))
        })
    }

    fn session<'r>(&'r self, ask: SessionAsk) -> BoxFuture<'r, Result<Box<dyn Session>>> {
        Box::pin(async move {
            let lease = Lease::acquire(&self.shared, ask.intent, ask.deadline).await?;
            let ticket = self.shared.tickets.issue(TicketKind::Session, ask.origin);
            let held = Ticketed { holder: lease, ticket };
            Ok(Box::new(PoolSession::new(held)) as Box<dyn Session>)
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
            self.shared.close();
            let give_up = shared::earlier(None, self.shared.options.acquire_timeout);
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
        self.shared.close();
    }
}
