//! Pipelines: connections that reads share, sent without waiting for one another.
//!
//! # Invariants
//! - The server itself refuses writes there (`default_transaction_read_only`), so that whatever runs
//!   there may run again.
//! - A read that does not fit, for being long, large, outdated or refused, runs again on a
//!   connection of its own, which has the last word.
//! - A reply is whole: nobody's reading holds up another.

mod heaviness;
mod job;
mod slot;
mod task;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use hypostyle_core::{Command, Intent, PoolOptions, Reply, Request, Result};

pub(crate) use heaviness::Heaviness;

use crate::open::Spec;
use crate::statements::Description;
use job::{Answer, Job};
use slot::{Slot, Times};

/// Calls at once up to which each has a connection of its own, which answers sooner.
const ALONE_MAX: usize = 3;

/// The shared connections of a database.
pub(crate) struct Pipelines {
    spec: Arc<Spec>,
    slots: Vec<Arc<Slot>>,
    /// Calls under way that might share.
    calls: AtomicUsize,
    times: Times,
    alone_max: usize,
    is_closed: AtomicBool,
}

/// A call that is counted while it is under way.
pub(crate) struct Counted<'p>(&'p AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pipelines {
    pub(crate) fn new(spec: Arc<Spec>, count: usize, pool: &PoolOptions) -> Self {
        let alone_max = if spec.config.pipeline.is_always { 0 } else { ALONE_MAX };
        Self {
            spec,
            slots: (0..count).map(|_| Arc::default()).collect(),
            calls: AtomicUsize::new(0),
            times: Times { statement: pool.timeout, connect: pool.connect_timeout },
            alone_max,
            is_closed: AtomicBool::new(false),
        }
    }

    /// Counts a request that might share a connection, and tells whether it is to.
    pub(crate) fn count(&self, request: &Request<'_>) -> Option<(Counted<'_>, bool)> {
        if self.slots.is_empty() || !self.may_share(request) {
            return None;
        }
        let before = self.calls.fetch_add(1, Ordering::Relaxed);
        Some((Counted(&self.calls), before >= self.alone_max))
    }

    /// Nothing that is bound to a session, may be cancelled, or asks for less time than the server
    /// is told to give.
    fn may_share(&self, request: &Request<'_>) -> bool {
        let has_time = match (self.times.statement, request.deadline) {
            (None, None) => true,
            (Some(timeout), Some(deadline)) => {
                deadline.saturating_duration_since(request.issued) >= timeout
            }
            _ => false,
        };
        request.intent == Intent::Read
            && request.cancel.is_none()
            && has_time
            && !self.is_closed.load(Ordering::Relaxed)
    }

    /// Runs a request on a shared connection; `None` where it is to run on one of its own.
    pub(crate) async fn call(&self, request: &Request<'_>) -> Result<Option<Reply<'static>>> {
        let Command::Text { text, params } = request.command else { return Ok(None) };
        let Some(described) = self.spec.known.find(text) else { return Ok(None) };
        if !may_share(&described) || described.wishes(params).is_some() {
            return Ok(None);
        }
        let Ok(bound) = job::bind(&described, params) else { return Ok(None) };
        let free = self.slots.iter().filter(|slot| !slot.is_stalled());
        let Some(slot) = free.min_by_key(|slot| slot.load()) else { return Ok(None) };
        slot.load.fetch_add(1, Ordering::Relaxed);
        let _counted = Counted(&slot.load);
        let Some(jobs) = slot.jobs(&self.spec, self.times) else { return Ok(None) };
        let (reply, answer) = tokio::sync::oneshot::channel();
        let deadline = request.deadline;
        let job = Job { described: described.clone(), bound, deadline, reply };
        if jobs.try_send(job).is_err() {
            return Ok(None);
        }
        match answer.await {
            Ok(Answer::Rows(batch, outcome)) => {
                let columns = described.output.columns.clone();
                Ok(Some(Reply::whole(columns, batch, outcome)))
            }
            Ok(Answer::Failed(error)) => Err(error),
            Ok(Answer::Elsewhere) | Err(_) => Ok(None),
        }
    }

    /// Ends the shared connections once what runs there has ended.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
        self.slots.iter().for_each(|slot| slot.close());
    }

    /// Counts the connections in use and those at rest.
    pub(crate) fn count_connections(&self) -> (usize, usize) {
        let is_open = |slot: &&Arc<Slot>| slot.is_open();
        let open = self.slots.iter().filter(is_open).count();
        let active = self.slots.iter().filter(|slot| slot.load() > 0).count();
        (active.min(open), open - active.min(open))
    }

    pub(crate) fn max(&self) -> usize {
        self.slots.len()
    }
}

fn may_share(described: &Description) -> bool {
    !described.is_untyped
        && !described.name.is_empty()
        && !described.output.types.is_empty()
        && !described.taint.session
        && !described.taint.statements
        && !described.taint.is_bound
        && !described.heaviness.is_heavy()
}
