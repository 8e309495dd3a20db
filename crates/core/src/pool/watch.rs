//! The watch: a task that counts seconds, closes rested connections and reports what is held long.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::shared::Shared;
use super::{Event, PoolOptions};
use crate::Driver;

/// What holds a connection beyond one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TicketKind {
    Session,
    Reply,
}

#[derive(Debug)]
struct Ticket {
    kind: TicketKind,
    origin: &'static Location<'static>,
    touched: Instant,
    reported: bool,
}

/// The connections held beyond one call.
#[derive(Debug, Default)]
pub(super) struct Tickets {
    next: AtomicU64,
    held: Mutex<HashMap<u64, Ticket>>,
}

/// Takes its ticket out when dropped.
pub(super) struct TicketGuard {
    tickets: Arc<Tickets>,
    id: u64,
}

impl Tickets {
    pub(super) fn issue(
        self: &Arc<Self>,
        kind: TicketKind,
        origin: &'static Location<'static>,
    ) -> TicketGuard {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let ticket = Ticket { kind, origin, touched: Instant::now(), reported: false };
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(id, ticket);
        TicketGuard { tickets: self.clone(), id }
    }

    /// Lists what has been held for too long and was not told yet.
    fn overdue(&self, options: &PoolOptions) -> Vec<Event> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let overdue = held.values_mut().filter_map(|ticket| {
            let idle = ticket.touched.elapsed();
            let limit = match ticket.kind {
                TicketKind::Session => options.idle_transaction_report,
                TicketKind::Reply => options.leaked_reply_report,
            };
            if ticket.reported || idle < limit {
                return None;
            }
            ticket.reported = true;
            let origin = ticket.origin;
            Some(match ticket.kind {
                TicketKind::Session => Event::IdleSession { origin, idle },
                TicketKind::Reply => Event::LeakedReply { origin, idle },
            })
        });
        overdue.collect()
    }
}

/// What holds a connection, with its ticket. The connection goes back before the ticket does.
pub(super) struct Ticketed<H> {
    pub(super) holder: H,
    pub(super) ticket: TicketGuard,
}

impl TicketGuard {
    /// Tells the watch that the connection is in use.
    fn touch(&self) {
        let mut held = self.tickets.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ticket) = held.get_mut(&self.id) {
            ticket.touched = Instant::now();
            ticket.reported = false;
        }
    }
}

impl Drop for TicketGuard {
    fn drop(&mut self) {
        self.tickets.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

impl<H: Deref> Deref for Ticketed<H> {
    type Target = H::Target;

    fn deref(&self) -> &Self::Target {
        &self.holder
    }
}

impl<H: DerefMut> DerefMut for Ticketed<H> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.ticket.touch();
        &mut self.holder
    }
}

/// Starts the watch of a pool, which ends with the pool.
pub(super) fn spawn<D: Driver>(shared: &Arc<Shared<D>>) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
    let options = &shared.options;
    let shortest = options.idle_transaction_report.min(options.leaked_reply_report);
    let period = (shortest / 4).clamp(Duration::from_millis(10), Duration::from_secs(1));
    let opened = Instant::now();
    let pool = Arc::downgrade(shared);
    runtime.spawn(async move {
        loop {
            tokio::time::sleep(period).await;
            if !look(&pool, opened).await {
                return;
            }
        }
    });
}

async fn look<D: Driver>(pool: &Weak<Shared<D>>, opened: Instant) -> bool {
    let Some(shared) = pool.upgrade() else { return false };
    shared.seconds.store(opened.elapsed().as_secs(), Ordering::Relaxed);
    for event in shared.tickets.overdue(&shared.options) {
        shared.tell(&event);
    }
    for mut idle in shared.take_rested() {
        idle.guard.close().await;
    }
    !shared.is_closed()
}
