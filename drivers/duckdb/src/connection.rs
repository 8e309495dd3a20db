//! The connection as the guard sees it: on the caller's thread while a statement is short, on
//! another thread as soon as it is not.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle_core::{
    Batch, CancellationToken, Columns, Connection, Error, ErrorKind, Fill, Outcome, OwnedRequest,
    Request, Result, TxState,
};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::blocking::{BlockingConnection, Progress, Where};
use crate::control::{Control, INTERRUPT_INTERVAL};
use crate::errors::{Stop, stopped};

/// A connection to DuckDB.
pub struct DuckDbConnection {
    home: Home,
    control: Arc<Control>,
    limits: Limits,
    no_columns: Arc<Columns>,
}

/// Where the blocking side is.
enum Home {
    Here(Box<BlockingConnection>),
    /// On another thread, with a statement.
    Away(JoinHandle<Trip>),
    /// Gone with a thread that did not come back.
    Lost,
}

struct Trip {
    blocking: Box<BlockingConnection>,
    batch: Batch,
    filled: Result<Progress>,
}

/// What the open reply was given.
#[derive(Debug)]
struct Limits {
    began: Instant,
    deadline: Option<Instant>,
    cancel: Option<CancellationToken>,
}

impl Limits {
    /// Tells why to stop, once there is a reason.
    async fn reached(&self) -> Stop {
        let deadline = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                None => std::future::pending().await,
            }
        };
        let cancelled = async {
            match &self.cancel {
                Some(cancel) => cancel.cancelled().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = cancelled => Stop::Cancelled,
            () = deadline => Stop::Deadline(self.began.elapsed()),
        }
    }

    /// Tells why to stop now.
    fn are_reached(&self) -> Option<Stop> {
        if self.cancel.as_ref().is_some_and(CancellationToken::is_cancelled) {
            return Some(Stop::Cancelled);
        }
        let deadline = self.deadline?;
        (Instant::now() >= deadline).then(|| Stop::Deadline(self.began.elapsed()))
    }
}

/// The first pause before a statement is run again that met another's lock; each is twice as long.
const PAUSE_MIN: Duration = Duration::from_millis(1);
const PAUSE_MAX: Duration = Duration::from_millis(50);

impl DuckDbConnection {
    pub(crate) fn new(blocking: BlockingConnection) -> Self {
        let control = blocking.control.clone();
        let home = Home::Here(Box::new(blocking));
        let limits = Limits { began: Instant::now(), deadline: None, cancel: None };
        Self { home, control, limits, no_columns: Arc::default() }
    }

    fn here(&mut self) -> Result<&mut BlockingConnection> {
        match &mut self.home {
            Home::Here(blocking) => Ok(blocking),
            Home::Away(_) | Home::Lost => Err(Error::closed("connection")),
        }
    }

    /// Sends the blocking side to another thread and waits for it, until the limits are reached.
    async fn send(
        &mut self,
        batch: &mut Batch,
        work: impl FnOnce(&mut BlockingConnection, &mut Batch) -> Result<Progress> + Send + 'static,
    ) -> Result<Progress> {
        let Home::Here(mut blocking) = std::mem::replace(&mut self.home, Home::Lost) else {
            return Err(Error::closed("connection"));
        };
        let mut batch_away = std::mem::take(batch);
        self.control.clear();
        self.home = Home::Away(tokio::task::spawn_blocking(move || {
            let filled = work(&mut blocking, &mut batch_away);
            Trip { blocking, batch: batch_away, filled }
        }));
        let (batch_back, filled) = self.come_back(true).await?;
        *batch = batch_back;
        filled
    }

    async fn come_back(&mut self, within_limits: bool) -> Result<(Batch, Result<Progress>)> {
        let Home::Away(thread) = &mut self.home else { return Err(Error::closed("connection")) };
        let limits = async {
            if within_limits { self.limits.reached().await } else { std::future::pending().await }
        };
        let trip = tokio::select! {
            biased;
            trip = &mut *thread => trip,
            stop = limits => {
                self.control.stop(stop);
                until_interrupted(&self.control, stop, thread).await
            }
        };
        self.home = Home::Lost;
        let trip = trip.map_err(|error| Error::closed("connection").caused_by(error))?;
        self.home = Home::Here(trip.blocking);
        Ok((trip.batch, trip.filled))
    }

    async fn begin(&mut self, request: &Request<'_>, batch: &mut Batch) -> Result<Progress> {
        let has_runtime = Handle::try_current().is_ok();
        let blocking = self.here()?;
        if has_runtime && (request.offload || !blocking.is_light(request)) {
            let request = OwnedRequest::of(request);
            let work = move |blocking: &mut BlockingConnection, batch: &mut Batch| {
                request.with(|request| blocking.start(request, batch, Where::Away))
            };
            // Boxed, so that the future of a statement that runs here stays small.
            return Box::pin(self.send(batch, work)).await;
        }
        self.control.clear();
        let place = if has_runtime { Where::Here } else { Where::Away };
        let blocking = self.here()?;
        match blocking.start(request, batch, place)? {
            Progress::GoesOn => Box::pin(self.send(batch, BlockingConnection::go_on)).await,
            filled => Ok(filled),
        }
    }

