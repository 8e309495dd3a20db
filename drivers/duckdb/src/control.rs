//! Stopping what runs on another thread.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use crate::errors::Stop;
use crate::raw::Interrupter;

/// How often a statement is interrupted until it ends: an interruption that comes before the
/// statement has begun is lost.
pub(crate) const INTERRUPT_INTERVAL: Duration = Duration::from_millis(10);

/// Shared by a connection and those who may stop it.
pub(crate) struct Control {
    state: Mutex<State>,
}

struct State {
    stop: Option<Stop>,
    interrupter: Interrupter,
}

impl Control {
    pub(crate) fn new(interrupter: Interrupter) -> Self {
        Self { state: Mutex::new(State { stop: None, interrupter }) }
    }

    /// Asks whatever runs to stop; the first reason counts.
    pub(crate) fn stop(&self, why: Stop) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.stop.get_or_insert(why);
        state.interrupter.interrupt();
    }

    /// Lets the next statement run.
    pub(crate) fn clear(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).stop = None;
    }

    /// Answers why what runs is to stop, if it is.
    pub(crate) fn stopped(&self) -> Option<Stop> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).stop
    }

    /// Stops another connection from now on.
    pub(crate) fn renew(&self, interrupter: Interrupter) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).interrupter = interrupter;
    }
}
