//! What all leases of a pool share, and the places they take in its lanes.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, oneshot};

use super::lane::{Idle, Lane};
use super::watch::Tickets;
use super::{Event, PoolOptions, PoolStatus};
use crate::{Driver, Error, ErrorKind, Intent, Lanes, Result, Retry};

/// What all leases of a pool share.
pub(super) struct Shared<D: Driver> {
    pub(super) driver: D,
    pub(super) options: PoolOptions,
    pub(super) tickets: Arc<Tickets>,
    /// Seconds since the pool opened, advanced by the watch: stamps returns without a clock.
    pub(super) seconds: AtomicU64,
    closed: AtomicBool,
    lanes: Vec<Lane<D::Connection, Place<D>>>,
    returned: Notify,
    connect_error: Mutex<Option<String>>,
}

/// A place taken in a lane; dropping it lets the next in.
pub(super) struct Place<D: Driver> {
    pub(super) shared: Arc<Shared<D>>,
    lane: usize,
    /// Set until the place is given back.
    taken: bool,
}

/// What a call gets that asks for a connection.
pub(super) enum Entry<D: Driver> {
    /// A place, and the hottest resting connection if there is one.
    Place(Place<D>, Option<Idle<D::Connection>>),
    /// A place when its turn comes.
    Turn(oneshot::Receiver<Place<D>>),
}

impl<D: Driver> Shared<D> {
    pub(super) fn new(driver: D, options: PoolOptions) -> Self {
        let sizes = match driver.lanes() {
            Lanes::Shared(all) => vec![all],
            Lanes::SingleWriter { readers } => vec![readers, 1],
        };
        Self {
            driver,
            tickets: Tickets::new(&options),
            options,
            seconds: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            lanes: sizes.into_iter().map(|size| Lane::new(size.max(1))).collect(),
            returned: Notify::new(),
            connect_error: Mutex::new(None),
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.lanes.iter().for_each(Lane::dismiss);
    }

    /// Takes a place and the hottest resting connection, or queues for a place.
    pub(super) fn enter(self: &Arc<Self>, intent: Intent) -> Result<Entry<D>> {
        if self.is_closed() {
            return Err(Error::closed("database"));
        }
        let lane = self.lane_of(intent);
        Ok(match self.lanes[lane].enter() {
            Ok(idle) => Entry::Place(Place { shared: self.clone(), lane, taken: true }, idle),
            Err(turn) => Entry::Turn(turn),
        })
    }

    /// Waits for a turn, at most until the deadline or the acquire timeout.
    pub(super) async fn wait(
        &self,
        intent: Intent,
        turn: oneshot::Receiver<Place<D>>,
        deadline: Option<Instant>,
    ) -> Result<Place<D>> {
        let lane = &self.lanes[self.lane_of(intent)];
        let _waiting = lane.wait();
        let began = Instant::now();
        let until = earlier(deadline, self.options.acquire_timeout);
        match tokio::time::timeout_at(until.into(), turn).await {
            Ok(Ok(place)) if !self.is_closed() => Ok(place),
            Ok(_) => Err(Error::closed("database")),
            Err(_) => Err(self.pool_timeout(lane.max, began.elapsed())),
        }
    }

    fn lane_of(&self, intent: Intent) -> usize {
        if intent.writes() { self.lanes.len() - 1 } else { 0 }
    }

    fn pool_timeout(&self, max: usize, waited: Duration) -> Error {
        let waited_ms = waited.as_millis();
        let message = format!("no connection was free within {waited_ms} ms; all {max} are in use");
        let error = Error::new(ErrorKind::PoolTimeout, message).retry_by(Retry::Request);
        match &*self.connect_error.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(last) => error.with("last_connect_error", last.clone()),
            None => error,
        }
    }

    /// Tells whether a connection is to be made anew.
    pub(super) fn is_old(&self, idle: &Idle<D::Connection>) -> bool {
        self.age_s(idle.born_s) >= self.options.lifetime_max.as_secs().max(1)
    }

    /// Tells whether a connection is to be checked before use.
    pub(super) fn has_rested_long(&self, idle: &Idle<D::Connection>) -> bool {
        self.age_s(idle.since_s) > self.options.ping_after.as_secs()
    }

    fn age_s(&self, since_s: u64) -> u64 {
        self.seconds.load(Ordering::Relaxed).saturating_sub(since_s)
    }

    /// Takes the connections that have rested too long, all but the hottest of each lane.
    pub(super) fn take_rested(&self) -> Vec<Idle<D::Connection>> {
        let limit_s = self.options.idle_timeout.as_secs();
        let is_rested = |idle: &Idle<D::Connection>| self.age_s(idle.since_s) > limit_s;
        self.lanes.iter().flat_map(|lane| lane.take_rested(is_rested)).collect()
    }

    pub(super) async fn close_idle(&self) {
        for lane in self.lanes.iter().rev() {
            while let Some(mut idle) = lane.take() {
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
            let (active, idle) = lane.count();
            status.active += active;
            status.idle += idle;
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

impl<D: Driver> Place<D> {
    /// Takes the hottest resting connection of the lane.
    pub(super) fn take(&self) -> Option<Idle<D::Connection>> {
        self.shared.lanes[self.lane].take()
    }

    /// Gives the place back, with a connection to rest.
    pub(super) fn leave(mut self, idle: Idle<D::Connection>) {
        self.give_back(Some(idle));
    }

    fn give_back(&mut self, idle: Option<Idle<D::Connection>>) {
        if !std::mem::take(&mut self.taken) {
            return;
        }
        let (shared, lane) = (&self.shared, self.lane);
        let next = || Place { shared: shared.clone(), lane, taken: true };
        shared.lanes[lane].leave(idle, next);
        if shared.is_closed() {
            shared.returned.notify_waiters();
        }
    }
}

impl<D: Driver> Drop for Place<D> {
    fn drop(&mut self) {
        self.give_back(None);
    }
}

/// Answers the earlier of a deadline and some time from now, however long that is.
pub(super) fn earlier(deadline: Option<Instant>, after: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 86_400);
    let latest = Instant::now() + after.min(FAR);
    deadline.map_or(latest, |deadline| deadline.min(latest))
}
