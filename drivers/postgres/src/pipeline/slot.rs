//! The place of a shared connection: made when wanted, made anew when lost.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hypostyle_core::Error;
use tokio::sync::mpsc;

use super::job::Job;
use super::task;
use crate::open::Spec;

/// Reads that wait to be sent; more run elsewhere.
const JOBS_MAX: usize = 1_024;
/// Time until a connection that could not be made is tried again.
const PAUSE: Duration = Duration::from_secs(5);

/// How long things may take on a shared connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// The deadline of requests that ask for none of their own.
    pub(super) statement: Option<Duration>,
    pub(super) connect: Duration,
}

/// The place of a shared connection.
#[derive(Default)]
pub(super) struct Slot {
    state: Mutex<State>,
    /// Calls that wait for an answer.
    pub(super) load: AtomicUsize,
    /// A long read holds up what would follow it.
    is_stalled: AtomicBool,
}

#[derive(Default)]
enum State {
    #[default]
    Empty,
    Connecting,
    Open(mpsc::Sender<Job>),
    Paused(Instant),
    /// Reads cannot be shared here, or the database is closed.
    Closed,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn load(&self) -> usize {
        self.load.load(Ordering::Relaxed)
    }

    pub(super) fn is_stalled(&self) -> bool {
        self.is_stalled.load(Ordering::Relaxed)
    }

    pub(super) fn set_stalled(&self, is_stalled: bool) {
        self.is_stalled.store(is_stalled, Ordering::Relaxed);
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(&*self.lock(), State::Open(jobs) if !jobs.is_closed())
    }

    pub(super) fn close(&self) {
        *self.lock() = State::Closed;
    }

    /// Answers where to hand reads over; `None` while there is no connection, which is then made.
    pub(super) fn jobs(
        self: &Arc<Self>,
        spec: &Arc<Spec>,
        times: Times,
    ) -> Option<mpsc::Sender<Job>> {
        let mut state = self.lock();
        match &*state {
            State::Open(jobs) if !jobs.is_closed() => return Some(jobs.clone()),
            State::Connecting | State::Closed => return None,
            State::Paused(until) if Instant::now() < *until => return None,
            State::Open(_) | State::Empty | State::Paused(_) => {}
        }
        let runtime = tokio::runtime::Handle::try_current().ok()?;
        *state = State::Connecting;
        let (slot, spec) = (self.clone(), spec.clone());
        runtime.spawn(async move { slot.connect(spec, times).await });
        None
    }

    async fn connect(self: Arc<Self>, spec: Arc<Spec>, times: Times) {
        let connecting = task::connect(&spec, times.statement);
        let connected = tokio::time::timeout(times.connect, connecting).await;
        let connected = connected.unwrap_or_else(|_| Err(Error::timeout(Some(times.connect))));
        let next = match connected {
            Ok(Some(opened)) => {
                let (jobs, queue) = mpsc::channel(JOBS_MAX);
                self.set_stalled(false);
                let task = task::Task::new(opened, queue, self.clone(), spec);
                tokio::spawn(task.run());
                State::Open(jobs)
            }
            // A pooler stands before the server: settings would reach strangers.
            Ok(None) => State::Closed,
            Err(error) => {
                tracing::debug!(target: "hypostyle::postgres", %error, "no connection to share");
                State::Paused(Instant::now() + PAUSE)
            }
        };
        let mut state = self.lock();
        if matches!(*state, State::Connecting) {
            *state = next;
        }
    }
}
