//! Leases: a connection out of the pool, given back when dropped.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::Event;
use super::lane::{Idle, Place, Shared};
use crate::driver::RESET_TIMEOUT;
use crate::guard::Guarded;
use crate::{Driver, Error, ErrorKind, Intent, Result, Retry};

/// A connection out of the pool. It is `Some` until the lease is dropped.
pub(super) struct Lease<D: Driver> {
    place: Option<Place<D>>,
    held: Option<Idle<D::Connection>>,
}

impl<D: Driver> Lease<D> {
    pub(super) async fn acquire(
        shared: &Arc<Shared<D>>,
        intent: Intent,
        deadline: Option<Instant>,
    ) -> Result<Lease<D>> {
        let place = shared.enter(intent, deadline).await?;
        let now_s = shared.seconds.load(Ordering::Relaxed);
        while let Some(mut idle) = shared.take_idle(place.lane) {
            if now_s.saturating_sub(idle.born_s) >= shared.options.lifetime_max.as_secs().max(1) {
                idle.guard.close().await;
                continue;
            }
            let rested_s = now_s.saturating_sub(idle.since_s);
            if rested_s > shared.options.ping_after.as_secs()
                && let Err(error) = idle.guard.ping().await
            {
                discard(shared, &error);
                continue;
            }
            return Ok(Self { place: Some(place), held: Some(idle) });
        }
        let connection = connect(shared, intent, deadline).await?;
        let guard = Box::new(Guarded::new(connection));
        let held = Idle { guard, born_s: now_s, since_s: now_s };
        Ok(Self { place: Some(place), held: Some(held) })
    }
}

async fn connect<D: Driver>(
    shared: &Shared<D>,
    intent: Intent,
    deadline: Option<Instant>,
) -> Result<D::Connection> {
    let latest = Instant::now() + shared.options.connect_timeout;
    let until = deadline.map_or(latest, |deadline| deadline.min(latest));
    let connected = match tokio::time::timeout_at(until.into(), shared.driver.connect(intent)).await
    {
        Ok(connected) => connected,
        Err(_) => {
            let message = format!("no connection to {} in time", shared.driver.engine().location);
            Err(Error::new(ErrorKind::Connection, message).retry_by(Retry::Request))
        }
    };
    shared.connected(connected.as_ref().err());
    connected
}

impl<D: Driver> Deref for Lease<D> {
    type Target = Guarded<D::Connection>;

    #[expect(clippy::expect_used, reason = "taken only by drop")]
    fn deref(&self) -> &Self::Target {
        &self.held.as_ref().expect("a lease holds its connection until it is dropped").guard
    }
}

impl<D: Driver> DerefMut for Lease<D> {
    #[expect(clippy::expect_used, reason = "taken only by drop")]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.held.as_mut().expect("a lease holds its connection until it is dropped").guard
    }
}

impl<D: Driver> Drop for Lease<D> {
    fn drop(&mut self) {
        let (Some(place), Some(held)) = (self.place.take(), self.held.take()) else { return };
        if held.guard.is_clean() && !place.shared.is_closed() {
            give_back(place, held);
        } else {
            undo(place, held);
        }
    }
}

fn give_back<D: Driver>(place: Place<D>, mut held: Idle<D::Connection>) {
    held.since_s = place.shared.seconds.load(Ordering::Relaxed);
    place.shared.give_idle(place.lane, held);
    drop(place);
}

/// Undoes what a call left behind: at once where the engine needs no waiting, else in a task.
fn undo<D: Driver>(place: Place<D>, mut held: Idle<D::Connection>) {
    let mut undoing = Box::pin(async move {
        if place.shared.is_closed() {
            held.guard.close().await;
            return;
        }
        match held.guard.reset().await {
            Ok(()) => give_back(place, held),
            Err(error) => discard(&place.shared, &error),
        }
    });
    if let Poll::Ready(()) = undoing.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return;
    }
    // Without a runtime nothing can wait for the engine: the connection is closed by dropping it.
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move {
            let undoing = pin!(undoing);
            let _ = tokio::time::timeout(RESET_TIMEOUT, undoing).await;
        });
    }
}

fn discard<D: Driver>(shared: &Shared<D>, error: &Error) {
    shared.tell(&Event::ConnectionDiscarded { message: error.to_string() });
}
