//! What a test tells the fault driver to do, and what the driver tells the test.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hypostyle_core::{Error, ErrorKind, Result, Retry, TxState};

/// What the driver is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the call of the same name")]
pub enum Op {
    Connect,
    Text,
    Fill,
    Begin,
    Commit,
    Rollback,
    Savepoint,
    Release,
    RollbackTo,
    Abandon,
    Reset,
    Ping,
    Close,
}

/// How one call goes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Behaviour {
    /// How often it waits before it does anything.
    pub waits_before: usize,
    /// How often it waits after it has done it and before it answers.
    pub waits_after: usize,
    /// It never answers, and does nothing.
    pub hangs: bool,
    /// It fails with this kind instead of doing anything.
    pub fails: Option<ErrorKind>,
    /// Its error says that the whole transaction may succeed when it is repeated.
    pub conflicts: bool,
    /// The state it leaves the transaction in.
    pub leaves: Option<TxState>,
}

impl Behaviour {
    /// Waits so many times before and after.
    pub fn waits(times: usize) -> Self {
        Self { waits_before: times, waits_after: times, ..Self::default() }
    }

    /// Never answers.
    pub fn hangs() -> Self {
        Self { hangs: true, ..Self::default() }
    }

    /// Fails.
    pub fn fails(kind: ErrorKind) -> Self {
        Self { fails: Some(kind), ..Self::default() }
    }

    /// Fails, and leaves the transaction in a state.
    pub fn fails_leaving(kind: ErrorKind, state: TxState) -> Self {
        Self { leaves: Some(state), ..Self::fails(kind) }
    }
}

/// The strings a test pulls. Cheap to clone; all clones pull the same.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    once: HashMap<Op, VecDeque<Behaviour>>,
    always: HashMap<Op, Behaviour>,
    calls: Vec<Op>,
    violations: Vec<String>,
    committed: Vec<u64>,
    connections: usize,
    losses: u64,
}

impl Faults {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells how the next call of a kind goes; told twice, it is for the two next.
    pub fn once(&self, op: Op, behaviour: Behaviour) {
        self.lock().once.entry(op).or_default().push_back(behaviour);
    }

    /// Tells how all calls of a kind go for which nothing else was told.
    pub fn always(&self, op: Op, behaviour: Behaviour) {
        self.lock().always.insert(op, behaviour);
    }

    /// Takes back what was told.
    pub fn heal(&self) {
        let mut state = self.lock();
        state.once.clear();
        state.always.clear();
    }

    /// Takes the calls since the last time.
    pub fn take_calls(&self) -> Vec<Op> {
        std::mem::take(&mut self.lock().calls)
    }

    /// Lists what no driver may ever see.
    pub fn violations(&self) -> Vec<String> {
        self.lock().violations.clone()
    }

    /// Lists the ids that were committed, in order.
    pub fn committed(&self) -> Vec<u64> {
        self.lock().committed.clone()
    }

    /// Loses all connections there are, as a server that restarts does; they know it at once.
    pub fn lose_connections(&self) {
        self.lock().losses += 1;
    }

    pub(super) fn losses(&self) -> u64 {
        self.lock().losses
    }

    /// Counts the connections that are open.
    pub fn connections(&self) -> usize {
        self.lock().connections
    }

    pub(super) fn next(&self, op: Op) -> Behaviour {
        let mut state = self.lock();
        state.calls.push(op);
        let once = state.once.get_mut(&op).and_then(VecDeque::pop_front);
        once.or_else(|| state.always.get(&op).copied()).unwrap_or_default()
    }

    pub(super) fn violated(&self, what: impl Into<String>) {
        self.lock().violations.push(what.into());
    }

    pub(super) fn commit(&self, written: &mut Vec<u64>) {
        self.lock().committed.append(written);
    }

    pub(super) fn count_connection(&self, opened: bool) {
        let mut state = self.lock();
        state.connections =
            if opened { state.connections + 1 } else { state.connections.saturating_sub(1) };
    }
}

/// Waits as told; answers the error where the call is to fail.
pub(super) async fn before(behaviour: Behaviour) -> Result<()> {
    for _ in 0..behaviour.waits_before {
        tokio::task::yield_now().await;
    }
    if behaviour.hangs {
        std::future::pending::<()>().await;
    }
    match behaviour.fails {
        Some(kind) => {
            let error = Error::new(kind, "made by the fault driver");
            let retry = if behaviour.conflicts { Retry::Transaction } else { Retry::Never };
            Err(error.retry_by(retry))
        }
        None => Ok(()),
    }
}

pub(super) async fn after(behaviour: Behaviour) {
    for _ in 0..behaviour.waits_after {
        tokio::task::yield_now().await;
    }
}
