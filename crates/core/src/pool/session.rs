//! Sessions over a lease.

use std::sync::Arc;

use super::watch::Ticketed;
use super::{Lease, Shelf};
use crate::guard::{Cursor, Guarded};
use crate::{BoxFuture, Driver, Fill, Reply, Request, Result, Session};

pub(super) struct PoolSession<D: Driver> {
    lease: Ticketed<Lease<D>>,
    shelf: Arc<Shelf>,
}

impl<D: Driver> PoolSession<D> {
    pub(super) fn new(lease: Ticketed<Lease<D>>, shelf: Arc<Shelf>) -> Self {
        Self { lease, shelf }
    }
}

impl<D: Driver> Session for PoolSession<D> {
    fn call<'s: 'r, 'r>(&'s mut self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'s>>> {
        Box::pin(async move {
            let mut batch = self.shelf.take();
            let guard: &'s mut Guarded<D::Connection> = &mut self.lease;
            let reply = match guard.start(&request, &mut batch).await? {
                Fill::End => Reply::whole(guard.columns().clone(), batch, guard.outcome()),
                fill => Reply::open(batch, fill, Box::new(Cursor::new(guard))),
            };
            Ok(reply.shelved(self.shelf.clone()))
        })
    }

    fn depth(&self) -> u32 {
        self.lease.depth()
    }

    fn undo_to(&mut self, depth: u32) {
        self.lease.undo_to(depth);
    }
}
