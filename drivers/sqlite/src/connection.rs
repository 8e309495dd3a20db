//! The connection as the guard sees it: inline on the caller's thread, or on a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hypostyle_core::{
    Batch, Columns, Connection, Error, Fill, Intent, Outcome, OwnedRequest, Request, Result,
    TxState,
};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::blocking::BlockingConnection;
use crate::open::Spec;

/// A connection to SQLite.
pub struct SqliteConnection {
    home: Home,
    /// Tells a statement on another thread that nobody waits for it any more.
    dropped: Arc<AtomicBool>,
    /// The open reply runs on another thread.
    is_offloaded: bool,
    no_columns: Arc<Columns>,
    spec: Arc<Spec>,
    intent: Intent,
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
    filled: Result<Fill>,
}

impl SqliteConnection {
    pub(crate) fn new(blocking: BlockingConnection, spec: Arc<Spec>, intent: Intent) -> Self {
        let dropped = blocking.raw().hooks().dropped.clone();
        let home = Home::Here(Box::new(blocking));
        Self { home, dropped, is_offloaded: false, no_columns: Arc::default(), spec, intent }
    }

    fn here(&mut self) -> Result<&mut BlockingConnection> {
        match &mut self.home {
            Home::Here(blocking) => Ok(blocking),
            Home::Away(_) | Home::Lost => Err(Error::closed("connection")),
        }
    }

    /// Sends the blocking side to another thread and waits for it.
    async fn send(
        &mut self,
        batch: &mut Batch,
        work: impl FnOnce(&mut BlockingConnection, &mut Batch) -> Result<Fill> + Send + 'static,
    ) -> Result<Fill> {
        let Home::Here(mut blocking) = std::mem::replace(&mut self.home, Home::Lost) else {
            return Err(Error::closed("connection"));
        };
        let mut batch_away = std::mem::take(batch);
        self.home = Home::Away(tokio::task::spawn_blocking(move || {
            let filled = work(&mut blocking, &mut batch_away);
            Trip { blocking, batch: batch_away, filled }
        }));
        let (batch_back, filled) = self.come_back().await?;
        *batch = batch_back;
        filled
    }

    async fn come_back(&mut self) -> Result<(Batch, Result<Fill>)> {
        let Home::Away(thread) = &mut self.home else { return Err(Error::closed("connection")) };
        let trip = thread.await;
        self.home = Home::Lost;
        let trip = trip.map_err(|error| Error::closed("connection").caused_by(error))?;
        self.home = Home::Here(trip.blocking);
        Ok((trip.batch, trip.filled))
    }
}

impl Connection for SqliteConnection {
    const ENFORCES_DEADLINE: bool = true;

    async fn start(&mut self, request: &Request<'_>, batch: &mut Batch) -> Result<Fill> {
        self.is_offloaded =
            (request.offload || self.spec.always_offloads) && Handle::try_current().is_ok();
        if !self.is_offloaded {
            return self.here()?.start(request, batch, true);
        }
        let request = OwnedRequest::of(request);
        let work = move |blocking: &mut BlockingConnection, batch: &mut Batch| {
            request.with(|request| blocking.start(request, batch, false))
        };
        // Boxed, so that the future of a statement that runs inline stays small.
        Box::pin(self.send(batch, work)).await
    }

    async fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        if self.is_offloaded {
            return self.send(batch, |blocking, batch| blocking.fill(batch, false)).await;
        }
        // A long stream lets the other tasks of its worker run between batches.
        tokio::task::coop::consume_budget().await;
        self.here()?.fill(batch, true)
    }

    fn columns(&self) -> &Arc<Columns> {
        match &self.home {
            Home::Here(blocking) => blocking.columns(),
            Home::Away(_) | Home::Lost => &self.no_columns,
        }
    }

    fn outcome(&self) -> Outcome {
        match &self.home {
            Home::Here(blocking) => blocking.outcome(),
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
        if matches!(self.home, Home::Away(_)) {
            self.dropped.store(true, Ordering::Relaxed);
            let back = self.come_back().await;
            self.dropped.store(false, Ordering::Relaxed);
            // What the statement answered was dropped with its call.
            drop(back?);
        }
        self.here()?.end_open();
        Ok(())
    }

    fn is_pristine(&self) -> bool {
        matches!(&self.home, Home::Here(blocking) if blocking.is_pristine)
    }

    async fn reset(&mut self) -> Result<()> {
        self.abandon().await?;
        let spec = self.spec.clone();
        let intent = self.intent;
        let blocking = self.here()?;
        blocking.raw().hooks().lift_limits();
        if blocking.tx() != TxState::None {
            blocking.run_own("ROLLBACK")?;
        }
        if !blocking.is_pristine {
            let blocking = spec.open(intent)?;
            self.dropped = blocking.raw().hooks().dropped.clone();
            self.home = Home::Here(Box::new(blocking));
        }
        Ok(())
    }

    async fn close(&mut self) {
        // A statement on another thread is stopped; whatever it answers, the connection goes.
        let _ = self.abandon().await;
        let writes = self.intent.writes() && self.spec.can_write();
        if let Ok(blocking) = self.here()
            && writes
        {
            blocking.end_open();
            blocking.raw().hooks().lift_limits();
            // Better statistics are welcome, not needed.
            let _ = blocking.run_own("PRAGMA optimize");
        }
    }
}
