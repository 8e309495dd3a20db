//! The guard: owns cancellation and transaction state for every driver, in one place.
//!
//! It marks the connection busy before the first await, so that a future dropped anywhere leaves
//! a mark; before the next request it undoes what the mark stands for.

use std::future::Future;
use std::ops::DerefMut;
use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use crate::driver::RESET_TIMEOUT;
use crate::{
    Batch, BoxFuture, Columns, Command, Connection, Effect, Error, ErrorKind, Fill, Outcome,
    Request, Result, Rows, Step, TxState,
};

/// A connection whose state is true at every await.
pub(crate) struct Guarded<C> {
    connection: C,
    /// A reply is open or a statement in flight; also when its future was dropped.
    busy: bool,
    /// Transactions and savepoints begun through the guard.
    depth: u32,
    /// Everything above this depth is to be undone first.
    undo_to: Option<u32>,
    /// What the open reply was given, for drivers that leave enforcing to the guard.
    limits: Limits,
}

#[derive(Clone, Debug, Default)]
struct Limits {
    deadline: Option<Instant>,
    cancel: Option<CancellationToken>,
    writes: bool,
}

impl<C: Connection> Guarded<C> {
    pub(crate) fn new(connection: C) -> Self {
        Self { connection, busy: false, depth: 0, undo_to: None, limits: Limits::default() }
    }

    /// Answers the depth as it is once what is marked has been undone.
    pub(crate) fn depth(&self) -> u32 {
        self.undo_to.map_or(self.depth, |level| level.min(self.depth))
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.connection.tx() == TxState::Broken
    }

    /// Tells whether the connection is of no more use.
    pub(crate) fn is_gone(&mut self) -> bool {
        self.is_broken() || self.connection.is_closed()
    }

    /// Marks everything above a depth as to be undone; nothing where nothing is.
    pub(crate) fn undo_to(&mut self, depth: u32) {
        if self.depth > depth {
            self.undo_to = Some(self.undo_to.map_or(depth, |earlier| earlier.min(depth)));
        }
    }

    pub(crate) fn columns(&self) -> &Arc<Columns> {
        self.connection.columns()
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.connection.outcome()
    }

    /// Tells whether the connection can go back to the pool as it is, without I/O.
    pub(crate) fn is_clean(&self) -> bool {
        !self.busy
            && self.undo_to.is_none()
            && self.depth == 0
            && self.connection.tx() == TxState::None
            && self.connection.is_pristine()
    }

    pub(crate) fn leaves_transaction_open(&self) -> bool {
        self.depth == 0 && self.connection.tx() != TxState::None
    }

    /// Makes the connection as new, whatever was going on.
    pub(crate) async fn reset(&mut self) -> Result<()> {
        self.busy = true;
        self.connection.reset().await?;
        self.busy = false;
        self.depth = 0;
        self.undo_to = None;
        Ok(())
    }

    pub(crate) async fn ping(&mut self) -> Result<()> {
        self.busy = true;
        self.connection.ping().await?;
        self.busy = false;
        Ok(())
    }

    pub(crate) async fn close(&mut self) {
        self.busy = true;
        self.connection.close().await;
    }

    /// Starts a request, after undoing what earlier ones left behind.
    pub(crate) async fn start(&mut self, request: &Request<'_>, batch: &mut Batch) -> Result<Fill> {
        let is_plain = !matches!(request.command, Command::Transaction(_));
        if is_plain && !self.busy && self.undo_to.is_none() {
            if self.depth > 0 {
                self.ensure_open()?;
            }
            return self.run(request, batch).await;
        }
        // Boxed, so that the future of a plain request stays small.
        Box::pin(self.start_with_care(request, batch)).await
    }

    async fn start_with_care(&mut self, request: &Request<'_>, batch: &mut Batch) -> Result<Fill> {
        if self.busy || self.undo_to.is_some() {
            self.settle_until(request.deadline, batch).await?;
        }
        match request.command {
            Command::Transaction(Step::Begin(_)) if self.depth > 0 => {
                self.ensure_open()?;
                let level = self.depth;
                self.undo_to = Some(level);
                self.step(Step::Savepoint(level), request, batch).await?;
                self.depth = level + 1;
                self.undo_to = None;
                Ok(Fill::End)
            }
            Command::Transaction(step @ Step::Begin(_)) => self.begin(step, request, batch).await,
            Command::Transaction(Step::Commit) => self.commit(request, batch).await,
            Command::Transaction(Step::Rollback) => {
                self.undo_to = Some(self.depth.saturating_sub(1));
                self.settle_until(request.deadline, batch).await?;
                Ok(Fill::End)
            }
            _ => {
                if self.depth > 0 {
                    self.ensure_open()?;
                }
                self.run(request, batch).await
            }
        }
    }

