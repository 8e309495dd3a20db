//! Leases: a connection out of the pool, given back when dropped.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::Event;
use super::lane::{Idle, this_thread};
use super::shared::{Entry, Place, Shared, earlier};
use crate::driver::RESET_TIMEOUT;
use crate::guard::Guarded;
use crate::{Driver, Error, ErrorKind, Intent, Result, Retry};

/// A connection out of the pool. It is `Some` until the lease is dropped.
pub(super) struct Lease<D: Driver> {
    place: Option<Place<D>>,
    held: Option<Idle<D::Connection>>,
}

impl<D: Driver> Lease<D> {
    /// Takes a connection: a resting one at once, else boxed, so that the future stays small.
    pub(super) async fn acquire(
        shared: &Arc<Shared<D>>,
        intent: Intent,
        deadline: Option<Instant>,
    ) -> Result<Lease<D>> {
        let entry = match shared.enter(intent)? {
            Entry::Place(place, Some(mut idle)) => {
                let is_fit = !shared.is_old(&idle) && !shared.has_rested_long(&idle);
                if is_fit && !idle.guard.is_gone() {
                    return Ok(Self { place: Some(place), held: Some(idle) });
                }
                Entry::Place(place, Some(idle))
            }
            entry => entry,
        };
        Box::pin(Self::acquire_with_care(shared, intent, deadline, entry)).await
    }

    async fn acquire_with_care(
        shared: &Arc<Shared<D>>,
        intent: Intent,
        deadline: Option<Instant>,
        entry: Entry<D>,
    ) -> Result<Lease<D>> {
        let (place, mut resting) = match entry {
            Entry::Place(place, idle) => (place, idle),
            Entry::Turn(turn) => (shared.wait(intent, turn, deadline).await?, None),
        };
        while let Some(mut idle) = resting.take().or_else(|| place.take()) {
            if shared.is_old(&idle) {
                let closing = async {
                    idle.guard.close().await;
                    Ok(())
                };
                // It goes either way.
                let _ = within(shared, deadline, closing).await;
                continue;
            }
            let checked = if idle.guard.is_gone() {
                Err(Error::closed("connection"))
            } else if shared.has_rested_long(&idle) {
                within(shared, deadline, idle.guard.ping()).await
            } else {
                Ok(())
            };
            if let Err(error) = checked {
                discard(shared, &error);
                continue;
            }
            return Ok(Self { place: Some(place), held: Some(idle) });
        }
        let connection = connect(shared, intent, deadline).await?;
        let guard = Box::new(Guarded::new(connection));
        let now_s = shared.seconds.load(Ordering::Relaxed);
        let held = Idle { guard, born_s: now_s, since_s: now_s, home: this_thread() };
        Ok(Self { place: Some(place), held: Some(held) })
    }
}

async fn connect<D: Driver>(
    shared: &Shared<D>,
    intent: Intent,
    deadline: Option<Instant>,
) -> Result<D::Connection> {
    let connected = within(shared, deadline, shared.driver.connect(intent)).await;
    shared.connected(connected.as_ref().err());
    connected
}

/// Waits for what makes or checks a connection, as long as the options and the call allow.
async fn within<D: Driver, T>(
    shared: &Shared<D>,
    deadline: Option<Instant>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let until = earlier(deadline, shared.options.connect_timeout);
    tokio::time::timeout_at(until.into(), work).await.unwrap_or_else(|_| {
        let message = format!("no connection to {} in time", shared.driver.engine().location);
        Err(Error::new(ErrorKind::Connection, message).retry_by(Retry::Request))
    })
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
    held.home = this_thread();
    place.leave(held);
}

/// Undoes what a call left behind: at once where the engine needs no waiting, else in a task.
fn undo<D: Driver>(place: Place<D>, mut held: Idle<D::Connection>) {
    let shared = place.shared.clone();
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
            if tokio::time::timeout(RESET_TIMEOUT, undoing).await.is_err() {
                discard(&shared, &Error::timeout(Some(RESET_TIMEOUT)));
            }
        });
    }
}

fn discard<D: Driver>(shared: &Shared<D>, error: &Error) {
    shared.tell(&Event::ConnectionDiscarded { message: error.to_string() });
}
