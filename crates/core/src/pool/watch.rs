//! The watch: a task that counts seconds, closes rested connections and reports what is held long.

use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
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
    /// The look of the watch before the last use.
    touched: u64,
    reported: bool,
}

/// The connections held beyond one call.
#[derive(Debug)]
pub(super) struct Tickets {
    /// Time between two looks.
    period: Duration,
    /// Looks so far: tells time without a clock.
    looks: AtomicU64,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    tickets: Vec<Option<Ticket>>,
    free: Vec<usize>,
}

/// Takes its ticket out when dropped.
pub(super) struct TicketGuard {
    tickets: Arc<Tickets>,
    at: usize,
}

impl Tickets {
    pub(super) fn new(options: &PoolOptions) -> Arc<Self> {
        let shortest = options.idle_transaction_report.min(options.leaked_reply_report);
        let period = (shortest / 4).clamp(Duration::from_millis(10), Duration::from_secs(1));
        Arc::new(Self { period, looks: AtomicU64::new(0), held: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn issue(
        self: &Arc<Self>,
        kind: TicketKind,
        origin: &'static Location<'static>,
    ) -> TicketGuard {
        let touched = self.looks.load(Ordering::Relaxed);
        let ticket = Some(Ticket { kind, origin, touched, reported: false });
        let mut held = self.lock();
        let at = match held.free.pop() {
            Some(at) => {
                held.tickets[at] = ticket;
                at
            }
            None => {
                held.tickets.push(ticket);
                held.tickets.len() - 1
            }
        };
        TicketGuard { tickets: self.clone(), at }
    }

    /// Lists what has been held for too long and was not told yet.
    fn overdue(&self, options: &PoolOptions) -> Vec<Event> {
        let looks = self.looks.fetch_add(1, Ordering::Relaxed) + 1;
        let mut held = self.lock();
        let overdue = held.tickets.iter_mut().flatten().filter_map(|ticket| {
            let periods = u32::try_from(looks - ticket.touched).unwrap_or(u32::MAX);
            let idle = self.period.saturating_mul(periods.saturating_sub(1));
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
        if let Some(ticket) = &mut self.tickets.lock().tickets[self.at] {
            ticket.touched = self.tickets.looks.load(Ordering::Relaxed);
            ticket.reported = false;
        }
    }
}

impl Drop for TicketGuard {
    fn drop(&mut self) {
        let mut held = self.tickets.lock();
        held.tickets[self.at] = None;
        held.free.push(self.at);
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
    let period = shared.tickets.period;
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