    /// Fills the next batch of the open reply.
    pub(crate) async fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        if !self.busy {
            return Err(Error::closed("reply"));
        }
        let filled = if C::ENFORCES_DEADLINE {
            self.connection.fill(batch).await
        } else {
            let limits = self.limits.clone();
            Box::pin(limited(&limits, self.connection.fill(batch))).await
        };
        self.ended(&filled);
        filled
    }

    async fn run(&mut self, request: &Request<'_>, batch: &mut Batch) -> Result<Fill> {
        if request.deadline.is_some_and(|deadline| deadline <= request.issued) {
            return Err(Error::timeout(None));
        }
        if request.cancel.is_some_and(CancellationToken::is_cancelled) {
            return Err(Error::cancelled());
        }
        self.busy = true;
        let filled = if C::ENFORCES_DEADLINE {
            self.connection.start(request, batch).await
        } else {
            // Boxed, so that the future stays small where the driver enforces its limits.
            Box::pin(self.start_limited(request, batch)).await
        };
        self.ended(&filled);
        filled
    }

    async fn start_limited(&mut self, request: &Request<'_>, batch: &mut Batch) -> Result<Fill> {
        self.limits = Limits {
            deadline: request.deadline,
            cancel: request.cancel.cloned(),
            writes: request.intent.writes(),
        };
        let limits = self.limits.clone();
        limited(&limits, self.connection.start(request, batch)).await
    }

    /// A finished reply leaves the connection idle; one given up by the guard is still in flight.
    fn ended(&mut self, filled: &Result<Fill>) {
        self.busy = match filled {
            Ok(fill) => *fill != Fill::End,
            Err(error) => {
                !C::ENFORCES_DEADLINE
                    && matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Cancelled)
            }
        };
    }

    fn ensure_open(&self) -> Result<()> {
        match self.connection.tx() {
            TxState::Open | TxState::Failed => Ok(()),
            TxState::None => Err(aborted()),
            TxState::Broken => Err(Error::closed("connection")),
        }
    }

    async fn begin(
        &mut self,
        step: Step,
        request: &Request<'_>,
        batch: &mut Batch,
    ) -> Result<Fill> {
        if self.is_broken() {
            return Err(Error::closed("connection"));
        }
        if self.connection.tx() != TxState::None {
            let message = "the session has a transaction open that was begun by text; end it first";
            return Err(Error::new(ErrorKind::Validation, message));
        }
        self.undo_to = Some(0);
        self.step(step, request, batch).await?;
        self.depth = 1;
        self.undo_to = None;
        Ok(Fill::End)
    }

    async fn commit(&mut self, request: &Request<'_>, batch: &mut Batch) -> Result<Fill> {
        let level = self.depth.saturating_sub(1);
        if self.depth == 0 {
            return Err(Error::closed("transaction"));
        }
        if self.is_broken() {
            return Err(Error::closed("connection"));
        }
        if self.connection.tx() == TxState::None {
            self.depth = level;
            return Err(aborted());
        }
        self.undo_to = Some(level);
        if self.connection.tx() == TxState::Failed {
            self.settle_until(request.deadline, batch).await?;
            let message = "the transaction had failed and was rolled back instead of committed";
            return Err(Error::new(ErrorKind::Aborted, message).retry_by(crate::Retry::Transaction));
        }
        let step = if level == 0 { Step::Commit } else { Step::Release(level) };
        match self.step(step, request, batch).await {
            Ok(()) => {
                self.depth = level;
                self.undo_to = None;
                Ok(Fill::End)
            }
            Err(error) => {
                // What is not undone here stays marked; the commit's own error says more.
                let _ = self.settle_until(None, batch).await;
                Err(error)
            }
        }
    }

    /// Settles, and gives up at a deadline or after the time there is to undo things.
    async fn settle_until(&mut self, deadline: Option<Instant>, batch: &mut Batch) -> Result<()> {
        let latest = tokio::time::Instant::now().into_std() + RESET_TIMEOUT;
        let deadline = Some(deadline.map_or(latest, |deadline| deadline.min(latest)));
        if C::ENFORCES_DEADLINE {
            return self.settle(deadline, batch).await;
        }
        let limits = Limits { deadline, ..Limits::default() };
        limited(&limits, self.settle(deadline, batch)).await
    }

    /// Undoes what is marked: first the open reply, then everything above the marked depth.
    async fn settle(&mut self, deadline: Option<Instant>, batch: &mut Batch) -> Result<()> {
        if self.busy {
            self.connection.abandon().await?;
            self.busy = false;
        }
        let Some(level) = self.undo_to else { return Ok(()) };
        if matches!(self.connection.tx(), TxState::Open | TxState::Failed) {
            let request =
                Request { deadline, ..Request::new(Command::Transaction(Step::Rollback)) };
            if level == 0 {
                self.step(Step::Rollback, &request, batch).await?;
            } else if self.depth > level {
                self.undo_savepoint(level, &request, batch).await?;
            }
        }
        self.depth = self.depth.min(level);
        self.undo_to = None;
        Ok(())
    }

    /// Undoes a savepoint. One that cannot be undone, as when the call that released it was dropped,
    /// takes its transaction with it, which then answers `Aborted`.
    async fn undo_savepoint(
        &mut self,
        level: u32,
        request: &Request<'_>,
        batch: &mut Batch,
    ) -> Result<()> {
        let undone = match self.step(Step::RollbackTo(level), request, batch).await {
            Ok(()) => self.step(Step::Release(level), request, batch).await,
            Err(error) => Err(error),
        };
        match undone {
            Err(_)
                if !self.busy
                    && matches!(self.connection.tx(), TxState::Open | TxState::Failed) =>
            {
                self.step(Step::Rollback, request, batch).await
            }
            Err(error) if self.connection.tx() != TxState::None => Err(error),
            _ => Ok(()),
        }
    }

    async fn step(&mut self, step: Step, request: &Request<'_>, batch: &mut Batch) -> Result<()> {
        let request = Request { command: Command::Transaction(step), ..*request };
        let fill = self.run(&request, batch).await?;
        debug_assert_eq!(fill, Fill::End, "a transaction step has no rows");
        Ok(())
    }
}

