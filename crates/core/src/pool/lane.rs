//! Lanes and what all leases of a pool share.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, Semaphore};

use super::watch::Tickets;
use super::{Event, PoolOptions, PoolStatus, Shelf};
use crate::guard::Guarded;
use crate::{Driver, Error, ErrorKind, Intent, Lanes, Result, Retry};

/// What all leases of a pool share.
pub(super) struct Shared<D: Driver> {
    pub(super) driver: D,
    pub(super) options: PoolOptions,
    pub(super) closed: AtomicBool,
    pub(super) shelf: Arc<Shelf>,
    pub(super) tickets: Arc<Tickets>,
    /// Seconds since the pool opened, advanced by the watch: stamps returns without a clock.
    pub(super) seconds: AtomicU64,
    lanes: Vec<Lane<D::Connection>>,
    returned: Notify,
    connect_error: Mutex<Option<String>>,
}

/// Connections for one purpose.
struct Lane<C> {
    permits: Semaphore,
    idle: Mutex<Vec<Idle<C>>>,
    active: AtomicUsize,
    waiting: AtomicUsize,
    max: usize,
}

/// A connection that rests in its lane.
pub(super) struct Idle<C> {
    pub(super) guard: Box<Guarded<C>>,
    pub(super) born_s: u64,
    pub(super) since_s: u64,
}

impl<D: Driver> Shared<D> {
    pub(super) fn new(driver: D, options: PoolOptions) -> Self {
        let sizes = match driver.lanes() {
            Lanes::Shared(all) => vec![all],
            Lanes::SingleWriter { readers } => vec![readers, 1],
        };
        Self {
            driver,
            options,
            closed: AtomicBool::new(false),
            shelf: Shelf::new(),
            tickets: Arc::default(),
            seconds: AtomicU64::new(0),
            lanes: sizes.into_iter().map(|size| Lane::new(size.max(1))).collect(),
            returned: Notify::new(),
            connect_error: Mutex::new(None),
        }
    }

    pub(super) fn lane_of(&self, intent: Intent) -> usize {
        if intent.writes() { self.lanes.len() - 1 } else { 0 }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Takes a place in a lane.
    pub(super) async fn enter(
        self: &Arc<Self>,
        intent: Intent,
        deadline: Option<Instant>,
    ) -> Result<Place<D>> {
        if self.is_closed() {
            return Err(Error::closed("database"));
        }
        let at = self.lane_of(intent);
        let lane = &self.lanes[at];
        if lane.permits.try_acquire().map(|permit| permit.forget()).is_err() {
            self.wait(lane, deadline).await?;
        }
        lane.active.fetch_add(1, Ordering::Relaxed);
        Ok(Place { shared: self.clone(), lane: at })
    }

    async fn wait(&self, lane: &Lane<D::Connection>, deadline: Option<Instant>) -> Result<()> {
        let waiting = Waiting::count(&lane.waiting);
        let began = Instant::now();
        let latest = began + self.options.acquire_timeout;
        let until = deadline.map_or(latest, |deadline| deadline.min(latest));
        match tokio::time::timeout_at(until.into(), lane.permits.acquire()).await {
            Ok(Ok(permit)) => permit.forget(),
            Ok(Err(_)) => return Err(Error::closed("database")),
            Err(_) => return Err(self.pool_timeout(lane, began.elapsed())),
        }
        drop(waiting);
        if !self.is_closed() {
            return Ok(());
        }
        lane.permits.add_permits(1);
        Err(Error::closed("database"))
    }

    fn pool_timeout(&self, lane: &Lane<D::Connection>, waited: Duration) -> Error {
        let message = format!(
            "no connection was free within {} ms; all {} are in use",
            waited.as_millis(),
            lane.max
        );
        let error = Error::new(ErrorKind::PoolTimeout, message).retry_by(Retry::Request);
        match &*self.connect_error.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(last) => error.with("last_connect_error", last.clone()),
            None => error,
        }
    }

    /// Takes a resting connection, the hottest first.
    pub(super) fn take_idle(&self, lane: usize) -> Option<Idle<D::Connection>> {
        self.lanes[lane].idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    pub(super) fn give_idle(&self, lane: usize, idle: Idle<D::Connection>) {
        self.lanes[lane].idle.lock().unwrap_or_else(PoisonError::into_inner).push(idle);
    }

    /// Takes the connections that have rested too long, all but the hottest of each lane.
    pub(super) fn take_rested(&self) -> Vec<Idle<D::Connection>> {
        let now_s = self.seconds.load(Ordering::Relaxed);
        let limit_s = self.options.idle_timeout.as_secs();
        let mut rested = Vec::new();
        for lane in &self.lanes {
            let mut idle = lane.idle.lock().unwrap_or_else(PoisonError::into_inner);
            while idle.len() > 1 && now_s.saturating_sub(idle[0].since_s) > limit_s {
                rested.push(idle.remove(0));
            }
        }
        rested
    }

    pub(super) async fn close_idle(&self) {
        for lane in (0..self.lanes.len()).rev() {
            while let Some(mut idle) = self.take_idle(lane) {
                idle.guard.close().await;
            }
        }
    }

    pub(super) async fn all_returned(&self, give_up: Instant) -> bool {
        loop {
            let returned = self.returned.notified();
            tokio::pin!(returned);
            returned.as_mut().enable();
            if self.status().active == 0 {
                return true;
            }
            if tokio::time::timeout_at(give_up.into(), returned).await.is_err() {
                return false;
            }
        }
    }

    pub(super) fn status(&self) -> PoolStatus {
        let mut status = PoolStatus::default();
        for lane in &self.lanes {
            status.active += lane.active.load(Ordering::Relaxed);
            status.idle += lane.idle.lock().unwrap_or_else(PoisonError::into_inner).len();
            status.waiting += lane.waiting.load(Ordering::Relaxed);
            status.max += lane.max;
        }
        status
    }

    pub(super) fn connected(&self, error: Option<&Error>) {
        let message = error.map(ToString::to_string);
        if let Some(message) = &message {
            self.tell(&Event::ConnectFailed { message: message.clone() });
        }
        *self.connect_error.lock().unwrap_or_else(PoisonError::into_inner) = message;
    }

    pub(super) fn tell(&self, event: &Event) {
        tracing::warn!(target: "hypostyle::pool", "{event}");
        if let Some(observer) = &self.options.observer {
            observer.0(event);
        }
    }
}

impl<C> Lane<C> {
    fn new(max: usize) -> Self {
        Self {
            permits: Semaphore::new(max),
            idle: Mutex::new(Vec::with_capacity(max)),
            active: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            max,
        }
    }
}

/// A place taken in a lane; dropping it lets the next in.
pub(super) struct Place<D: Driver> {
    pub(super) shared: Arc<Shared<D>>,
    pub(super) lane: usize,
}

impl<D: Driver> Drop for Place<D> {
    fn drop(&mut self) {
        let lane = &self.shared.lanes[self.lane];
        lane.active.fetch_sub(1, Ordering::Relaxed);
        lane.permits.add_permits(1);
        if self.shared.is_closed() {
            self.shared.returned.notify_waiters();
        }
    }
}

/// Counts a waiting call for as long as it waits, also when it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn count(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
