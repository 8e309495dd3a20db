//! A lane: connections at rest, and calls that wait for one, behind one lock.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::guard::Guarded;

/// Connections for one purpose.
pub(super) struct Lane<C, P> {
    state: Mutex<State<C, P>>,
    pub(super) waiting: AtomicUsize,
    pub(super) max: usize,
}

struct State<C, P> {
    /// Places not taken.
    free: usize,
    /// The hottest last.
    idle: Vec<Idle<C>>,
    /// Calls that wait for a place, the first first.
    queue: VecDeque<oneshot::Sender<P>>,
}

/// A connection that rests in its lane.
pub(super) struct Idle<C> {
    pub(super) guard: Box<Guarded<C>>,
    pub(super) born_s: u64,
    pub(super) since_s: u64,
    /// The thread that used it last, whose core's cache still holds it.
    pub(super) home: usize,
}

/// The resting connections looked at for one that this thread used last.
const LOOKED_AT: usize = 8;

static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static THREAD: usize = THREADS.fetch_add(1, Ordering::Relaxed);
}

/// Numbers the threads that use pools.
pub(super) fn this_thread() -> usize {
    // A thread that is ending is like any other that has no connection of its own.
    THREAD.try_with(|number| *number).unwrap_or(usize::MAX)
}

impl<C, P> State<C, P> {
    /// Takes the connection that this thread used last, or else the hottest.
    fn pop(&mut self) -> Option<Idle<C>> {
        let thread = this_thread();
        let coldest = self.idle.len().saturating_sub(LOOKED_AT);
        match self.idle[coldest..].iter().rposition(|idle| idle.home == thread) {
            Some(at) => Some(self.idle.remove(coldest + at)),
            None => self.idle.pop(),
        }
    }
}

impl<C, P> Lane<C, P> {
    pub(super) fn new(max: usize) -> Self {
        let state = State { free: max, idle: Vec::with_capacity(max), queue: VecDeque::new() };
        Self { state: Mutex::new(state), waiting: AtomicUsize::new(0), max }
    }

    fn lock(&self) -> MutexGuard<'_, State<C, P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place and the hottest resting connection, or queues for a place.
    pub(super) fn enter(&self) -> Result<Option<Idle<C>>, oneshot::Receiver<P>> {
        let mut state = self.lock();
        if state.free > 0 {
            state.free -= 1;
            return Ok(state.pop());
        }
        let (sender, turn) = oneshot::channel();
        // A call that no longer waits is passed over when its turn comes; the rest are few.
        state.queue.retain(|waiting| !waiting.is_closed());
        state.queue.push_back(sender);
        Err(turn)
    }

    /// Takes the hottest resting connection.
    pub(super) fn take(&self) -> Option<Idle<C>> {
        self.lock().pop()
    }

    /// Takes the resting connections that `is_rested` names, the coldest first, but not the last.
    pub(super) fn take_rested(&self, is_rested: impl Fn(&Idle<C>) -> bool) -> Vec<Idle<C>> {
        let mut state = self.lock();
        let count = state.idle.iter().take_while(|idle| is_rested(idle)).count();
        let count = count.min(state.idle.len().saturating_sub(1));
        state.idle.drain(..count).collect()
    }

    /// Gives a place back, and a connection to rest: to the call that waits longest, or the lane.
    pub(super) fn leave(&self, idle: Option<Idle<C>>, place: impl Fn() -> P) {
        let mut state = self.lock();
        state.idle.extend(idle);
        while let Some(next) = state.queue.pop_front() {
            if next.is_closed() {
                continue;
            }
            drop(state);
            // A call that gives up just now drops the place, which comes back here.
            let _ = next.send(place());
            return;
        }
        state.free += 1;
    }

    /// Wakes all who wait; they find their turn gone.
    pub(super) fn dismiss(&self) {
        self.lock().queue.clear();
    }

    /// Counts places taken and connections at rest. Those beyond the free places are on their way
    /// to a call whose turn has come.
    pub(super) fn count(&self) -> (usize, usize) {
        let state = self.lock();
        (self.max - state.free, state.idle.len().min(state.free))
    }

    /// Counts a waiting call until the answer is dropped.
    pub(super) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(&self.waiting)
    }
}

/// Counts a waiting call for as long as it waits, also when it is dropped.
pub(super) struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