    /// Runs a statement again that met another's lock, until it gets it or has waited enough.
    async fn wait_for_lock(
        &mut self,
        error: Error,
        request: &Request<'_>,
        batch: &mut Batch,
    ) -> Result<Progress> {
        let (began, mut pause, mut last) = (Instant::now(), PAUSE_MIN, error);
        let busy_timeout = self.here()?.patience();
        while self.here()?.may_run_again(&last) && began.elapsed() < busy_timeout {
            let wait = pause.min(busy_timeout.saturating_sub(began.elapsed()));
            tokio::select! {
                biased;
                stop = self.limits.reached() => return Err(stopped(Some(stop))),
                () = tokio::time::sleep(wait) => {}
            }
            pause = (pause * 2).min(PAUSE_MAX);
            let is_statement = self.here()?.again.is_some();
            let ran = if is_statement {
                self.send(batch, BlockingConnection::go_on).await
            } else {
                self.here()?.transaction_anew()?;
                self.begin(request, batch).await
            };
            match ran {
                Err(error) => last = error,
                filled => return filled,
            }
        }
        Err(last)
    }
}

/// Interrupts a statement until its thread comes back.
async fn until_interrupted<T>(
    control: &Control,
    stop: Stop,
    thread: &mut (impl Future<Output = T> + Unpin),
) -> T {
    loop {
        tokio::select! {
            biased;
            back = &mut *thread => return back,
            () = tokio::time::sleep(INTERRUPT_INTERVAL) => control.stop(stop),
        }
    }
}

/// What a reply says of itself once nothing of it is left on another thread.
fn filled(progress: Progress) -> Result<Fill> {
    match progress {
        Progress::Filled(fill) => Ok(fill),
        Progress::GoesOn => Err(Error::closed("reply")),
    }
}

impl Connection for DuckDbConnection {
    const ENFORCES_DEADLINE: bool = true;

    async fn start(&mut self, request: &Request<'_>, batch: &mut Batch) -> Result<Fill> {
        self.limits = Limits {
            began: Instant::now(),
            deadline: request.deadline,
            cancel: request.cancel.cloned(),
        };
        let begun = self.begin(request, batch).await;
        match begun {
            Err(error)
                if matches!(error.kind(), ErrorKind::Locked | ErrorKind::Conflict)
                    && Handle::try_current().is_ok() =>
            {
                filled(Box::pin(self.wait_for_lock(error, request, batch)).await?)
            }
            begun => filled(begun?),
        }
    }

    async fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        if let Some(stop) = self.limits.are_reached() {
            self.here()?.end_open();
            return Err(stopped(Some(stop)));
        }
        if Handle::try_current().is_err() {
            return filled(self.here()?.fill(batch, Where::Away)?);
        }
        if self.here()?.fills_away() {
            let work = |blocking: &mut BlockingConnection, batch: &mut Batch| {
                blocking.fill(batch, Where::Away)
            };
            return filled(self.send(batch, work).await?);
        }
        // A long stream lets the other tasks of its worker run between batches.
        tokio::task::coop::consume_budget().await;
        filled(self.here()?.fill(batch, Where::Here)?)
    }

    fn columns(&self) -> &Arc<Columns> {
        match &self.home {
            Home::Here(blocking) => &blocking.columns,
            Home::Away(_) | Home::Lost => &self.no_columns,
        }
    }

    fn outcome(&self) -> Outcome {
        match &self.home {
            Home::Here(blocking) => blocking.outcome,
            Home::Away(_) | Home::Lost => Outcome::default(),
        }
    }

    fn tx(&self) -> TxState {
        match &self.home {
            Home::Here(blocking) => blocking.tx(),
            // The guard has marked the connection busy and abandons first.
            Home::Away(_) => TxState::Open,
            Home::Lost => TxState::Broken,
        }
    }

    async fn abandon(&mut self) -> Result<()> {
        if let Home::Away(thread) = &mut self.home {
            self.control.stop(Stop::Dropped);
            let trip = until_interrupted(&self.control, Stop::Dropped, thread).await;
            self.home = Home::Lost;
            let trip = trip.map_err(|error| Error::closed("connection").caused_by(error))?;
            // What the statement answered was dropped with its call.
            self.home = Home::Here(trip.blocking);
        }
        self.control.clear();
        self.here()?.end_open();
        Ok(())
    }

    fn is_pristine(&self) -> bool {
        matches!(&self.home, Home::Here(blocking) if blocking.is_pristine)
    }

    async fn reset(&mut self) -> Result<()> {
        self.abandon().await?;
        self.limits = Limits { began: Instant::now(), deadline: None, cancel: None };
        let blocking = self.here()?;
        if Handle::try_current().is_err() || blocking.resets_quickly() {
            return blocking.reset();
        }
        let reset = |blocking: &mut BlockingConnection, _: &mut Batch| {
            blocking.reset().map(|()| Progress::Filled(Fill::End))
        };
        self.send(&mut Batch::default(), reset).await.map(drop)
    }

    async fn close(&mut self) {
        // A statement on another thread is stopped; whatever it answers, the connection goes.
        let _ = self.abandon().await;
        let home = std::mem::replace(&mut self.home, Home::Lost);
        // With the last connection the database is written to its file.
        if Handle::try_current().is_ok() {
            let _ = tokio::task::spawn_blocking(move || drop(home)).await;
        }
    }
}
