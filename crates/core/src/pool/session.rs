//! Sessions over a lease.

use super::Lease;
use super::watch::Ticketed;
use crate::guard::{Cursor, Guarded};
use crate::{BatchBox, BoxFuture, Driver, Fill, Reply, Request, Result, Session};

pub(super) struct PoolSession<D: Driver> {
    lease: Ticketed<Lease<D>>,
}

impl<D: Driver> PoolSession<D> {
    pub(super) fn new(lease: Ticketed<Lease<D>>) -> Self {
        Self { lease }
    }
}

impl<D: Driver> Session for PoolSession<D> {
    fn call<'s: 'r, 'r>(&'s mut self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'s>>> {
        Box::pin(async move {
            tokio::task::coop::consume_budget().await;
            let mut batch = BatchBox::default();
            let guard: &'s mut Guarded<D::Connection> = &mut self.lease;
            Ok(match guard.start(&request, &mut batch).await? {
                Fill::End => Reply::whole(guard.columns().clone(), batch, guard.outcome()),
                fill => Reply::open(batch, fill, Box::new(Cursor::in_session(guard))),
            })
        })
    }

    fn depth(&self) -> u32 {
        self.lease.depth()
    }

    fn undo_to(&mut self, depth: u32) {
        // A mark is no use of the connection: the watch is not told.
        self.lease.holder.undo_to(depth);
    }
}