/// Waits for a driver that knows no deadline, and gives up at the deadline or on cancellation.
async fn limited<T>(limits: &Limits, work: impl Future<Output = Result<T>>) -> Result<T> {
    let effect = if limits.writes { Effect::Unknown } else { Effect::None };
    let started = Instant::now();
    let deadline = async {
        match limits.deadline {
            Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
            None => std::future::pending().await,
        }
    };
    let cancelled = async {
        match &limits.cancel {
            Some(cancel) => cancel.cancelled().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        done = work => done,
        () = cancelled => Err(Error::cancelled().effect_of(effect)),
        () = deadline => Err(Error::timeout(Some(started.elapsed())).effect_of(effect)),
    }
}

/// Makes the error of a text that began a transaction and did not end it.
pub(crate) fn left_open_by_text() -> Error {
    let message = "the text left a transaction open, and it was rolled back; use begin() to hold \
                   one over several calls";
    Error::new(ErrorKind::Validation, message)
}

fn aborted() -> Error {
    let message = "the engine has rolled the transaction back; roll back here and begin again";
    Error::new(ErrorKind::Aborted, message).retry_by(crate::Retry::Transaction)
}

/// The rows of an open reply: over a borrowed guard in a session, over a lease in the pool.
pub(crate) struct Cursor<H> {
    /// Given back as soon as the reply ends.
    holder: Option<H>,
    columns: Arc<Columns>,
    outcome: Outcome,
    /// A fill is under way; still set when its future was dropped.
    filling: bool,
    /// The reply stands for itself: a transaction it leaves open is undone, and told.
    is_autocommit: bool,
}

impl<H, C> Cursor<H>
where
    H: DerefMut<Target = Guarded<C>> + Send,
    C: Connection,
{
    /// Reads on a connection leased for this reply alone.
    pub(crate) fn autocommit(holder: H) -> Self {
        Self { is_autocommit: true, ..Self::in_session(holder) }
    }

    /// Reads on the connection of a session.
    pub(crate) fn in_session(holder: H) -> Self {
        let (columns, outcome) = (holder.columns().clone(), holder.outcome());
        Self { holder: Some(holder), columns, outcome, filling: false, is_autocommit: false }
    }
}

impl<H, C> Rows for Cursor<H>
where
    H: DerefMut<Target = Guarded<C>> + Send,
    C: Connection,
{
    fn fill<'a>(&'a mut self, batch: &'a mut Batch) -> BoxFuture<'a, Result<Fill>> {
        Box::pin(async move {
            let was_dropped = std::mem::replace(&mut self.filling, true);
            let guard = match self.holder.as_deref_mut() {
                Some(guard) if !was_dropped => guard,
                _ => return Err(Error::closed("reply")),
            };
            let filled = guard.fill(batch).await;
            self.filling = false;
            if !Arc::ptr_eq(&self.columns, guard.columns()) {
                self.columns = guard.columns().clone();
            }
            self.outcome = guard.outcome();
            if matches!(filled, Ok(Fill::More | Fill::EndOfResult)) {
                return filled;
            }
            let left_open = self.is_autocommit && guard.leaves_transaction_open();
            self.holder = None;
            if left_open { filled.and(Err(left_open_by_text())) } else { filled }
        })
    }

    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn outcome(&self) -> Outcome {
        self.outcome
    }
}
