//! What SQLite asks while it works: whether to stop, whether to wait for a lock, what a statement
//! may do.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hypostyle_core::{CancellationToken, Request};
use libsqlite3_sys as ffi;

use crate::handover::hand_over;

/// How long a statement may keep the caller's runtime worker before it is handed over.
const BUDGET: Duration = Duration::from_micros(500);

/// Pragmas that take an argument and change nothing.
const READING_PRAGMAS: [&str; 14] = [
    "collation_list",
    "compile_options",
    "database_list",
    "foreign_key_check",
    "foreign_key_list",
    "function_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
];

/// Why a statement was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Its deadline passed, so long after it began.
    Deadline(Duration),
    /// Its token was cancelled.
    Cancelled,
    /// Its future was dropped.
    Dropped,
}

/// State shared with SQLite's callbacks, which run on the thread that steps.
pub(crate) struct Hooks {
    /// Pages in the write-ahead log after the last commit.
    pub(crate) wal_pages: Cell<i32>,
    /// Set from another thread when the future of an offloaded statement was dropped.
    pub(crate) dropped: Arc<AtomicBool>,
    /// How long to wait for a lock.
    pub(crate) busy_timeout: Cell<Duration>,
    denies_settings: Cell<bool>,
    deadline: Cell<Option<Instant>>,
    cancel: RefCell<Option<CancellationToken>>,
    is_inline: Cell<bool>,
    began: Cell<Option<Instant>>,
    waiting_since: Cell<Option<Instant>>,
    was_handed_over: Cell<bool>,
    stopped: Cell<Option<Stop>>,
    taints: Cell<bool>,
}

impl Hooks {
    /// The virtual machine's operations between two looks at the clock, some 10 µs.
    pub(crate) const TICK_OPERATIONS: i32 = 1_000;

    pub(crate) fn new(busy_timeout: Duration) -> Self {
        Self {
            wal_pages: Cell::new(0),
            dropped: Arc::default(),
            busy_timeout: Cell::new(busy_timeout),
            denies_settings: Cell::new(false),
            deadline: Cell::new(None),
            cancel: RefCell::new(None),
            is_inline: Cell::new(false),
            began: Cell::new(None),
            waiting_since: Cell::new(None),
            was_handed_over: Cell::new(false),
            stopped: Cell::new(None),
            taints: Cell::new(false),
        }
    }

    /// Sets the limits of a request. No clock is read: the first look does that.
    pub(crate) fn begin_request(&self, request: &Request<'_>, is_inline: bool) {
        self.deadline.set(request.deadline);
        if request.cancel.is_some() || self.cancel.borrow().is_some() {
            self.cancel.replace(request.cancel.cloned());
        }
        self.stopped.set(None);
        self.begin_run(is_inline);
    }

    /// Lets what follows take as long as it takes: undoing must not be given up.
    pub(crate) fn lift_limits(&self) {
        self.deadline.set(None);
        self.cancel.replace(None);
        self.stopped.set(None);
        self.begin_run(false);
    }

    /// Starts the budget of one run on a thread: a statement, or a further batch of its rows.
    pub(crate) fn begin_run(&self, is_inline: bool) {
        self.is_inline.set(is_inline);
        self.began.set(None);
        self.was_handed_over.set(false);
        self.waiting_since.set(None);
    }

    /// Refuses from now on what changes settings or attaches databases.
    pub(crate) fn deny_settings(&self) {
        self.denies_settings.set(true);
    }

    /// Takes the reason why the statement was stopped.
    pub(crate) fn take_stop(&self) -> Option<Stop> {
        self.stopped.take()
    }

    /// Looks whether the statement is to stop; hands the runtime's worker over past the budget.
    pub(crate) fn should_stop(&self) -> bool {
        let now = Instant::now();
        let began = self.began.get().unwrap_or(now);
        self.began.set(Some(began));
        let stop = if self.dropped.load(Ordering::Relaxed) {
            Some(Stop::Dropped)
        } else if self.deadline.get().is_some_and(|deadline| now >= deadline) {
            Some(Stop::Deadline(now - began))
        } else if self.cancel.borrow().as_ref().is_some_and(CancellationToken::is_cancelled) {
            Some(Stop::Cancelled)
        } else {
            None
        };
        if stop.is_some() {
            self.stopped.set(stop);
            return true;
        }
        if now - began > BUDGET {
            self.leave_worker();
        }
        false
    }

    /// Waits a little for another connection's lock, until the busy timeout or the deadline.
    pub(crate) fn wait_for_lock(&self, attempt: i32) -> bool {
        let now = Instant::now();
        let since = match (attempt, self.waiting_since.get()) {
            (1.., Some(since)) => since,
            _ => now,
        };
        self.waiting_since.set(Some(since));
        let busy_timeout = self.busy_timeout.get();
        if now - since >= busy_timeout || self.should_stop() {
            return false;
        }
        self.leave_worker();
        let pause_ms = match attempt {
            ..=1 => 1,
            2..=4 => 5,
            5..=9 => 15,
            _ => 50,
        };
        let mut pause = Duration::from_millis(pause_ms).min(busy_timeout - (now - since));
        if let Some(deadline) = self.deadline.get() {
            pause = pause.min(deadline.saturating_duration_since(now));
        }
        #[expect(clippy::disallowed_methods, reason = "the worker is handed over; nobody waits")]
        std::thread::sleep(pause);
        true
    }

    /// Lets another thread take over the runtime's worker that this thread would block.
    pub(crate) fn leave_worker(&self) {
        if self.is_inline.get() && !self.was_handed_over.replace(true) {
            hand_over();
        }
    }

    /// Decides what a statement being prepared may do, and notes whether it changes the session.
    pub(crate) fn authorize(&self, action: i32, first: Option<&str>, second: Option<&str>) -> bool {
        let changes_session = match action {
            ffi::SQLITE_PRAGMA => second.is_some() && !first.is_some_and(is_reading_pragma),
            ffi::SQLITE_ATTACH | ffi::SQLITE_DETACH => true,
            ffi::SQLITE_CREATE_TEMP_INDEX
            | ffi::SQLITE_CREATE_TEMP_TABLE
            | ffi::SQLITE_CREATE_TEMP_TRIGGER
            | ffi::SQLITE_CREATE_TEMP_VIEW => true,
            _ => false,
        };
        if changes_session {
            self.taints.set(true);
        }
        !(self.denies_settings.get() && changes_session)
    }

    /// Tells whether the statement prepared since the last call changes the session.
    pub(crate) fn take_taint(&self) -> bool {
        self.taints.take()
    }
}

fn is_reading_pragma(name: &str) -> bool {
    READING_PRAGMAS.iter().any(|known| known.eq_ignore_ascii_case(name))
}
